/** Counts of the state file: the figures of `status` and of the summary. */
import { Schema } from "effect"
import type { Source } from "../../../schemas/export/source.ts"
import type { Resource } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { type Incomplete, incompleteIn } from "./completeness.ts"
import type { StateDatabase } from "../file/Database.ts"
import { hasKnownResource, row } from "../file/rows.ts"
import { identitiesIn } from "../outbox/sinkHistory.ts"
import { type UnknownField, unknownFieldsIn } from "./unknownFields.ts"
import { type Withheld, withheldIn } from "./optional.ts"
import { type HeldBack, heldBackIn } from "./listing.ts"
import { SourceColumn, sourceIn } from "../sources/sourceColumn.ts"
import { reasonText } from "./reasons.ts"

export const Status = Schema.Literals([
  "listed",
  "staged",
  "delivered",
  "absent",
  "quarantined",
  "skipped",
  "deleted",
  "purged",
])
export type Status = typeof Status.Type

/** A sink of another version of the program. Only that version can write to it or verify it. */
export interface UnknownSink {
  readonly sink: string
  /** Number of items that it holds. */
  readonly landed: number
  /** Number of items in the outbox for it. */
  readonly pending: number
}

export interface Counts {
  readonly athletes: ReadonlyArray<number>
  /** Items by resource and status. */
  readonly items: ReadonlyArray<
    { readonly resource: Resource; readonly status: Status; readonly count: number }
  >
  /** Stored items by resource and source; all are of the API in a file before version 6. */
  readonly sources: ReadonlyArray<
    { readonly resource: Resource; readonly source: Source; readonly count: number }
  >
  /** Number of items that each sink holds, lacks (in the outbox), and has refused. */
  readonly sinks: ReadonlyArray<{
    readonly sink: SinkName
    readonly resource: Resource
    readonly landed: number
    readonly pending: number
    readonly refused: number
  }>
  /** Sinks that the file mentions and this version does not know. */
  readonly unknownSinks: ReadonlyArray<UnknownSink>
  /** Quarantined items, newest first, at most 100. */
  readonly quarantined: ReadonlyArray<QuarantinedItem>
  /** Responses that contain less than the summary claims, and those that Strava does not have yet. */
  readonly incomplete: ReadonlyArray<Incomplete>
  /** Items that Strava does not permit this athlete or application to read. */
  readonly withheld: ReadonlyArray<Withheld>
  /** Fields and values that this version does not know, newest first. */
  readonly drift: ReadonlyArray<UnknownField>
  /** Activities that might be deleted at Strava; nothing was deleted because of them. */
  readonly heldBack: HeldBack | undefined
  readonly lastRun:
    | { readonly started: number; readonly ended: number | null; readonly exit: number | null }
    | undefined
}

/** Returns the number of items of a resource with one of these statuses. */
export const countOf = (
  items: Counts["items"],
  resource: Resource,
  ...statuses: ReadonlyArray<Status>
): number =>
  items.filter((row) => row.resource === resource && statuses.includes(row.status))
    .reduce((sum, { count }) => sum + count, 0)

/** Returns the number of stored items of a resource from one source. */
export const countFrom = (
  sources: Counts["sources"],
  resource: Resource,
  from: Source,
): number => sources.find((row) => row.resource === resource && row.source === from)?.count ?? 0

/** True if everything that is stored was imported from an export. */
export const isOnlyExport = (sources: Counts["sources"]): boolean =>
  sources.length > 0 && sources.every(({ source }) => source === "export")

/** An item whose request or delivery failed repeatedly. */
export interface QuarantinedItem {
  readonly resource: Resource
  readonly id: string
  readonly reason: string
  /** Number of failures in a row. */
  readonly tries: number
  /** Time of the next try, in milliseconds since 1970; null if it is tried with the next list. */
  readonly nextTry: number | null
}

/** SQL: refused items; empty for a file of version 1, which has no such columns. */
const refusedIn = (db: StateDatabase) =>
  db.has(`select 1 from pragma_table_info('pending') where name = 'tries'`)
    ? `select athlete, resource, id, max(tries) as tries, min(next_try) as next_try
         from pending where reason is not null group by athlete, resource, id`
    : `select null as athlete, null as resource, null as id, 0 as tries, null as next_try`

const QuarantinedRow = row({
  resource: Schema.String,
  id: Schema.String,
  reason: Schema.NullOr(Schema.String),
  tries: Schema.Int,
  next_try: Schema.NullOr(Schema.Int),
})

