/** Versions of the schema. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { LockWait } from "../../../sinks/postgres/connection/timeouts.ts"
import { checkOn } from "../../../sinks/postgres/connection/check.ts"
import { server } from "../../../sinks/postgres/connection/client.ts"
import { migrate, newestVersion } from "../../../sinks/postgres/schema/migrations.ts"
import { on } from "../../../sinks/postgres/PostgresSink.ts"
import { liveWith } from "../../testing.ts"
import { onBoth, onServer, TestServer } from "../databases.ts"
import { makeVersion } from "./older.ts"
import { freshDatabase, urlWith } from "../server.ts"

const both = onBoth()
const live = liveWith(TestServer.layer)

both("a migration runs once and is recorded", ({ connect }) =>
  Effect.gen(function* () {
    const sql = yield* connect
    const run = Effect.provideService(migrate, SqlClient, sql)
    assert.deepEqual(yield* run, [
      [1, "first"],
      [2, "answers_and_lease"],
      [3, "more_of_strava"],
      [4, "purged"],
      [5, "fractional_samples"],
      [6, "writers"],
      [7, "bounded_weeks"],
      [8, "tombstones"],
      [9, "lazy_samples"],
      [10, "compression"],
      [11, "comments"],
      [12, "activity_zones"],
      [13, "export"],
      [14, "sources"],
      [15, "units"],
    ])
    assert.deepEqual(yield* run, [])
    const recorded = yield* sql`select migration_id, name from strava.paceline_migrations`
    assert.deepEqual(recorded, [
      { migration_id: 1, name: "first" },
      { migration_id: 2, name: "answers_and_lease" },
      { migration_id: 3, name: "more_of_strava" },
      { migration_id: 4, name: "purged" },
      { migration_id: 5, name: "fractional_samples" },
      { migration_id: 6, name: "writers" },
      { migration_id: 7, name: "bounded_weeks" },
      { migration_id: 8, name: "tombstones" },
      { migration_id: 9, name: "lazy_samples" },
      { migration_id: 10, name: "compression" },
      { migration_id: 11, name: "comments" },
      { migration_id: 12, name: "activity_zones" },
      { migration_id: 13, name: "export" },
      { migration_id: 14, name: "sources" },
      { migration_id: 15, name: "units" },
    ])
  }))

both(
  "each of our tables, views and columns has a comment",
  ({ connect }) =>
    Effect.gen(function* () {
      const sql = yield* connect
      yield* Effect.provideService(migrate, SqlClient, sql)
      const silent = yield* sql`
      select c.relname, a.attname from pg_class c
      join pg_namespace s on s.oid = c.relnamespace and s.nspname = 'strava'
      join pg_attribute a on a.attrelid = c.oid and a.attnum >= 0 and not a.attisdropped
      where c.relkind in ('r', 'v')
        and (obj_description(c.oid, 'pg_class') is null or col_description(c.oid, a.attnum) is null)`
      assert.deepEqual(silent, [])
    }),
)

both(
  "no view has numeric columns, which drivers return as text",
  ({ connect }) =>
    Effect.gen(function* () {
      const sql = yield* connect
      yield* Effect.provideService(migrate, SqlClient, sql)
      const found = yield* sql`select table_name, column_name from information_schema.columns
      where table_schema = 'strava' and data_type in ('numeric', 'real')`
      assert.deepEqual(found, [])
    }),
)

live(
  "if five clients start at once, one migrates and four wait",
  () =>
    Effect.gen(function* () {
      const { connect } = yield* onServer
      const runs = yield* Effect.all(
        Array.from({ length: 5 }, () =>
          Effect.scoped(Effect.gen(function* () {
            return yield* Effect.provideService(migrate, SqlClient, yield* connect)
          }))),
        { concurrency: "unbounded" },
      )
      assert.deepEqual(runs.map((done) => done.length).toSorted(), [0, 0, 0, 0, newestVersion])
    }),
)

live(
  "a migration waits for a reader for a limited time, then changes nothing",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      yield* makeVersion(sql, 1)
      const error = yield* sql.withTransaction(
        Effect.andThen(sql`select from strava.streams`, Effect.flip(on(database).open)),
      ).pipe(Effect.provideService(LockWait, "20 millis"))
      assert.match(error.detail, /lock timeout.*55P03/)
      const found = yield* sql`select 1 from information_schema.columns
        where table_schema = 'strava' and column_name = 'answer'`
      assert.deepEqual(found, [])
      yield* on(database).open
    }),
)

live(
  "a user without the right to create schemas can use an existing one",
  () =>
    Effect.gen(function* () {
      const { connect } = yield* onServer
      const sql = yield* connect
      yield* Effect.provideService(migrate, SqlClient, sql)
      const role = `guest_${crypto.randomUUID().replaceAll("-", "")}`
      yield* Effect.acquireRelease(
        sql.unsafe(`create role ${role}`),
        () =>
          Effect.ignore(
            sql.unsafe(`drop owned by ${role} cascade`).pipe(
              Effect.andThen(sql.unsafe(`drop role ${role}`)),
            ),
          ),
      )
      yield* sql.unsafe(`grant usage on schema strava to ${role}`)
      yield* sql.unsafe(`grant all on all tables in schema strava to ${role}`)
      yield* sql.withTransaction(Effect.gen(function* () {
        yield* sql.unsafe(`set local role ${role}`)
        assert.deepEqual(yield* Effect.provideService(migrate, SqlClient, sql), [])
      }))
    }),
)

both(
  "a check reports the version of the tables, and creates none",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      const look = checkOn({ ...database, connect: Effect.succeed(sql) })
      const { server, ...empty } = yield* look
      assert.match(server, /^1\d/)
      assert.deepEqual(empty, {
        location: database.location,
        newest: newestVersion,
        version: 0,
        mayWrite: true,
      })
      assert.deepEqual(yield* sql`select 1 from pg_namespace where nspname = 'strava'`, [])
      yield* Effect.provideService(migrate, SqlClient, sql)
      assert.equal((yield* look).version, newestVersion)
      yield* sql`insert into strava.paceline_migrations (migration_id, name) values (99, 'later')`
      assert.equal((yield* look).version, 99)
    }),
)

live("a check reports a user without the right to write", () =>
  Effect.gen(function* () {
    const url = yield* Effect.flatMap(TestServer, freshDatabase)
    const sql = yield* Effect.flatMap(server(url), ({ connect }) => connect)
    const reader = `reader_${crypto.randomUUID().replaceAll("-", "")}`
    const look = Effect.flatMap(
      server(urlWith(url, { username: reader, password: "reader" })),
      checkOn,
    )
    yield* Effect.acquireRelease(
      sql`create role ${sql(reader)} login password 'reader'`,
      () =>
        Effect.ignore(
          Effect.andThen(sql`drop owned by ${sql(reader)}`, sql`drop role ${sql(reader)}`),
        ),
    )
    assert.equal((yield* look).mayWrite, false)
    yield* sql`create schema strava`
    yield* sql`grant usage on schema strava to ${sql(reader)}`
    assert.equal((yield* look).mayWrite, false)
    yield* sql`grant create on schema strava to ${sql(reader)}`
    assert.equal((yield* look).mayWrite, true)
    yield* sql`revoke create on schema strava from ${sql(reader)}`
    yield* Effect.provideService(migrate, SqlClient, sql)
    yield* sql`grant select on all tables in schema strava to ${sql(reader)}`
    const { mayWrite, version } = yield* look
    assert.deepEqual([version, mayWrite], [newestVersion, false])
    yield* sql`grant insert on strava.activities to ${sql(reader)}`
    assert.equal((yield* look).mayWrite, true)
  }))
