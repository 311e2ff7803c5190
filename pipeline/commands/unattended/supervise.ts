/** A run whose start and end are reported to the outside: by pings, and by a program after a failure. */
import { Cause, Context, Effect, Exit, Fiber, type Option } from "effect"
import { exitCodes } from "../../base/exit.ts"
import { exitCodeOf } from "../../base/runMain.ts"
import { withMetrics } from "../../output/telemetry/runMetrics.ts"
import { failureCommand } from "./failureCommand.ts"
import { makePing, pingClient, pingPatience } from "./ping.ts"

/** Receives the summary of each run, as `--json` prints it. */
export const SummaryListener = Context.Reference<(summary: object) => void>(
  "paceline/SummaryListener",
  { defaultValue: () => () => {} },
)

interface SupervisionOptions {
  readonly onFailure: Option.Option<string>
  /** File for the metrics of the run. */
  readonly metricsFile: Option.Option<string>
  readonly quiet: boolean
}

const messageOf = (exit: Exit.Exit<unknown, unknown>): string => {
  if (Exit.isSuccess(exit)) return ""
  const error = Cause.squash(exit.cause)
  return error instanceof Error ? error.message : String(error)
}

/** Runs `run`; pings its start and its exit code, and starts the program of `--on-failure` if it fails. */
export const supervised = <A, E, R>(
  run: Effect.Effect<A, E, R>,
  { metricsFile, onFailure, quiet }: SupervisionOptions,
) =>
  Effect.gen(function* () {
    const ping = yield* makePing(quiet)
    const afterFailure = yield* failureCommand(onFailure)
    let summary: object | undefined
    // The run does not wait for it; an end that came first would leave the check started.
    const started = yield* Effect.forkChild(ping.start)
    return yield* withMetrics(run, metricsFile).pipe(
      Effect.provideService(SummaryListener, (given) => void (summary = given)),
      Effect.onExit((exit) => {
        const code = exitCodeOf(exit)
        // A host that does not respond delays the end once, not once for each ping.
        const ended = Fiber.await(started).pipe(
          Effect.andThen(ping.end(code)),
          Effect.timeoutOption(pingPatience),
        )
        const failed = code === exitCodes.complete
          ? Effect.void
          : afterFailure({ code, message: messageOf(exit), summary })
        return Effect.all([ended, failed], { concurrency: 2, discard: true })
      }),
    )
  }).pipe(Effect.provide(pingClient))
