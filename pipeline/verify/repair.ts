/** Repairs sinks from the state file and the other sinks, without a request. */
import { Effect, Layer, Option, Stream } from "effect"
import { isExportResource, type ItemKey, Resource } from "../../schemas/Item.ts"
import { allResources, declarationOf, isComputed } from "../../schemas/resources.ts"
import { type Sink, type SinkName, Sinks, type SinkSource } from "../../sinks/Sink.ts"
import { keepersOf, SinkRegistry } from "../../sinks/SinkKind.ts"
import { Delivery } from "../delivery/Delivery.ts"
import type { LedgerEntry } from "../state/ledger/ledger.ts"
import type { FoundItem, LostItem } from "../state/outbox/redeliver.ts"
import { StateFile } from "../state/StateFile.ts"
import { isExpected, isLacking } from "./compare.ts"
import { ledgerPages, textsOf } from "../delivery/responses.ts"
import type { Examination } from "./examine.ts"
import type { Repair } from "./Result.ts"

/** A sink that is open, with its source. */
export interface OpenedSink {
  readonly source: SinkSource
  readonly sink: Sink
}

/** Delivers through the outbox, so that everything staged is durable before a sink is written. */
const deliver = (opened: ReadonlyArray<OpenedSink>) =>
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
            // Without `of`, which would open the sink a second time, against its own lock; and
            // without `generation`, which the repair has already recorded.
            opened.map(({ sink: { generation: _, ...sink }, source: { of: __, ...source } }) => ({
              ...source,
              open: Effect.succeed(sink),
            })),
          ),
        ),
      ),
    ),
  )

/** Sinks to repair, and tests of the items that they need. */
const makeScope = (
  opened: ReadonlyArray<OpenedSink>,
  { differences, failed, oddities }: Examination,
) => {
  const sinks = opened.map(({ sink }) => sink).filter(({ name }) => !failed.has(name))
  const different = new Set(
    differences.map(({ id, resource, sink }) => `${sink} ${resource} ${id}`),
  )
  const isIn =
    (sink: Sink, resource: Resource) =>
    (found: { readonly sink: SinkName; readonly resource: Resource }) =>
      found.sink === sink.name && found.resource === resource
  const isDifferent = ({ name }: Sink, { id, resource }: ItemKey) =>
    different.has(`${name} ${resource} ${id}`)
  /** True if the table is written from the beginning, because something in it cannot be read. */
  const isRewritten = (sink: Sink, resource: Resource) =>
    sink.whole.has(resource) && oddities.some(isIn(sink, resource)) &&
    differences.some(isIn(sink, resource))
  return {
    sinks,
    sources: opened.toSorted((a, b) => a.source.rank - b.source.rank)
      .map(({ sink }) => sink).filter((sink) => sinks.includes(sink)),
    isDifferent,
    isRewritten,
    isMissed: (entry: LedgerEntry, sink: Sink) =>
      isExpected(entry, sink) && (isDifferent(sink, entry) || isRewritten(sink, entry.resource)),
  }
}

type Scope = ReturnType<typeof makeScope>

/** Deletes items again that were purged and are still in a sink; returns their number. */
const purgeAgain = Effect.fnUntraced(function* (
  { isDifferent, sinks }: Scope,
  entries: ReadonlyArray<LedgerEntry>,
) {
  const { ledger } = yield* StateFile
  const back = entries.filter(({ status }) => status === "purged").map((key) => ({
    key,
    sinks: sinks.filter((sink) => isDifferent(sink, key)).map(({ name }) => name),
  })).filter(({ sinks }) => sinks.length > 0)
  if (back.length > 0) yield* ledger.purgeAgain(back)
  return back.reduce((sum, { sinks }) => sum + sinks.length, 0)
})

/** Stages the items that sinks miss or lack, and marks those for a refetch that no source has. */
const restage = Effect.fnUntraced(function* (
  { isMissed, sinks, sources }: Scope,
  resource: Resource,
  entries: ReadonlyArray<LedgerEntry>,
  owed: ReadonlyArray<string>,
) {
  const { ledger } = yield* StateFile
  const keepers = keepersOf(yield* SinkRegistry)
  const wanting = entries.map((entry) => ({
    entry,
    missed: sinks.filter((sink) => isMissed(entry, sink)).map(({ name }) => name),
    lacking: sinks.filter((sink) => isLacking(entry, sink, keepers)).map(({ name }) => name),
  })).filter(({ lacking, missed }) => missed.length + lacking.length > 0)
  const found: Array<FoundItem> = []
  const lost: Array<LostItem> = []
  if (wanting.length === 0) return { found, lost }
  const texts = yield* textsOf(ledger, sources, resource, wanting.map(({ entry }) => entry))
  const byId = new Map(texts.map((item) => [item.id, item]))
  for (const { entry, lacking, missed } of wanting) {
    const item = byId.get(entry.id)
    // A sink that was added later gets what it lacks by `--backfill` only: it lost nothing.
    const without = [...missed, ...lacking.filter((name) => owed.includes(name))]
    if (item !== undefined) found.push({ item, sinks: [...missed, ...lacking] })
    else if (without.length > 0) lost.push({ key: entry, sinks: without })
  }
  if (found.length > 0) yield* ledger.restore(found)
  if (lost.length > 0) yield* ledger.forget(lost)
  return { found, lost }
})

/** Moves tables aside that are rewritten; returns the new names of their files. */
const putAside = Effect.fnUntraced(function* ({ isRewritten, sinks }: Scope) {
  const aside: Array<string> = []
  for (const sink of sinks) {
    for (const resource of allResources().filter((resource) => isRewritten(sink, resource))) {
      const name = yield* Effect.orElseSucceed(sink.putAside(resource), () => Option.none())
      if (Option.isSome(name)) aside.push(name.value)
    }
  }
  return aside
})

/** Repairs every difference of the examination; returns what was restored, and the sinks that failed. */
export const repair = Effect.fn("repair")(
  function* (opened: ReadonlyArray<OpenedSink>, examination: Examination) {
    const { ledger } = yield* StateFile
    const scope = makeScope(opened, examination)
    const owed = yield* ledger.markedForRefetch(scope.sinks.map(({ name }) => name))
    const lost: Array<LostItem> = []
    let restored = 0
    let expelled = 0
    for (const resource of allResources()) {
      yield* Stream.runForEach(
        ledgerPages(ledger, resource, declarationOf(resource).atOnce.compared),
        Effect.fnUntraced(function* (entries) {
          expelled += yield* purgeAgain(scope, entries)
          const page = yield* restage(scope, resource, entries, owed)
          restored += page.found.reduce((sum, { sinks }) => sum + sinks.length, 0)
          lost.push(...page.lost)
        }),
      )
    }
    yield* ledger.refetch(owed)
    const aside = yield* putAside(scope)
    const down = yield* deliver(opened)
    return {
      down,
      repair: {
        restored,
        expelled,
        lost: lost.flatMap(({ key: { id, resource }, sinks }) =>
          sinks.map((sink) => ({ sink, resource, id }))
        ),
        requests:
          lost.filter(({ key: { resource } }) =>
            resource !== "activities" && !isExportResource(resource) && !isComputed(resource)
          ).length,
        aside,
      } satisfies Repair,
    }
  },
)
