/** Items to fetch, one by one and as counts. */
import { Schema } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Amounts } from "../../../schemas/content/content.ts"
import type { Source } from "../../../schemas/export/source.ts"
import { isDecimalId, type Resource } from "../../../schemas/Item.ts"
import { amountsIn, hasComparison } from "./completeness.ts"
import { readableInteger, type StateDatabase } from "../file/Database.ts"
import { row } from "../file/rows.ts"
import { SourceColumn, sourceIn } from "../sources/sourceColumn.ts"
import { hasSummaries, itemColumns, unlisted } from "./optional.ts"

/** An item to fetch. */
export interface PendingItem {
  readonly id: string
  /** Start of its activity, in milliseconds since 1970. */
  readonly start: number
  /** Number of failures in a row. */
  readonly tries: number
  /** Reason why it is pending; null if it was on the first list. */
  readonly reason?: string | null
  readonly private?: boolean
  /** Hash of the stored response; null if there is none. */
  readonly hash?: string | null
  /** Content of the stored response; undefined if unknown. */
  readonly has?: Amounts | undefined
  /** Amounts that the summary claims; undefined if unknown. */
  readonly claims?: Amounts | undefined
  /** Number of responses in a row that fell short. */
  readonly checks?: number
  /** Time from which the next request is due, in milliseconds since 1970. */
  readonly recheck?: number | undefined
  /** Scope that the stored response was fetched with; undefined if unknown. */
  readonly scope?: string | undefined
  /** End of the activity, in milliseconds since 1970. */
  readonly ended?: number | undefined
  /** Time when a list first contained it, in milliseconds since 1970; undefined for the first list. */
  readonly listed?: number | undefined
}

/** Selection of items: see `Choice` of the run's options. */
export interface ItemFilter {
  readonly since?: number | undefined
  readonly until?: number | undefined
  readonly sports: ReadonlyArray<string>
  /** Ids of activities; all if it is absent or empty. */
  readonly ids?: ReadonlyArray<string> | undefined
  /** Only items whose stored response is from this source, unless the other source is known to have none. */
  readonly source?: Source | undefined
  /** Only stored and missing items that have not changed since this time, in milliseconds since 1970. */
  readonly unchangedSince?: number | undefined
}

const all: ItemFilter = { sports: [] }

const day = 24 * 60 * 60_000

/** Skipped items are tried again after this time. */
export const skippedFor = 30 * day

