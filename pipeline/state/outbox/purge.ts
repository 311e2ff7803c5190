/**
 * Purging by age: what was received long enough ago goes from every sink and from here, and what stays in
 * the ledger is that it was there. It is not asked for again, and no list brings it back, unless forced.
 */
import type { Effect } from "effect"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { ItemKey, Resource } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { tombstones } from "./stage.ts"
import { eraseKey, eraseStateKey } from "../file/secureErase.ts"
import type { StateDatabase } from "../file/Database.ts"
import type { LostItem } from "./redeliver.ts"
import { metaIn, setMetaIn } from "../file/meta.ts"
import { forgetProfile } from "../ledger/profile.ts"
import { deleteFromSinks, eraseActivityFacts, sinksWith } from "./removals.ts"
import type { StateError } from "../StateError.ts"
import { fetchedPerActivity } from "../ledger/activityIndex.ts"

/** How many items of each resource, of those that have any. */
export type PurgeCounts = Readonly<Partial<Record<Resource, number>>>

export interface Purges {
  /** What was received at `cutoff` (milliseconds since 1970) or before, and is kept. */
  older(cutoff: number): Effect.Effect<PurgeCounts, StateError>
  /** Purge it: the sinks are to take it away, in one transaction with what is noted of it. */
  purge(cutoff: number): Effect.Effect<PurgeCounts, StateError>
  /** Number of purged items that a sink still has to delete, by the name of the sink. */
  readonly undeleted: Effect.Effect<ReadonlyMap<string, number>, StateError>
  /** Names of the sinks that have deleted all they had to, and may still hold bytes of it. */
  readonly unerased: Effect.Effect<ReadonlyArray<string>, StateError>
  /** True if items were deleted in this run, here and in sinks. */
  readonly deletedNow: Effect.Effect<boolean, StateError>
  /** Notes that a sink may hold bytes of deleted items. */
  markUnerased(sink: SinkName): Effect.Effect<void, StateError>
  /** A sink holds no byte any more of what it has taken away. */
  recordErased(sink: SinkName): Effect.Effect<void, StateError>
}

const old = `fetched <= ? and status <> 'purged'`

const olderIn = (db: StateDatabase, cutoff: number): PurgeCounts =>
  Object.fromEntries(
    db.all(`select resource, count(*) as count from item where ${old} group by resource`, cutoff)
      .map(({ count, resource }) => [String(resource), Number(count)]),
  )

/** What there was no answer of, or not this one, stays to be asked for, as it was. */
const statusAfter = (resource: Resource, status: string, tries: number): string =>
  resource !== "activities" &&
    (["listed", "absent", "skipped"].includes(status) || (status === "quarantined" && tries > 0))
    ? status
    : "purged"

const forgetActivity = (db: StateDatabase, { athlete, id }: ItemKey, now: number) => {
  eraseActivityFacts(db, athlete, id)
  // Nobody will want what is still to be asked for of an activity that is not here.
  db.run(
    `update item set status = 'purged', reason = null, tries = 0, next_try = null, updated = ?3
       where athlete = ?1 and id = ?2 and resource in ${fetchedPerActivity} and fetched is null
         and status in ('listed', 'quarantined')`,
    athlete,
    id,
    now,
  )
}

const purgeIn = (db: StateDatabase, cutoff: number, now: number): PurgeCounts => {
  const counts = olderIn(db, cutoff)
  // Unknown values, such as a new sport, are quoted from responses.
  db.run(`delete from drift where first_seen <= ?`, cutoff)
  const used = db.all(`select key from meta where key like 'sink %'`)
    .map(({ key }) => String(key).slice("sink ".length))
  const found = db.all(`select athlete, resource, id, status, tries from item where ${old}`, cutoff)
  for (const row of found) {
    const key: ItemKey = {
      athlete: AthleteId.make(Number(row["athlete"])),
      resource: row["resource"] as Resource,
      id: String(row["id"]),
    }
    const was = String(row["status"])
    const status = statusAfter(key.resource, was, Number(row["tries"]))
    // A database keeps the row of what was deleted, and the ledger does not tell where.
    const sinks = was === "deleted"
      ? [...new Set([...used, ...sinksWith(db, key)])]
      : sinksWith(db, key)
    deleteFromSinks(db, key, "purged", sinks)
    db.run(
      `update item set status = ?4, hash = null, has = null, lacks = null, recheck = null,
         fetched = null, updated = ?5,
         reason = case when ?4 = 'purged' or reason is null then null
           when ?4 = 'quarantined' then 'its answer could not be read' else reason end,
         tries = case when ?4 = 'purged' then 0 else tries end,
         next_try = case when ?4 = 'purged' then null else next_try end
       where athlete = ?1 and resource = ?2 and id = ?3`,
      key.athlete,
      key.resource,
      key.id,
      status,
      now,
    )
    if (key.resource === "activities") forgetActivity(db, key, now)
    if (key.resource === "athlete") forgetProfile(db, key.athlete)
  }
  return counts
}

/** Inside a transaction: what was purged has come back to these sinks, and is to go again. */
export const repurgeIn = (db: StateDatabase, back: ReadonlyArray<LostItem>): void => {
  for (const { key, sinks } of back) deleteFromSinks(db, key, "purged", sinks)
}

/** The purges of `db`; `commit` runs a transaction. */
export const purgesIn = (
  db: StateDatabase,
  commit: <A>(body: (now: number) => A) => Effect.Effect<A, StateError>,
): Purges => ({
  older: (cutoff) => db.read(() => olderIn(db, cutoff)),
  purge: (cutoff) => commit((now) => purgeIn(db, cutoff, now)),
  undeleted: db.read(() =>
    new Map(
      db.all(`select sink, count(*) as count from pending where hash = 'purged' group by sink`)
        .map(({ count, sink }) => [String(sink), Number(count)]),
    )
  ),
  unerased: db.read(() =>
    db.all(
      `select key from meta where key like 'clear %' and key <> ? and not exists (select 1 from pending
         where 'clear ' || sink = key and hash in (?, ?))`,
      eraseStateKey,
      tombstones.deleted,
      tombstones.purged,
    ).map(({ key }) => String(key).slice("clear ".length))
  ),
  deletedNow: db.read(() => metaIn(db.all, eraseStateKey) !== undefined),
  markUnerased: (sink) => commit(() => setMetaIn(db, eraseKey(sink), "1")),
  recordErased: (sink) =>
    commit(() => void db.run(`delete from meta where key = ?`, eraseKey(sink))),
})
