/**
 * Tombstones: the rows of an activity that was deleted at Strava keep only its id, its athlete and
 * the time. All other columns are null, and rows of laps, splits and efforts are deleted.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import type { Deletion } from "../../Sink.ts"
import { entries } from "../schema/detailColumns.ts"
import { fence, type Lease } from "./lease.ts"
import { transaction } from "../connection/timeouts.ts"
import { allTables, andOf, type PostgresTable, type Statement } from "./tables.ts"
import { formatTime } from "../../../schemas/time.ts"

const emptied = ({ content }: PostgresTable) =>
  content.map((column) => `${column} = null`).join(", ")

const isFull = "t.fetched_at is not null"

/** Statements that turn these rows into tombstones. */
export const tombstoneStatements = (
  table: PostgresTable,
  gone: ReadonlyArray<Pick<Deletion, "id" | "deletedAt">>,
  athlete: AthleteId | undefined,
): ReadonlyArray<Statement> => {
  const { athlete: column, canBeGone, key, keyType, name, resource } = table
  if (!canBeGone || gone.length === 0) return []
  const rows = gone.map(({ deletedAt, id }) => ({ id, at: formatTime(deletedAt) }))
  const ids = gone.map(({ id }) => id)
  return [
    {
      text: `update ${name} t set deleted_at = r.at, ${emptied(table)} ` +
        `from json_to_recordset($1::json) as r(id ${keyType}, at timestamptz) where t.${key} = r.id ` +
        `and (t.deleted_at is distinct from r.at or ${isFull})${andOf(`t.${column}`, athlete)}`,
      parameters: [JSON.stringify(rows)],
    },
    ...(resource === "details" ? entries : []).map(({ name }) => ({
      text: `delete from ${name} where activity_id in ` +
        `(select value::bigint from json_array_elements_text($1::json))${
          andOf("athlete_id", athlete)
        }`,
      parameters: [JSON.stringify(ids)],
    })),
  ]
}

const ofDeleted = (name: string) =>
  `exists (select 1 from strava.activities a where a.id = ${name}.activity_id ` +
  "and a.deleted_at is not null)"

/** Condition for a row with content that is a tombstone, or should be one like its activity. */
const isLeft = ({ key }: PostgresTable) =>
  `${isFull} and (t.deleted_at is not null${key === "activity_id" ? ` or ${ofDeleted("t")}` : ""})`

const markable = () => allTables().filter(({ canBeGone }) => canBeGone)

/**
 * Empties tombstones that an older version, or a restored backup, left with content. Returns true
 * if there were any, because bytes of it might be left.
 */
export const emptyOld = Effect.fn("PostgresSink.emptyOld")(
  function* (
    { lease, location, sql }: {
      readonly sql: SqlClient
      readonly lease: Lease
      readonly location: string
    },
  ) {
    const { athlete } = lease
    const where = (table: PostgresTable) =>
      `${isLeft(table)}${andOf(`t.${table.athlete}`, athlete)}`
    const any = markable().map((table) =>
      `exists (select 1 from ${table.name} t where ${where(table)})`
    ).join(" or ")
    const [found] = yield* transaction(sql, sql.unsafe<{ any: boolean }>(`select ${any} as any`))
    if (found?.any !== true) return false
    yield* transaction(
      sql,
      Effect.gen(function* () {
        yield* fence(sql, lease, location)
        for (const table of markable()) {
          const at = table.key === "activity_id"
            ? "coalesce(t.deleted_at, (select a.deleted_at from strava.activities a " +
              "where a.id = t.activity_id))"
            : "t.deleted_at"
          yield* sql.unsafe(
            `update ${table.name} t set deleted_at = ${at}, ${emptied(table)} where ${
              where(table)
            }`,
          )
        }
        for (const name of [...entries.map(({ name }) => name), "strava.missing"]) {
          yield* sql.unsafe(
            `delete from ${name} e where ${ofDeleted("e")}${andOf("e.athlete_id", athlete)}`,
          )
        }
      }),
    )
    return true
  },
)
