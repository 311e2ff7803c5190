/** Fields and values that Strava sent and we do not know: kept in every sink, and told once. */
import type { Resource } from "../../../schemas/Item.ts"
import type { StateDatabase } from "../file/Database.ts"

export interface UnknownField {
  readonly resource: Resource
  /** A field such as `x_y` or `map.x_y`, or a value such as `sport_type: Padel`. */
  readonly name: string
  /** How many items had it in the run that first saw it. */
  readonly items: number
  /** In milliseconds since 1970. */
  readonly firstSeen: number
  /** The run that first saw it. */
  readonly epoch: number
}

/** Inside a transaction: an item has these. Only the run that first sees a name counts its items. */
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

/** Newest first. */
export const unknownFieldsIn = (db: StateDatabase): ReadonlyArray<UnknownField> =>
  db.all(`select * from drift order by first_seen desc, resource, name`).map((row) => ({
    resource: row["resource"] as Resource,
    name: String(row["name"]),
    items: Number(row["items"]),
    firstSeen: Number(row["first_seen"]),
    epoch: Number(row["epoch"]),
  }))