/** SQL: true if a row of `item` is selected. The sport is known once the activity has been on a list. */
const chosen = (
  db: StateDatabase,
  { ids = [], source, sports, unchangedSince }: ItemFilter,
) =>
  "start >= ?3 and start < ?4" +
  (ids.length === 0 ? "" : ` and id in (${ids.filter(isDecimalId).map((id) => `'${id}'`)})`) +
  (unchangedSince === undefined ? "" : `
     and status in ('staged', 'delivered', 'absent') and updated < ${Math.round(unchangedSince)}`) +
  (source === undefined ? "" : `
     and ${sourceIn(db)} = '${source}' and hash is not null
     and (status <> 'delivered' or reason is null)`) +
  (sports.length === 0 ? "" : !hasSummaries(db) ? " and false" : `
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

/** SQL: true if an item is pending at the time `at`. */
const listed = (at: string) => `(status = 'listed' and (recheck is null or recheck <= ${at}))`

/** SQL: true if a stored or missing response is checked again at some time. */
const again = `(status in ('staged', 'delivered', 'absent') and recheck is not null)`

/** SQL: true if a failed or skipped item is due at `at`. Skipped streams (entered manually) never are. */
const due = (at: string) =>
  `((status = 'quarantined' and next_try <= ${at}) or (status = 'skipped' and resource <> 'streams'
     and (next_try <= ${at} or updated <= ${at} - ${skippedFor})))`

/** SQL: items with the facts of their activity; null in a file before version 5. */
const rowsOf = (db: StateDatabase): string =>
  hasComparison(db) ? "item left join summary using (athlete, id)" : `(select *, 0 as checks,
    null as has, null as recheck, null as scope, null as claims, null as ended, null as listed, 0 as private
    from item) as item`

/** SQL: items that are fetched again for a wider scope come last. */
const isWidened = (db: StateDatabase) =>
  hasComparison(db) ? "instr(coalesce(lacks, ''), 'scope') > 0, " : ""

const PendingRow = row({
  id: Schema.String,
  start: Schema.Int,
  tries: Schema.Int,
  reason: Schema.NullOr(Schema.String),
  hash: Schema.NullOr(Schema.String),
  has: Schema.NullOr(Schema.String),
  checks: Schema.Int,
  recheck: Schema.NullOr(Schema.Int),
  scope: Schema.NullOr(Schema.String),
  claims: Schema.NullOr(Schema.String),
  ended: Schema.NullOr(Schema.Int),
  listed: Schema.NullOr(Schema.Int),
  private: Schema.NullOr(Schema.Int),
  source: SourceColumn,
})

/** Returns the items due at `now`, newest first: pending, failed, skipped or incomplete ones. */
export const pendingItemsIn = (
  db: StateDatabase,
  athlete: AthleteId,
  resource: Resource,
  now: number,
  filter: ItemFilter = all,
): ReadonlyArray<PendingItem> =>
  db.all(
    PendingRow,
    `select id, start, tries, reason, hash, has, checks, recheck, scope, claims,
       ${readableInteger("ended")}, listed, private, ${sourceIn(db)} as source
       from ${rowsOf(db)} where athlete = ?1 and resource = ?2
       and (${listed("?6")} or ${due("?6")} or (${again} and recheck <= ?6))
       and ${chosen(db, filter)}
     order by ${isWidened(db)}start desc, length(id) desc, id desc`,
    ...parameters(athlete, resource, filter),
    now,
  ).map((item) => ({
    id: item.id,
    start: item.start,
    tries: item.tries,
    reason: item.reason,
    private: item.private === 1,
    // A response replaces an imported one, without a comparison.
    hash: item.source === "export" ? null : item.hash,
    has: item.hash === null ? undefined : amountsIn(item.has),
    claims: amountsIn(item.claims),
    checks: item.checks,
    recheck: item.recheck ?? undefined,
    scope: item.scope ?? undefined,
    ended: item.ended ?? undefined,
    listed: item.listed ?? undefined,
  }))

/** Numbers of items to fetch. */
export interface PendingCounts {
  readonly listed: number
  /** Failed or skipped, and due at the given time. */
  readonly due: number
  /** Quarantined because requests failed, and not due yet. */
  readonly later: number
  /** Incomplete, and fetched again by the given time. */
  readonly again: number
  /** Incomplete, and fetched again after it. */
  readonly againLater: number
  /** Could not be decoded on a list; fetched with the next list. */
  readonly unreadable: number
  /** Everything that could be fetched again: not entered manually, deleted or purged. */
  readonly all: number
  /** Purged; fetched again only with `--force`. */
  readonly purged: number
}

/** A sum over no rows is null. */
const Sum = Schema.NullOr(Schema.Int)
const CountsRow = row({
  everything: Sum,
  purged: Sum,
  listed: Sum,
  due: Sum,
  again: Sum,
  againLater: Sum,
  later: Sum,
  unreadable: Sum,
})

export const pendingCountsIn = (
  db: StateDatabase,
  athlete: AthleteId,
  resource: Resource,
  at: number,
  filter: ItemFilter = all,
): PendingCounts => {
  const counts = db.first(
    CountsRow,
    `select sum(status <> 'purged') as everything, sum(status = 'purged') as purged,
       sum(${listed("?6")}) as listed, sum(${due("?6")}) as due,
       sum(${again} and recheck <= ?6) as again,
       sum((${again} or status = 'listed') and recheck > ?6) as againLater,
       sum(status = 'quarantined' and next_try > ?6) as later,
       sum(status = 'quarantined' and next_try is null and tries > 0) as unreadable
     from (select ${itemColumns(db)} from item where resource = ?2 union all ${unlisted()}) as item
     where athlete = ?1 and status <> 'deleted'
       and (status <> 'skipped' or resource <> 'streams') and ${chosen(db, filter)}`,
    ...parameters(athlete, resource, filter),
    at,
  )
  return {
    listed: counts?.listed ?? 0,
    due: counts?.due ?? 0,
    later: counts?.later ?? 0,
    again: counts?.again ?? 0,
    againLater: counts?.againLater ?? 0,
    unreadable: counts?.unreadable ?? 0,
    all: counts?.everything ?? 0,
    purged: counts?.purged ?? 0,
  }
}

/**
 * Inside a transaction: marks the newest selected items as pending, until `limit` items are pending; all if there
 * is no limit. Returns the number of items marked.
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
