/** Compares the items that a sink holds with those that the ledger expects: ids, hashes, counts by year. */
import { DateTime, Effect, Stream } from "effect"
import type { Resource } from "../../schemas/Item.ts"
import type { Proven, Sink, SinkEntry, SinkName } from "../../sinks/Sink.ts"
import { keepersOf, SinkRegistry } from "../../sinks/SinkKind.ts"
import type { Ledger, LedgerEntry } from "../state/ledger/ledger.ts"
import { proofDigest } from "./Proofs.ts"
import { ledgerPages, ledgerPageSize } from "../delivery/responses.ts"
import type { ItemProof } from "./proofTables.ts"
import type { UnrecognizedEntry, VerifyDifference, VerifyPart } from "./Result.ts"

/** Detail of an item that a sink must not hold. */
const wasPurged = "was purged, but is stored again"

/** Comparison of one resource in one sink. */
export interface Comparison {
  readonly part: Omit<VerifyPart, "compared" | "different" | "unchanged">
  /** Number of different items that the sink holds. */
  readonly held: number
  /** Hash that the sink should hold, by id. */
  readonly expected: ReadonlyMap<string, string>
  /** Difference by id. */
  readonly different: Map<string, string>
  /** Ids of those that were proven before and are unchanged, and of those proven by their hash alone. */
  readonly unchanged: ReadonlySet<string>
  readonly exact: ReadonlySet<string>
  /** Version of each that is not unchanged, if the sink has versions. */
  readonly versions: ReadonlyMap<string, string>
  readonly unknown: ReadonlyArray<VerifyDifference>
  readonly oddities: ReadonlyArray<UnrecognizedEntry>
  /** Number of items by year: those that the ledger knows, and those of them that the sink holds. */
  readonly years: ReadonlyMap<number | null, { readonly known: number; readonly there: number }>
}

const yearOf = ({ start }: LedgerEntry) =>
  start === 0 ? null : DateTime.getPartUtc(DateTime.makeUnsafe(start), "year")

/** True if the ledger expects the entry in the sink, and no newer response is undelivered. */
export const isExpected = (entry: LedgerEntry, sink: Sink) =>
  entry.landed.has(sink.name) && entry.outbox.get(sink.name) !== "pending"

/** True if one of `keepers` keeps the newest response of the entry, as the ledger says. */
const isKept = (
  { hash, landed }: Pick<LedgerEntry, "hash" | "landed">,
  keepers: ReadonlyArray<SinkName>,
) => keepers.some((sink) => landed.get(sink) === hash)

/** True if the entry's newest response came before the sink was added, or in a run without it. */
export const isLacking = (
  { hash, landed, status, tries, outbox: waiting }: LedgerEntry,
  { name }: Pick<Sink, "name">,
  keepers: ReadonlyArray<SinkName>,
) =>
  hash !== null && landed.get(name) !== hash && !waiting.has(name) &&
  (status === "staged" || status === "delivered" || (status === "quarantined" && tries === 0) ||
    (status !== "deleted" && isKept({ hash, landed }, keepers)))

const short = (hash: string) => hash.slice(0, 12)

/** Returns the fault of an expected item; undefined if there is none. */
const faultOf = (held: SinkEntry, entry: LedgerEntry, sink: Sink): string | undefined => {
  const landed = entry.landed.get(sink.name)
  return held.fault ??
    (held.hash === undefined || held.hash === landed
      ? undefined
      : `another response than the one delivered (${short(held.hash)}, not ${short(landed ?? "")})`)
}

/** Returns the hashes that `sink` should hold, by id. */
const expectedOf = Effect.fnUntraced(function* (ledger: Ledger, sink: Sink, resource: Resource) {
  const expected = new Map<string, string>()
  yield* Stream.runForEach(
    ledgerPages(ledger, resource, ledgerPageSize),
    (entries) =>
      Effect.sync(() => {
        for (const entry of entries) {
          const landed = entry.landed.get(sink.name)
          if (landed !== undefined && isExpected(entry, sink)) expected.set(entry.id, landed)
        }
      }),
  )
  return expected
})

/** Items of a sink that were read so far. */
const emptyItems = () => ({
  seen: new Set<string>(),
  different: new Map<string, string>(),
  unchanged: new Set<string>(),
  exact: new Set<string>(),
  versions: new Map<string, string>(),
  unknown: [] as Array<VerifyDifference>,
  oddities: [] as Array<UnrecognizedEntry>,
})

type Items = ReturnType<typeof emptyItems>

/** True if the ledger has a response of the item, or one that the sink has or will have. */
const isKnown = (entry: LedgerEntry, { name }: Sink): boolean =>
  (entry.hash !== null && entry.status !== "deleted") || entry.landed.has(name) ||
  entry.outbox.has(name)

