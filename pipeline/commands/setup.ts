/** `paceline setup`: imports the export, registers the application, signs in and checks the setup. */
import { Effect, Layer, Option, Terminal } from "effect"
import { Command, Prompt } from "effect/cli"
import { freshConfiguration } from "./process/configuration.ts"
import { signInLayer } from "../run/layers.ts"
import { taskLine } from "../output/kit/line.ts"
import { Progress } from "../base/Progress.ts"
import { complain, complainWrapped, print } from "../base/runMain.ts"
import { type ClientRefused, NotConfigured } from "../strava/errors.ts"
import { StravaConfig } from "../strava/StravaConfig.ts"
import { ensureApplication, isInEnvironment, promptFor } from "./process/application.ts"
import { authenticate, noBrowserFlag, printSignInNotes, renderStanding } from "./auth.ts"
import { printDoctor } from "./doctor.ts"
import { offerExport } from "./import/offerExport.ts"
import { dataFlag } from "./process/flags.ts"
import { real } from "./pipeline.ts"
import { notTheDemo } from "./process/ready.ts"

const heading = (text: string) => complain(`\n${text}\n${"-".repeat(text.length)}`)

/** True if a person can see and answer questions. */
const isTerminal = Effect.sync(() => Deno.stdin.isTerminal() && Deno.stdout.isTerminal())

const noTerminal = new NotConfigured({
  missing: "deno task setup needs a terminal",
  remedy: "Without one, set STRAVA_CLIENT_ID and STRAVA_CLIENT_SECRET (from " +
    "https://www.strava.com/settings/api) and, once, STRAVA_AUTHORIZATION_CODE or " +
    "STRAVA_REFRESH_TOKEN; then run: deno task auth. To see what is missing: deno task doctor",
})

/**
 * Discards lines typed at earlier prompts. Otherwise the sign-in would read them as a pasted code, and the
 * secret would be sent as one. The terminal delivers them within some milliseconds.
 */
const forgetTyped = Effect.gen(function* () {
  const { readLine } = yield* Terminal.Terminal
  yield* Effect.sleep("50 millis")
  yield* Effect.timeoutOption(readLine, "10 millis").pipe(Effect.repeat({ until: Option.isNone }))
}).pipe(Effect.catchTag("QuitError", () => Effect.void))

/** Signs in with the current content of `.env`. */
const signIn = (folder: string, browser: boolean) =>
  authenticate({
    data: folder,
    force: false,
    browser,
    terminal: true,
    next: "Setup continues there.",
    again: taskLine("auth", folder),
  }).pipe(
    Effect.provide(
      Layer.fresh(signInLayer(folder, real)).pipe(
        Layer.provideMerge(Layer.fresh(StravaConfig.layer)),
        Layer.provideMerge(freshConfiguration),
      ),
    ),
    Effect.provideService(Progress, printSignInNotes),
  )

/** Asks for the client ID and secret again, because a wrong one shows only when Strava refuses it. */
const askAgain = Effect.fnUntraced(function* (error: ClientRefused) {
  const both = ["STRAVA_CLIENT_ID", "STRAVA_CLIENT_SECRET"] as const
  if (both.some(isInEnvironment)) return yield* error
  yield* complain("")
  yield* complainWrapped(`${error.message}.`)
  yield* complain("")
  const message = "Enter both again and replace the values in .env?"
  if (!(yield* Prompt.Confirm({ message, initial: true }))) return yield* error
  yield* promptFor(both)
})

const signInUntilAccepted = Effect.fnUntraced(function* (folder: string, browser: boolean) {
  for (;;) {
    yield* forgetTyped
    const standing = yield* signIn(folder, browser).pipe(
      Effect.asSome,
      Effect.catchTag("ClientRefused", (error) => Effect.as(askAgain(error), Option.none())),
    )
    if (Option.isSome(standing)) return standing.value
  }
})

export const setup = Command.make(
  "setup",
  { data: dataFlag, noBrowser: noBrowserFlag },
  Effect.fnUntraced(function* ({ data, noBrowser }) {
    if (!(yield* isTerminal)) return yield* noTerminal
    yield* notTheDemo(data)
    yield* complainWrapped(
      "Set up Paceline in four steps. Press Ctrl-C to stop; completed steps are kept.",
    )
    yield* heading("1. Import your export")
    if (!(yield* offerExport(data))) return

    yield* heading("2. Register an application")
    yield* ensureApplication(!noBrowser)

    yield* heading("3. Authorize it")
    const standing = yield* signInUntilAccepted(data, !noBrowser)
    yield* print(renderStanding(standing, data))

    yield* heading("4. Check the setup")
    yield* printDoctor(data, false).pipe(Effect.provide(freshConfiguration))
    yield* print(
      "The newest activities come first. You can stop at any time; nothing is lost.",
    )
  }, Effect.catchTag("QuitError", () => Effect.interrupt)),
).pipe(
  Command.withDescription("Import the export, register the application, sign in, check"),
  Command.withExamples([
    {
      command: "paceline setup",
      description: "Start here: it asks for everything that is missing",
    },
    {
      command: "paceline setup --no-browser",
      description: "Sign in with a browser on another machine",
    },
  ]),
)
