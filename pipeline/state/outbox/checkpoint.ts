/** Step 5 of the protocol, inside one transaction: items, ledger, outbox and cursor. */
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Item, ItemKey } from "../../../schemas/Item.ts"
import type { Gone, SinkName } from "../../../sinks/Sink.ts"
import {
  type Arrival,
  deliveryStatus,
  isUndelivered,
  stageArrival,
  stageItem,
  type Tally,
  unstage,
} from "./stage.ts"
import { joinLacks, recordScope, type Shortage } from "../ledger/completeness.ts"
import type { StateDatabase } from "../file/Database.ts"
import { nextTryAfter } from "../ledger/quarantine.ts"
import { removeActivity } from "./removals.ts"
import { recordSeen } from "../ledger/activityIndex.ts"

/** What one answer of Strava's brings: all of it is committed, or nothing. */
export interface Checkpoint {
  readonly arrivals?: ReadonlyArray<Arrival>
  readonly marks?: ReadonlyArray<LedgerMark>
  /** Stored responses that are kept, because what came in their place contains less. */
  readonly kept?: ReadonlyArray<ItemKey & Shortage & Pick<LedgerMark, "scope">>
  /** Deliver what has arrived also to sinks that hold it already. */
  readonly again?: boolean
  /** A listing of these items begins with this checkpoint. */
  readonly begins?: Listing | undefined
  /** The listing is whole with this checkpoint. */
  readonly ends?: Listing | undefined
  /** Where a listing goes on; null once it is complete. */
  /** What Strava no longer has, and why we think so. */
  readonly gone?: ReadonlyArray<Gone & { readonly reason: string }>
  readonly cursor?:
    | { readonly athlete: AthleteId; readonly stage: string; readonly value: unknown }
    | undefined
}

/** A listing of the items of activities that began after `after`, in milliseconds since 1970. */
interface Listing extends Omit<ItemKey, "id"> {
  /** Undefined where it is of all: only such a one holds what has no start that could be read. */
  readonly after: number | undefined
}

/** A ledger entry without an answer: listed for later, or a result that is no data. */
export interface LedgerMark extends ItemKey {
  readonly status: "listed" | "absent" | "quarantined" | "skipped"
  readonly start: number
  readonly reason?: string
  /** Whether `listed` is what asking for the item itself gave; else a list says so. */
  readonly asked?: boolean
  /** Scope that it was fetched with, if it was and the scope is known. */
  readonly scope?: string | undefined
  /** Next request for an item that Strava has no response of yet. */
  readonly later?: { readonly checks: number; readonly recheck: number | null }
  /** The list that it is on, though it cannot be read: it is there. */
  readonly list?: number
  /** What cannot be read is kept as it came. */
  readonly item?: Item
}

/** The time that a listing which has begun puts on what the one before could not read. */
const unseen = 0

/** A listing begins: what the one before could not read will be seen again, or is gone. */
const lookOut = (db: StateDatabase, { after = -1, athlete, resource }: Listing) =>
  db.run(
    `update item set next_try = ? where athlete = ? and resource = ? and status = 'quarantined'
       and tries > 0 and start > ?`,
    unseen,
    athlete,
    resource,
    after,
  )

/** The listing is whole: what could not be read and was not on it any more is forgotten. */
const forgetUnseen = (db: StateDatabase, { after = -1, athlete, resource }: Listing) => {
  const gone = db.all(
    `select id, hash from item where athlete = ? and resource = ? and status = 'quarantined'
       and tries > 0 and next_try = ? and start > ?`,
    athlete,
    resource,
    unseen,
    after,
  )
  for (const row of gone) {
    const key = { athlete, resource, id: String(row["id"]) }
    if (row["hash"] === null) {
      unstage(db, key)
      db.run(
        `delete from item where athlete = ? and resource = ? and id = ?`,
        athlete,
        resource,
        key.id,
      )
      continue
    }
    const { reason, status } = deliveryStatus(db, key)
    db.run(
      `update item set status = ?4, reason = ?5, tries = 0, next_try = null
         where athlete = ?1 and resource = ?2 and id = ?3`,
      athlete,
      resource,
      key.id,
      status,
      reason,
    )
  }
}

const triesOf = (db: StateDatabase, { athlete, resource, id }: ItemKey) =>
  Number(
    db.all(
      `select tries from item where athlete = ? and resource = ? and id = ?`,
      athlete,
      resource,
      id,
    )[0]?.["tries"] ?? 0,
  )

const isPurged = (db: StateDatabase, { athlete, id, resource }: ItemKey) =>
  db.all(
    `select 1 from item where athlete = ? and resource = ? and id = ? and status = 'purged'`,
    athlete,
    resource,
    id,
  ).length > 0

/**
 * What is only listed or skipped never takes back what is known; a result of asking does. What fails is
 * asked for again by the back-off, but for activities: those are seen anew with each listing.
 */
const mark = (db: StateDatabase, mark: LedgerMark, now: number) => {
  const { asked = false, athlete, id, item, later, reason = null, resource, scope, start, status } =
    mark
  if (resource === "activities" && isPurged(db, mark)) {
    return mark.list === undefined ? undefined : recordSeen(db, athlete, id, mark.list)
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

/** Keeps the stored response, because the one that came in its place contains less. */
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

/** Apply `checkpoint` inside the running transaction, for the sinks of this run. */
export const checkpointIn = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  { again = false, arrivals = [], marks = [], begins, cursor, ends, gone = [], kept = [] }:
    Checkpoint,
  { epoch, now }: { readonly epoch: number; readonly now: number },
): Tally => {
  const tally = { fresh: 0, changed: 0, known: 0 }
  if (begins !== undefined) lookOut(db, begins)
  for (const arrival of arrivals) tally[stageArrival(db, sinks, arrival, { again, epoch, now })]++
  for (const entry of marks) mark(db, entry, now)
  for (const entry of kept) keepStored(db, entry, now)
  for (const { reason, ...activity } of gone) removeActivity(db, activity, reason)
  if (ends !== undefined) forgetUnseen(db, ends)
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

/** Returns the place in a list that a stage has kept; undefined if there is none. */
export const cursorIn = (db: StateDatabase, athlete: AthleteId, stage: string): unknown => {
  const row = db.all(`select value from cursor where athlete = ? and stage = ?`, athlete, stage)[0]
  return row === undefined ? undefined : JSON.parse(String(row["value"]))
}
