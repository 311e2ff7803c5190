/** Facts of each activity from the last list, in the table `summary`, and the changes that follow from them. */
import { Predicate, Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Amounts } from "../../../schemas/content/content.ts"
import {
  activityResources,
  isPerActivity,
  type ItemKey,
  type Resource,
} from "../../../schemas/Item.ts"
import { isOfApi, isUnlisted } from "../sources/sourceColumn.ts"
import { amountsIn, recordClaims } from "./completeness.ts"
import type { StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import { reasons } from "./reasons.ts"

/** Facts of an activity's summary. */
export interface ActivityFacts {
  /** Hash of the fields that streams depend on: see `basisOf`. Null for an imported activity. */
  readonly basis: string | null
  readonly sport: string | null
  readonly gear: string | null
  readonly private: boolean
  /** Number of the list that it is on; later lists have higher numbers. 0 if it is on none. */
  readonly list: number
  /** True unless it is the first list: a new activity was uploaded since the previous one. */
  readonly late: boolean
  /** Amounts that the streams and details should contain. */
  readonly claims: Amounts
  /** End of the activity, in milliseconds since 1970; null if that is not a safe integer. */
  readonly ended: number | null
}

const sqlList = (resources: ReadonlyArray<Resource>): string =>
  `(${resources.map((resource) => `'${resource}'`).join(", ")})`

/** Returns SQL: resources with an item for each activity. */
export const ofActivity = (): string => sqlList(activityResources())

/** Returns SQL: the same without the activities themselves. */
export const fetchedPerActivity = (): string => sqlList(activityResources().filter(isPerActivity))

/** Marks streams and details as pending, whatever their last result was. */
const relist = (db: StateDatabase, { athlete, id }: ItemKey, reason: string, now: number) =>
  db.run(
    `update item set status = 'listed', reason = ?3, tries = 0, next_try = null, checks = 0,
       recheck = null, updated = ?4
       where athlete = ?1 and id = ?2 and resource in ${fetchedPerActivity()}
         and status not in ('skipped', 'purged') and ${isOfApi}`,
    athlete,
    id,
    reason,
    now,
  )

/** Marks streams and details as pending that were deleted with an activity that an export brings back. */
export const relistDeleted = (db: StateDatabase, { athlete, id }: ItemKey, now: number): void =>
  void db.run(
    `update item set status = 'listed', reason = ?3, hash = null, fetched = null, source = 'api',
       updated = ?4
       where athlete = ?1 and id = ?2 and resource in ${fetchedPerActivity()} and status = 'deleted'`,
    athlete,
    id,
    reasons.restored,
    now,
  )

const KnownRow = row({ basis: Schema.NullOr(Schema.String), claims: Schema.NullOr(Schema.String) })

/** Inside a transaction: records the facts of a list entry, and marks what must be fetched again because of them. */
export const recordFacts = (
  db: StateDatabase,
  key: ItemKey,
  start: number,
  facts: ActivityFacts,
  wasDeleted: boolean,
  now: number,
): void => {
  const { athlete, id } = key
  const { basis, claims, ended, gear, late, list, private: hidden, sport } = facts
  const known = db.first(
    KnownRow,
    `select basis, claims from summary where athlete = ? and id = ?`,
    athlete,
    id,
  )
  const text = JSON.stringify(claims)
  db.run(
    `insert into summary (athlete, id, basis, sport, gear, private, seen, claims, ended, listed)
       values (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
     on conflict do update set basis = ?3, sport = ?4, gear = ?5, private = ?6,
       seen = max(seen, ?7), missed = null, claims = ?8, ended = ?9,
       listed = case when ?11 then ?10 else listed end`,
    athlete,
    id,
    basis,
    sport,
    gear,
    hidden ? 1 : 0,
    list,
    text,
    ended,
    late ? now : null,
    wasDeleted ? 1 : 0,
  )
  db.run(
    `update item set start = ?3
       where athlete = ?1 and id = ?2 and resource in ${fetchedPerActivity()} and start <> ?3`,
    athlete,
    id,
    start,
  )
  if (wasDeleted) relist(db, key, reasons.restored, now)
  else if (Predicate.isString(known?.basis) && known.basis !== basis) {
    relist(db, key, reasons.changed, now)
  }
  if (known !== undefined && known.claims !== text) {
    recordClaims(db, key, { now: claims, before: amountsIn(known.claims) }, now)
  }
}

/** Inside a transaction: records that a list contains an activity that was purged, without its facts. */
export const recordStillListed = (
  db: StateDatabase,
  { athlete, id }: ItemKey,
  start: number,
  { list, private: hidden }: ActivityFacts,
): void => {
  recordSeen(db, athlete, id, list)
  db.run(
    `update summary set private = ?3 where athlete = ?1 and id = ?2 and private <> ?3`,
    athlete,
    id,
    hidden ? 1 : 0,
  )
  db.run(
    `update item set start = ?3 where athlete = ?1 and id = ?2 and start <> ?3`,
    athlete,
    id,
    start,
  )
}

const MissedRow = row({ id: Schema.String, start: Schema.Int, private: Schema.Int })

/** An activity that is missing from a list that should contain it. */
export interface MissedActivity {
  readonly id: string
  readonly start: number
  readonly private: boolean
}

/** Range of a list, and its number: see `ActivityFacts.list`. */
export interface ListScope {
  readonly number: number
  /** The list has the activities that began after this, in seconds since 1970; all if undefined. */
  readonly after: number | undefined
}

/** Returns the known activities that the list should contain and that were on no list since it began, newest first. */
export const missedIn = (
  db: StateDatabase,
  athlete: AthleteId,
  { after, number }: ListScope,
): ReadonlyArray<MissedActivity> =>
  db.all(
    MissedRow,
    `select item.id, start, case when basis is null then 1 else private end as private
       from item left join summary using (athlete, id)
       where athlete = ?1 and resource = 'activities' and status <> 'deleted'
         and item.hash is not null and start > ?2 and coalesce(seen, 0) < ?3
         and not ${isUnlisted(db)}
       order by start desc`,
    athlete,
    after === undefined ? -1 : after * 1_000,
    number,
  ).map((missed) => ({ ...missed, private: missed.private === 1 }))

const KnownActivitiesRow = row({
  listed: Schema.Int,
  count: Schema.NullOr(Schema.Int),
  newest: Schema.NullOr(Schema.Int),
})

/** Counts the known activities: see `Lists.known`. */
export const knownIn = (db: StateDatabase, athlete: AthleteId, now: number) => {
  const known = db.first(
    KnownActivitiesRow,
    `select count(*) as listed, sum(status <> 'purged') as count,
       max(case when start <= ?2 then start end) as newest from item
       where athlete = ?1 and resource = 'activities' and status <> 'deleted'
         and (hash is not null or status = 'purged') and not ${isUnlisted(db)}`,
    athlete,
    now,
  )
  return {
    count: known?.count ?? 0,
    listed: known?.listed ?? 0,
    newest: known?.newest ?? undefined,
  }
}

/** True if the list with this number contains an activity that is visible only to the athlete. */
export const holdsPrivateIn = (db: StateDatabase, athlete: AthleteId, number: number): boolean =>
  db.has(
    `select 1 from summary where athlete = ? and private = 1 and seen >= ? limit 1`,
    athlete,
    number,
  )

const IdRow = row({ id: Schema.String })

/**
 * Returns the id of a private activity that is on the list or too old for it; undefined if there is none. If
 * Strava returns it, private activities can still be read.
 */
export const witnessIn = (
  db: StateDatabase,
  athlete: AthleteId,
  { after, number }: ListScope,
): string | undefined =>
  db.first(
    IdRow,
    `select summary.id from summary join item using (athlete, id)
       where athlete = ?1 and resource = 'activities' and status <> 'deleted' and private = 1
         and (seen >= ?2 or start <= ?3) order by seen desc, start desc limit 1`,
    athlete,
    number,
    after === undefined ? -1 : after * 1_000,
  )?.id

/** Records that the activity was at Strava when this list was read, or later. */
export const recordSeen = (db: StateDatabase, athlete: AthleteId, id: string, list: number): void =>
  void db.run(
    `insert into summary (athlete, id, seen) values (?1, ?2, ?3)
       on conflict do update set seen = max(seen, ?3)`,
    athlete,
    id,
    list,
  )
