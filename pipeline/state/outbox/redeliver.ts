/** Mending, inside a transaction: what a sink turned out not to hold is staged for it, or forgotten. */
import type { Item, ItemKey } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { removeHoldings, stageItem } from "./stage.ts"
import type { StateDatabase } from "../file/Database.ts"

/** An item whose answer was found, and the sinks that do not hold it. */
export interface FoundItem {
  readonly item: Item
  readonly sinks: ReadonlyArray<SinkName>
}

/** An item whose answer nobody has, and the sinks that do not hold it. */
export interface LostItem {
  readonly key: ItemKey
  readonly sinks: ReadonlyArray<SinkName>
}

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

/** Activities come with a list only: the next run reads all of it, as if none had been read. */
export const relistActivitiesIn = (db: StateDatabase, athlete: number): void => {
  db.run(
    `update cursor set value = json_set(json_remove(value, '$.whole'), '$.before', 0)
       where athlete = ? and stage in ('activities', 'sweep') and json_valid(value)`,
    athlete,
  )
}

export const forgetIn = (
  db: StateDatabase,
  lost: ReadonlyArray<LostItem>,
  now: number,
): void => {
  for (const { key, sinks } of lost) {
    removeHoldings(db, key, sinks)
    if (key.resource === "activities") {
      relistActivitiesIn(db, key.athlete)
      continue
    }
    db.run(
      `update item set status = 'listed', hash = null, recheck = null, updated = ?,
         reason = 'a sink lost it and nobody else has it'
         where athlete = ? and resource = ? and id = ?`,
      now,
      key.athlete,
      key.resource,
      key.id,
    )
  }
}

/** A run that only mends is no run to go on with: it counts as the one before it did. */
export const endLikePreviousIn = (db: StateDatabase, epoch: number, now: number): void => {
  const before = db.all(
    `select ended, exit from run where epoch < ? order by epoch desc limit 1`,
    epoch,
  )[0]
  const { ended = now, exit = 0 } = before ?? {}
  db.run(
    `update run set ended = ?, exit = ? where epoch = ?`,
    ended === null ? null : now,
    exit,
    epoch,
  )
}
