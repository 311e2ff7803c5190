/**
 * Compares what each sink of the run holds with the ledger, once all of them are open and before any is
 * written to: a sink may have been emptied, replaced or restored since the last run.
 */
import { Deferred, Effect } from "effect"
import { Resource } from "../schemas/Item.ts"
import type { Sink, SinkError, SinkName, SinkSource } from "../sinks/Sink.ts"
import { notify } from "./Progress.ts"
import { describeShortfalls, type Shortfall } from "./state/shortfall.ts"
import type { StateError } from "./state/StateError.ts"
import { StateFile } from "./state/StateFile.ts"

const describe = ({ location, name }: Sink, shortfalls: ReadonlyArray<Shortfall>) =>
  `${describeShortfalls(name, location, shortfalls)}. It gets back what another sink keeps for 0 ` +
  "requests."

/** One of the sinks of a run, and what it was found to lack. */
interface Opened {
  readonly sink: Sink
  readonly shortfalls: ReadonlyArray<Shortfall>
}

export interface RunContents {
  /** Reports that the sink is open; returns when all are compared, and fails if this one could not be. */
  opened(sink: Sink): Effect.Effect<void, SinkError | StateError>
  /** Reports that the sink cannot be opened, so that the others do not wait for it. */
  failed(name: SinkName): Effect.Effect<void>
  /** What the sinks were found to lack. */
  readonly shortfalls: Effect.Effect<ReadonlyArray<Shortfall>>
  /** Number of items by resource that they lost and no sink holds: these are listed again. */
  readonly lost: Effect.Effect<ReadonlyMap<Resource, number>>
}

export const makeRunContents = Effect.fnUntraced(function* (sources: ReadonlyArray<SinkSource>) {
  const { ledger, owner } = yield* StateFile
  const outstanding = new Set(sources.map(({ name }) => name))
  const short: Array<Opened> = []
  const lost = new Map<Resource, number>()
  const failures = new Map<SinkName, SinkError>()
  const compared = yield* Deferred.make<void, StateError>()

  const shortfallsOf = Effect.fnUntraced(function* (sink: Sink) {
    const athlete = yield* owner
    if (athlete === undefined || sink.contents === undefined) return []
    return yield* ledger.shortfalls(sink.name, yield* sink.contents(athlete))
  })

  /** Reconciles those of `sinks` that can be read; one that fails holds up only itself. */
  const reconcile = (sinks: ReadonlyArray<Sink>): Effect.Effect<void, StateError> =>
    sinks.length === 0 ? Effect.void : ledger.reconcile(sinks).pipe(
      Effect.map((adopted) => {
        for (const resource of Resource.literals) {
          lost.set(resource, (lost.get(resource) ?? 0) + (adopted?.lost[resource] ?? 0))
        }
      }),
      Effect.catchTag("SinkError", (error) => {
        failures.set(error.sink, error)
        return reconcile(sinks.filter(({ name }) => name !== error.sink))
      }),
    )

  const reconcileAll = Effect.gen(function* () {
    for (const { shortfalls, sink } of short) {
      yield* notify({ _tag: "Note", text: describe(sink, shortfalls) })
    }
    yield* reconcile(short.map(({ sink }) => sink))
  })

  /** The last sink that was waited for lets all go on. */
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
        const shortfalls = yield* shortfallsOf(sink)
        if (shortfalls.length > 0) short.push({ sink, shortfalls })
        yield* settle(sink.name)
      }
      yield* Deferred.await(compared)
      const failure = failures.get(sink.name)
      if (failure !== undefined) return yield* failure
    }),
    failed: settle,
    lost: Effect.sync(() => lost),
    shortfalls: Effect.sync(() => short.flatMap(({ shortfalls }) => shortfalls)),
  } satisfies RunContents
})
