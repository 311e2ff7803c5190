/** What the state file can say without asking anybody: the figures of `status` and the summary. */
import type { Resource } from "../../../schemas/Item.ts"
import type { SinkName } from "../../../sinks/Sink.ts"
import { type Incomplete, incompleteIn } from "./completeness.ts"
import type { SqlRow, StateDatabase } from "../file/Database.ts"
import { identitiesIn } from "../outbox/identities.ts"
import { type UnknownField, unknownFieldsIn } from "./unknownFields.ts"
import { type Withheld, withheldIn } from "./optional.ts"
import { type HeldBack, heldBackIn } from "./listing.ts"

export type Status =
  | "listed"
  | "staged"
  | "delivered"
  | "absent"
  | "quarantined"
  | "skipped"
  | "deleted"
  | "purged"

/** A sink of another version of the program. Only that version can write to it or verify it. */
export interface UnknownSink {
  readonly sink: string
  /** Number of items that it holds. */
  readonly landed: number
  /** Number of items that are kept in the state file for it. */
  readonly pending: number
}

export interface Counts {
  readonly athletes: ReadonlyArray<number>
  /** Items by resource and status. */
  readonly items: ReadonlyArray<
    { readonly resource: Resource; readonly status: Status; readonly count: number }
  >
  /** Items that each sink holds, still waits for, and has refused. */
  readonly sinks: ReadonlyArray<{
    readonly sink: SinkName
    readonly resource: Resource
    readonly landed: number
    readonly pending: number
    readonly refused: number
  }>
  /** Sinks that the file mentions and this version does not know. */
  readonly unknownSinks: ReadonlyArray<UnknownSink>
  /** What is set aside, newest first, at most a hundred. */
  readonly quarantined: ReadonlyArray<QuarantinedItem>
  /** Responses that contain less than the summary claims, and those that Strava does not have yet. */
  readonly incomplete: ReadonlyArray<Incomplete>
  /** What Strava does not give to this athlete. */
  readonly withheld: ReadonlyArray<Withheld>
  /** What Strava sent that is new to us, newest first. */
  readonly unknownFields: ReadonlyArray<UnknownField>
  /** Activities that may be deleted at Strava, and are kept. */
  readonly heldBack: HeldBack | undefined
  readonly lastRun:
    | { readonly started: number; readonly ended: number | null; readonly exit: number | null }
    | undefined
}

/** How many items of a resource are in one of these states. */
export const countOf = (
  items: Counts["items"],
  resource: Resource,
  ...statuses: ReadonlyArray<Status>
): number =>
  items.filter((row) => row.resource === resource && statuses.includes(row.status))
    .reduce((sum, { count }) => sum + count, 0)

/** An item that Strava or a sink fails to give or to take. */
export interface QuarantinedItem {
  readonly resource: Resource
  readonly id: string
  readonly reason: string
  /** How often in a row it has failed. */
  readonly tries: number
  /** In milliseconds since 1970; null for what is seen anew with the next list. */
  readonly nextTry: number | null
}

/** What sinks have refused, as item by item; a file that no newer run has opened yet does not tell. */
const refusedIn = (db: StateDatabase) =>
  db.all(`select 1 from pragma_table_info('pending') where name = 'tries'`).length === 0
    ? `select null as athlete, null as resource, null as id, 0 as tries, null as next_try`
    : `select athlete, resource, id, max(tries) as tries, min(next_try) as next_try
         from pending where reason is not null group by athlete, resource, id`

const quarantinedIn = (db: StateDatabase): ReadonlyArray<QuarantinedItem> =>
  db.all(
    `select resource, id, item.reason, max(item.tries, coalesce(refused.tries, 0)) as tries,
       case when resource = 'activities' and item.tries > 0 then null
         else min(coalesce(item.next_try, refused.next_try),
           coalesce(refused.next_try, item.next_try)) end as next_try
     from item left join (${refusedIn(db)}) as refused using (athlete, resource, id)
     where status = 'quarantined' order by start desc limit 100`,
  ).map((row) => ({
    resource: row["resource"] as Resource,
    id: String(row["id"]),
    reason: String(row["reason"] ?? ""),
    tries: Number(row["tries"]),
    nextTry: number(row["next_try"]),
  }))

const number = (value: unknown) => value === null || value === undefined ? null : Number(value)

/** A file that no newer run has opened yet lacks the newest tables. */
const hasTable = (db: StateDatabase, name: string) =>
  db.all(`select 1 from sqlite_schema where type = 'table' and name = ?`, name).length > 0

const unknownSinksIn = (
  db: StateDatabase,
  rows: ReadonlyArray<SqlRow>,
  known: ReadonlyArray<SinkName>,
): ReadonlyArray<UnknownSink> => {
  const bySink = Map.groupBy(rows, ({ sink }) => String(sink))
  const names = new Set([...bySink.keys(), ...identitiesIn(db).keys()])
  const sum = (sink: string, column: "landed" | "pending" | "refused") =>
    (bySink.get(sink) ?? []).reduce((total, row) => total + Number(row[column]), 0)
  return [...names].filter((sink) => !known.includes(sink)).map((sink) => ({
    sink,
    landed: sum(sink, "landed"),
    pending: sum(sink, "pending") + sum(sink, "refused"),
  }))
}

const isWithheld = ({ resource, status }: Counts["items"][number]) =>
  status === "skipped" && resource !== "streams"

const itemsIn = (db: StateDatabase): Counts["items"] =>
  db.all(`select resource, status, count(*) as count from item group by resource, status`)
    .map((row) => ({
      resource: row["resource"] as Resource,
      status: row["status"] as Status,
      count: Number(row["count"]),
    }))

/** Counts for the sinks whose names are `known`; others are listed as unknown. */
export const countsIn = (db: StateDatabase, known: ReadonlyArray<SinkName>): Counts => {
  const sinks = db.all(`
    select sink, resource, sum(landed) as landed, sum(pending) as pending, sum(refused) as refused
      from (select sink, resource, count(*) as landed, 0 as pending, 0 as refused
              from landed group by sink, resource
            union all
            select sink, resource, 0, sum(reason is null), sum(reason is not null)
              from pending group by sink, resource)
     group by sink, resource order by sink, resource`)
  const run = db.all(`select started, ended, exit from run order by epoch desc limit 1`)[0]
  const items = itemsIn(db)
  // No index has the status alone, so that a search for items that are not there reads all of them.
  return {
    athletes: db.all(`select id from item where resource = 'athlete'`).map(({ id }) => Number(id)),
    items,
    sinks: sinks.flatMap((row) => {
      const sink = String(row["sink"])
      return !known.includes(sink) ? [] : [{
        sink,
        resource: row["resource"] as Resource,
        landed: Number(row["landed"]),
        pending: Number(row["pending"]),
        refused: Number(row["refused"]),
      }]
    }),
    unknownSinks: unknownSinksIn(db, sinks, known),
    quarantined: items.some(({ status }) => status === "quarantined") ? quarantinedIn(db) : [],
    incomplete: incompleteIn(db),
    withheld: items.some(isWithheld) ? withheldIn(db) : [],
    unknownFields: hasTable(db, "drift") ? unknownFieldsIn(db) : [],
    heldBack: heldBackIn(db),
    lastRun: run === undefined ? undefined : {
      started: Number(run["started"]),
      ended: number(run["ended"]),
      exit: number(run["exit"]),
    },
  }
}
