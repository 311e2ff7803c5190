/** What a sink says it holds beside what the ledger says it does: ids, hashes, counts by year. */
import { Effect, Option, Stream } from "effect"
import type { Resource } from "../../schemas/Item.ts"
import type { Held, Proven, Sink, SinkName } from "../../sinks/Sink.ts"
import { keepersOf, SinkRegistry } from "../../sinks/SinkKind.ts"
import type { Ledger, LedgerEntry } from "../state/ledger/ledger.ts"
import { proofDigest } from "./Proofs.ts"
import type { ItemProof } from "./proofTables.ts"
import type { Oddity, VerifyDifference, VerifyPart } from "./Result.ts"

/** Entries that are read at once. */
export const ledgerPageSize = 500

/** Every entry of `resource`, in pages of at most `size`. */
export const ledgerPages = (ledger: Ledger, resource: Resource, size: number) =>
  Stream.paginate(
    undefined as LedgerEntry | undefined,
    (after) =>
      Effect.map(ledger.page(resource, after, size), (entries) =>
        [
          entries.length === 0 ? [] : [entries],
          Option.fromUndefinedOr(entries.at(-1)),
        ] as const),
  )

/** What is said of an item that a sink must not hold. */
const wasPurged = "was purged, and is there again"

/** One resource in one sink. */
export interface Comparison {
  readonly part: Omit<VerifyPart, "compared" | "different" | "unchanged">
  /** Number of different items that the sink holds. */
  readonly held: number
  /** Hash that the sink should hold, by id. */
  readonly expected: ReadonlyMap<string, string>
  /** By id: what is different. */
  readonly different: Map<string, string>
  /** Ids of those that were proven before and are unchanged, and of those proven by their hash alone. */
  readonly unchanged: ReadonlySet<string>
  readonly exact: ReadonlySet<string>
  /** Version of each that is not unchanged, where the sink tells. */
  readonly versions: ReadonlyMap<string, string>
  readonly unknown: ReadonlyArray<VerifyDifference>
  readonly oddities: ReadonlyArray<Oddity>
  /** By year: how many the ledger knows, and how many of them are there. */
  readonly years: ReadonlyMap<number | null, { readonly known: number; readonly there: number }>
}

const yearOf = ({ start }: LedgerEntry) => start === 0 ? null : new Date(start).getUTCFullYear()

/** Whether the ledger says that the sink holds the entry, and nothing newer is on its way there. */
export const isExpected = (entry: LedgerEntry, sink: Sink) =>
  entry.landed.has(sink.name) && entry.outbox.get(sink.name) !== "pending"

/** True if one of `keepers` keeps the newest response of the entry, as the ledger says. */
const isKept = (
  { hash, landed }: Pick<LedgerEntry, "hash" | "landed">,
  keepers: ReadonlyArray<SinkName>,
) => keepers.some((sink) => landed.get(sink) === hash)

/** Whether the entry's newest answer came before the sink was added, or in a run without it. */
export const isLacking = (
  { hash, landed, status, tries, outbox: waiting }: LedgerEntry,
  { name }: Pick<Sink, "name">,
  keepers: ReadonlyArray<SinkName>,
) =>
  hash !== null && landed.get(name) !== hash && !waiting.has(name) &&
  (status === "staged" || status === "delivered" || (status === "quarantined" && tries === 0) ||
    (status !== "deleted" && isKept({ hash, landed }, keepers)))

const short = (hash: string) => hash.slice(0, 12)

/** What is wrong with what is held of an entry that is expected. */
const faultOf = (held: Held, entry: LedgerEntry, sink: Sink): string | undefined => {
  const landed = entry.landed.get(sink.name)
  return held.fault ??
    (held.hash === undefined || held.hash === landed
      ? undefined
      : `another answer than the one that landed (${short(held.hash)}, not ${short(landed ?? "")})`)
}

/** The hashes that `sink` should hold, by id. */
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

/** A sink to compare with the ledger; items of `proofs` are not read. */
interface Comparing {
  readonly ledger: Ledger
  readonly sink: Sink
  readonly proofs: ReadonlyMap<string, ItemProof>
  readonly advance: (items: number) => Effect.Effect<void>
}

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
    const seen = new Set<string>()
    const different = new Map<string, string>()
    const unchanged = new Set<string>()
    const exact = new Set<string>()
    const versions = new Map<string, string>()
    const unknown: Array<VerifyDifference> = []
    const oddities: Array<Oddity> = []
    const of = { sink: sink.name, resource }

    yield* sink.held(resource, proven).pipe(
      Stream.grouped(ledgerPageSize),
      Stream.runForEach(Effect.fnUntraced(function* (block) {
        const ids = block.flatMap(({ id }) => id ?? [])
        let done = 0
        const entries = new Map(
          (yield* ledger.entries(resource, ids)).map((entry) => [entry.id, entry]),
        )
        for (const held of block) {
          if (held.id === undefined) {
            oddities.push({ ...of, detail: held.fault ?? "something that is no item" })
            continue
          }
          const entry = entries.get(held.id)
          const known = entry !== undefined &&
            ((entry.hash !== null && entry.status !== "deleted") || entry.landed.has(sink.name) ||
              entry.outbox.has(sink.name))
          if (!known && entry?.status === "purged") different.set(held.id, wasPurged)
          else if (!known) unknown.push({ ...of, id: held.id, detail: held.fault ?? "" })
          else if (isExpected(entry, sink)) {
            const fault = seen.has(held.id) ? "is there twice" : faultOf(held, entry, sink)
            if (fault !== undefined) different.set(held.id, fault)
            else if (held.proven === true) unchanged.add(held.id)
            else {
              if (held.exact === true) exact.add(held.id)
              if (held.version !== undefined) versions.set(held.id, held.version)
            }
            if (held.proven === true || held.exact === true) done++
          }
          seen.add(held.id)
        }
        yield* advance(done)
      })),
    )

    const part = { expected: 0, there: 0, waiting: 0, refused: 0, lacking: 0, unkept: 0 }
    const years = new Map<number | null, { known: number; there: number }>()
    yield* Stream.runForEach(
      ledgerPages(ledger, resource, ledgerPageSize),
      (entries) =>
        Effect.sync(() => {
          for (const entry of entries) {
            const year = years.get(yearOf(entry)) ?? { known: 0, there: 0 }
            const waiting = entry.outbox.get(sink.name)
            const there = seen.has(entry.id)
            if (waiting === "pending") part.waiting++
            if (waiting === "refused") part.refused++
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
            if (!known && !there) continue
            years.set(yearOf(entry), {
              known: year.known + (known ? 1 : 0),
              there: year.there + (there ? 1 : 0),
            })
          }
        }),
    )
    return {
      part: { ...of, ...part },
      held: seen.size,
      expected,
      different,
      unchanged,
      exact,
      versions,
      unknown,
      oddities,
      years,
    } satisfies Comparison
  },
)
