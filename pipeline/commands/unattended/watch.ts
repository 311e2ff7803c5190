/** `paceline watch`: the pipeline again and again in one process, for containers. */
import { Clock, Duration, Effect, type PlatformError, Schedule } from "effect"
import { Command, Flag } from "effect/cli"
import { describeFileError } from "../../../sinks/files/atomic.ts"
import { exitCodes } from "../../base/exit.ts"
import {
  complain,
  endSilently,
  endWith,
  exitCodeOf,
  formatError,
  print,
  withErrorReports,
} from "../../base/runMain.ts"
import { FlagGroups } from "../../output/help.ts"
import { localTime } from "../../output/kit/times.ts"
import { healthFile } from "../../state/file/files.ts"
import { runFlagGroups, runFlags } from "../process/flags.ts"
import { Age, ageIn } from "../process/times.ts"
import { runOnce, stageFlags } from "../pipeline.ts"
import { onFailureFlag } from "./failureCommand.ts"
import { healthProblem, readHealth, recordEnd, recordStart } from "./health.ts"
import { supervised } from "./supervise.ts"

interface WatchOptions {
  /** Data directory, which has the health file. */
  readonly folder: string
  /** Milliseconds between the end of a run and the start of the next one. */
  readonly every: number
  readonly quiet: boolean
}

/** Ignores that the health file cannot be written: the run matters more. */
const tolerated = <R>(self: Effect.Effect<void, PlatformError.PlatformError, R>) =>
  Effect.catch(self, (error) =>
    complain(
      formatError(
        `Cannot write ${healthFile}: ${describeFileError(error, healthFile)}. The runs continue`,
      ),
    ))

/** Runs once and records it in the health file; returns the exit code. */
const recorded = Effect.fnUntraced(function* <A, E, R>(
  run: Effect.Effect<A, E, R>,
  { every, folder, quiet }: WatchOptions,
) {
  const started = yield* Clock.currentTimeMillis
  yield* tolerated(recordStart(folder, started))
  return yield* withErrorReports(run).pipe(
    Effect.exit,
    Effect.map(exitCodeOf),
    Effect.tap((exit) =>
      Effect.gen(function* () {
        const ended = yield* Clock.currentTimeMillis
        const next = ended + every
        yield* tolerated(recordEnd(folder, { started, ended, exit, next }))
        if (!quiet) {
          yield* complain(`\nThe run ended with ${exit}. Next run: ${localTime(next, ended)}`)
        }
      })
    ),
  )
})

/**
 * Runs `run` again and again, until the process is interrupted. Ends with 78 if the first run does: a setting is
 * missing then, which only a new process can read.
 */
export const repeatRuns = Effect.fn("repeatRuns")(function* <A, E, R>(
  run: Effect.Effect<A, E, R>,
  options: WatchOptions,
) {
  let runs = 0
  yield* recorded(run, options).pipe(
    Effect.tap((exit) =>
      runs++ === 0 && exit === exitCodes.configuration ? endSilently(exit) : Effect.void
    ),
    Effect.repeat(Schedule.spaced(options.every)),
  )
})

const every = Flag.String("every").pipe(
  Flag.withDescription("Pause between two runs (default 1h)"),
  Flag.withMetavar("TIME"),
  Flag.withSchema(Age),
  Flag.map(ageIn),
  Flag.withDefault(Duration.toMillis("1 hour")),
)

const check = Flag.Boolean("check").pipe(
  Flag.withDescription("Run nothing; exit 0 if the last run was healthy, else 69"),
  Flag.withDefault(false),
)

const watchFlags = { every, check, onFailure: onFailureFlag }

/** Prints the state that the health file shows, and ends with 69 if it is a problem. */
const checkHealth = Effect.fnUntraced(function* (folder: string) {
  const health = yield* readHealth(folder)
  const problem = healthProblem(health, yield* Clock.currentTimeMillis)
  if (problem !== undefined) {
    return yield* endWith(
      exitCodes.unavailable,
      `Unhealthy: ${problem}`,
      "To see why: deno task doctor",
    )
  }
  yield* print(JSON.stringify(health))
})

export const watch = Command.make(
  "watch",
  { ...watchFlags, ...stageFlags, ...runFlags },
  Effect.fnUntraced(function* (flags) {
    if (flags.check) return yield* checkHealth(flags.data)
    // A run that waits for the rate limit would look like a run that hangs.
    // The next run comes by itself.
    const run = supervised(runOnce({ ...flags, hasNext: false }, flags, false), flags)
    yield* repeatRuns(run, { folder: flags.data, every: flags.every, quiet: flags.quiet })
  }),
).pipe(
  Command.annotate(FlagGroups, runFlagGroups(stageFlags, watchFlags)),
  Command.withDescription("Run the pipeline repeatedly, for containers"),
  Command.withExamples([
    { command: "paceline watch --every 3h", description: "Fetch everything new every three hours" },
    { command: "paceline watch --check", description: "Health check of a container" },
  ]),
)
