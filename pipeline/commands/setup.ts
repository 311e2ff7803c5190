/** `paceline setup`: from nothing to a sign-in that works: asks for what is missing, signs in, checks. */
import { Effect, Layer, Option, Terminal } from "effect"
import { Command, Prompt } from "effect/cli"
import { asItIsNow } from "./process/configuration.ts"
import { signInLayer } from "../run/layers.ts"
import { taskLine } from "../output/kit/line.ts"
import { Progress } from "../base/Progress.ts"
import { complain, print } from "../base/runMain.ts"
import { type ClientRefused, NotConfigured } from "../strava/errors.ts"
import { StravaConfig } from "../strava/StravaConfig.ts"
import { askFor, ensureApplication, isInEnvironment } from "./process/application.ts"
import { authenticate, noBrowserFlag, renderStanding, sayNotes } from "./auth.ts"
import { printDoctor } from "./doctor.ts"
import { dataFlag } from "./process/flags.ts"
import { notTheDemo, real } from "./pipeline.ts"

const heading = (text: string) => complain(`\n${text}\n${"-".repeat(text.length)}`)

/** There is somebody to ask, and who sees what is asked. */
const isTerminal = Effect.sync(() => Deno.stdin.isTerminal() && Deno.stdout.isTerminal())

const nobody = new NotConfigured({
  missing: "deno task setup asks questions, and there is no terminal to ask them at",
  remedy:
    "Set STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET (from https://www.strava.com/settings/api), and " +
    "once STRAVA_AUTHORIZATION_CODE or STRAVA_REFRESH_TOKEN, then run: deno task auth. To see what is " +
    "missing: deno task doctor",
})

/**
 * What is typed at a prompt also comes as a line, which the sign-in would take for what is pasted: then
 * the secret would be sent as a code. Half a line is let go of by the terminal in some milliseconds.
 */
const forgetTyped = Effect.gen(function* () {
  const { readLine } = yield* Terminal.Terminal
  yield* Effect.sleep("50 millis")
  yield* Effect.timeoutOption(readLine, "10 millis").pipe(Effect.repeat({ until: Option.isNone }))
}).pipe(Effect.catchTag("QuitError", () => Effect.void))

/** With what is in `.env` by now. */
const signIn = (folder: string, browser: boolean) =>
  authenticate({
    data: folder,
    force: false,
    browser,
    terminal: true,
    next: "It goes on by itself.",
    again: taskLine("auth", folder),
  }).pipe(
    Effect.provide(
      Layer.fresh(signInLayer(folder, real)).pipe(
        Layer.provideMerge(Layer.fresh(StravaConfig.layer)),
        Layer.provideMerge(asItIsNow),
      ),
    ),
    Effect.provideService(Progress, sayNotes),
  )

/** A mistyped id or secret shows only now: both may be given once more, in place of what `.env` has. */
const giveAgain = Effect.fnUntraced(function* (error: ClientRefused) {
  const both = ["STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET"] as const
  if (both.some(isInEnvironment)) return yield* error
  yield* complain(`\n${error.message}.\n`)
  const message = "Give the two once more, in place of those in .env?"
  if (!(yield* Prompt.Confirm({ message, initial: true }))) return yield* error
  yield* askFor(both)
})

const signInAtLast = Effect.fnUntraced(function* (folder: string, browser: boolean) {
  for (;;) {
    yield* forgetTyped
    const standing = yield* signIn(folder, browser).pipe(
      Effect.asSome,
      Effect.catchTag("ClientRefused", (error) => Effect.as(giveAgain(error), Option.none())),
    )
    if (Option.isSome(standing)) return standing.value
  }
})

export const setup = Command.make(
  "setup",
  { data: dataFlag, noBrowser: noBrowserFlag },
  Effect.fnUntraced(function* ({ data, noBrowser }) {
    if (!(yield* isTerminal)) return yield* nobody
    yield* notTheDemo(data)
    yield* complain(
      "From nothing to your first activity, in three steps. Ctrl-C stops, and keeps\nwhat is done.",
    )

    yield* heading("1. Your application at Strava")
    yield* ensureApplication(!noBrowser)

    yield* heading("2. Your permission")
    const standing = yield* signInAtLast(data, !noBrowser)
    yield* print(renderStanding(standing, data))

    yield* heading("3. Is all well?")
    yield* printDoctor(data, false).pipe(Effect.provide(asItIsNow))
    yield* print(
      "The newest activities come first. Stop it whenever you like: nothing is lost.",
    )
  }, Effect.catchTag("QuitError", () => Effect.interrupt)),
).pipe(
  Command.withDescription("Begin: ask for what is missing, sign in, and check that all is well"),
)
