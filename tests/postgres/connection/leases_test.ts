/** One lease per athlete, next to runs of an older version with one lease for the whole database. */
import type { PgClient } from "@effect/sql-pg"
import { Effect, Stream } from "effect"
import assert from "node:assert/strict"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Item } from "../../../schemas/Item.ts"
import { Failpoints } from "../../../sinks/failpoints.ts"
import type { PostgresDatabase } from "../../../sinks/postgres/connection/client.ts"
import { on } from "../../../sinks/postgres/PostgresSink.ts"
import { activity } from "../../sinks/items.ts"
import { liveWith } from "../../testing.ts"
import { onServer, TestServer } from "../databases.ts"
import { makeVersion } from "../schema/older.ts"

const live = liveWith(TestServer.layer)

const openFor = (database: PostgresDatabase, athlete: number) =>
  on(database).of?.(AthleteId.make(athlete)).open ?? Effect.die("of no athlete")

const batch = (athlete: number, ...ids: ReadonlyArray<number>) => {
  const items = ids.map((id): Item => ({ ...activity(id), athlete: AthleteId.make(athlete) }))
  return { resource: "activities", items } as const
}

/** Statements of an older version: take the lock, begin, and check before each commit. */
const older = {
  lock: (sql: PgClient.PgClient) =>
    Effect.map(
      sql<{ ours: boolean }>`select pg_try_advisory_xact_lock(7266173000002::bigint) as ours`,
      ([found]) => found?.ours,
    ),
  begin: (sql: PgClient.PgClient) =>
    Effect.map(
      sql<{ epoch: bigint }>`insert into strava.paceline_lease as l (id, epoch, holder, since)
        values (1, 1, 'an older version', now()) on conflict (id) do update
        set epoch = l.epoch + 1, holder = excluded.holder, since = excluded.since returning epoch`,
      ([found]) => found?.epoch,
    ),
  mayCommit: (sql: PgClient.PgClient, epoch: bigint | undefined) =>
    Effect.map(
      sql`select 1 from strava.paceline_lease where epoch = ${epoch ?? 0n} for share`,
      ({ length }) => length > 0,
    ),
}

live(
  "runs of two athletes write at the same time; a second run of one of them does not begin",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sinks = yield* Effect.all([openFor(database, 7), openFor(database, 8)], {
        concurrency: 2,
      })
      for (const [i, sink] of sinks.entries()) {
        assert.deepEqual(yield* sink.write(batch(7 + i, 10 + i)), [])
      }
      const error = yield* Effect.flip(Effect.scoped(openFor(database, 8)))
      assert.equal(error.reason, "busy")
      assert.match(error.detail, /another run is writing to .* \(process \d+ at/)
      // A new run of one athlete does not end a run of another.
      yield* Effect.scoped(openFor(database, 9))
      for (const [i, sink] of sinks.entries()) {
        assert.deepEqual(yield* sink.write(batch(7 + i, 20 + i)), [])
      }
    }),
)

live(
  "athletes whose ids are far apart or adjacent have locks of their own",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const most = Number.MAX_SAFE_INTEGER
      for (const id of [1, 2, 2 ** 32 + 1, 2 ** 32 + 2, most, most - 1]) {
        yield* openFor(database, id)
      }
    }),
)

live(
  "a run that lost its lock is ended by the next one of its athlete, not of another",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      const first = yield* openFor(database, 7)
      yield* sql`select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`
      yield* openFor(database, 8)
      assert.deepEqual(yield* first.write(batch(7, 1)), [])
      yield* openFor(database, 7)
      assert.equal((yield* Effect.flip(first.write(batch(7, 2)))).reason, "busy")
    }),
)

