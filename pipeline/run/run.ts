/**
 * A whole run: delivers what earlier runs left undelivered, runs the stages, delivers, and returns
 * the summary.
 */
import { Cause, Clock, Effect, Exit, Option, Runtime, Schema } from "effect"
import { failpoint } from "../../sinks/failpoints.ts"
import { type SinkError, SinkName } from "../../sinks/Sink.ts"
import { Delivery } from "../delivery/Delivery.ts"
import { errorExitCode, type ExitCode, exitCodes } from "../base/exit.ts"
import { backfill, type FilledSink, fillSinks, refetchLost } from "./backfill.ts"
import { gracefully, runPipeline, type Selection } from "./Pipeline.ts"
import { notify } from "../base/Progress.ts"
import { purgeOlder } from "../purge/older.ts"
import { RunOptions } from "../stages/RunOptions.ts"
import type * as Stage from "../stages/Stage.ts"
import { rememberOptional } from "../stages/items/optional.ts"
import type { PurgeCounts } from "../state/outbox/purge.ts"
import type { StateError } from "../state/StateError.ts"
import { StateFile } from "../state/StateFile.ts"
import { Unreachable } from "../strava/errors.ts"
import { Quota } from "../strava/quota/Quota.ts"
import { type StoredSummary, summarize } from "./Summary.ts"

interface Outcome<Result extends StoredSummary, E> {
  readonly summary: Result
  /** Error that ended the stages early, if there was one. */
  readonly error: Option.Option<E>
  readonly code: number
}

/** Another run writes to a sink of this run, and so uses up the same rate limit. */
class AnotherRun extends Schema.TaggedError<AnotherRun>()("AnotherRun", {
  sink: SinkName,
  detail: Schema.String,
}) {
  override get message() {
    return `Another run is writing to the ${this.sink} sink: ${this.detail}. This run ` +
      "stopped to avoid duplicate requests. Everything fetched so far is kept. Wait until the other " +
      "run ends, then run again"
  }
  override readonly [errorExitCode] = exitCodes.again
}

const codeOf = (hasProblems: boolean, down: ReadonlyArray<SinkError>): ExitCode =>
  down.some(({ reason }) => reason === "busy")
    ? exitCodes.again
    : down.some(({ reason }) => reason === "disk")
    ? exitCodes.disk
    : down.length > 0
    ? exitCodes.unavailable
    : hasProblems
    ? exitCodes.quarantined
    : exitCodes.complete

/** Exit code in the entry of an interrupted run; the exit code of the process says which signal it was. */
const interrupted = 130

/** Stores the reasons for missing items in the sinks that keep them. */
export const explainMissing = Effect.gen(function* () {
  const without = yield* (yield* StateFile).lists.missing
  const sinks = yield* (yield* Delivery).opened
  yield* Effect.forEach(sinks, (sink) =>
    (sink.explain?.(without) ?? Effect.void).pipe(
      Effect.catch(({ detail }) =>
        notify({
          _tag: "Note",
          text: `Cannot store the reasons for missing items in ${sink.name}: ${detail}. ` +
            "The next run stores them",
        })
      ),
    ))
})

/** Differences of clocks up to this, in milliseconds, do not make data old or new. */
const clocksDiffer = 60 * 60_000

/** Reports that `--retention` purged nothing in this run, because the time is not certain. */
const noteNotPurged = (why: string) =>
  notify({
    _tag: "Note",
    text: `Nothing was purged by --retention, because ${why} and the current time is therefore ` +
      "uncertain. The next run purges. To purge now: deno task purge --older-than TIME",
  })

/**
 * Time up to which responses are purged, in milliseconds since 1970; undefined if nothing is. A
 * purge cannot be undone, so a wrong clock of this machine must not make new data old: Strava's
 * clock counts if the two differ, and nothing is purged if Strava has not responded or its clock is
 * not believed either.
 */
const cutoffOf = Effect.fnUntraced(function* (retention: number | undefined, error: unknown) {
  if (retention === undefined) return undefined
  const quota = yield* Quota
  if (error instanceof Unreachable && !error.hasResponse) {
    yield* noteNotPurged("Strava did not respond")
    return undefined
  }
  if (yield* quota.clockDisputed) {
    yield* noteNotPurged("Strava's clock and this machine's differ by more than a day")
    return undefined
  }
  const now = yield* Clock.currentTimeMillis
  const theirs = yield* quota.serverTime
  return (now - theirs > clocksDiffer ? theirs : now) - retention
})

