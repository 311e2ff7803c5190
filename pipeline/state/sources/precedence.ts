/** Precedence of the two sources: which of two versions of an item is stored. */
import type { Resource } from "../../../schemas/Item.ts"
import type { Source } from "../../../schemas/export/source.ts"
import type { Status } from "../ledger/counts.ts"

/** An item that arrives, and its ledger entry. */
interface Conflict {
  readonly resource: Resource
  readonly arriving: {
    readonly source: Source
    /** Time of the response or of the export, in milliseconds since 1970. */
    readonly fetchedAt: number
    readonly hash: string
  }
  readonly stored: {
    readonly source: Source
    readonly status: Status
    readonly hash: string | null
    /** As of the arriving version; null if unknown. */
    readonly fetched: number | null
    /** Time of the last change of the status, in milliseconds since 1970. */
    readonly updated: number
  }
  /** True if the API's response was purged and the export's version took its place. */
  readonly isFallback: boolean
  /** True if the user asked for the item again. */
  readonly again: boolean
  /** Source that the user prefers for streams. */
  readonly prefer: Source | undefined
}

interface Rule {
  readonly applies: (conflict: Conflict) => boolean
  /** True if the arriving version replaces the stored one. */
  readonly replaces: (conflict: Conflict) => boolean
}

const isFrom = (arriving: Source, stored: Source) => (conflict: Conflict): boolean =>
  conflict.arriving.source === arriving && conflict.stored.source === stored

/** The first rule that applies decides. */
const rules: ReadonlyArray<Rule> = [
  // A deleted activity comes back if Strava lists it again, or if an export is newer than the deletion.
  {
    applies: ({ stored }) => stored.status === "deleted",
    replaces: ({ arriving, stored }) =>
      arriving.source === "api" || arriving.fetchedAt > stored.updated,
  },
  // A list does not bring back a purged activity; the user, or an export, does.
  {
    applies: ({ resource, stored }) => stored.status === "purged" && resource === "activities",
    replaces: ({ again, arriving }) => arriving.source === "export" || again,
  },
  { applies: ({ stored }) => stored.hash === null, replaces: () => true },
  { applies: isFrom("api", "api"), replaces: () => true },
  // A newer export updates; an older one only fills gaps.
  {
    applies: isFrom("export", "export"),
    replaces: ({ arriving, stored }) =>
      arriving.hash === stored.hash || arriving.fetchedAt >= (stored.fetched ?? 0),
  },
  // The API's response stays, except streams if the user prefers those of the export.
  {
    applies: isFrom("export", "api"),
    replaces: ({ prefer, resource }) => resource === "streams" && prefer === "export",
  },
  // Streams that were stored first stay, unless they were requested again.
  {
    applies: ({ resource }) => resource === "streams",
    replaces: ({ again, prefer, stored }) =>
      again || prefer === "api" || !["staged", "delivered"].includes(stored.status),
  },
  // The API's response replaces the export's as a whole, unless the API's was purged.
  {
    applies: ({ resource }) => resource === "activities",
    replaces: ({ again, isFallback }) => again || !isFallback,
  },
]

/** Returns true if the arriving version replaces the stored one. */
export const replacesStored = (conflict: Conflict): boolean =>
  rules.find(({ applies }) => applies(conflict))?.replaces(conflict) ?? true
