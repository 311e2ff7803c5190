/**
 * What goes from the sinks: an activity that Strava no longer has leaves a tombstone in the ledger, and
 * what is purged for its age leaves its id.
 */
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { ItemKey, Resource } from "../../schemas/Item.ts"
import type { Gone, SinkName } from "../../sinks/Sink.ts"
import { away, letGo } from "./arrive.ts"
import type { Database, Row } from "./Database.ts"

const resources: ReadonlyArray<Resource> = ["activities", "details", "streams"]

/** The sinks that hold the item or wait for it. */
export const sinksOf = (
  db: Database,
  { athlete, id, resource }: ItemKey,
): ReadonlyArray<string> =>
  db.all(
    `select sink from landed where athlete = ?1 and resource = ?2 and id = ?3
       union select sink from pending where athlete = ?1 and resource = ?2 and id = ?3`,
    athlete,
    resource,
    id,
  ).map(({ sink }) => String(sink))

/** Let every sink that holds the item, or waits for it, take it away; `how` is why. */
export const takeAway = (
  db: Database,
  key: ItemKey,
  how: keyof typeof away,
  sinks = sinksOf(db, key),
): void => {
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
      away[how],
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
         where athlete = ?1 and resource = ?2 and id = ?3 and status <> 'purged'`,
      athlete,
      resource,
      id,
      reason,
      deletedAt,
    )
    if (changed > 0) takeAway(db, { athlete, resource, id }, "deleted")
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
  return {
    athlete,
    id,
    deletedAt: typeof missed === "number" ? missed : 0,
    ...(row["hash"] === away.purged && { purged: true }),
  }
}

/** `sink` has taken these away, unless they have come again meanwhile. */
export const acknowledgeAway = (
  db: Database,
  sink: SinkName,
  resource: Resource,
  gone: ReadonlyArray<Gone>,
): void => {
  for (const { athlete, id, purged = false } of gone) {
    const key = [sink, resource, athlete, id] as const
    db.run(
      `delete from pending where sink = ? and resource = ? and athlete = ? and id = ? and hash = ?`,
      ...key,
      purged ? away.purged : away.deleted,
    )
    db.run(
      `delete from landed where sink = ? and resource = ? and athlete = ? and id = ?`,
      ...key,
    )
  }
}
