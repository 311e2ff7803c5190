/** Step 5 of the protocol, inside one transaction: items, ledger, outbox and cursor. */
import { Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Source } from "../../../schemas/export/source.ts"
import type { Item, ItemKey } from "../../../schemas/Item.ts"
import type { Deletion, SinkName } from "../../../sinks/Sink.ts"
import { type Arrival, deliveryStatus, isUndelivered, stageArrival, type Tally } from "./stage.ts"
import { stageItem, unstage } from "./staged.ts"
import { joinLacks, recordScope, type Shortage } from "../ledger/completeness.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import { nextTryAfter } from "../ledger/quarantine.ts"
import { removeActivity, removeItem } from "./removals.ts"
import { isOfApi } from "../sources/sourceColumn.ts"
import { type Origin, recordOrigin } from "../sources/origins.ts"
import { recordSeen } from "../ledger/activityIndex.ts"

/** Changes that follow from one response: all of them are committed, or none. */
export interface Checkpoint {
  readonly arrivals?: ReadonlyArray<Arrival>
  readonly marks?: ReadonlyArray<LedgerMark>
  /** Stored responses that are kept, because the new response contains less. */
  readonly kept?: ReadonlyArray<ItemKey & Shortage & Pick<LedgerMark, "scope">>
  /** Origins of imported activities among the arrivals. */
  readonly origins?: ReadonlyArray<Origin>
  /** Source that the user prefers for streams; the stored ones stay if undefined. */
  readonly prefer?: Source | undefined
  /** True if the arrivals are delivered also to sinks that hold them. */
  readonly again?: boolean
  /** List that begins with this checkpoint. */
  readonly begins?: Listing | undefined
  /** List that is complete with this checkpoint. */
  readonly ends?: Listing | undefined
  /** Activities that were deleted at Strava. */
  readonly gone?: ReadonlyArray<Deletion & { readonly reason: string }>
  /** Computed items that do not exist any more: deleted here and in each sink. */
  readonly removed?: ReadonlyArray<ItemKey>
  /** Position in a list; its value is null once the list is complete. */
  readonly cursor?:
    | { readonly athlete: AthleteId; readonly stage: string; readonly value: unknown }
    | undefined
}

/** A list of items of activities that began after `after`, in milliseconds since 1970. */
interface Listing extends Omit<ItemKey, "id"> {
  /** Undefined for a full list. Only a full list contains entries whose start cannot be decoded. */
  readonly after: number | undefined
}

/** A ledger entry without a response: pending, or a result without data. */
export interface LedgerMark extends ItemKey {
  readonly status: "listed" | "absent" | "quarantined" | "skipped"
  readonly start: number
  readonly reason?: string
  /** True if the item itself was requested; false if a list contains it. */
  readonly asked?: boolean
  /** Scope that it was requested with; undefined if unknown. */
  readonly scope?: string | undefined
  /** Next request for an item that is not available yet. */
  readonly later?: { readonly checks: number; readonly recheck: number | null }
  /** Number of the list that contains it, although its entry cannot be decoded. */
  readonly list?: number
  /** Entry that cannot be decoded, as it was received. */
  readonly item?: Item
}

/** Value of `next_try` of undecodable entries, from the start of a list until it contains them again. */
const unseen = 0

/** Marks the entries that the previous list contained and that could not be decoded. */
const beginList = (db: StateDatabase, { after = -1, athlete, resource }: Listing) =>
  db.run(
    `update item set next_try = ? where athlete = ? and resource = ? and status = 'quarantined'
       and tries > 0 and start > ?`,
    unseen,
    athlete,
    resource,
    after,
  )

const UnseenRow = row({ id: Schema.String, hash: Schema.NullOr(Schema.String) })

/** Deletes the undecodable entries that the complete list does not contain any more. */
const endList = (db: StateDatabase, { after = -1, athlete, resource }: Listing) => {
  const missing = db.all(
    UnseenRow,
    `select id, hash from item where athlete = ? and resource = ? and status = 'quarantined'
       and tries > 0 and next_try = ? and start > ?`,
    athlete,
    resource,
    unseen,
    after,
  )
  for (const { hash, id } of missing) {
    const key = { athlete, resource, id }
    if (hash === null) {
      unstage(db, key)
      db.run(
        `delete from item where athlete = ? and resource = ? and id = ?`,
        athlete,
        resource,
        id,
      )
      continue
    }
    const { reason, status } = deliveryStatus(db, key)
    db.run(
      `update item set status = ?4, reason = ?5, tries = 0, next_try = null
         where athlete = ?1 and resource = ?2 and id = ?3`,
      athlete,
      resource,
      id,
      status,
      reason,
    )
  }
}

const TriesRow = row({ tries: Schema.Int })

const triesOf = (db: StateDatabase, { athlete, resource, id }: ItemKey) =>
  db.first(
    TriesRow,
    `select tries from item where athlete = ? and resource = ? and id = ?`,
    athlete,
    resource,
    id,
  )?.tries ?? 0

const isPurged = (db: StateDatabase, { athlete, id, resource }: ItemKey) =>
  db.has(
    `select 1 from item where athlete = ? and resource = ? and id = ? and status = 'purged'`,
    athlete,
    resource,
    id,
  )

