/**
 * What goes from the sinks: an activity that Strava no longer has leaves a tombstone in the ledger, and
 * what is purged for its age leaves its id.
 */
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { activityResources, type ItemKey, type Resource } from "../../../schemas/Item.ts"
import type { Gone, SinkName } from "../../../sinks/Sink.ts"
import { tombstones, unstage } from "./stage.ts"
import { eraseKey, eraseStateKey } from "../file/secureErase.ts"
import type { SqlRow, StateDatabase } from "../file/Database.ts"
import { setMetaIn } from "../file/meta.ts"

/** The sinks that hold the item or wait for it. */
export const sinksWith = (
  db: StateDatabase,
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
export const deleteFromSinks = (
  db: StateDatabase,
  key: ItemKey,
  how: keyof typeof tombstones,
  sinks = sinksWith(db, key),
): void => {
  const { athlete, id, resource } = key
  for (const sink of sinks) {
    setMetaIn(db, eraseKey(sink), "1")
    db.run(
      `insert into pending (sink, resource, athlete, id, hash, size, start)
         select ?1, ?2, ?3, ?4, ?5, 0, coalesce((select start from item
           where athlete = ?3 and resource = ?2 and id = ?4), 0)
       on conflict do update set hash = ?5, size = 0, reason = null, tries = 0, next_try = null`,
      sink,
      resource,
      athlete,
      id,
      tombstones[how],
    )
  }
  unstage(db, key)
  setMetaIn(db, eraseStateKey, "1")
}

/** Inside a transaction: deletes the facts about the activity that are stored apart from its responses. */
export const eraseActivityFacts = (db: StateDatabase, athlete: AthleteId, id: string): void =>
  void db.run(
    `update summary set basis = null, sport = null, gear = null, claims = null, ended = null
       where athlete = ? and id = ?`,
    athlete,
    id,
  )

/**
 * Inside a transaction: the activity, its streams and its details are deleted, here and in each sink that
 * holds them. What stays here is the id, the start, the hashes, and when it was deleted.
 */
export const removeActivity = (
  db: StateDatabase,
  { athlete, deletedAt, id }: Gone,
  reason: string,
): void => {
  for (const resource of activityResources) {
    const changed = db.run(
      `update item set status = 'deleted', reason = ?4, tries = 0, next_try = null, updated = ?5,
         has = null, lacks = null, checks = 0, recheck = null
         where athlete = ?1 and resource = ?2 and id = ?3 and status <> 'purged'`,
      athlete,
      resource,
      id,
      reason,
      deletedAt,
    )
    if (changed === 0) continue
    const key = { athlete, resource, id }
    deleteFromSinks(db, key, "deleted")
  }
  eraseActivityFacts(db, athlete, id)
  db.run(
    `insert into summary (athlete, id, missed) values (?1, ?2, ?3)
     on conflict do update set missed = ?3`,
    athlete,
    id,
    deletedAt,
  )
}

/** What a pending row asks a sink to take away. */
export const deletionOf = (db: StateDatabase, row: SqlRow): Gone => {
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
    ...(row["hash"] === tombstones.purged && { purged: true }),
  }
}

/** `sink` has taken these away, unless they have come again meanwhile. */
export const acknowledgeDeletions = (
  db: StateDatabase,
  sink: SinkName,
  resource: Resource,
  gone: ReadonlyArray<Gone>,
): void => {
  for (const { athlete, id, purged = false } of gone) {
    const key = [sink, resource, athlete, id] as const
    db.run(
      `delete from pending where sink = ? and resource = ? and athlete = ? and id = ? and hash = ?`,
      ...key,
      purged ? tombstones.purged : tombstones.deleted,
    )
    db.run(
      `delete from landed where sink = ? and resource = ? and athlete = ? and id = ?`,
      ...key,
    )
  }
}
