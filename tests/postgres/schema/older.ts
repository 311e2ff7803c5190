/** Databases as older versions made them: by the statements of then, and noted as theirs. */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { first, fourth, second, third } from "../../../sinks/postgres/schema/schema.ts"
import { viewsOf1, viewsOf3, viewsOf4 } from "../../../sinks/postgres/views/views.ts"

const migrations = [
  { name: "first", statements: [...first, ...viewsOf1] },
  { name: "answers_and_lease", statements: second },
  { name: "more_of_strava", statements: [...third, ...viewsOf3] },
  { name: "purged", statements: [...fourth, ...viewsOf4] },
]

/** Makes the tables and views of a version. */
export const makeVersion = Effect.fnUntraced(function* (sql: SqlClient, version: 1 | 2 | 4) {
  yield* sql`create schema strava`
  yield* sql`create table strava.paceline_migrations
    (migration_id int primary key, created_at timestamptz not null default now(), name text not null)`
  for (const [i, { name, statements }] of migrations.slice(0, version).entries()) {
    for (const statement of statements) yield* sql.unsafe(statement).unprepared
    yield* sql`insert into strava.paceline_migrations (migration_id, name) values (${
      i + 1
    }, ${name})`
  }
})
