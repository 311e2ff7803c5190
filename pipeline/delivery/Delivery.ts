/**
 * Steps 6 and 7: a worker per sink carries what the state file holds for it, batch by batch, and
 * acknowledges what is durable. A sink that is down keeps its backlog there and stops no other.
 */
import { Context, Deferred, type Duration, Effect, Exit, Layer, Schedule, Scope } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import { Resource } from "../../schemas/Item.ts"
import { failpoint } from "../../sinks/failpoints.ts"
import { isolated, needsAthlete } from "../../sinks/isolate.ts"
import { type Sink, SinkError, type SinkName, Sinks, type SinkSource } from "../../sinks/Sink.ts"
import { bounded } from "../base/bounded.ts"
import { notify } from "../base/Progress.ts"
import { makeRunContents, type RunContents } from "./RunContents.ts"
import { makeSignal } from "../base/Signal.ts"
import type { Shortfall } from "../state/outbox/shortfall.ts"
import type { StateError } from "../state/StateError.ts"
import { StateFile } from "../state/StateFile.ts"

/** Items a sink may lag behind before fetching waits for it; they are safe, but the disk is finite. */
const mostWaiting = 64

const batchLimits = { items: 500, bytes: 1024 * 1024 }
/** A table that is rewritten whole takes large batches: fewer rewrites, but each batch is held in memory. */
const wholeLimits = { items: 5_000, bytes: 8 * 1024 * 1024 }

/** A moment later; not for a full disk, which a moment does not mend. */
const retrySink = {
  schedule: Schedule.exponential("200 millis").pipe(Schedule.jittered),
  times: 3,
  while: (error: SinkError | StateError) =>
    error._tag === "SinkError" && error.reason === "unreachable" && error.detail !== silence,
}

/** A write that takes longer is not slow but stalled: a connection that nobody answers any more. */
export const Patience = Context.Reference<
  { readonly limit: Duration.Input; readonly grace: Duration.Input }
>("paceline/Patience", { defaultValue: () => ({ limit: "2 minutes", grace: "10 seconds" }) })

const silence = "no answer within two minutes"
const stalled = (sink: SinkName) => new SinkError({ sink, reason: "unreachable", detail: silence })

const unclosed = ({ detail, sink }: SinkError) =>
  notify({ _tag: "Note", text: `Cannot close the ${sink} sink: ${detail}` })

export class Delivery extends Context.Service<Delivery, {
  /** Step 2: open the sinks and deliver what earlier runs left. Costs no request. */
  drain: Effect.Effect<void, StateError>
  /** `items` more were checkpointed; waits while a sink that is up lags far behind. */
  offer(resource: Resource, items: number): Effect.Effect<void, StateError>
  /** Deliver all there is, also tables that are rewritten whole. */
  flush: Effect.Effect<void, StateError>
  /** The open sinks, to read the responses that they keep. */
  opened: Effect.Effect<ReadonlyArray<Sink>>
  /** Items that sinks lacked, compared with the state file, when they were opened. */
  shortfalls: Effect.Effect<ReadonlyArray<Shortfall>>
  /** Number of items by resource that were lost with a sink, and that no sink holds. */
  lost: Effect.Effect<ReadonlyMap<Resource, number>>
  /** The sinks that failed in this run. */
  down: Effect.Effect<ReadonlyArray<SinkError>>
  /** Fails when the state file fails under a worker: then the run must end. */
  failure: Effect.Effect<never, StateError>
  /** Fails when another run writes to a sink of ours: it is spending the same limits. */
  busy: Effect.Effect<never, SinkError>
}>()("paceline/Delivery") {
  static readonly layer = Layer.effect(
    Delivery,
    Effect.gen(function* () {
      const sources = yield* Sinks
      const failure = yield* Deferred.make<never, StateError>()
      const busy = yield* Deferred.make<never, SinkError>()
      const contents = yield* makeRunContents(sources)
      const workers = yield* Effect.forEach(
        sources,
        (source) => makeWorker(source, contents, failure, busy),
      )
      const all = <A, E>(each: (worker: Worker) => Effect.Effect<A, E>) =>
        Effect.forEach(workers, each, { concurrency: "unbounded", discard: true })
      const unlessFailed = <A, E>(effect: Effect.Effect<A, E>) =>
        Effect.raceFirst(effect, Deferred.await(failure))

      return Delivery.of({
        drain: unlessFailed(all(({ flush }) => flush)),
        flush: unlessFailed(all(({ flush }) => flush)),
        offer: (resource, items) => unlessFailed(all((worker) => worker.offer(resource, items))),
        opened: Effect.sync(() => workers.flatMap(({ opened }) => opened() ?? [])),
        shortfalls: contents.shortfalls,
        lost: contents.lost,
        down: Effect.sync(() => workers.flatMap(({ down }) => down() ?? [])),
        failure: Deferred.await(failure),
        busy: Deferred.await(busy),
      })
    }),
  )
}

interface Worker {
  readonly flush: Effect.Effect<void>
  offer(resource: Resource, items: number): Effect.Effect<void>
  /** Unless it is down. */
  opened(): Sink | undefined
  down(): SinkError | undefined
}

