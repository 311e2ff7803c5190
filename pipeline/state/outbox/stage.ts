/** An item's arrival, inside a transaction: its body, who waits for it, and what the ledger says. */
import { type Item, type ItemKey, packedItem, sizeOfItem } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { unknownIn } from "../../../schemas/fields/unknown.ts"
import {
  type ContentCheck,
  recordComplete,
  recordContent,
  recordScope,
} from "../ledger/completeness.ts"
import type { StateDatabase } from "../file/Database.ts"
import { recordUnknownFields } from "../ledger/unknownFields.ts"
import { type ActivityFacts, recordFacts, recordStillListed } from "../ledger/activityIndex.ts"

/** An item that has arrived, and when its activity began (milliseconds since 1970), its place in order. */
export interface Arrival {
  readonly item: Item
  readonly start: number
  /** Its text, parsed, or the `json` of its scan: for the names in it that are new to us. */
  readonly json?: unknown
  /** Completeness of streams and details. */
  readonly judged?: ContentCheck
  /** Scope that it was fetched with, if it is known. */
  readonly scope?: string | undefined
  /** Of an activity on a list. */
  readonly facts?: ActivityFacts
}

/** How many of a checkpoint's items were new, changed since last time, or known already. */
export interface Tally {
  readonly fresh: number
  readonly changed: number
  readonly known: number
}

/** What a pending row has in place of a hash when the item is to be taken away, and when for good. */
export const tombstones = { deleted: "", purged: "purged" } as const

export const isTombstone = (hash: string): boolean =>
  hash === tombstones.deleted || hash === tombstones.purged

export const stageItem = (db: StateDatabase, item: Item) =>
  db.run(
    `insert or replace into staged values (?, ?, ?, ?, ?, ?)`,
    item.athlete,
    item.resource,
    item.id,
    item.hash,
    item.fetchedAt,
    packedItem(item),
  )

/** The hash that a sink waits for or has refused, and else the one that it holds. */
const newestOf = (db: StateDatabase, { athlete, resource, id }: ItemKey) =>
  new Map(
    db.all(
      `select sink, hash, 0 as rank from landed where athlete = ?1 and resource = ?2 and id = ?3
       union all
       select sink, hash, 1 from pending where athlete = ?1 and resource = ?2 and id = ?3
       order by rank`,
      athlete,
      resource,
      id,
    ).map(({ sink, hash, rank }) => [String(sink), { hash, waits: rank === 1 }]),
  )

/**
 * Stage the item for the sinks of this run that lack it, and for any sink that waits for an older
 * answer: there is one staged body for all.
 */
const stage = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  { item, start }: Arrival,
  again: boolean,
) => {
  const { athlete, resource, id, hash } = item
  const newest = newestOf(db, item)
  const waiting = [...newest].filter(([, { waits }]) => waits).map(([sink]) => sink)
  const wanting = [...new Set([...sinks, ...waiting])]
    .filter((sink) => again || newest.get(sink)?.hash !== hash)
  if (wanting.length > 0) stageItem(db, item)
  for (const sink of wanting) {
    db.run(
      `insert into pending (sink, resource, athlete, id, hash, size, start)
         values (?1, ?2, ?3, ?4, ?5, ?6, ?7)
       on conflict do update set hash = ?5, size = ?6, start = ?7, reason = null, next_try = null,
         tries = case when hash = ?5 then tries else 0 end`,
      sink,
      resource,
      athlete,
      id,
      hash,
      sizeOfItem(item),
      start,
    )
  }
}

/** Whether a sink still waits for the staged body. */
export const isUndelivered = (db: StateDatabase, key: ItemKey) =>
  [...newestOf(db, key).values()].some(({ hash, waits }) => waits && !isTombstone(String(hash)))

export const unstage = (db: StateDatabase, { athlete, resource, id }: ItemKey) =>
  db.run(`delete from staged where athlete = ? and resource = ? and id = ?`, athlete, resource, id)

/** None of `sinks` holds any answer of the item, as far as is known. */
export const removeHoldings = (
  db: StateDatabase,
  { athlete, resource, id }: ItemKey,
  sinks: Iterable<string>,
) => {
  for (const sink of sinks) {
    db.run(
      `delete from landed where athlete = ? and resource = ? and id = ? and sink = ?`,
      athlete,
      resource,
      id,
      sink,
    )
  }
}

/** How an answer that has arrived stands with the sinks; with a reason: what some of them refused. */
export const deliveryStatus = (db: StateDatabase, { athlete, resource, id }: ItemKey) => {
  const open = db.all(
    `select sink, reason from pending where athlete = ? and resource = ? and id = ?`,
    athlete,
    resource,
    id,
  )
  const refused = open.filter(({ reason }) => reason !== null)
  return {
    status: refused.length > 0 ? "quarantined" : open.length > 0 ? "staged" : "delivered",
    reason: refused.map(({ sink, reason }) => `${sink}: ${reason}`).join("; ") || null,
  } as const
}

type Outcome = keyof Tally

/** Of a whole checkpoint. */
interface Circumstances {
  readonly now: number
  /** The run's. */
  readonly epoch: number
  /** Deliver it also where it has landed: the user asked for it again, and may miss a file. */
  readonly again: boolean
}

export const stageArrival = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  arrival: Arrival,
  { again, epoch, now }: Circumstances,
): Outcome => {
  const { facts, item: { athlete, resource, id, hash, fetchedAt }, json, judged, scope, start } =
    arrival
  const had = db.all(
    `select hash, status from item where athlete = ? and resource = ? and id = ?`,
    athlete,
    resource,
    id,
  )[0]
  // What was purged comes back when it is asked for, and not because a list has it still.
  if (had?.["status"] === "purged" && resource === "activities" && !again) {
    if (facts !== undefined) recordStillListed(db, arrival.item, start, facts)
    return "known"
  }
  const outcome = had === undefined || had["hash"] === null
    ? "fresh"
    : had["hash"] === hash
    ? "known"
    : "changed"
  // Listed although its answer is known: it was to be asked for again, by this run or an earlier one.
  const reopened = had?.["status"] === "listed" && had["hash"] !== null
  stage(db, sinks, arrival, again || reopened)
  const { reason, status } = deliveryStatus(db, arrival.item)
  if (status === "delivered" && had?.["status"] === "quarantined") unstage(db, arrival.item)
  db.run(
    `insert into item (athlete, resource, id, status, start, hash, reason, updated, fetched)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
     on conflict do update set status = ?4, start = ?5, tries = 0, next_try = null,
       fetched = case when ?10 or hash is not ?6 then ?9 else coalesce(fetched, ?9) end,
       hash = ?6, reason = ?7, updated = ?8
     where status <> ?4 or start <> ?5 or hash is not ?6 or reason is not ?7 or tries > 0
       or (?10 and fetched is not ?9)`,
    athlete,
    resource,
    id,
    status,
    start,
    hash,
    reason,
    now,
    fetchedAt,
    // That it is on a list again makes an answer no newer; that it was asked for does.
    resource !== "activities" || again ? 1 : 0,
  )
  if (judged !== undefined) recordContent(db, arrival.item, judged)
  else if (resource !== "activities") recordComplete(db, arrival.item)
  if (scope !== undefined) recordScope(db, arrival.item, scope)
  if (outcome !== "known") recordUnknownFields(db, resource, unknownIn(resource, json), epoch, now)
  if (facts !== undefined) {
    recordFacts(db, arrival.item, start, facts, had?.["status"] === "deleted", now)
  }
  return outcome
}
