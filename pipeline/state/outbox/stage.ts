/** Arrival of an item, inside a transaction: its staged response, its outbox rows and its ledger entry. */
import { Schema } from "effect"
import { type Item, type ItemKey, sizeOfItem } from "../../../schemas/Item.ts"
import { type Source, sourceOf } from "../../../schemas/export/source.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { unknownIn } from "../../../schemas/fields/unknown.ts"
import {
  type ContentCheck,
  recordComplete,
  recordContent,
  recordScope,
} from "../ledger/completeness.ts"
import { Status } from "../ledger/counts.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import { recordUnknownFields } from "../ledger/unknownFields.ts"
import {
  type ActivityFacts,
  recordFacts,
  recordStillListed,
  relistDeleted,
} from "../ledger/activityIndex.ts"
import { isFallback } from "../sources/origins.ts"
import { SourceColumn } from "../sources/sourceColumn.ts"
import { replacesStored } from "../sources/precedence.ts"
import { stageItem, unstage } from "./staged.ts"

/** An item that has been fetched. */
export interface Arrival {
  readonly item: Item
  /** Start of its activity, in milliseconds since 1970: the order of delivery. */
  readonly start: number
  /** Parsed text, or the `json` of its scan, to find unknown fields. */
  readonly json?: unknown
  /** Completeness of streams and details. */
  readonly judged?: ContentCheck
  /** Scope that it was fetched with; undefined if unknown. */
  readonly scope?: string | undefined
  /** Facts of an activity on a list. */
  readonly facts?: ActivityFacts
}

/** Number of new, changed and unchanged items of a checkpoint. */
export interface Tally {
  readonly fresh: number
  readonly changed: number
  readonly known: number
}

/** Values of an outbox row in place of a hash: the sink deletes the item because it is deleted, or purged. */
export const tombstones = { deleted: "", purged: "purged" } as const

export const isTombstone = (hash: string): boolean =>
  hash === tombstones.deleted || hash === tombstones.purged

const SinkHashRow = row({ sink: Schema.String, hash: Schema.String, outbox: Schema.Int })

/** Returns by sink the hash in the outbox, or else the one that the sink holds. */
const newestOf = (db: StateDatabase, { athlete, resource, id }: ItemKey) =>
  new Map(
    db.all(
      SinkHashRow,
      `select sink, hash, 0 as outbox from landed where athlete = ?1 and resource = ?2 and id = ?3
       union all
       select sink, hash, 1 from pending where athlete = ?1 and resource = ?2 and id = ?3
       order by outbox`,
      athlete,
      resource,
      id,
    ).map(({ sink, hash, outbox }) => [sink, { hash, inOutbox: outbox === 1 }]),
  )

/**
 * Stages the item for the sinks of this run that lack it, and for any sink with an older response in the outbox,
 * because there is one staged response for all.
 */
