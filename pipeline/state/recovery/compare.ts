/** Comparison of the ledger with the inventory of the sinks, item by item. */
import { Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { ItemKey, Resource } from "../../../schemas/Item.ts"
import type { StoredResponse } from "../../../sinks/Sink.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import { Status } from "../ledger/counts.ts"
import { stagedItem } from "../outbox/staged.ts"

const EntryRow = row({
  status: Status,
  hash: Schema.NullOr(Schema.String),
  start: Schema.Int,
  tries: Schema.Int,
  updated: Schema.Int,
})

/** Versions of an item: in the ledger, in the outbox and in each sink. */
export interface ItemVersions {
  readonly id: string
  /** Ledger entry; undefined if there is none. */
  readonly entry: ReturnType<typeof EntryRow> | undefined
  /** Hash that each sink holds, according to the ledger. */
  readonly landed: ReadonlyMap<string, string>
  /** Hash that each sink lacks, in the outbox. */
  readonly outbox: ReadonlyMap<string, string>
  /** Hash that each sink was found to hold; undefined if it holds the item without a hash. */
  readonly found: ReadonlyMap<string, string | undefined>
  /** Staged response, if it is undelivered and intact; for its text see `undeliveredIn`. */
  readonly staged: Omit<StoredResponse, "text"> | undefined
  /** Sinks that were read. */
  readonly readSinks: ReadonlySet<string>
}

interface Page {
  readonly athlete: AthleteId
  readonly resource: Resource
  /** Only ids after this one, in text order. */
  readonly after: string
  readonly limit: number
  readonly readSinks: ReadonlySet<string>
}

const IdRow = row({ id: Schema.String })
const HashRow = row({ sink: Schema.String, hash: Schema.String })
const FoundRow = row({ sink: Schema.String, hash: Schema.NullOr(Schema.String) })

/** Returns the staged response of an item, if a sink lacks it and it is intact. */
export const undeliveredIn = (db: StateDatabase, key: ItemKey): StoredResponse | undefined => {
  const { athlete, id, resource } = key
  const item = stagedItem(db, key)
  const isUndelivered = item !== undefined && db.has(
    `select 1 from pending where athlete = ? and resource = ? and id = ? and hash = ?`,
    athlete,
    resource,
    id,
    item.hash,
  )
  return isUndelivered ? item : undefined
}

const withoutText = (response: StoredResponse | undefined) =>
  response && { id: response.id, hash: response.hash, fetchedAt: response.fetchedAt }

/** Returns the next ids of the ledger and the inventory, in text order. */
const nextIds = (db: StateDatabase, { after, athlete, limit, resource }: Page) =>
  db.all(
    IdRow,
    `select id from (
       select id from (select distinct id from temp.held where resource = ?1 and id > ?2
         order by id limit ?3)
       union
       select id from (select id from item where athlete = ?4 and resource = ?1 and id > ?2
         order by id limit ?3))
     order by id limit ?3`,
    resource,
    after,
    limit,
    athlete,
  ).map(({ id }) => id)

const versionsOf = (
  db: StateDatabase,
  key: ItemKey,
  readSinks: ReadonlySet<string>,
): ItemVersions => {
  const { athlete, id, resource } = key
  const hashes = (table: "landed" | "pending") =>
    new Map(
      db.all(
        HashRow,
        `select sink, hash from ${table} where athlete = ? and resource = ? and id = ?`,
        athlete,
        resource,
        id,
      ).map(({ hash, sink }) => [sink, hash]),
    )
  const found = db.all(
    FoundRow,
    `select sink, hash from temp.held where resource = ? and id = ?`,
    resource,
    id,
  )
  return {
    id,
    readSinks,
    entry: db.first(
      EntryRow,
      `select status, hash, start, tries, updated from item
         where athlete = ? and resource = ? and id = ?`,
      athlete,
      resource,
      id,
    ),
    landed: hashes("landed"),
    outbox: hashes("pending"),
    found: new Map(found.map(({ hash, sink }) => [sink, hash ?? undefined])),
    staged: withoutText(undeliveredIn(db, key)),
  }
}

/** Returns the next ids, and the versions of the items that are not as the ledger says. */
export const comparePage = (db: StateDatabase, page: Page) => {
  const { athlete, readSinks, resource } = page
  const ids = nextIds(db, page)
  const versions = ids.map((id) => versionsOf(db, { athlete, resource, id }, readSinks))
  return { ids, versions: versions.filter((one) => !agrees(one)) }
}

/** True if the item is deleted at Strava and no sink holds another response than the last known one. */
export const isDeleted = ({ entry, found }: ItemVersions): boolean =>
  entry?.status === "deleted" &&
  [...found.values()].every((hash) => hash === undefined || hash === entry.hash || hash === "")

/** True if the item was purged and the responses in the sinks are older than that: a sink was restored. */
export const isPurged = (
  { entry }: ItemVersions,
  responses: ReadonlyArray<StoredResponse>,
): boolean =>
  entry?.status === "purged" && responses.every(({ fetchedAt }) => fetchedAt <= entry.updated)

/** True if every sink holds what the ledger says and the outbox is empty. */
const agrees = (
  { entry, found, landed, outbox, readSinks, staged }: ItemVersions,
): boolean => {
  if (entry === undefined) return false
  if ((entry.status === "deleted" || entry.status === "purged") && found.size === 0) return true
  if (staged !== undefined || outbox.size > 0) return false
  const { hash, status } = entry
  if (hash === null) {
    return status !== "delivered" && status !== "staged" && found.size === 0 && landed.size === 0
  }
  return status === "delivered" &&
    [...readSinks].every((sink) =>
      found.has(sink) && landed.get(sink) === hash && (found.get(sink) ?? hash) === hash
    )
}
