/** Mending, inside a transaction: what a sink turned out not to hold is staged for it, or forgotten. */
import type { Item, ItemKey } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { leave, stageItem } from "./stage.ts"
import type { Database } from "../file/Database.ts"

/** An item whose answer was found, and the sinks that do not hold it. */
export interface Restored {
  readonly item: Item
  readonly sinks: ReadonlyArray<SinkName>
}

/** An item whose answer nobody has, and the sinks that do not hold it. */
export interface Lost {
  readonly key: ItemKey
  readonly sinks: ReadonlyArray<SinkName>
}

export const restoreIn = (
  db: Database,
  restored: ReadonlyArray<Restored>,
  now: number,
): void => {
  for (const { item, sinks } of restored) {
    const { athlete, hash, id, resource, text } = item
    leave(db, item, sinks)
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
export const listAnewIn = (db: Database, athlete: number): void => {
  db.run(
    `update cursor set value = json_set(json_remove(value, '$.whole'), '$.before', 0)
       where athlete = ? and stage in ('activities', 'sweep') and json_valid(value)`,
    athlete,
  )
}

export const forgetIn = (
  db: Database,
  lost: ReadonlyArray<Lost>,
  now: number,
): void => {
  for (const { key, sinks } of lost) {
    leave(db, key, sinks)
    if (key.resource === "activities") {
      listAnewIn(db, key.athlete)
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
export const endAsBeforeIn = (db: Database, epoch: number, now: number): void => {
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