const makeWorker = Effect.fnUntraced(function* (
  source: SinkSource,
  contents: RunContents,
  failure: Deferred.Deferred<never, StateError>,
  busy: Deferred.Deferred<never, SinkError>,
): Effect.fn.Return<Worker, never, StateFile | Scope.Scope> {
  const state = yield* StateFile
  const patience = yield* Patience
  const signal = makeSignal()
  let down: SinkError | undefined
  let connected: Sink | undefined
  let opened: Sink | undefined
  /** True once this run is counted in the sink. */
  let advanced = false
  /** Items of this run, but for those of whole tables: offered, and surely no longer waiting. */
  let offered = 0
  let settled = 0
  /** Rounds that also deliver whole tables: asked for, and done. */
  let asked = 0
  let done = 0

  /** Connected once: what cannot be compared is tried again on the same connection. */
  const connect = Effect.fnUntraced(function* (athlete: AthleteId | undefined) {
    if (connected !== undefined) return connected
    connected = yield* isolated(source, { athlete, unclosed }).open
    const { name, notes = [], uncleared = false } = connected
    if (uncleared) yield* state.purges.markUnerased(name)
    yield* Effect.forEach(notes, (text) => notify({ _tag: "Note", text: `${name}: ${text}` }))
    return connected
  })
  /** Undefined before the athlete is known: until then there is nothing to deliver. */
  const open = Effect.gen(function* () {
    if (opened !== undefined) return opened
    const athlete = yield* state.athlete
    if (needsAthlete(source, athlete)) {
      yield* contents.failed(source.name)
      return undefined
    }
    const sink = yield* connect(athlete)
    yield* state.recordIdentity(source.name, source.identity ?? source.name)
    yield* contents.opened(sink)
    return opened = sink
  })

  /** One batch: an interruption waits for the sink's yes and for ours, if they come soon. */
  const step = Effect.fnUntraced(function* (sink: Sink, resource: Resource) {
    const limits = sink.whole.has(resource) ? wholeLimits : batchLimits
    const batch = yield* state.batch(sink.name, resource, limits)
    const size = batch.items.length + (batch.gone?.length ?? 0)
    if (size === 0) return false
    yield* failpoint("batch.taken")
    yield* bounded(
      Effect.gen(function* () {
        if (!advanced && sink.advance !== undefined) {
          yield* state.ledger.recordGeneration(sink.name, yield* sink.advance)
        }
        advanced = true
        const refusals = yield* sink.write(batch)
        yield* failpoint("batch.written")
        yield* state.acknowledge(sink.name, batch, refusals)
        yield* failpoint("batch.acknowledged")
      }),
      { ...patience, late: () => Effect.fail(stalled(sink.name)) },
    )
    if (!sink.whole.has(resource)) settled = Math.min(offered, settled + size)
    signal.changed()
    return true
  })

  /** Not every item offered is one that this sink lacks, so a round that finds no more settles all. */
  const round = Effect.fnUntraced(function* (everything: boolean) {
    const until = offered
    const sink = yield* open
    if (sink === undefined) return
    for (const resource of Resource.literals) {
      if (sink.whole.has(resource) && !everything) continue
      while (yield* step(sink, resource)) yield* Effect.yieldNow
    }
    settled = Math.max(settled, until)
  })

  const loop = Effect.gen(function* () {
    let seen = 0
    while (down === undefined) {
      yield* signal.until(() => offered > seen || asked > done)
      // Items that were committed together become one batch, once each has been handed over.
      yield* Effect.yieldNow
      const until = asked
      seen = offered
      yield* round(until > done).pipe(
        Effect.retry(retrySink),
        Effect.catchTag("SinkError", (error) => {
          down = error
          const told = Effect.andThen(
            contents.failed(source.name),
            notify({ _tag: "SinkDown", sink: source.name, detail: error.detail }),
          )
          return error.reason === "busy" ? Effect.andThen(told, Deferred.fail(busy, error)) : told
        }),
      )
      done = until
      signal.changed()
    }
  })
  // What the sink stands on goes with this fiber, so never under a write.
  const scope = yield* Scope.make()
  const close = bounded(Scope.close(scope, Exit.void), { ...patience, late: () => Effect.void })
  yield* loop.pipe(
    Effect.provideService(Scope.Scope, scope),
    Effect.ensuring(close),
    Effect.onError((cause) => Deferred.failCause(failure, cause)),
    Effect.forkScoped,
  )

  const until = (condition: () => boolean) => signal.until(() => down !== undefined || condition())

  return {
    offer: (resource, items) =>
      Effect.suspend(() => {
        if (opened?.whole.has(resource) === true) return Effect.void
        offered += items
        signal.changed()
        return until(() => offered - settled <= mostWaiting)
      }),
    flush: Effect.suspend(() => {
      const mine = ++asked
      signal.changed()
      return until(() => done >= mine)
    }),
    opened: () => down === undefined ? opened : undefined,
    down: () => down,
  }
})
