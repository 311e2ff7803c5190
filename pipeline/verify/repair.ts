/** Mending what an examination found: out of the state file and the other sinks, without a request. */
import { Effect, Layer, Option, Stream } from "effect"
import { Resource } from "../../schemas/Item.ts"
import { resources } from "../../schemas/resources.ts"
import { type Sink, type SinkName, Sinks, type SinkSource } from "../../sinks/Sink.ts"
import { keepersOf, SinkRegistry } from "../../sinks/SinkKind.ts"
import { Delivery } from "../delivery/Delivery.ts"
import type { LedgerEntry } from "../state/ledger/ledger.ts"
import type { FoundItem, LostItem } from "../state/outbox/redeliver.ts"
import { StateFile } from "../state/StateFile.ts"
import { isExpected, isLacking, ledgerPages } from "./compare.ts"
import { textsOf } from "./content.ts"
import type { Examination } from "./examine.ts"
import type { Repair } from "./Result.ts"

/** A sink that is open, and where it came from. */
export interface Opened {
  readonly source: SinkSource
  readonly sink: Sink
}

/** Through the outbox, as ever: what is staged is durable before a sink is touched. */
const deliver = (opened: ReadonlyArray<Opened>) =>
  Effect.gen(function* () {
    const delivery = yield* Delivery
    yield* delivery.drain
    return yield* delivery.down
  }).pipe(
    Effect.provide(
      Delivery.layer.pipe(
        Layer.provide(
          Layer.succeed(
            Sinks,
            // Without `of`, which would open the sink a second time, against its own lock; the repair has
            // noted of which generation it is.
            opened.map(({ sink: { generation: _, ...sink }, source: { of: __, ...source } }) => ({
              ...source,
              open: Effect.succeed(sink),
            })),
          ),
        ),
      ),
    ),
  )

export const repair = Effect.fn("repair")(
  function* (opened: ReadonlyArray<Opened>, { differences, failed, oddities }: Examination) {
    const { ledger } = yield* StateFile
    const sinks = opened.map(({ sink }) => sink).filter(({ name }) => !failed.has(name))
    const keepers = keepersOf(yield* SinkRegistry)
    const sources = opened.toSorted((a, b) => a.source.rank - b.source.rank)
      .map(({ sink }) => sink).filter((sink) => sinks.includes(sink))
    const different = new Set(
      differences.map(({ id, resource, sink }) => `${sink} ${resource} ${id}`),
    )
    const isIn =
      (sink: Sink, resource: Resource) =>
      (found: { readonly sink: SinkName; readonly resource: Resource }) =>
        found.sink === sink.name && found.resource === resource
    /** A table with what cannot be read in it is begun anew, with all that belongs into it. */
    const isAnew = (sink: Sink, resource: Resource) =>
      sink.whole.has(resource) && oddities.some(isIn(sink, resource)) &&
      differences.some(isIn(sink, resource))

    const isMissed = (entry: LedgerEntry, sink: Sink) =>
      isExpected(entry, sink) &&
      (different.has(`${sink.name} ${entry.resource} ${entry.id}`) || isAnew(sink, entry.resource))

    const owed = yield* ledger.markedForRefetch(sinks.map(({ name }) => name))
    const lost: Array<LostItem> = []
    let restored = 0
    let expelled = 0
    const mend = Effect.fnUntraced(
      function* (resource: Resource, entries: ReadonlyArray<LedgerEntry>) {
        const back = entries.filter(({ status }) => status === "purged").map((key) => ({
          key,
          sinks: sinks.filter(({ name }) => different.has(`${name} ${resource} ${key.id}`))
            .map(({ name }) => name),
        })).filter(({ sinks }) => sinks.length > 0)
        if (back.length > 0) yield* ledger.purgeAgain(back)
        expelled += back.reduce((sum, { sinks }) => sum + sinks.length, 0)
        const wanting = entries.map((entry) => ({
          entry,
          missed: sinks.filter((sink) => isMissed(entry, sink)).map(({ name }) => name),
          lacking: sinks.filter((sink) => isLacking(entry, sink, keepers)).map(({ name }) => name),
        })).filter(({ lacking, missed }) => missed.length + lacking.length > 0)
        if (wanting.length === 0) return
        const texts = yield* textsOf(ledger, sources, resource, wanting.map(({ entry }) => entry))
        const byId = new Map(texts.map((item) => [item.id, item]))
        const had: Array<FoundItem> = []
        const gone: Array<LostItem> = []
        for (const { entry, lacking, missed } of wanting) {
          const item = byId.get(entry.id)
          if (item !== undefined) had.push({ item, sinks: [...missed, ...lacking] })
          else {
            // A sink that was added later gets what it lacks by `--backfill` only: it lost nothing.
            const without = [...missed, ...lacking.filter((name) => owed.includes(name))]
            if (without.length > 0) gone.push({ key: entry, sinks: without })
          }
        }
        if (had.length > 0) yield* ledger.restore(had)
        if (gone.length > 0) yield* ledger.forget(gone)
        restored += had.reduce((sum, { sinks }) => sum + sinks.length, 0)
        lost.push(...gone)
      },
    )

    for (const resource of Resource.literals) {
      yield* Stream.runForEach(
        ledgerPages(ledger, resource, resources[resource].atOnce.compared),
        (entries) => mend(resource, entries),
      )
    }

    yield* ledger.refetch(owed)

    const aside: Array<string> = []
    for (const sink of sinks) {
      for (const resource of Resource.literals.filter((resource) => isAnew(sink, resource))) {
        const name = yield* Effect.orElseSucceed(sink.putAside(resource), () => Option.none())
        if (Option.isSome(name)) aside.push(name.value)
      }
    }
    const down = yield* deliver(opened)
    return {
      down,
      repair: {
        restored,
        expelled,
        lost: lost.flatMap(({ key: { id, resource }, sinks }) =>
          sinks.map((sink) => ({ sink, resource, id }))
        ),
        requests: lost.filter(({ key }) => key.resource !== "activities").length,
        aside,
      } satisfies Repair,
    }
  },
)
