/** What is still to be asked of Strava, item by item and in figures. */
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import type { Database } from "./Database.ts"
import { columns, hasSummaries, unlisted } from "./list.ts"

/** An item of a resource that is still to be asked for. */
export interface Todo {
  readonly id: string
  /** When its activity began, in milliseconds since 1970. */
  readonly start: number
  /** How often in a row it has failed. */
  readonly tries: number
  /** Why it is listed, where that is not simply that it was on the first list. */
  readonly reason?: string | null
  readonly private?: boolean
}

/** Which of them: see `Choice` of the run's options. */
export interface Among {
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly sports: ReadonlyArray<string>
}

const all: Among = { sports: [] }

const day = 24 * 60 * 60_000

/** What Strava does not give this application is asked for again after so long. */
export const skippedFor = 30 * day

/** Where a row of `item` is of the choice; a sport is known once the activity has been on a list. */
const chosen = (db: Database, { sports }: Among) =>
  "start >= ?3 and start < ?4" + (sports.length === 0 ? "" : !hasSummaries(db) ? " and false" : `
     and exists (select 1 from summary where summary.athlete = item.athlete
       and summary.id = item.id and lower(sport) in (select value from json_each(?5)))`)

const parameters = (athlete: AthleteId, resource: Resource, { since, sports, until }: Among) =>
  [
    athlete,
    resource,
    since ?? Number.MIN_SAFE_INTEGER,
    until ?? Number.MAX_SAFE_INTEGER,
    JSON.stringify(sports.map((sport) => sport.toLowerCase())),
  ] as const

/** Where an item that was asked for in vain is due again at `at`; by hand is for ever. */
const due = (at: string) =>
  `((status = 'quarantined' and next_try <= ${at}) or (status = 'skipped' and resource <> 'streams'
     and (next_try <= ${at} or updated <= ${at} - ${skippedFor})))`

const hidden = (db: Database) =>
  hasSummaries(db)
    ? "(select private from summary where summary.athlete = item.athlete and summary.id = item.id)"
    : "0"

/** What is listed and not yet had, newest first, and what was asked for in vain and is due at `now`. */
export const todoIn = (
  db: Database,
  athlete: AthleteId,
  resource: Resource,
  now: number,
  among: Among = all,
): ReadonlyArray<Todo> =>
  db.all(
    `select id, start, tries, reason, ${hidden(db)} as private
       from item where athlete = ?1 and resource = ?2
       and (status = 'listed' or ${due("?6")}) and ${chosen(db, among)}
     order by start desc, length(id) desc, id desc`,
    ...parameters(athlete, resource, among),
    now,
  ).map(({ id, private: hidden, reason, start, tries }) => ({
    id: String(id),
    start: Number(start),
    tries: Number(tries),
    reason: reason === null ? null : String(reason),
    private: hidden === 1,
  }))

/** Whose file this is, once the profile has been had. */
export const ownerIn = (db: Database): AthleteId | undefined => {
  const row = db.all(
    `select id from item where athlete = (select athlete from item limit 1) and resource = 'athlete'`,
  )[0]
  return row === undefined ? undefined : AthleteId.make(Number(row["id"]))
}

/** The same in figures. */
export interface Ahead {
  readonly listed: number
  /** Asked for in vain, and due again at the time asked about. */
  readonly due: number
  /** Set aside by Strava's answers, but not due yet. */
  readonly later: number
  /** Could not be read on the list that it came with. */
  readonly unreadable: number
  /** All that could be asked for again: all but what was entered by hand, is deleted, or was purged. */
  readonly all: number
  /** What was purged, and is asked for again by force only. */
  readonly purged: number
}

export const aheadIn = (
  db: Database,
  athlete: AthleteId,
  resource: Resource,
  at: number,
  among: Among = all,
): Ahead => {
  const row = db.all(
    `select sum(status <> 'purged') as everything, sum(status = 'purged') as purged,
       sum(status = 'listed') as listed, sum(${due("?6")}) as due,
       sum(status = 'quarantined' and next_try > ?6) as later,
       sum(status = 'quarantined' and next_try is null and tries > 0) as unreadable
     from (select ${columns} from item where resource = ?2 union all ${unlisted}) as item
     where athlete = ?1 and status <> 'deleted'
       and (status <> 'skipped' or resource <> 'streams') and ${chosen(db, among)}`,
    ...parameters(athlete, resource, among),
    at,
  )[0]
  return {
    listed: Number(row?.["listed"] ?? 0),
    due: Number(row?.["due"] ?? 0),
    later: Number(row?.["later"] ?? 0),
    unreadable: Number(row?.["unreadable"] ?? 0),
    all: Number(row?.["everything"] ?? 0),
    purged: Number(row?.["purged"] ?? 0),
  }
}

/**
 * Inside a transaction: so many of the newest items of the choice are to be asked for again that there
 * are `limit` to ask for, or all; gives how many.
 */
export const reopenIn = (
  db: Database,
  athlete: AthleteId,
  resource: Resource,
  now: number,
  { among = all, limit = -1 }: {
    readonly among?: Among | undefined
    readonly limit?: number | undefined
  } = {},
): number =>
  db.run(
    `update item set status = 'listed', updated = ?6
       where athlete = ?1 and resource = ?2 and id in (
         select id from item where athlete = ?1 and resource = ?2 and status <> 'deleted'
             and (status <> 'skipped' or resource <> 'streams') and ${chosen(db, among)}
           order by start desc, length(id) desc, id desc limit ?7)
       and status <> 'listed'`,
    ...parameters(athlete, resource, among),
    now,
    limit,
  )
