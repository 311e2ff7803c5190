/** A migrated database with rows inserted by SQL, and queries of its views. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { PostgresDatabase } from "../../../sinks/postgres/connection/client.ts"
import { migrate } from "../../../sinks/postgres/schema/migrations.ts"

type Rows = ReadonlyArray<Readonly<Record<string, unknown>>>

/** Rows by table, each with the columns that matter to the views. */
export type TableContents = Partial<
  Readonly<
    Record<
      | "activities"
      | "streams"
      | "details"
      | "zones"
      | "gear"
      | "best_efforts"
      | "missing"
      | "export",
      Rows
    >
  >
>

/** Four activities at noon on the first four days of March 2026; the fourth is deleted. */
export const marchActivities = [1, 2, 3, 4].map((id) => ({
  id,
  name: `Day ${id}`,
  sport_type: "Run",
  start_date: `2026-03-0${id}T11:00:00Z`,
  start_date_local: `2026-03-0${id}T12:00:00`,
  ...(id === 4 && { deleted_at: "2026-03-10T00:00:00Z" }),
}))

const provenance = { sha256: "", fetched_at: "2026-01-01T00:00:00Z" }

/** Values for required columns that the tests do not check. */
const filling: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  activities: { athlete_id: 7, raw: {}, source: "api", ...provenance },
  streams: { athlete_id: 7, info: {}, source: "api", ...provenance },
  details: { athlete_id: 7, raw: {}, ...provenance },
  zones: { athlete_id: 7, raw: {}, ...provenance },
  gear: { athlete_id: 7, raw: {}, ...provenance },
  best_efforts: { athlete_id: 7, raw: {} },
  export: { athlete_id: 7, raw: {}, source: "export", ...provenance },
  missing: { athlete_id: 7, reason: "as said" },
}

/** Returns the length of the longest array of a row. */
const lengthOf = (row: Rows[number]) =>
  Math.max(0, ...Object.values(row).map((value) => Array.isArray(value) ? value.length : 0))

/** Migrates `database` and inserts `contents`. Returns a client. */
export const holding = Effect.fnUntraced(
  function* ({ connect }: PostgresDatabase, contents: TableContents) {
    const sql = yield* connect
    yield* Effect.provideService(migrate, SqlClient, sql)
    for (const [table, rows] of Object.entries(contents)) {
      const filled = rows.map((row) => ({
        ...filling[table],
        ...(table === "streams" && { n: lengthOf(row) }),
        ...row,
      }))
      const columns = [...new Set(filled.flatMap(Object.keys))].join(", ")
      yield* sql.unsafe(
        `insert into strava.${table} (${columns}) select ${columns}
      from json_populate_recordset(null::strava.${table}, $1::json)`,
        [JSON.stringify(filled)],
      )
    }
    return sql
  },
)

/**
 * Returns the rows of a query as PostgreSQL writes them in JSON: dates as text, all numbers as
 * numbers.
 */
export const queryRows = (sql: SqlClient, text: string) =>
  Effect.map(
    sql<{ row: string }>`select row_to_json(q)::text as row from (${sql.literal(text)}) q`,
    (rows) => rows.map(({ row }): Readonly<Record<string, unknown>> => JSON.parse(row)),
  )

/** Returns the rows of a query as lists of values, as PostgreSQL writes them in JSON. */
export const valuesOf = (sql: SqlClient, text: string) =>
  Effect.map(queryRows(sql, text), (rows) => rows.map((row) => Object.values(row)))
