/** `paceline pipeline` runs all stages; `auth`, `athlete`, `activities` and `streams` one each. */
import { Console, Effect, Layer, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { environment } from "../environment.ts"
import * as Pipeline from "../Pipeline.ts"
import { auth } from "../stages/auth.ts"
import { Strava } from "../strava/Strava.ts"
import { StravaConfig } from "../strava/StravaConfig.ts"
import { running, settingsFrom } from "./flags.ts"
import { runStages, type StageName, stageNames } from "./runStages.ts"

const real = Strava.layerFetch

const again = "Run the same command to go on where it stopped"

const isTerminal = Effect.sync(() => Deno.stderr.isTerminal())

const stage = (name: "only" | "from") =>
  Flag.Literals(name, stageNames as ReadonlyArray<StageName>).pipe(
    Flag.withDescription(
      name === "only"
        ? "Run one stage, on what earlier runs left"
        : "Run this stage and those after it, on what earlier runs left",
    ),
    Flag.optional,
  )

export const pipeline = Command.make(
  "pipeline",
  { ...running, only: stage("only"), from: stage("from") },
  Effect.fnUntraced(function* (flags) {
    const settings = yield* settingsFrom(flags, yield* isTerminal)
    yield* runStages(settings, flags, { ...flags, again }, real).pipe(
      Effect.provide(StravaConfig.layer),
    )
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
      command: "paceline pipeline --from streams --force",
      description: "Fetch all samples again, on the list that is there",
    },
  ]),
)

const one = (name: StageName, description: string) =>
  Command.make(
    name,
    running,
    Effect.fnUntraced(function* (flags) {
      const settings = yield* settingsFrom(flags, yield* isTerminal)
      const which = { only: Option.some(name), from: Option.none<StageName>() }
      yield* runStages(settings, which, { ...flags, again }, real).pipe(
        Effect.provide(StravaConfig.layer),
      )
    }),
  ).pipe(Command.withDescription(description))

/** `auth` lands nothing, so it opens no sink; it says until when the sign-in is good. */
const signIn = Command.make(
  "auth",
  running,
  Effect.fnUntraced(function* (flags) {
    const settings = { ...(yield* settingsFrom(flags, yield* isTerminal)), sinks: [] }
    const { expires } = yield* Pipeline.run(auth, () => true).pipe(
      Effect.provide(environment(settings, real).pipe(Layer.provide(StravaConfig.layer))),
    )
    const until = Option.match(expires, { onNone: () => null, onSome: isoTime })
    if (flags.json) yield* Console.log(JSON.stringify({ signedIn: true, expires: until }))
    else if (!flags.quiet) {
      yield* Console.log(
        `Signed in. The access token is good until ${until}, and is renewed when needed; ` +
          `both tokens are in ${settings.data}/tokens.json.`,
      )
    }
  }),
).pipe(Command.withDescription("Sign in, or check that the stored sign-in still works"))

const isoTime = (at: number) => `${new Date(at).toISOString().slice(0, 19)}Z`

export const stageCommands = [
  signIn,
  one("athlete", "Fetch the athlete's profile"),
  one("activities", "Fetch the list of activities"),
  one("streams", "Fetch the samples of activities that lack them"),
] as const
