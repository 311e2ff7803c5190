/** Unknown fields and values in responses: stored in every sink, and reported once. */
import { Schema } from "effect"
import type { Resource } from "../../../schemas/Item.ts"
import type { StateDatabase } from "../file/Database.ts"
import { hasKnownResource, row } from "../file/rows.ts"

export interface UnknownField {
  readonly resource: Resource
  /** A field such as `x_y` or `map.x_y`, or a value such as `sport_type: Padel`. */
  readonly name: string
  /** Number of items that had it in the run that first saw it. */
  readonly items: number
  /** Time when it was first seen, in milliseconds since 1970. */
  readonly firstSeen: number
  /** Epoch of the run that first saw it. */
  readonly epoch: number
}

/** Inside a transaction: records the unknown names of an item. Only the run that first sees a name counts its items. */
export const recordUnknownFields = (
  db: StateDatabase,
  resource: Resource,
  names: ReadonlyArray<string>,
  epoch: number,
  now: number,
): void => {
  for (const name of names) {
    db.run(
      `insert into drift values (?1, ?2, ?3, ?4, 1)
       on conflict do update set items = items + 1 where epoch = ?4`,
      resource,
      name,
      now,
      epoch,
    )
  }
}

const FieldRow = row({
  resource: Schema.String,
  name: Schema.String,
  items: Schema.Int,
  first_seen: Schema.Int,
  epoch: Schema.Int,
})

/** Returns the unknown fields, newest first. */
export const unknownFieldsIn = (db: StateDatabase): ReadonlyArray<UnknownField> =>
  db.all(FieldRow, `select * from drift order by first_seen desc, resource, name`)
    .filter(hasKnownResource)
    .map(({ first_seen: firstSeen, ...field }) => ({ ...field, firstSeen }))
