/**
 * Removes every byte of deleted rows: PostgreSQL only marks them as free, and keeps values in its
 * statistics and its log. A server's log, replicas and backups are not ours to clear.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { PostgresDatabase } from "../connection/client.ts"
import { entries } from "../schema/detailColumns.ts"
import { localName } from "../connection/schemaName.ts"
import { transaction } from "../connection/timeouts.ts"
import type { PostgresError } from "../connection/PostgresError.ts"
import { allTables } from "./tables.ts"

/** Every table with rows of an athlete. */
export const ofAthletes = (): ReadonlyArray<
  { readonly name: string; readonly athlete: string }
> => [
  ...allTables().map(({ athlete, name }) => ({ name, athlete })),
  ...entries.map(({ name }) => ({ name, athlete: "athlete_id" })),
  { name: "strava.missing", athlete: "athlete_id" },
]

/** Runs statements one after the other, outside of a transaction, as `vacuum` requires. */
const each = (sql: SqlClient, statements: ReadonlyArray<string>) =>
  Effect.forEach(statements, (text) => sql.unsafe(text).unprepared, { discard: true })

/** As text, because the driver does not read the result type. */
const leaveLog = ["select pg_switch_wal()::text", "checkpoint"]

/**
 * Clears the embedded database, whose log is ours too: begins a new segment, then deletes the
 * segments that are not needed, so that none is reused.
 */
const embedded = Effect.fnUntraced(function* (
  sql: SqlClient,
  roomFor: NonNullable<PostgresDatabase["roomFor"]>,
) {
  for (const { name } of ofAthletes()) {
    const [found] = yield* sql.unsafe<{ bytes: number }>(
      `select pg_total_relation_size('${name}')::float8 as bytes`,
    )
    // A copy of the table, and the same again in the log.
    yield* roomFor(2 * (found?.bytes ?? 0))
    yield* each(sql, [`vacuum (full) ${name}`, "checkpoint"])
  }
  yield* each(sql, [
    "delete from pg_statistic where starelid in (select oid from pg_class " +
    "where relnamespace = 'strava'::regnamespace)",
    "vacuum (full) pg_statistic",
    "set wal_recycle = off",
    ...leaveLog,
    ...leaveLog,
  ])
})

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
 * For a table without rows, `analyze` keeps its old statistics, including example values. Therefore
 * it analyzes one empty row, which no other session sees.
 */
const forgetExamples = Effect.fnUntraced(function* (sql: SqlClient, table: string) {
  const [found] = yield* sql.unsafe<{ empty: boolean }>(
    `select not exists (select from ${table}) as empty`,
  )
  if (found?.empty !== true) return
  const columns = yield* sql.unsafe<Column>(
    `select attname::text as name, format_type(atttypid, null) as type from pg_attribute
       where attrelid = ('strava.' || $1)::regclass and attnum > 0 and not attisdropped and attnotnull
         and not atthasdef`,
    [localName(table)],
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

/**
 * Clears a server, where others read at the same time: does not wait for a session that holds a
 * table for long.
 */
const server = Effect.fnUntraced(function* (sql: SqlClient) {
  const session = yield* sql.reserve
  const run = (text: string) => session.executeUnprepared(text, [], undefined)
  yield* run("set lock_timeout = '10s'")
  yield* Effect.forEach(
    ofAthletes(),
    ({ name }) => run(`vacuum (full, analyze) ${name}`),
    { discard: true },
  ).pipe(Effect.ensuring(Effect.ignore(run("reset lock_timeout"))))
  for (const { name } of ofAthletes()) yield* forgetExamples(sql, name)
}, Effect.scoped)

/** Rewrites the tables without deleted rows. */
export const compact = (
  sql: SqlClient,
  { roomFor = () => Effect.void, shared = false }: Pick<PostgresDatabase, "roomFor" | "shared">,
): Effect.Effect<void, SqlError | PostgresError> => shared ? server(sql) : embedded(sql, roomFor)
