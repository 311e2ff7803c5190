/** The outbox: what each sink has yet to take, what it took, what it refused. */
import { Clock, Effect, Option } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { hashOf } from "../../../schemas/json/hash.ts"
import type { Item, Resource } from "../../../schemas/Item.ts"
import { unpacked } from "../../../schemas/json/compress.ts"
import { scan } from "../../../schemas/json/scan.ts"
import { ScannedItem } from "../../../schemas/json/ScannedItem.ts"
import { textOf } from "../../../schemas/json/utf8.ts"
import type { Batch, Refusal, SinkName } from "../../../sinks/Sink.ts"
import { deliveryStatus, isTombstone, unstage } from "./stage.ts"
import type { Commit } from "../file/commit.ts"
import type { SqlRow, StateDatabase } from "../file/Database.ts"
import type { Handover, SettledItems } from "./Handover.ts"
import { nextTryAfter } from "../ledger/quarantine.ts"
import { acknowledgeDeletions, deletionOf } from "./removals.ts"
import type { StateError } from "../StateError.ts"

/** SQLite keeps no checksum of a row, so a staged body is believed only when its hash agrees. */
export const itemOf = (row: SqlRow, resource: Resource): Item | undefined => {
  const { body } = row
  const bytes = body instanceof Uint8Array ? Option.getOrUndefined(unpacked(body)) : undefined
  if (bytes === undefined || hashOf(bytes) !== row["hash"]) return undefined
  const athlete = AthleteId.make(Number(row["athlete"]))
  const id = String(row["id"])
  const hash = String(row["hash"])
  const fetchedAt = Number(row["fetched_at"])
  const found = resource === "streams" ? scan(bytes) : undefined
  return found === undefined
    ? { athlete, resource, id, text: textOf(bytes), hash, fetchedAt }
    : new ScannedItem({ athlete, id }, { fetchedAt, hash, scan: found })
}

/** A damaged body cannot be delivered: the item is listed anew, and so asked for again. */
const giveUp = (db: StateDatabase, row: SqlRow, resource: Resource) => {
  const key = [Number(row["athlete"]), resource, String(row["id"])] as const
  db.run(`delete from pending where athlete = ? and resource = ? and id = ?`, ...key)
  db.run(`delete from staged where athlete = ? and resource = ? and id = ?`, ...key)
  db.run(
    `update item set status = 'listed', hash = null, recheck = null,
       reason = 'the staged answer was damaged'
       where athlete = ? and resource = ? and id = ?`,
    ...key,
  )
}

interface Limits {
  readonly items: number
  readonly bytes: number
}

/** A batch, and the outbox's rows whose staged response is damaged. */
interface Found {
  readonly batch: Batch
  readonly damaged: ReadonlyArray<SqlRow>
}

const findBatch = (
  db: StateDatabase,
  sink: SinkName,
  resource: Resource,
  limits: Limits,
  handover: Handover,
  now: number,
): Found => {
  const fresh = db.all(
    `select athlete, id, hash, size from pending
       where sink = ? and resource = ? and reason is null order by start desc, id desc limit ?`,
    sink,
    resource,
    limits.items,
  )
  const due = db.all(
    `select athlete, id, hash, size from pending
       where sink = ? and resource = ? and reason is not null and next_try <= ?
       order by start desc, id desc limit ?`,
    sink,
    resource,
    now,
    limits.items - fresh.length,
  )
  const waiting = [...fresh, ...due]
  const [leaving, coming] = [
    waiting.filter(({ hash }) => isTombstone(String(hash))),
    waiting.filter(({ hash }) => !isTombstone(String(hash))),
  ]
  const gone = leaving.map((row) => deletionOf(db, row))
  const { damaged, items } = itemsOf(db, resource, coming, limits, handover)
  return { batch: { resource, items, ...(gone.length > 0 && { gone }) }, damaged }
}

/**
 * Returns the next items `sink` lacks: at least one where there is any, then within the limits. What it has
 * refused is offered again last, once its time has come. Only reads, unless a staged response is damaged.
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
    yield* commit(() => damaged.forEach((row) => giveUp(db, row, resource)))
    if (batch.items.length > 0 || batch.gone !== undefined) return batch
  }
})

/** The staged items of pending rows, from the first on, within the limit, and the rows of damaged ones. */
const itemsOf = (
  db: StateDatabase,
  resource: Resource,
  waiting: ReadonlyArray<SqlRow>,
  limits: Limits,
  handover: Handover,
): { readonly items: ReadonlyArray<Item>; readonly damaged: ReadonlyArray<SqlRow> } => {
  const items: Array<Item> = []
  const damaged: Array<SqlRow> = []
  let bytes = 0
  for (const { athlete = null, hash = null, id = null, size } of waiting) {
    bytes += Number(size)
    if (items.length > 0 && bytes > limits.bytes) break
    const key = { athlete: AthleteId.make(Number(athlete)), resource, id: String(id) }
    const handedOver = handover.get(key, String(hash))
    if (handedOver !== undefined) {
      items.push(handedOver)
      continue
    }
    const row = db.all(
      `select athlete, id, hash, fetched_at, body from staged
         where athlete = ? and resource = ? and id = ? and hash = ?`,
      athlete,
      resource,
      id,
      hash,
    )[0]
    const item = row === undefined ? undefined : itemOf(row, resource)
    if (item === undefined) damaged.push({ athlete, id })
    else items.push(item)
  }
  return { items, damaged }
}

/** Notes what `sink` took and refused, and deletes the bodies that no sink lacks any more. */
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
      const tries = 1 + Number(
        db.all(
          `select tries from pending
             where sink = ? and resource = ? and athlete = ? and id = ? and hash = ?`,
          ...outbox,
        )[0]?.["tries"] ?? 0,
      )
      db.run(
        `update pending set reason = ?6, tries = ?7, next_try = ?8
           where sink = ?1 and resource = ?2 and athlete = ?3 and id = ?4 and hash = ?5`,
        ...outbox,
        reason,
        tries,
        nextTryAfter(tries, now),
      )
    }
    return settle(db, item, now)
  })
  return {
    delivered: statuses.get("delivered") ?? [],
    quarantined: statuses.get("quarantined") ?? [],
  }
}

/**
 * What any sink has refused is set aside, and otherwise what every sink has taken is delivered; what
 * failed for another reason, or is to be asked for again, stays so.
 */
const settle = (db: StateDatabase, item: Item, now: number) => {
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