live(
  "an older version's run and one of this version keep each other out, in either order",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      yield* sql.withTransaction(Effect.gen(function* () {
        assert.equal(yield* older.lock(sql), true)
        const error = yield* Effect.flip(Effect.scoped(openFor(database, 7)))
        assert.equal(error.reason, "busy")
      }))
      yield* openFor(database, 7)
      yield* openFor(database, 8)
      assert.equal(yield* sql.withTransaction(older.lock(sql)), false)
    }),
)

live(
  "an older version's run that is writing during the upgrade commits until another begins",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      yield* makeVersion(sql, 4)
      const epoch = yield* older.begin(sql)
      // The new version is killed after the migration and before it begins, so only the older run
      // writes.
      yield* Effect.exit(Effect.provideService(
        Effect.scoped(openFor(database, 7)),
        Failpoints,
        (name) => {
          if (name === "postgres.migrated") throw new Error("killed")
        },
      ))
      yield* sql`select 1 from strava.paceline_writer`
      assert.equal(yield* older.mayCommit(sql, epoch), true)
      yield* openFor(database, 7)
      assert.equal(yield* older.mayCommit(sql, epoch), false)
    }),
)

live(
  "a run that lost its lock to one of an older version commits nothing more",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      const first = yield* openFor(database, 7)
      yield* older.begin(sql)
      const error = yield* Effect.flip(first.write(batch(7, 1)))
      assert.equal(error.reason, "busy")
      assert.match(error.detail, /another run has begun to write to .* \(an older version, since/)
      // A later run of another athlete changes nothing, because the older run might have written
      // any athlete's rows.
      const other = yield* openFor(database, 8)
      assert.equal((yield* Effect.flip(first.write(batch(7, 1)))).reason, "busy")
      assert.deepEqual(yield* other.write(batch(8, 2)), [])
    }),
)

live(
  "the sink of one athlete reads, deletes and explains only that athlete's items",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const [seven, eight] = [yield* openFor(database, 7), yield* openFor(database, 8)]
      yield* seven.write(batch(7, 1, 2))
      yield* eight.write(batch(8, 11, 12))
      const held = (sink: typeof seven) =>
        Effect.map(
          Stream.runCollect(sink.held("activities")),
          (all) => [...all].map(({ id }) => id),
        )
      assert.deepEqual([yield* held(seven), yield* held(eight)], [["1", "2"], ["11", "12"]])
      const kept = yield* seven.kept("activities", ["1", "11"])
      assert.deepEqual(
        kept.map(({ id }) => id),
        ["1"],
      )
      for (const purged of [false, true]) {
        const gone = [{ athlete: AthleteId.make(7), id: "11", deletedAt: 0, purged }]
        yield* seven.write({ resource: "activities", items: [], gone })
      }
      const [seen] = [yield* on(database).of?.(AthleteId.make(8)).look ?? Effect.die("no look")]
      assert.deepEqual(yield* held(seen), ["11", "12"])
      const without = { resource: "streams", status: "absent", reason: "none" } as const
      yield* eight.explain?.([{ athlete: AthleteId.make(8), id: "12", ...without }]) ?? Effect.void
      yield* seven.explain?.([]) ?? Effect.void
      const sql = yield* database.connect
      assert.equal((yield* sql`select 1 from strava.missing`).length, 1)
    }),
)

live(
  "rows are rebuilt only by a run of their own athlete",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      yield* Effect.scoped(Effect.gen(function* () {
        yield* (yield* openFor(database, 7)).write(batch(7, 1))
        yield* (yield* openFor(database, 8)).write(batch(8, 11))
      }))
      yield* sql`update strava.activities set name = null`
      yield* sql`update strava.paceline_projection set version = 0`
      yield* Effect.scoped(openFor(database, 7))
      const names = sql`select name from strava.activities order by id`
      assert.deepEqual(yield* names, [{ name: "Ride 1" }, { name: null }])
      yield* Effect.scoped(openFor(database, 8))
      assert.deepEqual(yield* names, [{ name: "Ride 1" }, { name: "Ride 11" }])
    }),
)
