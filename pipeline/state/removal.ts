/** An activity that Strava no longer has: a tombstone in the ledger, and nothing of it in the sinks. */
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { ItemKey, Resource } from "../../schemas/Item.ts"
import type { Gone, SinkName } from "../../sinks/Sink.ts"
import { letGo } from "./arrive.ts"
import type { Database, Row } from "./Database.ts"

/** What a pending row has in place of a hash when the item is to be taken away. */
export const away = ""

const resources: ReadonlyArray<Resource> = ["activities", "details", "streams"]

/** The sinks that hold the item or wait for it. */
const sinksOf = (db: Database, { athlete, id, resource }: ItemKey): ReadonlyArray<string> =>
  db.all(
    `select sink from landed where athlete = ?1 and resource = ?2 and id = ?3
       union select sink from pending where athlete = ?1 and resource = ?2 and id = ?3`,
    athlete,
    resource,
    id,
  ).map(({ sink }) => String(sink))

/** Let every sink that holds the item, or waits for it, take it away. */
export const takeAway = (db: Database, key: ItemKey, sinks = sinksOf(db, key)): void => {
  const { athlete, id, resource } = key
  for (const sink of sinks) {
    db.run(
      `insert into pending (sink, resource, athlete, id, hash, size, start)
         select ?1, ?2, ?3, ?4, ?5, 0, coalesce((select start from item
           where athlete = ?3 and resource = ?2 and id = ?4), 0)
       on conflict do update set hash = ?5, size = 0, reason = null, tries = 0, next_try = null`,
      sink,
      resource,
      athlete,
      id,
      away,
    )
  }
  letGo(db, key)
}

/** Inside a transaction: the activity, its samples and its details are deleted. */
export const remove = (
  db: Database,
  { athlete, deletedAt, id }: Gone,
  reason: string,
): void => {
  for (const resource of resources) {
    const changed = db.run(
      `update item set status = 'deleted', reason = ?4, tries = 0, next_try = null, updated = ?5
         where athlete = ?1 and resource = ?2 and id = ?3`,
      athlete,
      resource,
      id,
      reason,
      deletedAt,
    )
    if (changed > 0) takeAway(db, { athlete, resource, id })
  }
  db.run(
    `insert into summary (athlete, id, missed) values (?1, ?2, ?3)
     on conflict do update set missed = ?3`,
    athlete,
    id,
    deletedAt,
  )
}

/** What a pending row asks a sink to take away. */
export const goneOf = (db: Database, row: Row): Gone => {
  const athlete = Number(row["athlete"]) as AthleteId
  const id = String(row["id"])
  const missed = db.all(
    `select missed from summary where athlete = ? and id = ?`,
    athlete,
    id,
  )[0]?.["missed"]
  return { athlete, id, deletedAt: typeof missed === "number" ? missed : 0 }
}

/** `sink` has taken these away, unless they have come again meanwhile. */
export const acknowledgeAway = (
  db: Database,
  sink: SinkName,
  resource: Resource,
  gone: ReadonlyArray<Gone>,
): void => {
  for (const { athlete, id } of gone) {
    const key = [sink, resource, athlete, id] as const
    db.run(
      `delete from pending where sink = ? and resource = ? and athlete = ? and id = ? and hash = ?`,
      ...key,
      away,
    )
    db.run(
      `delete from landed where sink = ? and resource = ? and athlete = ? and id = ?`,
      ...key,
    )
  }
}
