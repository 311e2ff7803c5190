/** A question in SQL, asked without the power to change anything, and its answer as plain values. */
import { PgTypes } from "@effect/sql-pg"
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { parseExact } from "../../schemas/Json.ts"
import { failLost } from "./client.ts"
import { entries } from "./detailColumns.ts"
import { codeOf, explain, isTransient, PostgresError, wordsOf } from "./PostgresError.ts"
import { tables } from "./tables.ts"
import { views } from "./views.ts"

export interface Answer {
  /** In the order asked for, with PostgreSQL's short type names: `int8`, `text`, `float8[]`. */
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }>
  /** Values that `JSON.stringify` writes exactly; times as text. */
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
}

/** What the driver gives for a statement. */
interface Raw {
  readonly fields: ReadonlyArray<{ readonly name: string; readonly dataTypeId: number }>
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
}

const oids: Readonly<Record<string, number>> = PgTypes.OID
const elementOids = new Map(
  Object.entries(oids).flatMap(([name, oid]) => {
    const list = oids[`${name}Array`]
    return list === undefined ? [] : [[list, oid] as const]
  }),
)

/** Every digit of a number; `NaN` and `Infinity` as text. */
const number = (text: string) => /^-?\d+(\.\d+)?$/.test(text) ? parseExact(text) : text

const two = (n: bigint | number) => String(n).padStart(2, "0")

/** Microseconds as `-1:02:03.5`, with two digits of hours. */
const clock = (microseconds: bigint): string => {
  const positive = microseconds < 0n ? -microseconds : microseconds
  const seconds = positive / 1_000_000n
  const fraction = String(positive % 1_000_000n).padStart(6, "0").replace(/0+$/, "")
  return `${microseconds < 0n ? "-" : ""}${two(seconds / 3600n)}:${two(seconds / 60n % 60n)}:${
    two(seconds % 60n)
  }${fraction === "" ? "" : `.${fraction}`}`
}

const interval = ({ days, microseconds, months }: PgTypes.Interval): string =>
  [
    months === 0 ? "" : `${months} mon`,
    days === 0 ? "" : `${days} days`,
    microseconds === 0n && (months !== 0 || days !== 0) ? "" : clock(microseconds),
  ].filter((part) => part !== "").join(" ")

/** `2026-01-01T09:00:00Z`, with milliseconds only where there are any. */
const instant = (date: Date): string =>
  Number.isNaN(date.getTime()) ? "infinity" : date.toISOString().replace(/\.000Z$/, "Z")

const plain = (value: unknown, oid: number): unknown => {
  if (value === null) return null
  const element = elementOids.get(oid)
  if (element !== undefined && Array.isArray(value)) {
    return value.map((each) => plain(each, element))
  }
  if (oid === PgTypes.OID.json || oid === PgTypes.OID.jsonb) return value
  if (oid === PgTypes.OID.time && typeof value === "bigint") return clock(value)
  if (oid === PgTypes.OID.interval) return interval(value as PgTypes.Interval)
  if (oid === PgTypes.OID.timestamp && value instanceof Date) return instant(value).replace("Z", "")
  if (oid === PgTypes.OID.numeric && typeof value === "string") return number(value)
  if (value instanceof Date) return instant(value)
  if (value instanceof Uint8Array) return `\\x${value.toHex()}`
  if (typeof value === "bigint") return number(String(value))
  return typeof value === "number" && !Number.isFinite(value) ? String(value) : value
}

const refused = (error: unknown): PostgresError => {
  if (!isSqlError(error) || isTransient(error)) return explain(error, "the database")
  return new PostgresError({ reason: "query", detail: teach(error), cause: error })
}

/** What there is to ask of, in the order in which one meets it. */
const names = [
  ...views.map(({ name }) => name),
  ...Object.values(tables).map(({ name }) => name),
  ...entries.map(({ name }) => name),
  "strava.missing",
]
const known = `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`

const teach = (error: SqlError): string => {
  const words = wordsOf(error)
  switch (codeOf(error)) {
    case "25006":
      return `${words}. Only questions are answered here, nothing is changed`
    case "42P01":
      return `${words}. The tables and views are ${known}`
    default:
      return words
  }
}

/**
 * The answer to one statement, in a read-only transaction. A refusal of the statement is a `query`
 * error in PostgreSQL's words.
 */
export const query: (
  text: string,
) => Effect.Effect<Answer, PostgresError, SqlClient> = Effect.fn("query")(
  function* (text: string) {
    const sql = yield* SqlClient
    return yield* sql.withTransaction(Effect.gen(function* () {
      yield* sql`set transaction read only`
      const { fields, rows } = (yield* sql.unsafe(text).raw) as Raw
      const used = [...new Set(fields.map(({ dataTypeId }) => dataTypeId))].join(",")
      const types = yield* sql<{ oid: number; name: string }>`
        select oid::int4 as oid, typname::text as name from pg_type
        where oid = any(string_to_array(${used}, ',')::oid[])`
      const names = new Map(types.map(({ name, oid }) => [oid, name.replace(/^_(.*)$/, "$1[]")]))
      return {
        columns: fields.map(({ dataTypeId, name }) => ({
          name,
          type: names.get(dataTypeId) ?? "?",
        })),
        rows: rows.map((row) =>
          Object.fromEntries(
            fields.map(({ dataTypeId, name }) => [name, plain(row[name], dataTypeId)]),
          )
        ),
      }
    }))
  },
  failLost,
  Effect.mapError(refused),
  Effect.catchDefect((defect) => Effect.fail(explain(defect, "the database"))),
)
