/**
 * Purging by age: items fetched before a time are deleted from every sink and from the state file. The ledger
 * still records that they existed, so that they are not fetched again unless forced.
 */
import { type Effect, Schema } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { ItemKey, Resource } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { tombstones } from "./stage.ts"
import { eraseKey, eraseStateKey } from "../file/secureErase.ts"
import type { StateDatabase } from "../file/Database.ts"
import { markFallback, originalsToDeleteIn, recordOriginalDeleted } from "../sources/origins.ts"
import { sourceIn } from "../sources/sourceColumn.ts"
import type { LostItem } from "./redeliver.ts"
import { deleteMetaIn, metaIn, setMetaIn } from "../file/meta.ts"
import { hasKnownResource, row } from "../file/rows.ts"
import { Status } from "../ledger/counts.ts"
import { reasons } from "../ledger/reasons.ts"
import { forgetProfile } from "../ledger/profile.ts"
import { deleteFromSinks, eraseActivityFacts, sinksWith } from "./removals.ts"
import { identitiesIn } from "./sinkHistory.ts"
import type { StateError } from "../StateError.ts"
import { fetchedPerActivity } from "../ledger/activityIndex.ts"

/** Number of items by resource; resources without any are left out. */
export type PurgeCounts = Readonly<Partial<Record<Resource, number>>>

export interface Purges {
  /**
   * Counts the stored responses of the API that were fetched at `cutoff` (milliseconds since 1970) or before.
   */
  older(cutoff: number): Effect.Effect<PurgeCounts, StateError>
  /** Purges them: marks them for deletion in the sinks and updates the ledger in one transaction. */
  purge(cutoff: number): Effect.Effect<PurgeCounts, StateError>
  /** Names in the export of the original files whose activities were deleted at Strava. */
  readonly originalsToDelete: Effect.Effect<ReadonlyArray<string>, StateError>
  /** Records that an original file was deleted. */
  recordOriginalDeleted(file: string): Effect.Effect<void, StateError>
  /** Number of purged items that a sink still has to delete, by the name of the sink. */
  readonly undeleted: Effect.Effect<ReadonlyMap<string, number>, StateError>
  /** Names of the sinks that have deleted all purged items, but can still contain bytes of them. */
  readonly unerased: Effect.Effect<ReadonlyArray<string>, StateError>
  /** True if items were deleted in this run, here and in sinks. */
  readonly deletedNow: Effect.Effect<boolean, StateError>
  /** Records that a sink can contain bytes of deleted items. */
  markUnerased(sink: SinkName): Effect.Effect<void, StateError>
  /** Records that a sink contains no bytes of deleted items. */
  recordErased(sink: SinkName): Effect.Effect<void, StateError>
}

/** SQL: items that are purged at a cutoff. The limit on the age of API data does not apply to an export. */
const old = (db: StateDatabase) => `fetched <= ? and status <> 'purged' and ${sourceIn(db)} = 'api'`

const CountRow = row({ resource: Schema.String, count: Schema.Int })

const olderIn = (db: StateDatabase, cutoff: number): PurgeCounts =>
  Object.fromEntries(
    db.all(
      CountRow,
      `select resource, count(*) as count from item where ${old(db)} group by resource`,
      cutoff,
    ).filter(hasKnownResource).map(({ count, resource }) => [resource, count]),
  )

/** Returns the status after the purge: items that still have to be fetched keep theirs. */
const statusAfter = (resource: Resource, status: Status, tries: number): Status =>
  resource !== "activities" &&
    (["listed", "absent", "skipped"].includes(status) || (status === "quarantined" && tries > 0))
    ? status
    : "purged"

const forgetActivity = (db: StateDatabase, { athlete, id }: ItemKey, now: number) => {
  eraseActivityFacts(db, athlete, id)
  // Pending items of a purged activity are not fetched.
  db.run(
    `update item set status = 'purged', reason = null, tries = 0, next_try = null, updated = ?3
       where athlete = ?1 and id = ?2 and resource in ${fetchedPerActivity()} and fetched is null
         and status in ('listed', 'quarantined')`,
    athlete,
    id,
    now,
  )
}

