/** Writes a resolved item to the ledger and the outbox. The functions must run inside a transaction. */
import { Schema } from "effect"
import type { Source } from "../../../schemas/export/source.ts"
import type { SummaryActivity } from "../../../schemas/Activity.ts"
import { isPerActivity, type Item, type ItemKey, sizeOfItem } from "../../../schemas/Item.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import { reasons } from "../ledger/reasons.ts"
import { relistActivitiesIn } from "../outbox/redeliver.ts"
import { lostSource, recordLostImport } from "../sources/lostImports.ts"
import { deliveryStatus, removeHoldings } from "../outbox/stage.ts"
import { stageItem, unstage } from "../outbox/staged.ts"
import type { ItemVersions } from "./compare.ts"

const StartRow = row({ start: Schema.Int })

/** Returns the start of the activity of an item, in milliseconds since 1970; 0 if unknown. */
export const startIn = (db: StateDatabase, { athlete, id }: ItemKey): number =>
  db.first(
    StartRow,
    `select start from item where athlete = ? and resource = 'activities' and id = ?`,
    athlete,
    id,
  )?.start ?? 0

const recordLanded = (
  db: StateDatabase,
  { athlete, id, resource }: ItemKey,
  sink: string,
  hash: string,
) =>
  db.run(`insert or replace into landed values (?, ?, ?, ?, ?)`, athlete, resource, id, sink, hash)

/** Records an item that sinks hold without its response, such as rows of CSV. */
const recordWithoutResponse = (
  db: StateDatabase,
  key: ItemKey,
  { entry, found }: ItemVersions,
  now: number,
): void => {
  for (const sink of found.keys()) recordLanded(db, key, sink, entry?.hash ?? "")
  db.run(
    `insert into item (athlete, resource, id, status, start, hash, updated, fetched)
       values (?1, ?2, ?3, 'delivered', ?4, null, ?5, ?5)
     on conflict do update set status = 'delivered', updated = ?5,
       fetched = coalesce(fetched, ?5)
       where status <> 'delivered'`,
    key.athlete,
    key.resource,
    key.id,
    startIn(db, key),
    now,
  )
}

const isOfKnownActivity = (db: StateDatabase, { athlete, id, resource }: ItemKey): boolean =>
  isPerActivity(resource) && db.has(
    `select 1 from item where athlete = ? and resource = 'activities' and id = ?
       and status not in ('deleted', 'purged')`,
    athlete,
    id,
  )

/** Marks an item as pending whose response is nowhere. Returns true if the ledger said that it was fetched. */
export const refetchItem = (
  db: StateDatabase,
  key: ItemKey,
  versions: ItemVersions,
  now: number,
): boolean => {
  const { athlete, id, resource } = key
  const { entry, found, landed, readSinks } = versions
  db.run(
    `delete from pending where athlete = ? and resource = ? and id = ?`,
    athlete,
    resource,
    id,
  )
  removeHoldings(db, key, readSinks)
  if (found.size > 0) {
    recordWithoutResponse(db, key, versions, now)
    return false
  }
  const wasFetched = entry !== undefined && (entry.hash !== null || entry.status === "delivered")
  const isElsewhere = [...landed.keys()].some((sink) => !readSinks.has(sink))
  if (!wasFetched || isElsewhere) return false
  if (recordLostImport(db, key)) return true
  if (isOfKnownActivity(db, key)) {
    db.run(
      `update item set hash = null, recheck = null, updated = ?4,
           status = case when status in ('absent', 'skipped') then status else 'listed' end,
           ${lostSource}
         where athlete = ?1 and resource = ?2 and id = ?3`,
      athlete,
      resource,
      id,
      now,
    )
    return true
  }
  if (resource === "activities") relistActivitiesIn(db, athlete)
  db.run(`delete from item where athlete = ? and resource = ? and id = ?`, athlete, resource, id)
  unstage(db, key)
  return true
}

/** Version of an item that counts, for its holdings. */
interface Holdings {
  readonly hash: string
  /** The item with its response; undefined if it is not known. */
  readonly item: Item | undefined
  readonly start: number
  /** Sinks that hold this version. */
  readonly sure: ReadonlyArray<string>
}

