/**
 * Attributes every error inside a sink to that sink, even one that its code did not expect, so that
 * the other sinks and the run continue. Also keeps a run from the data of other athletes.
 */
import { Cause, Effect, Exit, Option, Scope, Stream } from "effect"
import type { AthleteId } from "../schemas/Athlete.ts"
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
      detail:
        `unexpected error: ${words}. Its stored items are kept, and the next run delivers what ` +
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
  const { advance, contents, ensureOwn, explain } = sink
  return {
    ...sink,
    ...(contents && {
      contents: (athlete) => own(Effect.suspend(() => contents.call(sink, athlete))),
    }),
    ...(advance && { advance: own(advance) }),
    ...(ensureOwn && {
      ensureOwn: (athlete) => own(Effect.suspend(() => ensureOwn.call(sink, athlete))),
    }),
    write: (batch) => own(Effect.suspend(() => sink.write(batch))),
    held: (resource, proven) =>
      Stream.catchCauseIf(
        Stream.suspend(() => sink.held(resource, proven)),
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

/** Circumstances in which a run uses a sink. */
interface Use {
  /** Athlete whose data is read and written; undefined while that is not known. */
  readonly athlete: AthleteId | undefined
  /** Receives errors of closing the sink: everything that was acknowledged is durable by then. */
  readonly unclosed?: (error: SinkError) => Effect.Effect<void>
}

/** True if the sink can hold data of several athletes, and must not be read before the athlete is known. */
export const needsAthlete = (source: SinkSource, athlete: AthleteId | undefined): boolean =>
  source.of !== undefined && athlete === undefined

const unknownAthlete = ({ name }: SinkSource) =>
  new SinkError({
    sink: name,
    reason: "unreachable",
    detail:
      "it can hold data of several athletes, and the data directory does not show which is yours. " +
      "The next run asks Strava. Run: deno task pipeline",
  })

/** Returns `source` for one athlete, and with every unexpected error as a `SinkError`. */
export const isolated = (
  source: SinkSource,
  { athlete, unclosed = () => Effect.void }: Use,
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
  const { look, open } = athlete === undefined ? source : source.of?.(athlete) ?? source
  const unknown = Effect.suspend(() => Effect.fail(unknownAthlete(source)))
  const foreign = needsAthlete(source, athlete)
  return {
    ...source,
    ...(source.there && { there: Effect.catchDefect(source.there, () => Effect.succeed(true)) }),
    open: foreign ? unknown : opened(open),
    look: foreign ? unknown : opened(look),
  }
}
