/** Databases of older versions: created by the SQL of their migrations, and recorded as such. */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { versions } from "../../../sinks/postgres/schema/migrations.ts"

/** Creates the tables and views of a version. */
export const makeVersion = Effect.fnUntraced(function* (sql: SqlClient, version: 1 | 2 | 4 | 10) {
  yield* sql`create schema strava`
  yield* sql`create table strava.paceline_migrations
    (migration_id int primary key, created_at timestamptz not null default now(), name text not null)`
  for (const [file, text] of Object.entries(versions).slice(0, version)) {
    yield* sql.unsafe(`do $$ begin\n${text}end $$`).unprepared
    const [id, ...name] = file.split("_")
    yield* sql`insert into strava.paceline_migrations (migration_id, name) values (${Number(id)}, ${
      name.join("_")
    })`
  }
})
