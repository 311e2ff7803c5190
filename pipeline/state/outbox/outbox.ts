/** The outbox: items that each sink lacks or has refused. */
import { Clock, Effect, Schema } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Item, Resource } from "../../../schemas/Item.ts"
import type { Batch, Refusal, SinkName } from "../../../sinks/Sink.ts"
import { deliveryStatus, isTombstone } from "./stage.ts"
import { stagedItem, unstage } from "./staged.ts"
import type { Commit } from "../file/commit.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import type { Handover, SettledItems } from "./Handover.ts"
import { reasons } from "../ledger/reasons.ts"
import { recordLostImport } from "../sources/lostImports.ts"
import { nextTryAfter } from "../ledger/quarantine.ts"
import { acknowledgeDeletions, deletionOf } from "./removals.ts"
import type { StateError } from "../StateError.ts"

const OutboxRow = row({
  athlete: AthleteId,
  id: Schema.String,
  hash: Schema.String,
  size: Schema.Int,
})
type OutboxRow = ReturnType<typeof OutboxRow>
const TriesRow = row({ tries: Schema.Int })

/** Marks an item as pending because its staged response is damaged and cannot be delivered. */
const refetchDamaged = (db: StateDatabase, { athlete, id }: OutboxRow, resource: Resource) => {
  const key = [athlete, resource, id] as const
  db.run(`delete from pending where athlete = ? and resource = ? and id = ?`, ...key)
  db.run(`delete from staged where athlete = ? and resource = ? and id = ?`, ...key)
  if (recordLostImport(db, { athlete, resource, id })) return
  db.run(
    `update item set status = 'listed', hash = null, recheck = null, source = 'api',
       reason = '${reasons.damaged}'
       where athlete = ? and resource = ? and id = ?`,
    ...key,
  )
}

interface Limits {
  readonly items: number
  readonly bytes: number
}

/** A batch, and the outbox rows whose staged response is damaged. */
interface CheckedBatch {
  readonly batch: Batch
  readonly damaged: ReadonlyArray<OutboxRow>
}

const findBatch = (
  db: StateDatabase,
  sink: SinkName,
  resource: Resource,
  limits: Limits,
  handover: Handover,
  now: number,
): CheckedBatch => {
  const fresh = db.all(
    OutboxRow,
    `select athlete, id, hash, size from pending
       where sink = ? and resource = ? and reason is null order by start desc, id desc limit ?`,
    sink,
    resource,
    limits.items,
  )
  const due = db.all(
    OutboxRow,
    `select athlete, id, hash, size from pending
       where sink = ? and resource = ? and reason is not null and next_try <= ?
       order by start desc, id desc limit ?`,
    sink,
    resource,
    now,
    limits.items - fresh.length,
  )
  const undelivered = [...fresh, ...due]
  const gone = undelivered.filter(({ hash }) => isTombstone(hash))
    .map((deleted) => deletionOf(db, deleted))
  const responses = undelivered.filter(({ hash }) => !isTombstone(hash))
  const { damaged, items } = itemsOf(db, resource, responses, limits, handover)
  return { batch: { resource, items, ...(gone.length > 0 && { gone }) }, damaged }
}

/**
 * Returns the next items that `sink` lacks, within the limits, but at least one if there is any. Refused items come
 * last, once they are due. Only reads, unless a staged response is damaged.
 */
export const takeBatch = Effect.fnUntraced(function* (
  db: StateDatabase,
  commit: Commit,
  handover: Handover,
  sink: SinkName,
  resource: Resource,
  limits: Limits,
): Effect.fn.Return<Batch, StateError> {
  for (;;) {
    const now = yield* Clock.currentTimeMillis
    const { batch, damaged } = yield* db.read(() =>
      findBatch(db, sink, resource, limits, handover, now)
    )
    if (damaged.length === 0) return batch
    yield* commit(() => damaged.forEach((one) => refetchDamaged(db, one, resource)))
    if (batch.items.length > 0 || batch.gone !== undefined) return batch
  }
})

