/** `paceline pipeline` runs all stages; `athlete`, `activities`, `streams` and others one each. */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { resources } from "../../schemas/resources.ts"
import type { Settings } from "../run/layers.ts"
import { NotConfigured } from "../strava/errors.ts"
import { Strava } from "../strava/Strava.ts"
import { StravaConfig } from "../strava/StravaConfig.ts"
import { tokenKeys } from "../strava/auth/TokenKey.ts"
import { isDemo } from "./process/demoFolder.ts"
import { runFlags, settingsFrom } from "./process/flags.ts"
import { runStages, type Saying, type Which } from "./runStages.ts"
import { resourceStages, type StageName, stageNames } from "../stages/all.ts"

export const real = Strava.layerFetch

/** Advice after an interruption: with `--force` the same command would fetch everything again. */
export const againAfter = (force: boolean): string =>
  force
    ? "To go on where it stopped: continue without --force"
    : "Run the same command to go on where it stopped"

/** The simulated tokens of a demo are nothing for the real Strava. */
export const notTheDemo = Effect.fnUntraced(function* (data: string) {
  if (!(yield* isDemo(data))) return
  return yield* new NotConfigured({
    missing: `${data} is the demo's folder`,
    remedy: "Give another: --data FOLDER; the demo is made anew by: deno task demo",
  })
})

/** What is not configured is found before anything is opened. */
export const ready = Effect.fnUntraced(function* (data: string) {
  yield* notTheDemo(data)
  yield* (yield* StravaConfig).credentials
  yield* tokenKeys
})

const start = Effect.fnUntraced(function* (settings: Settings, which: Which, flags: Asked) {
  yield* ready(settings.data)
  const again = againAfter(settings.options.force)
  yield* runStages(settings, which, { ...flags, again }, real)
}, Effect.provide(StravaConfig.layer))

type Asked = Omit<Saying, "again">

const isTerminal = Effect.sync(() => Deno.stderr.isTerminal())

const stage = (name: "only" | "from") =>
  Flag.Literals(name, stageNames as ReadonlyArray<StageName>).pipe(
    Flag.withMetavar("STAGE"),
    Flag.withDescription(
      name === "only"
        ? "Run one stage, on what earlier runs left"
        : "Run this stage and those after it, on what earlier runs left",
    ),
    Flag.optional,
  )

/** Which stages are run. */
export const which = { only: stage("only"), from: stage("from") }

export const pipeline = Command.make(
  "pipeline",
  { ...runFlags, ...which },
  Effect.fnUntraced(function* (flags) {
    const settings = yield* settingsFrom(flags, yield* isTerminal)
    yield* start(settings, flags, flags)
  }),
).pipe(
  Command.withDescription("Fetch what is new from Strava, and write it to the sinks"),
  Command.withExamples([
    { command: "paceline pipeline", description: "Everything that is new" },
    {
      command: "paceline pipeline --sink json --sink csv --on-limit stop",
      description: "Files only; stop at Strava's limit instead of waiting",
    },
    {
      command: "paceline pipeline --with details",
      description: "From now on also laps, splits and efforts: a request for each activity",
    },
    {
      command: "paceline pipeline --since 2024-01-01 --sport Run",
      description: "Of these first; the others stay listed",
    },
    {
      command: "paceline pipeline --from streams --force",
      description: "Fetch all samples again, on the list that is there",
    },
  ]),
)

const one = (name: StageName, description: string) =>
  Command.make(
    name,
    runFlags,
    Effect.fnUntraced(function* (flags) {
      const settings = yield* settingsFrom(flags, yield* isTerminal)
      const which = { only: Option.some(name), from: Option.none<StageName>() }
      yield* start(settings, which, flags)
    }),
  ).pipe(Command.withDescription(description))

/** A command for each stage that fetches a resource. */
export const stageCommands = resourceStages.map((name) => one(name, resources[name].help))
