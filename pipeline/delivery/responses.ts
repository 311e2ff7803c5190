/** Reads the ledger, and the newest responses of its entries, from the state file and the sinks. */
import { Effect, Option, Stream } from "effect"
import type { Item, Resource } from "../../schemas/Item.ts"
import { hashOf } from "../../schemas/json/hash.ts"
import { scan } from "../../schemas/json/scan.ts"
import { ScannedItem } from "../../schemas/json/ScannedItem.ts"
import type { Sink, StoredResponse } from "../../sinks/Sink.ts"
import type { Ledger, LedgerEntry } from "../state/ledger/ledger.ts"

/** Entries that are read at once. */
export const ledgerPageSize = 500

/** True if the item exists: Strava has not deleted it, and it was not purged. */
export const isStored = ({ hash, status }: LedgerEntry): boolean =>
  hash !== null && status !== "deleted" && status !== "purged"

/** Returns every entry of `resource`, in pages of at most `size`. */
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

/** Converts a response that a sink keeps to an item; streams in the plain form have a scan. */
const itemOf = ({ athlete, resource }: LedgerEntry, response: StoredResponse): Item => {
  const { bytes, fetchedAt, hash, id } = response
  const scanned = resource === "streams" && bytes !== undefined ? scan(bytes) : undefined
  return scanned === undefined
    ? { athlete, resource, id, text: response.text, hash, fetchedAt }
    : new ScannedItem({ athlete, id }, { fetchedAt, hash, scan: scanned })
}

/**
 * Returns the newest responses of these entries: from the state file if it has them, else from the first
 * sink that does. The text must have the ledger's hash. A sink that fails has none.
 */
export const textsOf = Effect.fn("textsOf")(
  function* (
    ledger: Ledger,
    sinks: ReadonlyArray<Sink>,
    resource: Resource,
    entries: ReadonlyArray<LedgerEntry>,
  ) {
    const wanted = new Map(
      entries.filter(({ hash }) => hash !== null).map((entry) => [entry.id, entry]),
    )
    const found: Array<Item> = []
    for (const item of yield* ledger.responses([...wanted.values()])) {
      const { hash, id, text } = item
      if (hash !== wanted.get(id)?.hash || hashOf(text) !== hash) continue
      wanted.delete(id)
      found.push(item)
    }
    for (const sink of sinks) {
      if (wanted.size === 0) break
      const kept = yield* Effect.orElseSucceed(sink.kept(resource, [...wanted.keys()]), () => [])
      for (const response of kept) {
        const entry = wanted.get(response.id)
        if (entry === undefined || response.hash !== entry.hash) continue
        wanted.delete(response.id)
        found.push(itemOf(entry, response))
      }
    }
    return found
  },
)
