/** What the ledger notes of an item, inside a transaction, once it is known which of its answers counts. */
import { SummaryActivity } from "../../../schemas/Activity.ts"
import { isPerActivity, type Item, type ItemKey, sizeOfItem } from "../../../schemas/Item.ts"
import { deliveryStatus, removeHoldings, stageItem, unstage } from "../outbox/stage.ts"
import type { StateDatabase } from "../file/Database.ts"
import type { ItemVersions } from "./compare.ts"
import { relistActivitiesIn } from "../outbox/redeliver.ts"

/** When the activity of these samples began, as far as it is known. */
export const startIn = (db: StateDatabase, { athlete, id }: ItemKey) =>
  Number(
    db.all(
      `select start from item where athlete = ? and resource = 'activities' and id = ?`,
      athlete,
      id,
    )[0]?.["start"] ?? 0,
  )

/** Nobody holds it: it is to be asked for again; gives whether it was thought to be had. */
export const refetchItem = (
  db: StateDatabase,
  { athlete, id, resource }: ItemKey,
  look: ItemVersions,
  now: number,
): boolean => {
  const key = [athlete, resource, id] as const
  db.run(`delete from pending where athlete = ? and resource = ? and id = ?`, ...key)
  removeHoldings(db, { athlete, resource, id }, look.open)
  // A sink that takes only ids tells no answer, but the samples are there.
  if (look.held.size > 0) {
    for (const sink of look.held.keys()) {
      const hash = look.had?.hash ?? ""
      db.run(`insert or replace into landed values (?, ?, ?, ?, ?)`, ...key, sink, hash)
    }
    db.run(
      `insert into item (athlete, resource, id, status, start, hash, updated, fetched)
         values (?1, ?2, ?3, 'delivered', ?4, null, ?5, ?5)
       on conflict do update set status = 'delivered', updated = ?5,
         fetched = coalesce(fetched, ?5)
         where status <> 'delivered'`,
      ...key,
      startIn(db, { athlete, resource, id }),
      now,
    )
    return false
  }
  const { had } = look
  const wasHad = had !== undefined && (had.hash !== null || had.status === "delivered")
  const elsewhere = [...look.landed.keys()].some((sink) => !look.open.has(sink))
  if (!wasHad || elsewhere) return false
  const activity = isPerActivity(resource) && db.all(
        `select 1 from item where athlete = ? and resource = 'activities' and id = ?
             and status not in ('deleted', 'purged')`,
        athlete,
        id,
      ).length > 0
  if (activity) {
    db.run(
      `update item set hash = null, recheck = null, updated = ?4,
           status = case when status in ('absent', 'skipped') then status else 'listed' end
         where athlete = ?1 and resource = ?2 and id = ?3`,
      ...key,
      now,
    )
    return true
  }
  if (resource === "activities") relistActivitiesIn(db, athlete)
  db.run(`delete from item where athlete = ? and resource = ? and id = ?`, ...key)
  unstage(db, { athlete, resource, id })
  return true
}

/** Who holds the answer and who waits for it. */
export const recordHoldings = (
  db: StateDatabase,
  { athlete, id, resource }: ItemKey,
  look: ItemVersions,
  hash: string,
  item: Item | undefined,
  sure: ReadonlyArray<string>,
  start: number,
) => {
  const key = [athlete, resource, id] as const
  const waiting = [...look.pending].filter(([sink]) => !look.open.has(sink)).map(([sink]) => sink)
  const lacking = [...look.open].filter((sink) => !sure.includes(sink))
  for (const sink of sure) {
    db.run(`insert or replace into landed values (?, ?, ?, ?, ?)`, ...key, sink, hash)
    db.run(
      `delete from pending where athlete = ? and resource = ? and id = ? and sink = ?`,
      ...key,
      sink,
    )
  }
  removeHoldings(db, { athlete, resource, id }, lacking)
  for (const sink of lacking) {
    const its = look.held.get(sink)
    if (its !== undefined) {
      db.run(`insert or replace into landed values (?, ?, ?, ?, ?)`, ...key, sink, its)
    }
  }
  for (const sink of [...lacking, ...waiting]) {
    if (item === undefined) {
      db.run(
        `delete from pending where athlete = ? and resource = ? and id = ? and sink = ? and hash <> ?`,
        ...key,
        sink,
        hash,
      )
      continue
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
  if (item !== undefined && lacking.length + waiting.length > 0 && look.staged?.hash !== hash) {
    stageItem(db, item)
  }
}

/** What is noted of an answer; times in milliseconds since 1970. */
interface Noted {
  readonly hash: string
  readonly start: number
  readonly fetchedAt: number
}

/** The ledger's entry; gives whether this answer is news to it. */
export const recordResolved = (
  db: StateDatabase,
  key: ItemKey,
  { had }: ItemVersions,
  { fetchedAt, hash, start }: Noted,
  now: number,
): boolean => {
  const { reason, status } = deliveryStatus(db, key)
  // To be asked for again, or failed as it was: that stays so.
  const stays = had?.hash === hash &&
    (had.status === "listed" || (had.status === "quarantined" && had.tries > 0))
  if (stays) return false
  if (status === "delivered") unstage(db, key)
  db.run(
    `insert into item (athlete, resource, id, status, start, hash, reason, updated, fetched)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
     on conflict do update set status = ?4, start = ?5, reason = ?7, tries = 0, next_try = null,
       fetched = case when hash is ?6 then coalesce(fetched, ?9) else ?9 end,
       has = case when hash is ?6 then has end, lacks = case when hash is ?6 then lacks end,
       recheck = case when hash is ?6 then recheck end, hash = ?6, updated = ?8
     where status <> ?4 or start <> ?5 or hash is not ?6 or reason is not ?7`,
    key.athlete,
    key.resource,
    key.id,
    status,
    start,
    hash,
    reason,
    now,
    fetchedAt,
  )
  return had?.hash !== hash
}

/** The samples of an activity are to be asked for, unless they are known or there are none. */
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
    manual === true ? "entered by hand: no samples" : null,
    now,
  )
