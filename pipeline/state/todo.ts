/** What is still to be asked of Strava, item by item and in figures. */
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import type { Database } from "./Database.ts"

/** An item of a resource that is still to be asked for. */
export interface Todo {
  readonly id: string
  /** When its activity began, in milliseconds since 1970. */
  readonly start: number
  /** How often in a row it has failed. */
  readonly tries: number
}

/** What is listed and not yet had, newest first, and what was set aside and is due again at `now`. */
export const todoIn = (
  db: Database,
  athlete: AthleteId,
  resource: Resource,
  now: number,
): ReadonlyArray<Todo> =>
  db.all(
    `select id, start, tries from item where athlete = ?1 and resource = ?2
       and (status = 'listed' or (status = 'quarantined' and next_try <= ?3))
     order by start desc, length(id) desc, id desc`,
    athlete,
    resource,
    now,
  ).map(({ id, start, tries }) => ({
    id: String(id),
    start: Number(start),
    tries: Number(tries),
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
  /** Set aside by Strava's answers, and due again at the time asked about. */
  readonly due: number
  /** Set aside likewise, but not due yet. */
  readonly later: number
  /** Could not be read on the list that it came with. */
  readonly unreadable: number
  /** All that could be asked for again: everything but what has been entered by hand. */
  readonly all: number
}

export const aheadIn = (
  db: Database,
  athlete: AthleteId,
  resource: Resource,
  at: number,
): Ahead => {
  const row = db.all(
    `select count(*) as everything, sum(status = 'listed') as listed,
       sum(status = 'quarantined' and next_try <= ?3) as due,
       sum(status = 'quarantined' and next_try > ?3) as later,
       sum(status = 'quarantined' and next_try is null and tries > 0) as unreadable
     from item where athlete = ?1 and resource = ?2 and status <> 'skipped'`,
    athlete,
    resource,
    at,
  )[0]
  return {
    listed: Number(row?.["listed"] ?? 0),
    due: Number(row?.["due"] ?? 0),
    later: Number(row?.["later"] ?? 0),
    unreadable: Number(row?.["unreadable"] ?? 0),
    all: Number(row?.["everything"] ?? 0),
  }
}
