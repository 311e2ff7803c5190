/**
 * Two runs on one database: the second fails at once, and a run that lost its lock writes nothing
 * after another has begun.
 */
import type { PgClient } from "@effect/sql-pg"
import { Effect, Fiber } from "effect"
import assert from "node:assert/strict"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import { activity } from "../sinks/items.ts"
import { liveWith } from "../testing.ts"
import { gated, onServer, TestServer, untilOneWaits } from "./databases.ts"

const live = liveWith(TestServer.layer)

const batch = (...ids: ReadonlyArray<number>) =>
  ({ resource: "activities", items: ids.map((id) => activity(id)) }) as const

/** Ends all other sessions of the database, as when a router between them restarts. */
const hangUp = (sql: PgClient.PgClient) =>
  sql`select pg_terminate_backend(pid, 5000) from pg_stat_activity
    where datname = current_database() and pid <> pg_backend_pid()`

const idsIn = (sql: PgClient.PgClient) =>
  Effect.map(
    sql<{ id: bigint }>`select id from strava.activities order by id`,
    (rows) => rows.map(({ id }) => Number(id)),
  )

live(
  "fault 17: a second run on one database fails at once, and the first continues",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const { location } = database
      yield* Effect.scoped(Effect.gen(function* () {
        const first = yield* on(database).open
        const error = yield* Effect.flip(Effect.scoped(on(database).open))
        assert.equal(error.reason, "busy")
        assert.ok(error.detail.startsWith(`another run is writing to ${location} (process `))
        assert.match(
          error.detail,
          /\(process \d+ at 127\.0\.0\.1, since 20.*Z\)\. Nothing was changed/,
        )
        assert.match(error.detail, /Wait until it ends, or end it, then run again$/)
        assert.deepEqual(yield* first.write(batch(1)), [])
      }))
      const second = yield* on(database).open
      assert.deepEqual(yield* second.write(batch(2)), [])
      assert.deepEqual(yield* idsIn(yield* database.connect), [1, 2])
    }),
)

live(
  "fault 17: if two runs begin at once in an empty database, one continues",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const opened = yield* Effect.all(
        Array.from({ length: 3 }, () => Effect.result(on(database).open)),
        { concurrency: "unbounded" },
      )
      const failures = opened.flatMap((each) =>
        each._tag === "Failure" ? [each.failure.reason] : []
      )
      assert.deepEqual(failures, ["busy", "busy"])
    }),
)

live(
  "an idle run does not prevent vacuum from removing deleted rows",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      yield* on(database).open
      const sql = yield* database.connect
      const holding = yield* sql`select query from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid() and backend_xmin is not null`
      assert.deepEqual(holding, [])
    }),
)

live("a run whose opening failed leaves nothing locked", () =>
  Effect.gen(function* () {
    const database = yield* onServer
    const sql = yield* database.connect
    yield* sql`create schema strava`
    yield* sql`create table strava.streams ()`
    const source = on(database)
    assert.equal((yield* Effect.flip(source.open)).reason, "unreachable")
    yield* sql`drop table strava.streams`
    assert.deepEqual(yield* (yield* source.open).write(batch(1)), [])
  }))

live(
  "fault 18: a run that lost its lock writes nothing once another has begun",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      const first = yield* on(database).open
      yield* first.write(batch(1))
      yield* hangUp(sql)
      // No other run has begun, so the rows are accepted.
      assert.deepEqual(yield* first.write(batch(2)), [])

      const second = yield* on(database).open
      const error = yield* Effect.flip(first.write(batch(3)))
      assert.equal(error.reason, "busy")
      assert.ok(error.detail.startsWith(`another run has begun to write to ${database.location} (`))
      assert.match(error.detail, /Nothing of this batch was written\..*next run delivers/)
      assert.deepEqual(yield* second.write(batch(4)), [])
      assert.deepEqual(yield* idsIn(sql), [1, 2, 4])
    }),
)

live(
  "fault 18: a run cut off in the middle of a batch does not write it again after another",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      const gate = yield* gated(database)
      const first = yield* on(gate.database).open
      const writing = yield* Effect.forkScoped(Effect.flip(first.write(batch(1))))
      yield* gate.inserted
      yield* hangUp(sql)
      yield* on(database).open
      yield* gate.open
      assert.equal((yield* Fiber.join(writing)).reason, "busy")
      assert.deepEqual(yield* idsIn(sql), [])
    }),
)

live(
  "fault 18: a run waits for the unfinished batch of a run without a lock",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      const gate = yield* gated(database)
      const first = yield* on(gate.database).open
      // Ends only the session that holds the lock.
      yield* sql`select pg_terminate_backend(pid, 5000) from pg_locks
        where locktype = 'advisory'
          and database = (select oid from pg_database where datname = current_database())`
      const writing = yield* Effect.forkScoped(first.write(batch(1)))
      yield* gate.inserted
      const opening = yield* Effect.forkScoped(on(database).open)
      yield* untilOneWaits(sql)
      yield* gate.open
      assert.deepEqual(yield* Fiber.join(writing), [])
      const second = yield* Fiber.join(opening)
      assert.equal((yield* Effect.flip(first.write(batch(2)))).reason, "busy")
      assert.deepEqual(yield* second.write(batch(3)), [])
      assert.deepEqual(yield* idsIn(sql), [1, 3])
    }),
)

live("reading needs no lock, and cannot write", () =>
  Effect.gen(function* () {
    const database = yield* onServer
    const source = on(database)
    const sql = yield* database.connect
    const look = Effect.suspend(() => source.look ?? Effect.die(new Error("no look")))
    const none = yield* look
    assert.deepEqual(
      (yield* none.differing(batch(1))).map(({ detail }) => detail),
      ["missing"],
    )
    assert.deepEqual(yield* sql`select 1 from pg_namespace where nspname = 'strava'`, [])
    const first = yield* source.open
    yield* first.write(batch(1))
    const looker = yield* look
    assert.deepEqual(yield* looker.differing(batch(1)), [])
    assert.equal((yield* Effect.flip(looker.write(batch(2)))).reason, "busy")
    assert.deepEqual(yield* first.write(batch(3)), [])
  }))