/** Bytes of responses in a batch that stay parsed in memory, which takes several times as much. */
const mostParsed = 1024 * 1024

/** Returns the items of outbox rows, from the first on, within the limit, and the rows of damaged ones. */
const itemsOf = (
  db: StateDatabase,
  resource: Resource,
  undelivered: ReadonlyArray<OutboxRow>,
  limits: Limits,
  handover: Handover,
): { readonly items: ReadonlyArray<Item>; readonly damaged: ReadonlyArray<OutboxRow> } => {
  const items: Array<Item> = []
  const damaged: Array<OutboxRow> = []
  let bytes = 0
  for (const one of undelivered) {
    bytes += one.size
    if (items.length > 0 && bytes > limits.bytes) break
    const key = { athlete: one.athlete, resource, id: one.id }
    const item = handover.get(key, one.hash) ?? stagedItem(db, key, bytes <= mostParsed)
    if (item?.hash === one.hash) items.push(item)
    else damaged.push(one)
  }
  return { items, damaged }
}

/** Records one item that `sink` has refused with a reason, for a later retry. */
const recordRefusal = (
  db: StateDatabase,
  outbox: readonly [SinkName, Resource, AthleteId, id: string, hash: string],
  reason: string,
  now: number,
): void => {
  const refused = db.first(
    TriesRow,
    `select tries from pending
       where sink = ? and resource = ? and athlete = ? and id = ? and hash = ?`,
    ...outbox,
  )
  const tries = 1 + (refused?.tries ?? 0)
  db.run(
    `update pending set reason = ?6, tries = ?7, next_try = ?8
       where sink = ?1 and resource = ?2 and athlete = ?3 and id = ?4 and hash = ?5`,
    ...outbox,
    reason,
    tries,
    nextTryAfter(tries, now),
  )
}

/**
 * Inside a transaction: records the items that `sink` has written and refused, and deletes the staged responses that
 * no sink lacks any more.
 */
export const acknowledgeIn = (
  db: StateDatabase,
  sink: SinkName,
  { gone = [], items, resource }: Batch,
  refusals: ReadonlyArray<Refusal>,
  now: number,
): SettledItems => {
  acknowledgeDeletions(db, sink, resource, gone)
  const refused = new Map(refusals.map(({ item, reason }) => [item, reason]))
  const statuses = Map.groupBy(items, (item) => {
    const { athlete, resource, id, hash } = item
    const reason = refused.get(item)
    const outbox = [sink, resource, athlete, id, hash] as const
    if (reason === undefined) {
      db.run(
        `delete from pending where sink = ? and resource = ? and athlete = ? and id = ? and hash = ?`,
        ...outbox,
      )
      db.run(
        `insert or replace into landed values (?, ?, ?, ?, ?)`,
        athlete,
        resource,
        id,
        sink,
        hash,
      )
    } else {
      recordRefusal(db, outbox, reason, now)
    }
    return updateStatus(db, item, now)
  })
  return {
    delivered: statuses.get("delivered") ?? [],
    quarantined: statuses.get("quarantined") ?? [],
  }
}

/**
 * Updates the status of an item after a delivery: quarantined if any sink refused it, delivered if no sink lacks it.
 * An item that is pending or failed for another reason keeps its status.
 */
const updateStatus = (db: StateDatabase, item: Item, now: number) => {
  const { reason, status } = deliveryStatus(db, item)
  if (status === "delivered") unstage(db, item)
  db.run(
    `update item set status = ?4, reason = ?5, updated = ?6
       where athlete = ?1 and resource = ?2 and id = ?3
         and (status = 'staged' or (status = 'quarantined' and tries = 0))
         and (status <> ?4 or reason is not ?5)`,
    item.athlete,
    item.resource,
    item.id,
    status,
    reason,
    now,
  )
  return status
}
