/** What there is to ask for besides the list of activities: details of each, and the gear they name. */
import type { Effect } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { Extra, isGearId, isPerActivity, type Resource } from "../../../schemas/Item.ts"
import { hasComparison } from "./completeness.ts"
import type { StateDatabase } from "../file/Database.ts"
import type { StateError } from "../StateError.ts"

/** Columns of `item` in the order of `unlisted`; a file that no newer run has opened lacks the last one. */
export const itemColumns = (db: StateDatabase): string =>
  `athlete, resource, id, status, start, hash, reason, tries, next_try, updated,
   ${hasComparison(db) ? "" : "null as "}recheck`

/** SQL: optional resources with a request for each activity. */
const optionalPerActivity = Extra.literals.filter(isPerActivity)
  .map((resource) => `'${resource}'`).join(", ")

/** SQL: rows that `item` lacks, as listed: resource ?2 of activities that were never requested. */
export const unlisted = `select athlete, ?2 as resource, id, 'listed' as status, start,
    null as hash, null as reason, 0 as tries, null as next_try, 0 as updated, null as recheck
  from item as activity
  where athlete = ?1 and ?2 in (${optionalPerActivity}) and resource = 'activities'
    and status <> 'deleted' and hash is not null
    and not exists (select 1 from item where item.athlete = activity.athlete
      and item.resource = ?2 and item.id = activity.id)`

/** Lists the resource of every known activity; returns the number of items that were not listed before. */
const listIn = (db: StateDatabase, athlete: AthleteId, resource: Resource, now: number): number =>
  db.run(
    `insert into item (athlete, resource, id, status, start, tries, updated)
       select athlete, resource, id, status, start, tries, ?3 from (${unlisted})`,
    athlete,
    resource,
    now,
  )

/** A bike or a pair of shoes that activities were done with. */
interface UsedGear {
  readonly id: string
  /** When the newest of them began, in milliseconds since 1970. */
  readonly last: number
}

/** Not in a file that no run of this version has opened yet. */
export const hasSummaries = (db: StateDatabase): boolean =>
  db.all(`select 1 from sqlite_schema where name = 'summary'`).length > 0

/** All gear that activities on the list name. */
const usedGearIn = (db: StateDatabase, athlete: AthleteId): ReadonlyArray<UsedGear> =>
  !hasSummaries(db) ? [] : db.all(
    `select gear, max(start) as last from summary
       join item using (athlete, id)
       where athlete = ? and gear is not null and resource = 'activities'
         and status not in ('deleted', 'purged')
       group by gear order by last desc, gear`,
    athlete,
  ).map(({ gear, last }) => ({ id: String(gear), last: Number(last) }))
    .filter(({ id }) => isGearId(id))

/** How an item stands that is asked for now and then. */
export interface ItemStanding {
  readonly id: string
  readonly status: string
  /** Whether there is an answer. */
  readonly had: boolean
  readonly tries: number
  readonly nextTry: number | undefined
  /** When the status was last changed, in milliseconds since 1970. */
  readonly updated: number
}

const standingsIn = (
  db: StateDatabase,
  athlete: AthleteId,
  resource: Resource,
): ReadonlyArray<ItemStanding> =>
  db.all(
    `select id, status, hash, tries, next_try, updated from item
       where athlete = ? and resource = ?`,
    athlete,
    resource,
  ).map((row) => ({
    id: String(row["id"]),
    status: String(row["status"]),
    had: row["hash"] !== null,
    tries: Number(row["tries"]),
    nextTry: row["next_try"] === null ? undefined : Number(row["next_try"]),
    updated: Number(row["updated"]),
  }))

export interface OptionalItems {
  /** Lists an optional resource of every known activity; returns the number that was not listed before. */
  list(athlete: AthleteId, resource: Resource): Effect.Effect<number, StateError>
  /** All gear that activities name, the one that was used last first. */
  usedGear(athlete: AthleteId): Effect.Effect<ReadonlyArray<UsedGear>, StateError>
  /** How each item of `resource` stands: for those of which there are few. */
  standings(
    athlete: AthleteId,
    resource: Resource,
  ): Effect.Effect<ReadonlyArray<ItemStanding>, StateError>
}

/** The extras of `db`; `commit` runs a transaction. */
export const optionalItemsIn = (
  db: StateDatabase,
  commit: <A>(body: (now: number) => A) => Effect.Effect<A, StateError>,
): OptionalItems => ({
  list: (athlete, resource) => commit((now) => listIn(db, athlete, resource, now)),
  usedGear: (athlete) => db.read(() => usedGearIn(db, athlete)),
  standings: (athlete, resource) => db.read(() => standingsIn(db, athlete, resource)),
})

/** What Strava does not give to this athlete, or this token: how many items, and why. */
export interface Withheld {
  readonly resource: Resource
  readonly reason: string
  readonly count: number
}

export const withheldIn = (db: StateDatabase): ReadonlyArray<Withheld> =>
  db.all(
    `select resource, reason, count(*) as count from item
       where status = 'skipped' and resource <> 'streams' group by resource, reason`,
  ).map((row) => ({
    resource: row["resource"] as Resource,
    reason: String(row["reason"] ?? ""),
    count: Number(row["count"]),
  }))