/** True if a response from an export is stored. */
const isImported = (db: StateDatabase, { athlete, id, resource }: ItemKey) =>
  db.has(
    `select 1 from item where athlete = ? and resource = ? and id = ? and hash is not null
       and not ${isOfApi}`,
    athlete,
    resource,
    id,
  )

/**
 * Keeps an imported response whose request returned none. The reason is recorded, so that it is not requested again;
 * that of a failure is not.
 */
const keepImported = (db: StateDatabase, mark: LedgerMark, now: number) => {
  const { reason, status } = deliveryStatus(db, mark)
  const result = mark.status === "quarantined" ? undefined : mark.reason
  db.run(
    `update item set status = ?4, reason = ?5, tries = 0, next_try = null, checks = 0,
       recheck = null, updated = ?6
       where athlete = ?1 and resource = ?2 and id = ?3`,
    mark.athlete,
    mark.resource,
    mark.id,
    status,
    reason ?? result ?? null,
    now,
  )
}

/**
 * Records a result without data. Only the result of a request replaces a known status; an entry of a list does
 * not. A failed item is retried with backoff, except activities, which the next list contains again.
 */
const recordMark = (db: StateDatabase, mark: LedgerMark, now: number) => {
  const { asked = false, athlete, id, item, later, reason = null, resource, scope, start, status } =
    mark
  if (resource === "activities" && isPurged(db, mark)) {
    return mark.list === undefined ? undefined : recordSeen(db, athlete, id, mark.list)
  }
  if ((asked || status === "absent" || status === "quarantined") && isImported(db, mark)) {
    return keepImported(db, mark, now)
  }
  if (item !== undefined && !isUndelivered(db, mark)) stageItem(db, item)
  if (mark.list !== undefined) recordSeen(db, athlete, id, mark.list)
  if (status === "absent" && !isUndelivered(db, mark)) unstage(db, mark)
  const failed = status === "quarantined"
  const tries = failed ? triesOf(db, mark) + 1 : 0
  db.run(
    `insert into item
         (athlete, resource, id, status, start, reason, tries, next_try, updated, fetched, checks,
          recheck)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?11, ?12, ?13)
     on conflict do update set status = ?4, start = ?5, reason = ?6, updated = ?9,
       fetched = coalesce(fetched, ?11),
       tries = case when ?10 then ?7 else tries end, next_try = case when ?10 then ?8 end,
       checks = case when ?10 then ?12 else checks end, recheck = case when ?10 then ?13 else recheck end
     where ?10 or (status in ('listed', 'skipped') and (status, start) is not (?4, ?5))`,
    athlete,
    resource,
    id,
    status,
    start,
    reason,
    tries,
    failed && resource !== "activities" ? nextTryAfter(tries, now) : null,
    now,
    failed || status === "absent" || asked ? 1 : 0,
    item?.fetchedAt ?? null,
    later?.checks ?? 0,
    later?.recheck ?? null,
  )
  if (scope !== undefined) recordScope(db, mark, scope)
}

/** Records that the stored response is kept, because the new response contains less. */
const keepStored = (
  db: StateDatabase,
  { checks, lacks, recheck, scope, ...key }: ItemKey & Shortage & Pick<LedgerMark, "scope">,
  now: number,
): void => {
  const { reason, status } = deliveryStatus(db, key)
  db.run(
    `update item set status = ?4, reason = ?5, lacks = ?6, checks = ?7, recheck = ?8, tries = 0,
       next_try = null, updated = ?9
       where athlete = ?1 and resource = ?2 and id = ?3`,
    key.athlete,
    key.resource,
    key.id,
    status,
    reason,
    joinLacks(lacks),
    checks,
    recheck,
    now,
  )
  if (scope !== undefined) recordScope(db, key, scope)
}

/** Inside a transaction: applies the checkpoint for the sinks of this run. */
export const checkpointIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  {
    again = false,
    arrivals = [],
    marks = [],
    begins,
    cursor,
    ends,
    gone = [],
    kept = [],
    origins = [],
    prefer,
    removed = [],
  }: Checkpoint,
  { epoch, now }: { readonly epoch: number; readonly now: number },
): Tally => {
  const tally = { fresh: 0, changed: 0, known: 0 }
  if (begins !== undefined) beginList(db, begins)
  for (const origin of origins) recordOrigin(db, origin)
  for (const arrival of arrivals) {
    tally[stageArrival(db, sinks, arrival, { again, epoch, now, prefer })]++
  }
  for (const entry of marks) recordMark(db, entry, now)
  for (const entry of kept) keepStored(db, entry, now)
  for (const { reason, ...activity } of gone) removeActivity(db, activity, reason)
  for (const key of removed) removeItem(db, key)
  if (ends !== undefined) endList(db, ends)
  if (cursor !== undefined) {
    db.run(
      `insert or replace into cursor values (?, ?, ?)`,
      cursor.athlete,
      cursor.stage,
      JSON.stringify(cursor.value),
    )
  }
  return tally
}

const CursorRow = row({ value: Schema.String })

/** Returns the cursor that a stage has stored; undefined if there is none. */
export const cursorIn = (db: StateDatabase, athlete: AthleteId, stage: string): unknown => {
  const cursor = db.first(
    CursorRow,
    `select value from cursor where athlete = ? and stage = ?`,
    athlete,
    stage,
  )
  return cursor === undefined ? undefined : JSON.parse(cursor.value)
}
