/** What is still to be asked of Strava, item by item and in figures. */
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Amounts } from "../../../schemas/content.ts"
import type { Resource } from "../../../schemas/Item.ts"
import { amountsIn, hasComparison } from "./completeness.ts"
import { readableInteger, type StateDatabase } from "../file/Database.ts"
import { hasSummaries, itemColumns, unlisted } from "./optional.ts"

/** An item of a resource that is still to be asked for. */
export interface PendingItem {
  readonly id: string
  /** When its activity began, in milliseconds since 1970. */
  readonly start: number
  /** How often in a row it has failed. */
  readonly tries: number
  /** Why it is listed, where that is not simply that it was on the first list. */
  readonly reason?: string | null
  readonly private?: boolean
  /** True if a response is stored. */
  readonly stored?: boolean
  /** Content of the stored response, if it is known. */
  readonly has?: Amounts | undefined
  /** Amounts that the summary claims, if they are known. */
  readonly claims?: Amounts | undefined
  /** Number of responses in a row that fell short, and the time since which the next one is due. */
  readonly checks?: number
  readonly recheck?: number | undefined
  /** Scope that the stored response was fetched with, if it is known. */
  readonly scope?: string | undefined
  /** Time when the activity ended, in milliseconds since 1970. */
  readonly ended?: number | undefined
  /** Time when a list first had it, unless it was on the first list. */
  readonly listed?: number | undefined
}

/** Which of them: see `Choice` of the run's options. */
export interface ItemFilter {
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly sports: ReadonlyArray<string>
}

const all: ItemFilter = { sports: [] }

const day = 24 * 60 * 60_000

/** What Strava does not give this application is asked for again after so long. */
export const skippedFor = 30 * day

/** Where a row of `item` is of the choice; a sport is known once the activity has been on a list. */
const chosen = (db: StateDatabase, { sports }: ItemFilter) =>
  "start >= ?3 and start < ?4" + (sports.length === 0 ? "" : !hasSummaries(db) ? " and false" : `
     and exists (select 1 from summary where summary.athlete = item.athlete
       and summary.id = item.id and lower(sport) in (select value from json_each(?5)))`)

const parameters = (athlete: AthleteId, resource: Resource, { since, sports, until }: ItemFilter) =>
  [
    athlete,
    resource,
    since ?? Number.MIN_SAFE_INTEGER,
    until ?? Number.MAX_SAFE_INTEGER,
    JSON.stringify(sports.map((sport) => sport.toLowerCase())),
  ] as const

/** SQL: true if an item was never fetched, or is to be fetched again whatever is stored, at `at`. */
const listed = (at: string) => `(status = 'listed' and (recheck is null or recheck <= ${at}))`

/** SQL: true if a stored response, or its absence, is to be checked again at some time. */
const again = `(status in ('staged', 'delivered', 'absent') and recheck is not null)`

/** Where an item that was asked for in vain is due again at `at`; by hand is for ever. */
const due = (at: string) =>
  `((status = 'quarantined' and next_try <= ${at}) or (status = 'skipped' and resource <> 'streams'
     and (next_try <= ${at} or updated <= ${at} - ${skippedFor})))`

/** SQL: items with what their activity's summary says; a file of an older version says nothing of it. */
const rowsOf = (db: StateDatabase): string =>
  hasComparison(db) ? "item left join summary using (athlete, id)" : `(select *, 0 as checks,
    null as has, null as recheck, null as scope, null as claims, null as ended, null as listed, 0 as private
    from item) as item`

/** SQL: what a wider scope makes worth fetching again comes last. */
const isWidened = (db: StateDatabase) =>
  hasComparison(db) ? "instr(coalesce(lacks, ''), 'scope') > 0, " : ""

const time = (value: unknown) => typeof value === "number" ? value : undefined

/**
 * Returns what is due at `now`, newest first: items that are listed and not fetched, that failed, or whose
 * response fell short.
 */
