/** `paceline pipeline` runs all stages; `athlete`, `activities`, `streams` and others one each. */
import { Effect, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { declarationOf, isResource } from "../../schemas/resources.ts"
import { Strava } from "../strava/Strava.ts"
import { StravaConfig } from "../strava/StravaConfig.ts"
import { FlagGroups } from "../output/help.ts"
import { onFailureFlag } from "./unattended/failureCommand.ts"
import { supervised } from "./unattended/supervise.ts"
import { runFlagGroups, runFlags, settingsFrom } from "./process/flags.ts"
import { ready } from "./process/ready.ts"
import { type OutputOptions, runStages, type StageSelection } from "./process/runStages.ts"
import { offeredNames } from "./flags/offeredNames.ts"

export const real = Strava.layerFetch

/** Returns advice after an interruption; with `--force` the same command would fetch everything again. */
export const againAfter = (force: boolean): string =>
  force
    ? "The remaining items are marked to be fetched again. Continue without --force"
    : "Run the same command again to continue"

type RunFlags = Parameters<typeof settingsFrom>[0] & Omit<OutputOptions, "again">

/** Runs the stages once; `terminal` is true if a person can see a run wait at the rate limit. */
export const runOnce = Effect.fnUntraced(
  function* (flags: RunFlags, which: StageSelection, terminal: boolean) {
    const settings = yield* settingsFrom(flags, terminal)
    yield* ready(settings.data)
    const again = againAfter(settings.options.force)
    yield* runStages(settings, which, { ...flags, again }, real)
  },
  Effect.provide(StravaConfig.layer),
)

const isTerminal = Effect.sync(() => Deno.stderr.isTerminal())

const stage = (name: "only" | "from") =>
  Flag.Literals(name, offeredNames().stages).pipe(
    Flag.withMetavar("STAGE"),
    Flag.withDescription(
      name === "only"
        ? "Run only this stage, using data from earlier runs"
        : "Run this stage and all later stages",
    ),
    Flag.optional,
  )

/** Flags that select stages. */
export const stageFlags = { only: stage("only"), from: stage("from") }

const unattendedFlags = { onFailure: onFailureFlag }

export const pipeline = Command.make(
  "pipeline",
  { ...stageFlags, ...runFlags, ...unattendedFlags },
  Effect.fnUntraced(function* (flags) {
    yield* supervised(runOnce(flags, flags, yield* isTerminal), flags)
  }),
).pipe(
  Command.annotate(FlagGroups, runFlagGroups(stageFlags, unattendedFlags)),
  Command.withDescription("Fetch new data from Strava and write it to the sinks"),
  Command.withExamples([
    { command: "paceline pipeline", description: "Fetch everything new" },
    {
      command: "paceline pipeline --sink json --sink csv --on-limit stop",
      description: "Write files only; stop at the rate limit",
    },
    {
      command: "paceline pipeline --with details",
      description: "From now on, fetch details: one request per activity",
    },
    {
      command: "paceline pipeline --since 2024-01-01 --sport Run",
      description: "Fetch these first; the others stay pending",
    },
    {
      command: "paceline pipeline --from streams --force",
      description: "Fetch all streams again, using the stored list",
    },
  ]),
)

const one = (name: string, description: string) =>
  Command.make(
    name,
    { ...runFlags, ...unattendedFlags },
    Effect.fnUntraced(function* (flags) {
      const stageFlags = { only: Option.some(name), from: Option.none<string>() }
      yield* supervised(runOnce(flags, stageFlags, yield* isTerminal), flags)
    }),
  ).pipe(
    Command.annotate(FlagGroups, runFlagGroups({}, unattendedFlags)),
    Command.withDescription(description),
    Command.withExamples([
      { command: `paceline ${name}`, description: "Run only this stage" },
      {
        command: `paceline ${name} --force`,
        description: "Fetch existing data again; print the cost first",
      },
    ]),
  )

/** A command for each stage that fetches a resource. */
export const stageCommands = offeredNames().stages.filter(isResource).map((name) =>
  one(name, declarationOf(name).help)
)
