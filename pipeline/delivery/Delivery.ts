/**
 * Steps 6 and 7: a worker per sink delivers its items from the outbox, batch by batch, and acknowledges
 * them once they are durable. The items of a sink that is down stay in the outbox, and no other sink waits.
 */
import { Context, Deferred, type Duration, Effect, Exit, Layer, Schedule, Scope } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import { allResources } from "../../schemas/resources.ts"
import { failpoint } from "../../sinks/failpoints.ts"
import { isolated, needsAthlete } from "../../sinks/isolate.ts"
import { type Sink, SinkError, type SinkName, Sinks, type SinkSource } from "../../sinks/Sink.ts"
import { bounded } from "../base/bounded.ts"
import { notify } from "../base/Progress.ts"
import { writeTraced } from "./writeTraced.ts"
import { makeRunContents, type RunContents } from "./RunContents.ts"
import { makeSignal } from "../base/Signal.ts"
import type { Shortfall } from "../state/outbox/shortfall.ts"
import type { StateError } from "../state/StateError.ts"
import { StateFile } from "../state/StateFile.ts"

/**
 * Number of items that a sink can lag behind before fetching waits for it: they are safe, but the
 * disk is finite.
 */
const mostWaiting = 64

const batchLimits = { items: 500, bytes: 1024 * 1024 }
/** A table that is rewritten whole takes large batches: fewer rewrites, but each batch is held in memory. */
const wholeLimits = { items: 5_000, bytes: 8 * 1024 * 1024 }

/** Retries soon; not for a full disk, which stays full. */
const retrySink = {
  schedule: Schedule.exponential("200 millis").pipe(Schedule.jittered),
  times: 3,
  while: (error: SinkError | StateError) =>
    error._tag === "SinkError" && error.reason === "unreachable" && error.detail !== silence,
}

/** Time after which a write is not slow but stalled, for example by a dead connection. */
export const Patience = Context.Reference<
  { readonly limit: Duration.Input; readonly grace: Duration.Input }
>("paceline/Patience", { defaultValue: () => ({ limit: "2 minutes", grace: "10 seconds" }) })

const silence = "no response within two minutes"
const stalled = (sink: SinkName) => new SinkError({ sink, reason: "unreachable", detail: silence })

const unclosed = ({ detail, sink }: SinkError) =>
  notify({ _tag: "Note", text: `Cannot close the ${sink} sink: ${detail}` })

export class Delivery extends Context.Service<Delivery, {
  /** Step 2: opens the sinks and delivers items of earlier runs. Sends no request. */
  drain: Effect.Effect<void, StateError>
  /** Notes that `items` more were checkpointed; waits while a sink that is up lags far behind. */
  offer(resource: Resource, items: number): Effect.Effect<void, StateError>
  /** Delivers everything, also tables that are rewritten whole. */
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
  /** Fails when another run writes to a sink of ours, because that run uses up the same rate limit. */
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
  /** The open sink; undefined if it is down or not open yet. */
  opened(): Sink | undefined
  down(): SinkError | undefined
}

/** Progress of one worker. */
interface WorkerProgress {
  down: SinkError | undefined
  connected: Sink | undefined
  opened: Sink | undefined
  /** True once this run is counted in the sink. */
  advanced: boolean
  /** Items of this run, without those of whole tables: offered, and certainly not waiting any more. */
  offered: number
  settled: number
  /** Rounds that also deliver whole tables: requested, and done. */
  asked: number
  done: number
}

interface WorkerContext {
  readonly source: SinkSource
  readonly contents: RunContents
  readonly busy: Deferred.Deferred<never, SinkError>
  readonly signal: ReturnType<typeof makeSignal>
  readonly progress: WorkerProgress
}

/** Connects once: a comparison that fails is retried on the same connection. */
const connect = Effect.fnUntraced(function* (
  { progress, source }: WorkerContext,
  athlete: AthleteId | undefined,
) {
  if (progress.connected !== undefined) return progress.connected
  const { purges } = yield* StateFile
  const sink = progress.connected = yield* isolated(source, { athlete, unclosed }).open
  const { name, notes = [], uncleared = false } = sink
  if (uncleared) yield* purges.markUnerased(name)
  yield* Effect.forEach(notes, (text) => notify({ _tag: "Note", text: `${name}: ${text}` }))
  return sink
})

/** Opens the sink once. Undefined before the athlete is known: until then there is nothing to deliver. */
const open = Effect.fnUntraced(function* (context: WorkerContext) {
  const { contents, progress, source } = context
  if (progress.opened !== undefined) return progress.opened
  const state = yield* StateFile
  const athlete = yield* state.athlete
  if (needsAthlete(source, athlete)) {
    yield* contents.failed(source.name)
    return undefined
  }
  const sink = yield* connect(context, athlete)
  yield* state.recordIdentity(source.name, source.identity ?? source.name)
  yield* contents.opened(sink)
  return progress.opened = sink
})

