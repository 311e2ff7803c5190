/** Repair, inside a transaction: items that a sink lost are staged for it again, or marked to be fetched. */
import { Schema } from "effect"
import type { Item, ItemKey } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { row } from "../file/rows.ts"
import { reasons } from "../ledger/reasons.ts"
import { recordLostImport } from "../sources/lostImports.ts"
import { isOfApi } from "../sources/sourceColumn.ts"
import { removeHoldings } from "./stage.ts"
import { stageItem } from "./staged.ts"
import type { StateDatabase } from "../file/Database.ts"

/** An item whose response was found, and the sinks that do not hold it. */
export interface FoundItem {
  readonly item: Item
  readonly sinks: ReadonlyArray<SinkName>
}

/** An item whose response no store has, and the sinks that do not hold it. */
export interface LostItem {
  readonly key: ItemKey
  readonly sinks: ReadonlyArray<SinkName>
}

/** Stages items for the sinks that do not hold them. */
export const restoreIn = (
  db: StateDatabase,
  restored: ReadonlyArray<FoundItem>,
  now: number,
): void => {
  for (const { item, sinks } of restored) {
    const { athlete, hash, id, resource, text } = item
    removeHoldings(db, item, sinks)
    stageItem(db, item)
    for (const sink of sinks) {
      db.run(
        `insert or replace into pending (sink, resource, athlete, id, hash, size, start)
           select ?1, resource, athlete, id, hash, ?2, start from item
             where athlete = ?3 and resource = ?4 and id = ?5 and hash = ?6`,
        sink,
        text.length,
        athlete,
        resource,
        id,
        hash,
      )
    }
    db.run(
      `update item set status = 'staged', updated = ?
         where athlete = ? and resource = ? and id = ? and status = 'delivered'`,
      now,
      athlete,
      resource,
      id,
    )
  }
}

/** Makes the next run fetch the full list, because activities are fetched only with a list. */
export const relistActivitiesIn = (db: StateDatabase, athlete: number): void => {
  db.run(
    `update cursor set value = json_set(json_remove(value, '$.whole'), '$.before', 0)
       where athlete = ? and stage in ('activities', 'sweep') and json_valid(value)`,
    athlete,
  )
}

/** Marks lost items to be fetched again. */
export const forgetIn = (
  db: StateDatabase,
  lost: ReadonlyArray<LostItem>,
  now: number,
): void => {
  for (const { key, sinks } of lost) {
    removeHoldings(db, key, sinks)
    if (recordLostImport(db, key)) continue
    if (key.resource === "activities") {
      relistActivitiesIn(db, key.athlete)
      continue
    }
    db.run(
      `update item set status = 'listed', hash = null, recheck = null, updated = ?,
         reason = case when ${isOfApi} then '${reasons.lost}' else '${reasons.lostImport}' end,
         source = 'api'
         where athlete = ? and resource = ? and id = ?`,
      now,
      key.athlete,
      key.resource,
      key.id,
    )
  }
}

const RunRow = row({ ended: Schema.NullOr(Schema.Int), exit: Schema.NullOr(Schema.Int) })

/** Ends a run that only repaired like the one before it, so that the next run continues that one's work. */
export const endLikePreviousIn = (db: StateDatabase, epoch: number, now: number): void => {
  const before = db.first(
    RunRow,
    `select ended, exit from run where epoch < ? order by epoch desc limit 1`,
    epoch,
  )
  const { ended = now, exit = 0 } = before ?? {}
  db.run(
    `update run set ended = ?, exit = ? where epoch = ?`,
    ended === null ? null : now,
    exit,
    epoch,
  )
}
