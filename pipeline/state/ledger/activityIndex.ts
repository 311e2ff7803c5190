/** What the last list said of each activity, as far as anything hangs on it, and what that leads to. */
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Amounts } from "../../../schemas/content.ts"
import {
  activityResources,
  isPerActivity,
  type ItemKey,
  type Resource,
} from "../../../schemas/Item.ts"
import { amountsIn, recordClaims } from "./completeness.ts"
import type { StateDatabase } from "../file/Database.ts"

/** What is noted of a summary. */
export interface ActivityFacts {
  /** What decides the samples: see `basisOf`. */
  readonly basis: string
  readonly sport: string | null
  readonly gear: string | null
  readonly private: boolean
  /** The list that it is on: a later one has a higher number. */
  readonly list: number
  /** True if it is not the first list, so that what is new on it was uploaded since the last one. */
  readonly late: boolean
  /** Amounts that the streams and details should contain. */
  readonly claims: Amounts
  /** Time when the activity ended, in milliseconds since 1970; null if no number of that size is exact. */
  readonly ended: number | null
}

const sqlList = (resources: ReadonlyArray<Resource>): string =>
  `(${resources.map((resource) => `'${resource}'`).join(", ")})`

/** SQL: resources with an item for each activity. */
export const ofActivity = sqlList(activityResources)

/** SQL: the same without the activities themselves. */
export const fetchedPerActivity = sqlList(
  activityResources.filter(isPerActivity),
)

/** The samples and details are to be asked for again, whatever came of it before. */
const relist = (db: StateDatabase, { athlete, id }: ItemKey, reason: string, now: number) =>
  db.run(
    `update item set status = 'listed', reason = ?3, tries = 0, next_try = null, checks = 0,
       recheck = null, updated = ?4
       where athlete = ?1 and id = ?2 and resource in ${fetchedPerActivity}
         and status not in ('skipped', 'purged')`,
    athlete,
    id,
    reason,
    now,
  )

/** Inside a transaction: note what a list says, and what follows from it. */
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
  const row = db.all(
    `select basis, claims from summary where athlete = ? and id = ?`,
    athlete,
    id,
  )[0]
  const before = row?.["basis"]
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
       where athlete = ?1 and id = ?2 and resource in ${fetchedPerActivity} and start <> ?3`,
    athlete,
    id,
    start,
  )
  if (wasDeleted) relist(db, key, "the activity is there again", now)
  else if (typeof before === "string" && before !== basis) {
    relist(db, key, "the activity has changed", now)
  }
  if (row !== undefined && row["claims"] !== text) {
    recordClaims(db, key, { now: claims, before: amountsIn(row["claims"]) }, now)
  }
}

/** Inside a transaction: a list has an activity that was purged. Nothing of what it says is kept. */
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

/** An activity that a list should have held and did not. */
export interface MissedActivity {
  readonly id: string
  readonly start: number
  readonly private: boolean
}

/** What a list was asked for, and its number: see `Facts.list`. */
export interface ListScope {
  readonly number: number
  /** In seconds since 1970: the activities that began after this; all where it is undefined. */
  readonly after: number | undefined
}

/** The activities that are known, should have been on the list, and were on none since it began. */
export const missedIn = (
  db: StateDatabase,
  athlete: AthleteId,
  { after, number }: ListScope,
): ReadonlyArray<MissedActivity> =>
  db.all(
    `select item.id, start, case when basis is null then 1 else private end as private
       from item left join summary using (athlete, id)
       where athlete = ?1 and resource = 'activities' and status <> 'deleted'
         and item.hash is not null and start > ?2 and coalesce(seen, 0) < ?3
       order by start desc`,
    athlete,
    after === undefined ? -1 : after * 1_000,
    number,
  ).map((row) => ({
    id: String(row["id"]),
    start: Number(row["start"]),
    private: row["private"] === 1,
  }))

/** What is known of the activities that Strava lists. */
export const knownIn = (db: StateDatabase, athlete: AthleteId, now: number) => {
  const row = db.all(
    `select count(*) as listed, sum(status <> 'purged') as count,
       max(case when start <= ?2 then start end) as newest from item
       where athlete = ?1 and resource = 'activities' and status <> 'deleted'
         and (hash is not null or status = 'purged')`,
    athlete,
    now,
  )[0]
  return {
    count: Number(row?.["count"] ?? 0),
    listed: Number(row?.["listed"] ?? 0),
    newest: typeof row?.["newest"] === "number" ? row["newest"] : undefined,
  }
}

/** Whether the list of this number holds any activity that only the athlete sees. */
export const holdsPrivateIn = (db: StateDatabase, athlete: AthleteId, number: number): boolean =>
  db.all(
    `select 1 from summary where athlete = ? and private = 1 and seen >= ? limit 1`,
    athlete,
    number,
  ).length > 0

/**
 * A private activity that tells, if Strava still gives it to us, that such are given to us: one that the
 * list of this scope holds, or one that began too long ago to be on it.
 */
export const witnessIn = (db: StateDatabase, athlete: AthleteId, { after, number }: ListScope) => {
  const row = db.all(
    `select summary.id from summary join item using (athlete, id)
       where athlete = ?1 and resource = 'activities' and status <> 'deleted' and private = 1
         and (seen >= ?2 or start <= ?3) order by seen desc, start desc limit 1`,
    athlete,
    number,
    after === undefined ? -1 : after * 1_000,
  )[0]
  return row === undefined ? undefined : String(row["id"])
}

/** The activity is at Strava, as the list of this number says, or as it was asked for after that. */
export const recordSeen = (db: StateDatabase, athlete: AthleteId, id: string, list: number): void =>
  void db.run(
    `insert into summary (athlete, id, seen) values (?1, ?2, ?3)
       on conflict do update set seen = max(seen, ?3)`,
    athlete,
    id,
    list,
  )