/** Delivers one batch. An interruption waits until it is acknowledged, within the limits of `Patience`. */
const step = Effect.fnUntraced(function* (
  { progress, signal }: WorkerContext,
  sink: Sink,
  resource: Resource,
) {
  const state = yield* StateFile
  const limits = sink.whole.has(resource) ? wholeLimits : batchLimits
  const batch = yield* state.batch(sink.name, resource, limits)
  const size = batch.items.length + (batch.gone?.length ?? 0)
  if (size === 0) return false
  yield* failpoint("batch.taken")
  yield* bounded(
    Effect.gen(function* () {
      if (!progress.advanced && sink.advance !== undefined) {
        yield* state.ledger.recordGeneration(sink.name, yield* sink.advance)
      }
      progress.advanced = true
      const refusals = yield* writeTraced(sink, batch)
      yield* failpoint("batch.written")
      yield* state.acknowledge(sink.name, batch, refusals)
      yield* failpoint("batch.acknowledged")
    }),
    { ...yield* Patience, late: () => Effect.fail(stalled(sink.name)) },
  )
  if (!sink.whole.has(resource)) {
    progress.settled = Math.min(progress.offered, progress.settled + size)
  }
  signal.changed()
  return true
})

/**
 * Delivers all items in the outbox. Items that this sink does not lack are settled by a round that
 * finds no more.
 */
const round = Effect.fnUntraced(function* (context: WorkerContext, everything: boolean) {
  const { progress } = context
  const until = progress.offered
  const sink = yield* open(context)
  if (sink === undefined) return
  for (const resource of allResources()) {
    if (sink.whole.has(resource) && !everything) continue
    while (yield* step(context, sink, resource)) yield* Effect.yieldNow
  }
  progress.settled = Math.max(progress.settled, until)
})

/** Notes that the sink failed in this run. */
const goDown = ({ busy, contents, progress, source }: WorkerContext) => (error: SinkError) => {
  progress.down = error
  const noted = Effect.andThen(
    contents.failed(source.name),
    notify({ _tag: "SinkDown", sink: source.name, detail: error.detail }),
  )
  return error.reason === "busy" ? Effect.andThen(noted, Deferred.fail(busy, error)) : noted
}

/** Delivers whenever there is something to deliver, until the sink is down. */
const loop = Effect.fnUntraced(function* (context: WorkerContext) {
  const { progress, signal } = context
  let seen = 0
  while (progress.down === undefined) {
    yield* signal.until(() => progress.offered > seen || progress.asked > progress.done)
    // Items that were committed together become one batch, once each has been handed over.
    yield* Effect.yieldNow
    const until = progress.asked
    seen = progress.offered
    yield* round(context, until > progress.done).pipe(
      Effect.retry(retrySink),
      Effect.catchTag("SinkError", goDown(context)),
    )
    progress.done = until
    signal.changed()
  }
})

const makeWorker = Effect.fnUntraced(function* (
  source: SinkSource,
  contents: RunContents,
  failure: Deferred.Deferred<never, StateError>,
  busy: Deferred.Deferred<never, SinkError>,
): Effect.fn.Return<Worker, never, StateFile | Scope.Scope> {
  const signal = makeSignal()
  const progress: WorkerProgress = {
    down: undefined,
    connected: undefined,
    opened: undefined,
    advanced: false,
    offered: 0,
    settled: 0,
    asked: 0,
    done: 0,
  }
  // The sink's resources are released with this fiber, so never during a write.
  const scope = yield* Scope.make()
  const close = bounded(Scope.close(scope, Exit.void), {
    ...yield* Patience,
    late: () => Effect.void,
  })
  yield* loop({ source, contents, busy, signal, progress }).pipe(
    Effect.provideService(Scope.Scope, scope),
    Effect.ensuring(close),
    Effect.onError((cause) => Deferred.failCause(failure, cause)),
    Effect.forkScoped,
  )
  const until = (condition: () => boolean) =>
    signal.until(() => progress.down !== undefined || condition())
  return {
    offer: (resource, items) =>
      Effect.suspend(() => {
        if (progress.opened?.whole.has(resource) === true) return Effect.void
        progress.offered += items
        signal.changed()
        return until(() => progress.offered - progress.settled <= mostWaiting)
      }),
    flush: Effect.suspend(() => {
      const mine = ++progress.asked
      signal.changed()
      return until(() => progress.done >= mine)
    }),
    opened: () => progress.down === undefined ? progress.opened : undefined,
    down: () => progress.down,
  }
})
