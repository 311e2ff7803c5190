/** `--on-failure`: a program of the user that is started after a failed run. */
import { Duration, Effect, Option } from "effect"
import { Flag } from "effect/cli"
import { complain, formatError } from "../../base/runMain.ts"
import type { Variable } from "../../base/variables.ts"
import { systemError } from "../../base/SystemError.ts"
import { systemCauseOf } from "../../../sinks/systemError.ts"
import { asTyped } from "../../output/kit/commandPrefix.ts"
import { NotConfigured } from "../../strava/errors.ts"

/** Result of a run that failed. */
interface FailedRun {
  readonly code: number
  /** Cause and fix, as on stderr; empty if the run printed none. */
  readonly message: string
  /** The summary, as `--json` prints it; undefined if the run did not get that far. */
  readonly summary: object | undefined
}

/** Time after which the program is ended. */
const patience = Duration.minutes(1)

/** Bytes of one variable that every system accepts. */
const longest = 100_000

export const onFailureFlag = Flag.String("on-failure").pipe(
  Flag.withDescription("Start this program after a run that does not end with 0"),
  Flag.withMetavar("PROGRAM"),
  Flag.optional,
)

/** Secrets of this process that the program does not need. */
const secrets: ReadonlyArray<Variable> = [
  ...["STRAVA_CLIENT_SECRET", "STRAVA_REFRESH_TOKEN"] as const,
  ...["STRAVA_AUTHORIZATION_CODE", "STRAVA_USER_AUTHORIZATION_CODE", "KEEP_TOKEN"] as const,
  ...["DATABASE_URL", "PACELINE_TOKEN_KEY", "PACELINE_TOKEN_KEY_OLD", "PACELINE_PING_URL"] as const,
]

/** Variables that the program receives, with those of this process except secrets. */
export const failureVariables = ({ code, message, summary }: FailedRun) => {
  const json = summary === undefined ? "" : JSON.stringify(summary)
  return {
    ...Object.fromEntries(secrets.map((name) => [name, ""])),
    RUN_EXIT_CODE: String(code),
    RUN_MESSAGE: asTyped(message).slice(0, longest / 4),
    RUN_SUMMARY: new TextEncoder().encode(json).length > longest ? "" : json,
  }
}

/** Starts the program and waits for it. Its output goes to stderr. */
const start = (program: string, failed: FailedRun) =>
  Effect.tryPromise({
    try: async (signal) => {
      const child = new Deno.Command(program, {
        env: failureVariables(failed),
        stdin: "null",
        stdout: "null",
        stderr: "inherit",
        signal,
      }).spawn()
      return (await child.status).code
    },
    catch: (error) =>
      error instanceof Deno.errors.NotFound
        ? "it does not exist"
        : systemCauseOf(error) ?? String(error),
  }).pipe(
    Effect.interruptible,
    Effect.timeoutOrElse({
      duration: patience,
      orElse: () => Effect.fail(`it was still running after ${Duration.format(patience)}`),
    }),
    Effect.flatMap((code) => code === 0 ? Effect.void : Effect.fail(`it ended with ${code}`)),
    Effect.catch((cause) =>
      complain(formatError(`Cannot run ${program} after the failure: ${cause}`))
    ),
  )

/**
 * Returns the effect that starts the program of the flag. Fails before the run if the program may not be
 * started: only the user who starts Deno can permit it.
 */
export const failureCommand = Effect.fn("failureCommand")(function* (
  flag: Option.Option<string>,
) {
  if (Option.isNone(flag)) return () => Effect.void
  const program = flag.value
  const { state } = yield* Effect.tryPromise({
    try: () => Deno.permissions.query({ name: "run", command: program }),
    catch: systemError("read the permissions"),
  })
  if (state !== "granted") {
    return yield* new NotConfigured({
      missing:
        `Cannot start ${program} after a failure: this command has no permission to do so. ` +
        "No request was sent to Strava",
      remedy: "Use tools/paceline, or install the command with this program: " +
        `deno task install --allow-run=${program}`,
    })
  }
  return (failed: FailedRun) => start(program, failed)
})
