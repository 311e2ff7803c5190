/** Row-level security: a role that reads for one athlete sees no row of another, in tables and in views. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { migrateFleet } from "../../pipeline/fleet/schema/migrate.ts"
import { TestServer } from "../postgres/databases.ts"
import { liveWith } from "../testing.ts"
import { ada, ben, connected, inFleet } from "./fleetDatabase.ts"

const live = liveWith(TestServer.layer)

live(
  "a reader sees the rows of the athlete that the session names, and no others",
  () =>
    inFleet(Effect.gen(function* () {
      const sql = yield* SqlClient
      yield* connected(ada, ben)
      // A start after the first changes nothing.
      yield* migrateFleet
      for (const athlete of [ada, ben]) {
        yield* sql.unsafe(
          `insert into strava.activities (id, athlete_id, raw, sha256, source, fetched_at, answer)
           values ($1::text::bigint, $2::text::bigint, '{}', 'x', 'api', now(), '')`,
          [String(athlete + 5), String(athlete)],
        )
      }
      const role = `reader_${crypto.randomUUID().slice(0, 8)}`
      yield* sql.unsafe(`create role ${role}`)
      yield* sql.unsafe(`grant usage on schema strava to ${role}`)
      yield* sql.unsafe(`grant select on all tables in schema strava to ${role}`)
      /** Rows of a table that the role sees, for an athlete. */
      const seen = (table: string, athlete: string) =>
        sql.withTransaction(Effect.gen(function* () {
          yield* sql.unsafe(`set local role ${role}`)
          yield* sql`select set_config('paceline.athlete', ${athlete}, true)`
          return (yield* sql.unsafe(`select 1 from ${table}`)).length
        }))
      for (const table of ["strava.activities", "strava.v_activities"]) {
        assert.equal(yield* seen(table, String(ada)), 1, table)
        assert.equal(yield* seen(table, ""), 0, table)
        assert.equal(yield* seen(table, "999"), 0, table)
      }
      const tokens = yield* Effect.exit(seen("fleet.athlete", String(ada)))
      assert.equal(tokens._tag, "Failure")
      const open = yield* sql<{ name: string }>`
      select relname as name from pg_class where relnamespace = 'strava'::regnamespace
        and relkind = 'r' and not relrowsecurity and exists (select 1 from pg_attribute
          where attrelid = pg_class.oid and attname = 'athlete_id' and not attisdropped)`
      assert.deepEqual(
        open.map(({ name }) => name).filter((name) => !name.startsWith("paceline_")),
        [],
      )
      yield* sql.unsafe(`drop owned by ${role}`)
      yield* sql.unsafe(`drop role ${role}`)
    })),
)
