/**
 * Attributes every error inside a sink to that sink, also one that its code did not expect, so that the
 * other sinks and the run go on.
 */
import { Cause, Effect, Exit, Option, Scope, Stream } from "effect"
import { type Sink, SinkError, type SinkName, type SinkSource } from "./Sink.ts"
import { systemCauseOf } from "./systemError.ts"

/** Returns the `SinkError` of a cause that is not an interruption. */
const sinkErrorOf = (sink: SinkName, cause: Cause.Cause<SinkError>): SinkError =>
  Option.getOrElse(Cause.findErrorOption(cause), () => {
    const error = Cause.squash(cause)
    const ofSystem = systemCauseOf(error)
    const words = ofSystem ?? (error instanceof Error ? error.message : String(error))
    return new SinkError({
      sink,
      reason: ofSystem === undefined ? "unreachable" : "disk",
      detail: `unexpected error: ${words}. What it holds is kept, and the next run delivers what ` +
        "is missing. If it happens again, report it",
      cause: error,
    })
  })

const isUnexpected = (cause: Cause.Cause<unknown>) =>
  Cause.hasDies(cause) && !Cause.hasInterrupts(cause)

const attributed = (sink: SinkName) => <A, R>(effect: Effect.Effect<A, SinkError, R>) =>
  Effect.catchCauseIf(effect, isUnexpected, (cause) => Effect.fail(sinkErrorOf(sink, cause)))

const isolatedSink = (sink: Sink): Sink => {
  const own = attributed(sink.name)
  const { contents, explain, notes } = sink
  return {
    name: sink.name,
    location: sink.location,
    whole: sink.whole,
    ...(notes && { notes }),
    ...(contents && {
      contents: (athlete) => own(Effect.suspend(() => contents.call(sink, athlete))),
    }),
    write: (batch) => own(Effect.suspend(() => sink.write(batch))),
    held: (resource) =>
      Stream.catchCauseIf(
        Stream.suspend(() => sink.held(resource)),
        isUnexpected,
        (cause) => Stream.fail(sinkErrorOf(sink.name, cause)),
      ),
    kept: (resource, ids) => own(Effect.suspend(() => sink.kept(resource, ids))),
    differing: (batch) => own(Effect.suspend(() => sink.differing(batch))),
    ...(explain && {
      explain: (without) => own(Effect.suspend(() => explain.call(sink, without))),
    }),
    clear: own(sink.clear),
    putAside: (resource) => own(Effect.suspend(() => sink.putAside(resource))),
  }
}

/**
 * Returns `source` with every unexpected error as a `SinkError`. What fails while it is closed goes to
 * `unclosed`: everything that was acknowledged is durable by then.
 */
export const isolated = (
  source: SinkSource,
  unclosed: (error: SinkError) => Effect.Effect<void> = () => Effect.void,
): SinkSource => {
  const own = attributed(source.name)
  const opened = (open: SinkSource["open"]): SinkSource["open"] =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const scope = yield* Scope.make()
        const context = yield* Effect.context()
        const close = own(Scope.close(scope, Exit.void)).pipe(
          Effect.catch(unclosed),
          Effect.provideContext(context),
        )
        const sink = yield* restore(own(Scope.provide(open, scope))).pipe(
          Effect.onError(() => close),
        )
        yield* Effect.addFinalizer(() => close)
        return isolatedSink(sink)
      })
    )
  return {
    ...source,
    ...(source.there && { there: Effect.catchDefect(source.there, () => Effect.succeed(true)) }),
    open: opened(source.open),
    look: opened(source.look),
  }
}
