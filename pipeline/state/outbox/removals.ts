/**
 * Deletions from the sinks. An activity that was deleted at Strava leaves a tombstone in the ledger; a purged item
 * leaves its id.
 */
import { Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { activityResources, type ItemKey, type Resource } from "../../../schemas/Item.ts"
import type { Deletion, SinkName } from "../../../sinks/Sink.ts"
import { deleteOrigin, markOriginalForDeletion } from "../sources/origins.ts"
import { tombstones } from "./stage.ts"
import { unstage } from "./staged.ts"
import { eraseKey, eraseStateKey } from "../file/secureErase.ts"
import type { StateDatabase } from "../file/Database.ts"
import { setMetaIn } from "../file/meta.ts"
import { row } from "../file/rows.ts"

const SinkRow = row({ sink: Schema.String })
const MissedRow = row({ missed: Schema.NullOr(Schema.Int) })

/** Returns the sinks that hold the item or have it in the outbox. */
export const sinksWith = (
  db: StateDatabase,
  { athlete, id, resource }: ItemKey,
): ReadonlyArray<string> =>
  db.all(
    SinkRow,
    `select sink from landed where athlete = ?1 and resource = ?2 and id = ?3
       union select sink from pending where athlete = ?1 and resource = ?2 and id = ?3`,
    athlete,
    resource,
    id,
  ).map(({ sink }) => sink)

/** Inside a transaction: makes the sinks that hold the item, or have it in the outbox, delete it. */
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
 * Inside a transaction: deletes the activity, its streams and its details, here and in each sink. The id, the
 * start, the hashes and the time of the deletion stay here.
 */
export const removeActivity = (
  db: StateDatabase,
  { athlete, deletedAt, id }: Deletion,
  reason: string,
): void => {
  for (const resource of activityResources()) {
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
  markOriginalForDeletion(db, { athlete, id })
  deleteOrigin(db, athlete, id)
  db.run(
    `insert into summary (athlete, id, missed) values (?1, ?2, ?3)
     on conflict do update set missed = ?3`,
    athlete,
    id,
    deletedAt,
  )
}

/** Inside a transaction: deletes a computed item, here and in each sink, and leaves no trace of it. */
export const removeItem = (db: StateDatabase, key: ItemKey): void => {
  deleteFromSinks(db, key, "purged")
  db.run(
    `delete from item where athlete = ? and resource = ? and id = ?`,
    key.athlete,
    key.resource,
    key.id,
  )
}

/** Returns the deletion that an outbox row asks a sink for. */
export const deletionOf = (
  db: StateDatabase,
  { athlete, hash, id }: {
    readonly athlete: AthleteId
    readonly id: string
    readonly hash: string
  },
): Deletion => {
  const summary = db.first(
    MissedRow,
    `select missed from summary where athlete = ? and id = ?`,
    athlete,
    id,
  )
  return {
    athlete,
    id,
    deletedAt: summary?.missed ?? 0,
    ...(hash === tombstones.purged && { purged: true }),
  }
}

/** Inside a transaction: records that `sink` has deleted these, unless they have been fetched again meanwhile. */
export const acknowledgeDeletions = (
  db: StateDatabase,
  sink: SinkName,
  resource: Resource,
  gone: ReadonlyArray<Deletion>,
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
