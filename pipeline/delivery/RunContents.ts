/**
 * Compares what each sink of the run holds with the ledger, once all of them are open and before any is
 * written to: a sink may have been emptied, replaced or restored since the last run.
 */
import { Deferred, Effect } from "effect"
import { Resource } from "../../schemas/Item.ts"
import { allResources } from "../../schemas/resources.ts"
import type { Sink, SinkError, SinkName, SinkSource } from "../../sinks/Sink.ts"
import { notify } from "../base/Progress.ts"
import type { SinkAge } from "../state/outbox/sinkHistory.ts"
import { describeShortfalls, type Shortfall } from "../state/outbox/shortfall.ts"
import type { StateError } from "../state/StateError.ts"
import { StateFile } from "../state/StateFile.ts"

const kept = "What another sink keeps is restored for 0 requests."

const describe = ({ drift, shortfalls, sink: { location, name } }: Opened): string =>
  shortfalls.length > 0
    ? `${describeShortfalls(name, location, shortfalls)}. ${kept}`
    : drift === "older"
    ? `${name} in ${location} is older than the last run: it was restored or replaced. Its contents ` +
      `are compared. ${kept}`
    : `${name} in ${location} was changed by another program since the last run. New items there are ` +
      "adopted for 0 requests."

/** One of the sinks of a run, and its differences from what the last run left. */
interface Opened {
  readonly sink: Sink
  readonly shortfalls: ReadonlyArray<Shortfall>
  readonly drift: SinkAge | undefined
}

export interface RunContents {
  /** Reports that the sink is open; returns when all are compared, and fails if this one could not be. */
  opened(sink: Sink): Effect.Effect<void, SinkError | StateError>
  /** Reports that the sink cannot be opened, so that the others do not wait for it. */
  failed(name: SinkName): Effect.Effect<void>
  /** Items that the sinks lacked. */
  readonly shortfalls: Effect.Effect<ReadonlyArray<Shortfall>>
  /** Number of items by resource that they lost and no sink holds: these are listed again. */
  readonly lost: Effect.Effect<ReadonlyMap<Resource, number>>
}

export const makeRunContents = Effect.fnUntraced(function* (sources: ReadonlyArray<SinkSource>) {
  const { ledger, owner } = yield* StateFile
  const outstanding = new Set(sources.map(({ name }) => name))
  const differing: Array<Opened> = []
  const lost = new Map<Resource, number>()
  const failures = new Map<SinkName, SinkError>()
  const compared = yield* Deferred.make<void, StateError>()

  const look = Effect.fnUntraced(function* (sink: Sink) {
    const athlete = yield* owner
    if (athlete === undefined) return
    yield* sink.ensureOwn?.(athlete) ?? Effect.void
    const contents = yield* sink.contents?.(athlete) ?? Effect.undefined
    const shortfalls = contents === undefined ? [] : yield* ledger.shortfalls(sink.name, contents)
    const drift = sink.generation && (yield* ledger.generationDrift(sink.name, sink.generation))
    if (shortfalls.length > 0 || drift !== undefined) differing.push({ sink, shortfalls, drift })
  })

  /** Reconciles those of `sinks` that can be read; one that fails holds up only itself. */
  const reconcile = (
    sinks: ReadonlyArray<Sink>,
    drift: SinkAge | undefined,
  ): Effect.Effect<void, StateError> =>
    sinks.length === 0 ? Effect.void : ledger.reconcile(sinks, drift).pipe(
      Effect.map((adopted) => {
        for (const resource of allResources()) {
          lost.set(resource, (lost.get(resource) ?? 0) + (adopted?.lost[resource] ?? 0))
        }
      }),
      Effect.catchTag("SinkError", (error) => {
        failures.set(error.sink, error)
        return reconcile(sinks.filter(({ name }) => name !== error.sink), drift)
      }),
    )

  const reconcileAll = Effect.gen(function* () {
    for (const one of differing) yield* notify({ _tag: "Note", text: describe(one) })
    for (const drift of ["older", undefined, "newer"] as const) {
      yield* reconcile(
        differing.filter((one) => one.drift === drift).map(({ sink }) => sink),
        drift,
      )
    }
  })

  /** The last sink that is reported starts the comparison, whose end lets all of them continue. */
  const settle = (name: SinkName) =>
    Effect.suspend(() =>
      outstanding.delete(name) && outstanding.size === 0
        ? Effect.asVoid(
          Effect.flatMap(Effect.exit(reconcileAll), (exit) => Deferred.done(compared, exit)),
        )
        : Effect.void
    )

  return {
    opened: Effect.fnUntraced(function* (sink) {
      if (outstanding.has(sink.name)) {
        yield* look(sink)
        yield* settle(sink.name)
      }
      yield* Deferred.await(compared)
      const failure = failures.get(sink.name)
      if (failure !== undefined) return yield* failure
      if (sink.generation) yield* ledger.recordGeneration(sink.name, sink.generation.now)
    }),
    failed: settle,
    lost: Effect.sync(() => lost),
    shortfalls: Effect.sync(() => differing.flatMap(({ shortfalls }) => shortfalls)),
  } satisfies RunContents
})