/** Records an item that the ledger expects. */
const noteExpected = (
  items: Items,
  id: string,
  held: SinkEntry,
  entry: LedgerEntry,
  sink: Sink,
) => {
  const fault = items.seen.has(id) ? "occurs twice" : faultOf(held, entry, sink)
  if (fault !== undefined) items.different.set(id, fault)
  else if (held.proven === true) items.unchanged.add(id)
  else {
    if (held.exact === true) items.exact.add(id)
    if (held.version !== undefined) items.versions.set(id, held.version)
  }
}

/** Records one item; returns true if its content needs no comparison. */
const noteItem = (
  items: Items,
  sink: Sink,
  resource: Resource,
  held: SinkEntry,
  entry: LedgerEntry | undefined,
): boolean => {
  const of = { sink: sink.name, resource }
  const { id } = held
  if (id === undefined) {
    items.oddities.push({ ...of, detail: held.fault ?? "an entry that is not an item" })
    return false
  }
  const known = entry !== undefined && isKnown(entry, sink)
  const expected = known && isExpected(entry, sink)
  if (expected) noteExpected(items, id, held, entry, sink)
  else if (!known && entry?.status === "purged") items.different.set(id, wasPurged)
  else if (!known) items.unknown.push({ ...of, id, detail: held.fault ?? "" })
  items.seen.add(id)
  return expected && (held.proven === true || held.exact === true)
}

/** Counts of the entries of the ledger, in all and by year. */
const emptyCounts = () => ({
  part: { expected: 0, there: 0, waiting: 0, refused: 0, lacking: 0, unkept: 0 },
  years: new Map<number | null, { readonly known: number; readonly there: number }>(),
})

/** Counts one entry; an expected one that was not seen is different. */
const countEntry = (
  { part, years }: ReturnType<typeof emptyCounts>,
  { different, seen }: Items,
  entry: LedgerEntry,
  sink: Sink,
  keepers: ReadonlyArray<SinkName>,
) => {
  const there = seen.has(entry.id)
  const delivery = entry.outbox.get(sink.name)
  if (delivery === "pending") part.waiting++
  if (delivery === "refused") part.refused++
  if (isLacking(entry, sink, keepers)) {
    part.lacking++
    if (!isKept(entry, keepers)) part.unkept++
  }
  if (isExpected(entry, sink)) {
    part.expected++
    if (there) part.there++
    else different.set(entry.id, "missing")
  }
  const known = entry.hash !== null && entry.status !== "deleted"
  if (!known && !there) return
  const year = years.get(yearOf(entry)) ?? { known: 0, there: 0 }
  years.set(yearOf(entry), {
    known: year.known + (known ? 1 : 0),
    there: year.there + (there ? 1 : 0),
  })
}

/** A sink to compare with the ledger; items of `proofs` are not read. */
interface Comparing {
  readonly ledger: Ledger
  readonly sink: Sink
  readonly proofs: ReadonlyMap<string, ItemProof>
  readonly advance: (items: number) => Effect.Effect<void>
}

/** Compares all items of a resource in one sink with the ledger. */
export const compareItems = Effect.fn("compare")(
  function* ({ advance, ledger, proofs, sink }: Comparing, resource: Resource) {
    const keepers = keepersOf(yield* SinkRegistry)
    const expected = yield* expectedOf(ledger, sink, resource)
    // A table in one file was proven with all of its items: with more of them than now, it holds others too.
    const countable = !sink.whole.has(resource) || proofs.size === expected.size
    const proven: Proven = {
      ids: [...expected.keys()],
      has: (id, version) => {
        const hash = expected.get(id)
        return countable && hash !== undefined &&
          proofs.get(id)?.digest === proofDigest(hash, version)
      },
    }
    const items = emptyItems()
    yield* sink.held(resource, proven).pipe(
      Stream.grouped(ledgerPageSize),
      Stream.runForEach(Effect.fnUntraced(function* (block) {
        const ids = block.flatMap(({ id }) => id ?? [])
        const entries = new Map(
          (yield* ledger.entries(resource, ids)).map((entry) => [entry.id, entry]),
        )
        const done = block.filter((held) =>
          noteItem(items, sink, resource, held, entries.get(held.id ?? ""))
        )
        yield* advance(done.length)
      })),
    )
    const counts = emptyCounts()
    yield* Stream.runForEach(
      ledgerPages(ledger, resource, ledgerPageSize),
      (entries) =>
        Effect.sync(() => {
          for (const entry of entries) countEntry(counts, items, entry, sink, keepers)
        }),
    )
    const { seen, ...found } = items
    return {
      part: { sink: sink.name, resource, ...counts.part },
      held: seen.size,
      expected,
      ...found,
      years: counts.years,
    } satisfies Comparison
  },
)