/** Puts the item into the outbox of a sink that lacks it; without a response only removes an older one. */
const recordUndelivered = (
  db: StateDatabase,
  { athlete, id, resource }: ItemKey,
  sink: string,
  { hash, item, start }: Holdings,
): void => {
  if (item === undefined) {
    db.run(
      `delete from pending where athlete = ? and resource = ? and id = ? and sink = ? and hash <> ?`,
      athlete,
      resource,
      id,
      sink,
      hash,
    )
    return
  }
  db.run(
    `insert into pending (sink, resource, athlete, id, hash, size, start)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
     on conflict do update set hash = ?5, size = ?6, reason = null where hash <> ?5`,
    sink,
    resource,
    athlete,
    id,
    hash,
    sizeOfItem(item),
    start,
  )
}

/** Records which sinks hold the version that counts, and puts it into the outbox of the others. */
export const recordHoldings = (
  db: StateDatabase,
  key: ItemKey,
  { found, outbox, readSinks, staged }: ItemVersions,
  holdings: Holdings,
): void => {
  const { athlete, id, resource } = key
  const { hash, item, sure } = holdings
  const others = [...outbox.keys()].filter((sink) => !readSinks.has(sink))
  const lacking = [...readSinks].filter((sink) => !sure.includes(sink))
  for (const sink of sure) {
    recordLanded(db, key, sink, hash)
    db.run(
      `delete from pending where athlete = ? and resource = ? and id = ? and sink = ?`,
      athlete,
      resource,
      id,
      sink,
    )
  }
  removeHoldings(db, key, lacking)
  for (const sink of lacking) {
    const its = found.get(sink)
    if (its !== undefined) recordLanded(db, key, sink, its)
  }
  for (const sink of [...lacking, ...others]) recordUndelivered(db, key, sink, holdings)
  if (item !== undefined && lacking.length + others.length > 0 && staged?.hash !== hash) {
    stageItem(db, item)
  }
}

/** A resolved response; times in milliseconds since 1970. */
interface ResolvedResponse {
  readonly hash: string
  readonly start: number
  readonly fetchedAt: number
  /** Undefined if its text is not known; then the source of the ledger stays. */
  readonly source: Source | undefined
}

/** Updates the ledger entry. Returns true if the ledger did not know this response. */
export const recordResolved = (
  db: StateDatabase,
  key: ItemKey,
  { entry }: ItemVersions,
  { fetchedAt, hash, source, start }: ResolvedResponse,
  now: number,
): boolean => {
  const { reason, status } = deliveryStatus(db, key)
  // A pending or failed item keeps its status if its response is unchanged.
  const stays = entry?.hash === hash &&
    (entry.status === "listed" || (entry.status === "quarantined" && entry.tries > 0))
  if (stays) return false
  if (status === "delivered") unstage(db, key)
  db.run(
    `insert into item (athlete, resource, id, status, start, hash, reason, updated, fetched, source)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, coalesce(?10, 'api'))
     on conflict do update set status = ?4, start = ?5, reason = ?7, tries = 0, next_try = null,
       source = coalesce(?10, source),
       fetched = case when hash is ?6 then coalesce(fetched, ?9) else ?9 end,
       has = case when hash is ?6 then has end, lacks = case when hash is ?6 then lacks end,
       recheck = case when hash is ?6 then recheck end, hash = ?6, updated = ?8
     where status <> ?4 or start <> ?5 or hash is not ?6 or reason is not ?7
       or source <> coalesce(?10, source)`,
    key.athlete,
    key.resource,
    key.id,
    status,
    start,
    hash,
    reason,
    now,
    fetchedAt,
    source ?? null,
  )
  return entry?.hash !== hash
}

/** Lists the streams of an activity, unless they are known or it was entered manually. */
export const listStreams = (
  db: StateDatabase,
  { athlete, id, start }: ItemKey & { readonly start: number },
  { manual }: typeof SummaryActivity.Type,
  now: number,
) =>
  db.run(
    `insert or ignore into item (athlete, resource, id, status, start, reason, updated)
       values (?, 'streams', ?, ?, ?, ?, ?)`,
    athlete,
    id,
    manual === true ? "skipped" : "listed",
    start,
    manual === true ? reasons.manual : null,
    now,
  )
