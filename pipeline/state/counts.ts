/** What the state file can say without asking anybody: the figures of `status` and the summary. */
import type { Resource } from "../../schemas/Item.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import type { Database } from "./Database.ts"

export type Status = "listed" | "staged" | "delivered" | "absent" | "quarantined" | "skipped"

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
  readonly quarantined: ReadonlyArray<{
    readonly resource: Resource
    readonly id: string
    readonly reason: string
    readonly tries: number
    readonly nextTry: number | null
  }>
  readonly lastRun:
    | { readonly started: number; readonly ended: number | null; readonly exit: number | null }
    | undefined
}

const number = (value: unknown) => value === null || value === undefined ? null : Number(value)

export const countsIn = (db: Database): Counts => {
  const sinks = db.all(`
    select sink, resource, sum(landed) as landed, sum(pending) as pending, sum(refused) as refused
      from (select sink, resource, count(*) as landed, 0 as pending, 0 as refused
              from landed group by sink, resource
            union all
            select sink, resource, 0, sum(reason is null), sum(reason is not null)
              from pending group by sink, resource)
     group by sink, resource order by sink, resource`)
  const run = db.all(`select started, ended, exit from run order by epoch desc limit 1`)[0]
  return {
    athletes: db.all(`select id from item where resource = 'athlete'`).map(({ id }) => Number(id)),
    items: db.all(`select resource, status, count(*) as count from item group by resource, status`)
      .map((row) => ({
        resource: row["resource"] as Resource,
        status: row["status"] as Status,
        count: Number(row["count"]),
      })),
    sinks: sinks.map((row) => ({
      sink: row["sink"] as SinkName,
      resource: row["resource"] as Resource,
      landed: Number(row["landed"]),
      pending: Number(row["pending"]),
      refused: Number(row["refused"]),
    })),
    quarantined: db.all(
      `select resource, id, reason, tries, next_try from item where status = 'quarantined'
         order by start desc limit 100`,
    ).map((row) => ({
      resource: row["resource"] as Resource,
      id: String(row["id"]),
      reason: String(row["reason"] ?? ""),
      tries: Number(row["tries"]),
      nextTry: number(row["next_try"]),
    })),
    lastRun: run === undefined ? undefined : {
      started: Number(run["started"]),
      ended: number(run["ended"]),
      exit: number(run["exit"]),
    },
  }
}
