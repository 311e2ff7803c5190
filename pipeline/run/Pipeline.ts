/**
 * Runs stages, each once and as soon as the stages that it needs are done; independent ones
 * concurrently.
 */
import { Cause, Deferred, type Duration, Effect, Fiber, Option, Schema } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { notify } from "../base/Progress.ts"
import { StateError } from "../state/StateError.ts"
import * as Stage from "../stages/Stage.ts"

/** A selected stage needs one that has never run. */
export class StageOutputMissing
  extends Schema.TaggedError<StageOutputMissing>()("StageOutputMissing", {
    stage: Schema.String,
  }) {
  override get message() {
    return `Cannot run: the stage "${this.stage}" has no stored output.  Nothing was changed. ` +
      `Run it first: deno task ${this.stage}`
  }
  override readonly [errorExitCode] = exitCodes.data
}

/** Time that requests in flight have to complete after the first Ctrl-C. */
export const grace: Duration.Input = "15 seconds"

/**
 * Runs `effect` so that an interruption starts no further request (`close`), but lets those in flight, which
 * are paid for, complete and be committed.
 */
export const gracefully = <A, E, R>(
  effect: Effect.Effect<A, E, R>,
  close: Effect.Effect<void>,
): Effect.Effect<A, E, R> =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkDetach(Effect.interruptible(effect), {
        startImmediately: true,
      })
      const finish = close.pipe(
        Effect.andThen(notify({ _tag: "Stopping" })),
        Effect.andThen(Fiber.await(fiber)),
        Effect.timeoutOption(grace),
        Effect.andThen(Fiber.interrupt(fiber)),
      )
      return yield* restore(Fiber.join(fiber)).pipe(Effect.onInterrupt(() => finish))
    })
  )

const isOfState = (cause: Cause.Cause<unknown>) =>
  Option.getOrUndefined(Cause.findErrorOption(cause)) instanceof StateError

/** True for the stages that run; the others only recall their last output. */
export type Selection = (stage: string) => boolean

/**
 * Runs `last` and the stages that it needs; returns the output of `last`. If a stage fails, those that need
 * it do not begin, the others run to their end, and the run fails with the first failure. `close` is run when
 * the state file fails: it lets no further request begin.
 */
export const runPipeline = Effect.fn("Pipeline.run")(
  function* <A, E, R>(
    last: Stage.Stage<A, E, R>,
    selected: Selection,
    close: Effect.Effect<void> = Effect.void,
  ) {
    const stages = [...Stage.ordered<E, R>(last)]
    const ends = new Map(
      stages.map((stage) => [stage.name, Deferred.makeUnsafe<unknown, E | StageOutputMissing>()]),
    )
    const endOf = ({ name }: { readonly name: string }) =>
      Effect.flatMap(
        Effect.fromNullishOr(ends.get(name)).pipe(Effect.orDie),
        (end) => Deferred.await(end),
      )

    let failed: Cause.Cause<E | StageOutputMissing> | undefined
    /** Succeeds with the output that the stage has in spite of the error; the run fails with it later. */
    const salvage = (
      stage: Stage.Stage<unknown, E, R>,
      needs: Readonly<Record<string, never>>,
      error: E,
    ) =>
      Effect.flatMap(stage.salvage?.(needs, error) ?? Effect.succeedNone, (output) => {
        if (Option.isNone(output)) return Effect.fail(error)
        failed ??= Cause.fail(error)
        return Effect.succeed(output.value)
      })
    const outputOf = Effect.fnUntraced(function* (stage: Stage.Stage<unknown, E, R>) {
      const needs = (yield* Effect.all(
        Object.fromEntries(
          Object.entries(stage.needs).map(([name, need]) => [name, endOf(need)]),
        ),
      )) as Readonly<Record<string, never>>
      if (!selected(stage.name)) {
        const output = yield* stage.recall(needs)
        if (Option.isNone(output)) return yield* new StageOutputMissing({ stage: stage.name })
        return output.value
      }
      yield* notify({ _tag: "StageStarted", stage: stage.name })
      const output = yield* Effect.catch(
        stage.run(needs),
        (error) => salvage(stage, needs, error),
      ).pipe(
        Effect.annotateLogs({ stage: stage.name }),
        Effect.withSpan(`stage ${stage.name}`, { attributes: { "paceline.stage": stage.name } }),
      )
      yield* notify({ _tag: "StageEnded", stage: stage.name })
      return output
    })

    yield* Effect.forEach(
      stages,
      (stage) => {
        const end = ends.get(stage.name)
        if (end === undefined) return Effect.void
        return Effect.matchCauseEffect(outputOf(stage), {
          onSuccess: (output) => Deferred.succeed(end, output),
          // Requests in flight are paid for, so the other stages run to their end, unless this is a bug.
          onFailure: (cause) => {
            // A stage that was interrupted explains less than the one whose failure interrupted it.
            if (failed === undefined || Cause.hasInterruptsOnly(failed)) failed = cause
            const fail = Cause.hasDies(cause)
              ? Effect.failCause(cause)
              : Deferred.failCause(end, cause)
            // Responses that cannot be stored must not be paid for.
            return isOfState(cause) ? Effect.andThen(close, fail) : fail
          },
        })
      },
      { concurrency: "unbounded", discard: true },
    )
    if (failed !== undefined) return yield* Effect.failCause(failed)
    return (yield* endOf(last)) as A
  },
)