const ItemRow = row({
  athlete: AthleteId,
  resource: Schema.String,
  id: Schema.String,
  status: Status,
  tries: Schema.Int,
})

const purgeIn = (db: StateDatabase, cutoff: number, now: number): PurgeCounts => {
  const counts = olderIn(db, cutoff)
  // The table quotes unknown values, such as a new sport, from responses.
  db.run(`delete from drift where first_seen <= ?`, cutoff)
  const used = [...identitiesIn(db).keys()]
  const found = db.all(
    ItemRow,
    `select athlete, resource, id, status, tries from item where ${old(db)}`,
    cutoff,
  ).filter(hasKnownResource)
  for (const { status: before, tries, ...key } of found) {
    const status = statusAfter(key.resource, before, tries)
    // A database keeps rows of deleted activities, and the ledger does not record which sinks do.
    const sinks = before === "deleted"
      ? [...new Set([...used, ...sinksWith(db, key)])]
      : sinksWith(db, key)
    deleteFromSinks(db, key, "purged", sinks)
    db.run(
      `update item set status = ?4, hash = null, has = null, lacks = null, recheck = null,
         fetched = null, updated = ?5,
         reason = case when ?4 = 'purged' or reason is null then null
           when ?4 = 'quarantined' then '${reasons.undecodable}' else reason end,
         tries = case when ?4 = 'purged' then 0 else tries end,
         next_try = case when ?4 = 'purged' then null else next_try end
       where athlete = ?1 and resource = ?2 and id = ?3`,
      key.athlete,
      key.resource,
      key.id,
      status,
      now,
    )
    if (key.resource === "activities") {
      forgetActivity(db, key, now)
      markFallback(db, key)
    }
    if (key.resource === "athlete") forgetProfile(db, key.athlete)
  }
  return counts
}

/** Inside a transaction: deletes purged items again that were found in sinks. */
export const repurgeIn = (db: StateDatabase, back: ReadonlyArray<LostItem>): void => {
  for (const { key, sinks } of back) deleteFromSinks(db, key, "purged", sinks)
}

const SinkCountRow = row({ sink: Schema.String, count: Schema.Int })
const KeyRow = row({ key: Schema.String })

/** Returns the purges of `db`; `commit` runs a transaction. */
export const purgesIn = (
  db: StateDatabase,
  commit: <A>(body: (now: number) => A) => Effect.Effect<A, StateError>,
): Purges => ({
  older: (cutoff) => db.read(() => olderIn(db, cutoff)),
  purge: (cutoff) => commit((now) => purgeIn(db, cutoff, now)),
  originalsToDelete: db.read(() => originalsToDeleteIn(db)),
  recordOriginalDeleted: (file) => commit(() => recordOriginalDeleted(db, file)),
  undeleted: db.read(() =>
    new Map(
      db.all(
        SinkCountRow,
        `select sink, count(*) as count from pending where hash = 'purged' group by sink`,
      ).map(({ count, sink }) => [sink, count]),
    )
  ),
  unerased: db.read(() =>
    db.all(
      KeyRow,
      `select key from meta where key like 'clear %' and key <> ? and not exists (select 1 from pending
         where 'clear ' || sink = key and hash in (?, ?))`,
      eraseStateKey,
      tombstones.deleted,
      tombstones.purged,
    ).map(({ key }) => key.slice("clear ".length))
  ),
  deletedNow: db.read(() => metaIn(db, eraseStateKey) !== undefined),
  markUnerased: (sink) => commit(() => setMetaIn(db, eraseKey(sink), "1")),
  recordErased: (sink) => commit(() => deleteMetaIn(db, eraseKey(sink))),
})