const stage = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  { item, start }: Arrival,
  again: boolean,
) => {
  const { athlete, resource, id, hash } = item
  const newest = newestOf(db, item)
  const outbox = [...newest].filter(([, { inOutbox }]) => inOutbox).map(([sink]) => sink)
  const lacking = [...new Set([...sinks, ...outbox])]
    .filter((sink) => again || newest.get(sink)?.hash !== hash)
  if (lacking.length > 0) stageItem(db, item)
  for (const sink of lacking) {
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

/** True if a sink still lacks the staged response. */
export const isUndelivered = (db: StateDatabase, key: ItemKey) =>
  [...newestOf(db, key).values()].some(({ hash, inOutbox }) => inOutbox && !isTombstone(hash))

/** Records that none of `sinks` holds the item. */
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

const OutboxRow = row({ sink: Schema.String, reason: Schema.NullOr(Schema.String) })

/** Returns the delivery status of a fetched item, with the reasons of the sinks that refused it. */
export const deliveryStatus = (db: StateDatabase, { athlete, resource, id }: ItemKey) => {
  const undelivered = db.all(
    OutboxRow,
    `select sink, reason from pending where athlete = ? and resource = ? and id = ?`,
    athlete,
    resource,
    id,
  )
  const refused = undelivered.filter(({ reason }) => reason !== null)
  return {
    status: refused.length > 0 ? "quarantined" : undelivered.length > 0 ? "staged" : "delivered",
    reason: refused.map(({ sink, reason }) => `${sink}: ${reason}`).join("; ") || null,
  } as const
}

type Outcome = keyof Tally

/** Parameters of a whole checkpoint. */
interface ArrivalOptions {
  readonly now: number
  /** Epoch of the run. */
  readonly epoch: number
  /** Delivers also to sinks that hold the item: the user asked for it again, and might miss a file. */
  readonly again: boolean
  /** Source that the user prefers for streams; the stored ones stay if undefined. */
  readonly prefer?: Source | undefined
}

const StoredVersionRow = row({
  hash: Schema.NullOr(Schema.String),
  status: Status,
  source: SourceColumn,
  fetched: Schema.NullOr(Schema.Int),
  updated: Schema.Int,
})

/**
 * Stages an item and updates its ledger entry, unless the stored version takes precedence. Returns whether it is
 * new, changed or unchanged.
 */
export const stageArrival = (
  db: StateDatabase,
  sinks: ReadonlyArray<SinkName>,
  arrival: Arrival,
  { again, epoch, now, prefer }: ArrivalOptions,
): Outcome => {
  const { facts, item: { athlete, resource, id, hash, fetchedAt }, json, judged, scope, start } =
    arrival
  const source = sourceOf(arrival.item)
  const had = db.first(
    StoredVersionRow,
    `select hash, status, source, fetched, updated from item
       where athlete = ? and resource = ? and id = ?`,
    athlete,
    resource,
    id,
  )
  if (
    had !== undefined && !replacesStored({
      resource,
      arriving: { source, fetchedAt, hash },
      stored: had,
      isFallback: resource === "activities" && isFallback(db, arrival.item),
      again,
      prefer,
    })
  ) {
    // A list contains a purged activity; an export does not say that Strava still has it.
    if (source === "api" && facts !== undefined) {
      recordStillListed(db, arrival.item, start, facts)
    }
    return "known"
  }
  const outcome = had === undefined || had.hash === null
    ? "fresh"
    : had.hash === hash
    ? "known"
    : "changed"
  // Pending although its response is known: it was marked to be fetched again.
  const isRefetch = had?.status === "listed" && had.hash !== null
  stage(db, sinks, arrival, again || isRefetch)
  const { reason, status } = deliveryStatus(db, arrival.item)
  if (status === "delivered" && had?.status === "quarantined") unstage(db, arrival.item)
  db.run(
    `insert into item (athlete, resource, id, status, start, hash, reason, updated, fetched, source)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?11)
     on conflict do update set status = ?4, start = ?5, tries = 0, next_try = null,
       fetched = case when ?10 or hash is not ?6 then ?9 else coalesce(fetched, ?9) end,
       hash = ?6, reason = ?7, updated = ?8, source = ?11
     where status <> ?4 or start <> ?5 or hash is not ?6 or reason is not ?7 or tries > 0
       or source <> ?11 or (?10 and fetched is not ?9)`,
    athlete,
    resource,
    id,
    status,
    start,
    hash,
    reason,
    now,
    // An older export with the same text does not make it older.
    source === "export" && had?.source === "export" && had.hash === hash
      ? Math.max(fetchedAt, had.fetched ?? 0)
      : fetchedAt,
    // Being on a list again does not make a response newer; a request, or a newer export, does.
    resource !== "activities" || again || source === "export" ? 1 : 0,
    source,
  )
  if (judged !== undefined) recordContent(db, arrival.item, judged)
  else if (resource !== "activities") recordComplete(db, arrival.item)
  if (scope !== undefined) recordScope(db, arrival.item, scope)
  if (outcome !== "known") recordUnknownFields(db, resource, unknownIn(resource, json), epoch, now)
  if (facts !== undefined) {
    if (source === "export" && had?.status === "deleted") relistDeleted(db, arrival.item, now)
    recordFacts(db, arrival.item, start, facts, source === "api" && had?.status === "deleted", now)
  }
  return outcome
}
