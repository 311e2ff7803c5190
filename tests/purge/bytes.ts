/** Searches every byte of a database for a text. */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"

/** Returns the tables whose files contain the text, and the columns whose statistics contain it. */
export const bytesWith = Effect.fnUntraced(function* (sql: SqlClient, text: string) {
  yield* sql`checkpoint`
  const found = yield* sql<{ name: string }>`
    select c.relname::text as name from pg_class c
      left join pg_class t on t.reltoastrelid = c.oid
    where (c.relnamespace = 'strava'::regnamespace or t.relnamespace = 'strava'::regnamespace)
      and pg_relation_filepath(c.oid) is not null
      and position(convert_to(${text}, 'UTF8') in
        pg_read_binary_file(pg_relation_filepath(c.oid), 0, 100000000)) > 0`
  const known = yield* sql<{ name: string }>`
    select tablename || '.' || attname as name from pg_stats where schemaname = 'strava'
      and position(${text} in pg_stats::text) > 0`
  return [...found, ...known].map(({ name }) => name).toSorted()
})
