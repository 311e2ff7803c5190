/** A whole run: drain what earlier runs left, do the stages, deliver, and say what happened. */
import { Cause, Effect, Exit, Option, Runtime } from "effect"
import { failpoint } from "../sinks/failpoint.ts"
import type { SinkError } from "../sinks/Sink.ts"
import { Delivery } from "./Delivery.ts"
import { type ExitCode, exitCodes } from "./exit.ts"
import * as Pipeline from "./Pipeline.ts"
import type * as Stage from "./Stage.ts"
import { StateFile } from "./state/StateFile.ts"
import { summarize, type Summary } from "./summary.ts"

export interface Outcome<E> {
  readonly summary: Summary
  /** Why the stages ended early, if they did. */
  readonly error: Option.Option<E>
  readonly code: number
}

const codeOf = (summary: Summary, down: ReadonlyArray<SinkError>): ExitCode =>
  down.some(({ reason }) => reason === "disk")
    ? exitCodes.disk
    : down.length > 0
    ? exitCodes.unavailable
    : summary.quarantined.length > 0
    ? exitCodes.quarantined
    : exitCodes.complete

/** What the run's entry says of one that was interrupted; the process's own code tells by what. */
const interrupted = 130

/**
 * Run `last` and what it needs. An expected failure still delivers what was fetched, and is part of the
 * outcome; a failing state file, a bug or an interruption is not.
 */
export const sync = Effect.fn("sync")(
  function* <A, E, R>(last: Stage.Stage<A, E, R>, selected: Pipeline.Selection) {
    const delivery = yield* Delivery
    const state = yield* StateFile
    yield* delivery.drain
    yield* failpoint("run.drained")
    const exit = yield* Effect.raceFirst(Pipeline.run(last, selected), delivery.failure).pipe(
      Effect.exit,
    )
    const error = Exit.isFailure(exit) ? Cause.findErrorOption(exit.cause) : Option.none()
    if (Exit.isFailure(exit) && Option.isNone(error)) return yield* Effect.failCause(exit.cause)
    yield* delivery.flush
    yield* failpoint("run.flushed")
    const summary = yield* summarize
    const down = yield* delivery.down
    const code = Option.match(error, {
      onNone: () => codeOf(summary, down),
      onSome: Runtime.getErrorExitCode,
    })
    yield* state.ended(code)
    yield* failpoint("run.ended")
    return { summary, error, code } satisfies Outcome<unknown>
  },
  (effect) =>
    Effect.onInterrupt(effect, () => Effect.flatMap(StateFile, ({ ended }) => ended(interrupted))),
)