/** Steps of a run that differ between fetching and importing. */
interface RunSteps<Result extends StoredSummary, E, R, R2, R3, R4> {
  /** Runs before the stages, once the sinks are open. */
  readonly prepare: Effect.Effect<void, StateError, R2>
  readonly stages: Effect.Effect<unknown, E, R>
  /** Purges what is too old, after the stages, which failed with `error` unless it is undefined. */
  readonly purge: (error: unknown) => Effect.Effect<PurgeCounts, StateError, R3>
  readonly summarize: (
    filled: ReadonlyArray<FilledSink>,
    purged: PurgeCounts,
  ) => Effect.Effect<Result, StateError, R4>
  /** True if a part of the data is missing, besides items that are quarantined. */
  readonly hasProblems?: (summary: Result) => boolean
}

/**
 * Delivers what earlier runs left, runs the stages, delivers, and returns the summary. An expected failure of the
 * stages still delivers what was stored, and is part of the outcome; a failing state file, a bug or an
 * interruption is not.
 */
export const runSteps = Effect.fn("runSteps")(
  function* <Result extends StoredSummary, E, R, R2, R3, R4>(
    steps: RunSteps<Result, E, R, R2, R3, R4>,
  ) {
    const delivery = yield* Delivery
    const state = yield* StateFile
    yield* Effect.forEach(state.notes, (text) => notify({ _tag: "Note", text }))
    yield* delivery.drain
    yield* failpoint("run.drained")
    const filled = yield* fillSinks()
    yield* refetchLost()
    yield* steps.prepare
    const busy = Effect.mapError(
      delivery.busy,
      ({ detail, sink }) => new AnotherRun({ sink, detail }),
    )
    // `busy` can have failed while the sinks were opened; then no stage begins.
    const exit = yield* Effect.raceFirst(
      Effect.raceFirst(delivery.failure, busy),
      Effect.andThen(Effect.yieldNow, steps.stages),
    ).pipe(Effect.exit)
    const error = Exit.isFailure(exit) ? Cause.findErrorOption(exit.cause) : Option.none()
    if (Exit.isFailure(exit) && Option.isNone(error)) return yield* Effect.failCause(exit.cause)
    yield* delivery.flush
    const purged = yield* steps.purge(Option.getOrUndefined(error))
    yield* explainMissing
    yield* failpoint("run.flushed")
    const summary = yield* steps.summarize(filled, purged)
    const down = yield* delivery.down
    const code = Option.match(error, {
      onNone: () =>
        codeOf(summary.quarantined.length > 0 || steps.hasProblems?.(summary) === true, down),
      onSome: Runtime.getErrorExitCode,
    })
    yield* state.recordEnd(code)
    yield* failpoint("run.ended")
    return { summary, error, code } satisfies Outcome<Result, unknown>
  },
  (effect) =>
    Effect.onInterrupt(
      effect,
      () => Effect.flatMap(StateFile, ({ recordEnd: ended }) => ended(interrupted)),
    ),
)

/** Names the activities that were chosen by their ids and that no list contains. */
const noteUnknown = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
  if (ids.length === 0) return
  const { ledger } = yield* StateFile
  const known = new Set((yield* ledger.entries("activities", ids)).map(({ id }) => id))
  const unknown = ids.filter((id) => !known.has(id))
  if (unknown.length === 0) return
  yield* notify({
    _tag: "Note",
    text:
      `Not fetched, because your list of activities does not contain them: ${
        unknown.join(", ")
      }. Check the number in the address of the activity at Strava. The next full sync reads the ` +
      "whole list again: deno task pipeline --sweep 0",
  })
})

/** Fetches: runs `last` and the stages that it needs, and purges by age. See `runSteps`. */
export const sync = Effect.fn("sync")(
  function* <A, E, R>(last: Stage.Stage<A, E, R>, selected: Selection) {
    const { close } = yield* Quota
    const state = yield* StateFile
    const options = yield* RunOptions
    yield* rememberOptional
    if (options.retryQuarantined) yield* state.retryNow
    return yield* runSteps({
      prepare: options.backfill ? backfill() : Effect.void,
      stages: gracefully(runPipeline(last, selected, close), close).pipe(
        Effect.tap(() => noteUnknown(options.choice.ids ?? [])),
      ),
      purge: (error) => Effect.flatMap(cutoffOf(options.retention, error), purgeOlder),
      summarize,
    })
  },
)