const quarantinedIn = (db: StateDatabase): ReadonlyArray<QuarantinedItem> =>
  db.all(
    QuarantinedRow,
    `select resource, id, item.reason, max(item.tries, coalesce(refused.tries, 0)) as tries,
       case when resource = 'activities' and item.tries > 0 then null
         else min(coalesce(item.next_try, refused.next_try),
           coalesce(refused.next_try, item.next_try)) end as next_try
     from item left join (${refusedIn(db)}) as refused using (athlete, resource, id)
     where status = 'quarantined' order by start desc limit 100`,
  ).filter(hasKnownResource).map(({ id, next_try: nextTry, reason, resource, tries }) => ({
    resource,
    id,
    reason: reasonText(reason),
    tries,
    nextTry,
  }))

/** True if the file has the table; one that no newer run has opened lacks the newest tables. */
const hasTable = (db: StateDatabase, name: string) =>
  db.has(`select 1 from sqlite_schema where type = 'table' and name = ?`, name)

const SinkRow = row({
  sink: Schema.String,
  resource: Schema.String,
  landed: Schema.Int,
  pending: Schema.Int,
  refused: Schema.Int,
})

const unknownSinksIn = (
  db: StateDatabase,
  rows: ReadonlyArray<ReturnType<typeof SinkRow>>,
  known: ReadonlyArray<SinkName>,
): ReadonlyArray<UnknownSink> => {
  const bySink = Map.groupBy(rows, ({ sink }) => sink)
  const names = new Set([...bySink.keys(), ...identitiesIn(db).keys()])
  const sum = (sink: string, column: "landed" | "pending" | "refused") =>
    (bySink.get(sink) ?? []).reduce((total, counts) => total + counts[column], 0)
  return [...names].filter((sink) => !known.includes(sink)).map((sink) => ({
    sink,
    landed: sum(sink, "landed"),
    pending: sum(sink, "pending") + sum(sink, "refused"),
  }))
}

const isWithheld = ({ resource, status }: Counts["items"][number]) =>
  status === "skipped" && resource !== "streams"

const ItemsRow = row({ resource: Schema.String, status: Status, count: Schema.Int })

const itemsIn = (db: StateDatabase): Counts["items"] =>
  db.all(ItemsRow, `select resource, status, count(*) as count from item group by resource, status`)
    .filter(hasKnownResource)

const SourceRow = row({ resource: Schema.String, source: SourceColumn, count: Schema.Int })

const sourcesIn = (db: StateDatabase): Counts["sources"] =>
  db.all(
    SourceRow,
    `select resource, source, count(*) as count from (select resource, ${sourceIn(db)} as source
       from item where hash is not null and status not in ('deleted', 'purged'))
       group by resource, source`,
  ).filter(hasKnownResource)

const IdRow = row({ id: Schema.String })

const RunRow = row({
  started: Schema.Int,
  ended: Schema.NullOr(Schema.Int),
  exit: Schema.NullOr(Schema.Int),
})

/** Counts for the sinks whose names are `known`; others are listed as unknown. */
export const countsIn = (db: StateDatabase, known: ReadonlyArray<SinkName>): Counts => {
  const sinks = db.all(
    SinkRow,
    `select sink, resource, sum(landed) as landed, sum(pending) as pending, sum(refused) as refused
      from (select sink, resource, count(*) as landed, 0 as pending, 0 as refused
              from landed group by sink, resource
            union all
            select sink, resource, 0, sum(reason is null), sum(reason is not null)
              from pending group by sink, resource)
     group by sink, resource order by sink, resource`,
  )
  const items = itemsIn(db)
  // No index begins with the status, so a search for a status that no item has would read all items.
  return {
    athletes: db.all(IdRow, `select id from item where resource = 'athlete'`)
      .map(({ id }) => Number(id)),
    items,
    sources: sourcesIn(db),
    sinks: sinks.filter(hasKnownResource).filter(({ sink }) => known.includes(sink)),
    unknownSinks: unknownSinksIn(db, sinks, known),
    quarantined: items.some(({ status }) => status === "quarantined") ? quarantinedIn(db) : [],
    incomplete: incompleteIn(db),
    withheld: items.some(isWithheld) ? withheldIn(db) : [],
    drift: hasTable(db, "drift") ? unknownFieldsIn(db) : [],
    heldBack: heldBackIn(db),
    lastRun: db.first(
      RunRow,
      `select started, ended, exit from run order by epoch desc limit 1`,
    ),
  }
}
