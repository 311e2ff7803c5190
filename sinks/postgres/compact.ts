/**
 * Making sure that no byte is left of rows that are gone: PostgreSQL only marks them as free, and keeps
 * values in its statistics and its log. A server's log, its replicas and its backups are not ours.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { entries } from "./detailColumns.ts"
import { transaction } from "./limits.ts"
import { tables } from "./tables.ts"

/** Every table that rows of an athlete are in. */
export const ofAthletes: ReadonlyArray<{ readonly name: string; readonly athlete: string }> = [
  ...Object.values(tables).map(({ name, resource }) => ({
    name,
    athlete: resource === "athlete" ? "id" : "athlete_id",
  })),
  ...entries.map(({ name }) => ({ name, athlete: "athlete_id" })),
  { name: "strava.missing", athlete: "athlete_id" },
]

/** What it gives is of a type that nobody reads. */
const switched = "select pg_switch_wal()::text"

/** One after the other and outside of any transaction, as `vacuum` must be. */
const each = (sql: SqlClient, statements: ReadonlyArray<string>) =>
  Effect.forEach(statements, (text) => sql.unsafe(text).unprepared, { discard: true })

const full = (options: string) => ofAthletes.map(({ name }) => `vacuum (${options}) ${name}`)

/**
 * In the embedded database, whose log is ours as well: what is no longer needed of it is deleted and
 * not used again. The current piece of it is left for a new one first.
 */
const embedded = (sql: SqlClient): Effect.Effect<void, SqlError> =>
  Effect.andThen(
    each(sql, [
      ...full("full"),
      "delete from pg_statistic where starelid in (select oid from pg_class " +
      "where relnamespace = 'strava'::regnamespace)",
      "vacuum (full) pg_statistic",
      "set wal_recycle = off",
    ]),
    each(sql, [switched, "checkpoint", switched, "checkpoint"]),
  )

const literals: Readonly<Record<string, string>> = {
  bigint: "0",
  integer: "0",
  text: "''",
  jsonb: "'{}'",
  "timestamp with time zone": "now()",
}

interface Column {
  readonly name: string
  readonly type: string
}

/**
 * Of a table without rows `analyze` keeps what it knew before, examples of values among it. So it is
 * shown a row of nothing, which nobody else ever sees.
 */
const forgetExamples = Effect.fnUntraced(function* (sql: SqlClient, table: string) {
  const [found] = yield* sql.unsafe<{ empty: boolean }>(
    `select not exists (select from ${table}) as empty`,
  )
  if (found?.empty !== true) return
  const columns = yield* sql.unsafe<Column>(
    `select attname::text as name, format_type(atttypid, null) as type from pg_attribute
       where attrelid = $1::regclass and attnum > 0 and not attisdropped and attnotnull
         and not atthasdef`,
    [table],
  )
  const names = columns.map(({ name }) => name).join(", ")
  const values = columns.map(({ type }) => literals[type] ?? "null").join(", ")
  yield* transaction(
    sql,
    each(sql, [
      `insert into ${table} (${names}) values (${values})`,
      `analyze ${table}`,
      `delete from ${table}`,
    ]),
  )
  yield* sql.unsafe(`vacuum (full) ${table}`).unprepared
})

/** On a server, where others read meanwhile: whoever holds a table for long is not waited for. */
const server = Effect.fnUntraced(function* (sql: SqlClient) {
  const session = yield* sql.reserve
  const run = (text: string) => session.executeUnprepared(text, [], undefined)
  yield* run("set lock_timeout = '10s'")
  yield* Effect.forEach(full("full, analyze"), run, { discard: true }).pipe(
    Effect.ensuring(Effect.ignore(run("reset lock_timeout"))),
  )
  for (const { name } of ofAthletes) yield* forgetExamples(sql, name)
}, Effect.scoped)

/** Write the tables anew without what is gone; takes twice the room of the largest of them meanwhile. */
export const compact = (sql: SqlClient, shared: boolean): Effect.Effect<void, SqlError> =>
  shared ? server(sql) : embedded(sql)
