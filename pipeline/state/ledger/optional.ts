/** Optional resources: details of each activity, and the gear that activities name. */
import { type Effect, Option, Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { isGearId, isListedLate, isPerActivity, type Resource } from "../../../schemas/Item.ts"
import { allResources } from "../../../schemas/resources.ts"
import { hasComparison } from "./completeness.ts"
import type { StateDatabase } from "../file/Database.ts"
import { hasKnownResource, row } from "../file/rows.ts"
import type { StateError } from "../StateError.ts"
import { sourceIn } from "../sources/sourceColumn.ts"
import { reasonText } from "./reasons.ts"

/** SQL: columns of `item` in the order of `unlisted`. An older file lacks the last ones. */
export const itemColumns = (db: StateDatabase): string =>
  `athlete, resource, id, status, start, hash, reason, tries, next_try, updated,
   ${hasComparison(db) ? "" : "null as "}recheck, ${sourceIn(db)} as source`

/** Returns SQL: resources that are listed late: see `isListedLate`. */
const listedLate = () =>
  allResources().filter(isPerActivity).filter(isListedLate)
    .map((resource) => `'${resource}'`).join(", ")

/** Returns SQL: rows for items of the resource ?2 that have no row in `item` yet, as if they were listed. */
export const unlisted = () =>
  `select athlete, ?2 as resource, id, 'listed' as status, start,
    null as hash, null as reason, 0 as tries, null as next_try, 0 as updated, null as recheck,
    'api' as source
  from item as activity
  where athlete = ?1 and ?2 in (${listedLate()}) and resource = 'activities'
    and status <> 'deleted' and hash is not null
    and not exists (select 1 from item where item.athlete = activity.athlete
      and item.resource = ?2 and item.id = activity.id)`

/** Inside a transaction: lists the resource of every known activity. Returns how many were not listed. */
const listIn = (db: StateDatabase, athlete: AthleteId, resource: Resource, now: number): number =>
  db.run(
    `insert into item (athlete, resource, id, status, start, tries, updated)
       select athlete, resource, id, status, start, tries, ?3 from (${unlisted()})`,
    athlete,
    resource,
    now,
  )

/** Gear that activities were recorded with. */
interface UsedGear {
  readonly id: string
  /** Start of the newest of these activities, in milliseconds since 1970. */
  readonly last: number
}

/** False if no run since version 3 has opened the file. */
export const hasSummaries = (db: StateDatabase): boolean =>
  db.has(`select 1 from sqlite_schema where name = 'summary'`)

const GearRow = row({ gear: Schema.String, last: Schema.Int })

/** Returns the gear that listed activities name, last used first. */
const usedGearIn = (db: StateDatabase, athlete: AthleteId): ReadonlyArray<UsedGear> =>
  !hasSummaries(db) ? [] : db.all(
    GearRow,
    `select gear, max(start) as last from summary
       join item using (athlete, id)
       where athlete = ? and gear is not null and resource = 'activities'
         and status not in ('deleted', 'purged')
       group by gear order by last desc, gear`,
    athlete,
  ).map(({ gear, last }) => ({ id: gear, last }))
    .filter(({ id }) => isGearId(id))

/** State of an item that is fetched periodically. */
export interface ItemStanding {
  readonly id: string
  readonly status: string
  /** Hash of the stored response; null if there is none. */
  readonly hash: string | null
  readonly tries: number
  readonly nextTry: number | undefined
  /** Time of the last change of the status, in milliseconds since 1970. */
  readonly updated: number
}

const StandingRow = row({
  id: Schema.String,
  status: Schema.String,
  hash: Schema.NullOr(Schema.String),
  tries: Schema.Int,
  next_try: Schema.NullOr(Schema.Int),
  updated: Schema.Int,
})

const standingsIn = (
  db: StateDatabase,
  athlete: AthleteId,
  resource: Resource,
): ReadonlyArray<ItemStanding> =>
  db.all(
    StandingRow,
    `select id, status, hash, tries, next_try, updated from item
       where athlete = ? and resource = ?`,
    athlete,
    resource,
  ).map(({ hash, id, next_try: nextTry, status, tries, updated }) => ({
    id,
    status,
    hash,
    tries,
    nextTry: nextTry ?? undefined,
    updated,
  }))

export interface OptionalItems {
  /** Lists an optional resource of every known activity. Returns how many were not listed yet. */
  list(athlete: AthleteId, resource: Resource): Effect.Effect<number, StateError>
  /** Returns the gear that activities name, last used first. */
  usedGear(athlete: AthleteId): Effect.Effect<ReadonlyArray<UsedGear>, StateError>
  /** Returns the state of each item of `resource`. For resources with few items. */
  standings(
    athlete: AthleteId,
    resource: Resource,
  ): Effect.Effect<ReadonlyArray<ItemStanding>, StateError>
}

/** Returns the optional items of `db`; `commit` runs a transaction. */
export const optionalItemsIn = (
  db: StateDatabase,
  commit: <A>(body: (now: number) => A) => Effect.Effect<A, StateError>,
): OptionalItems => ({
  list: (athlete, resource) => commit((now) => listIn(db, athlete, resource, now)),
  usedGear: (athlete) => db.read(() => usedGearIn(db, athlete)),
  standings: (athlete, resource) => db.read(() => standingsIn(db, athlete, resource)),
})

/** Number of items that Strava does not permit to read, with the reason. */
export interface Withheld {
  readonly resource: Resource
  readonly reason: string
  readonly count: number
}

const WithheldRow = row({
  resource: Schema.String,
  reason: Schema.NullOr(Schema.String),
  count: Schema.Int,
})

/** Returns the skipped items by resource and reason. */
export const withheldIn = (db: StateDatabase): ReadonlyArray<Withheld> => {
  const rows = db.all(
    WithheldRow,
    `select resource, reason, count(*) as count from item
       where status = 'skipped' and resource <> 'streams' group by resource, reason`,
  )
  const withheld = new Map<string, Withheld>()
  for (const { count, reason: stored, resource } of rows.filter(hasKnownResource)) {
    // A code and the sentence of an earlier version have the same text.
    const reason = reasonText(stored)
    const key = `${resource} ${reason}`
    withheld.set(key, { resource, reason, count: count + (withheld.get(key)?.count ?? 0) })
  }
  return [...withheld.values()]
}

/** Key in `meta` of the optional resources that the user has turned on or off. */
export const rememberedKey = "with"

const Remembered = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Boolean))
const decodeRemembered = Schema.decodeUnknownOption(Remembered)

/** Returns the choices by resource; empty if none was made. */
export const rememberedFrom = (text: string | undefined): typeof Remembered.Type =>
  Option.getOrElse(decodeRemembered(text), () => ({}))