export const pendingItemsIn = (
  db: StateDatabase,
  athlete: AthleteId,
  resource: Resource,
  now: number,
  filter: ItemFilter = all,
): ReadonlyArray<PendingItem> =>
  db.all(
    `select id, start, tries, reason, hash, has, checks, recheck, scope, claims,
       ${readableInteger("ended")}, listed, private
       from ${rowsOf(db)} where athlete = ?1 and resource = ?2
       and (${listed("?6")} or ${due("?6")} or (${again} and recheck <= ?6))
       and ${chosen(db, filter)}
     order by ${isWidened(db)}start desc, length(id) desc, id desc`,
    ...parameters(athlete, resource, filter),
    now,
  ).map((row) => ({
    id: String(row["id"]),
    start: Number(row["start"]),
    tries: Number(row["tries"]),
    reason: row["reason"] === null ? null : String(row["reason"]),
    private: row["private"] === 1,
    stored: row["hash"] !== null,
    has: row["hash"] === null ? undefined : amountsIn(row["has"]),
    claims: amountsIn(row["claims"]),
    checks: Number(row["checks"]),
    recheck: time(row["recheck"]),
    scope: typeof row["scope"] === "string" ? row["scope"] : undefined,
    ended: time(row["ended"]),
    listed: time(row["listed"]),
  }))

/** The same in figures. */
export interface PendingCounts {
  readonly listed: number
  /** Asked for in vain, and due again at the time asked about. */
  readonly due: number
  /** Set aside by Strava's answers, but not due yet. */
  readonly later: number
  /** Incomplete responses that are to be fetched again by then, and after it. */
  readonly again: number
  readonly againLater: number
  /** Could not be read on the list that it came with. */
  readonly unreadable: number
  /** All that could be asked for again: all but what was entered by hand, is deleted, or was purged. */
  readonly all: number
  /** What was purged, and is asked for again by force only. */
  readonly purged: number
}

export const pendingCountsIn = (
  db: StateDatabase,
  athlete: AthleteId,
  resource: Resource,
  at: number,
  filter: ItemFilter = all,
): PendingCounts => {
  const row = db.all(
    `select sum(status <> 'purged') as everything, sum(status = 'purged') as purged,
       sum(${listed("?6")}) as listed, sum(${due("?6")}) as due,
       sum(${again} and recheck <= ?6) as again,
       sum((${again} or status = 'listed') and recheck > ?6) as againLater,
       sum(status = 'quarantined' and next_try > ?6) as later,
       sum(status = 'quarantined' and next_try is null and tries > 0) as unreadable
     from (select ${itemColumns(db)} from item where resource = ?2 union all ${unlisted}) as item
     where athlete = ?1 and status <> 'deleted'
       and (status <> 'skipped' or resource <> 'streams') and ${chosen(db, filter)}`,
    ...parameters(athlete, resource, filter),
    at,
  )[0]
  return {
    listed: Number(row?.["listed"] ?? 0),
    due: Number(row?.["due"] ?? 0),
    later: Number(row?.["later"] ?? 0),
    again: Number(row?.["again"] ?? 0),
    againLater: Number(row?.["againLater"] ?? 0),
    unreadable: Number(row?.["unreadable"] ?? 0),
    all: Number(row?.["everything"] ?? 0),
    purged: Number(row?.["purged"] ?? 0),
  }
}

/**
 * Inside a transaction: so many of the newest items of the choice are to be asked for again that there
 * are `limit` to ask for, or all; gives how many.
 */
export const markForRefetchIn = (
  db: StateDatabase,
  athlete: AthleteId,
  resource: Resource,
  now: number,
  { filter = all, limit = -1 }: {
    readonly filter?: ItemFilter | undefined
    readonly limit?: number | undefined
  } = {},
): number =>
  db.run(
    `update item set status = 'listed', recheck = null, updated = ?6
       where athlete = ?1 and resource = ?2 and id in (
         select id from item where athlete = ?1 and resource = ?2 and status <> 'deleted'
             and (status <> 'skipped' or resource <> 'streams') and ${chosen(db, filter)}
           order by start desc, length(id) desc, id desc limit ?7)
       and (status <> 'listed' or recheck is not null)`,
    ...parameters(athlete, resource, filter),
    now,
    limit,
  )
