/**
 * Versions of rows, which show whether a row was changed: PostgreSQL stamps every row with the
 * number of the transaction that wrote it (`xmin`). Numbers repeat after 2^32 transactions, so a
 * change in the one transaction with the same number would not be noticed.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { entries } from "../schema/detailColumns.ts"
import { localName } from "../connection/schemaName.ts"
import { transaction } from "../connection/timeouts.ts"
import type { PostgresTable } from "../write/tables.ts"

/** Tables with the rows of an item of `table`. */
const tablesOf = ({ name, resource }: PostgresTable): ReadonlyArray<string> =>
  resource === "details" ? [name, ...entries.map(({ name }) => name)] : [name]

/** SQL for the version of the row `t` and of the rows of its entries. */
export const rowVersion = (table: PostgresTable): string =>
  tablesOf(table).slice(1).reduce(
    (all, name) =>
      `${all} || ' ' || coalesce((select encode(sha256(convert_to(string_agg(e.xmin::text || e.ctid::text, ',' ` +
      `order by e.ctid), 'UTF8')), 'hex') from ${name} e where e.activity_id = t.${table.key}), '')`,
    "t.xmin::text",
  )

/**
 * Returns a text that changes if the columns of a table change, or if the table or its server is replaced.
 * Undefined if the server does not allow this to be read.
 */
export const definitionOf = Effect.fnUntraced(function* (sql: SqlClient, table: PostgresTable) {
  const found = yield* Effect.option(transaction(
    sql,
    sql.unsafe<{ definition: string }>(
      `select encode(sha256(convert_to(string_agg(concat_ws(' ', system.system_identifier, point.timeline_id, made.at, ` +
        `a.attrelid, a.attnum, a.attname, a.atttypid, c.relkind), ',' ` +
        `order by a.attrelid, a.attnum), 'UTF8')), 'hex') as definition ` +
        `from pg_control_system() system, pg_control_checkpoint() point, ` +
        // Embedded databases are unpacked from one archive, and have the same system identifier.
        `(select min(created_at) as at from strava.paceline_migrations) made, pg_attribute a ` +
        `join pg_class c on c.oid = a.attrelid where a.attnum > 0 and not a.attisdropped ` +
        `and c.oid in (select to_regclass('strava.' || value) from json_array_elements_text($1::json))`,
      [JSON.stringify(tablesOf(table).map(localName))],
    ),
  ))
  return found._tag === "None" ? undefined : found.value[0]?.definition
})
