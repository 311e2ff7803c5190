/** PostgreSQL failing during a batch: the stored rows, the number of attempts, and the error. */
import { Effect, Fiber, Option, Redacted, Schedule } from "effect"
import assert from "node:assert/strict"
import { type PostgresDatabase, server } from "../../../sinks/postgres/connection/client.ts"
import { LockWait } from "../../../sinks/postgres/connection/timeouts.ts"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { deleteAthlete } from "../../../sinks/postgres/write/erase.ts"
import { on } from "../../../sinks/postgres/PostgresSink.ts"
import { type Failpoint, Failpoints } from "../../../sinks/failpoints.ts"
import { activity, streamsItem } from "../../sinks/items.ts"
import { liveWith } from "../../testing.ts"
import { cutter } from "../embedded/cutter.ts"
import { around, gated, onServer, TestServer, untilOneWaits } from "../databases.ts"
import { freshDatabase, urlWith } from "../server.ts"

const live = liveWith(TestServer.layer)

const batch = (...ids: ReadonlyArray<number>) =>
  ({ resource: "activities", items: ids.map((id) => activity(id)) }) as const

const idsIn = ({ connect }: PostgresDatabase) =>
  Effect.gen(function* () {
    const sql = yield* connect
    const rows = yield* sql<{ id: bigint }>`select id from strava.activities order by id`
    return rows.map(({ id }) => Number(id))
  })

/**
 * Runs `writing` and calls `happens` when rows are first written but not committed. Returns the
 * refusals and the number of writes.
 */
const atFirstWrite = <A, E, R>(writing: Effect.Effect<A, E, R>, happens: () => void) =>
  Effect.suspend(() => {
    let written = 0
    const hit = (name: Failpoint) => {
      if (name === "postgres.written" && ++written === 1) happens()
    }
    return writing.pipe(
      Effect.provideService(Failpoints, hit),
      Effect.map((refused) => ({ refused, written })),
    )
  })

/** Returns the database with a counter of its insert attempts. */
const counting = (database: PostgresDatabase) => {
  const tries = { count: 0 }
  const counted = around(database, (insert) =>
    Effect.suspend(() => {
      tries.count++
      return insert
    }))
  return { database: counted, tries }
}

for (const when of ["before", "after"] as const) {
  live(
    `fault 21: a batch cut off ${when} the server received its COMMIT is stored once`,
    () =>
      Effect.gen(function* () {
        const url = yield* freshDatabase(yield* TestServer)
        const { hostname, port } = new URL(Redacted.value(url))
        const way = yield* cutter({ hostname, port: Number(port) })
        const sink = yield* on(yield* server(urlWith(url, { port: String(way.port) }))).open
        yield* sink.write(batch(1))
        const { refused, written } = yield* atFirstWrite(
          sink.write(batch(2, 3)),
          () => way.cut(when),
        )
        assert.deepEqual([refused, written], [[], 2])
        const direct = yield* server(url)
        assert.deepEqual(yield* idsIn(direct), [1, 2, 3])
        // Repeats the batch, as after a crash before its acknowledgement.
        assert.deepEqual(yield* sink.write(batch(1, 2, 3)), [])
        assert.deepEqual(yield* idsIn(direct), [1, 2, 3])
      }),
  )
}

for (const when of ["before", "after"] as const) {
  live(
    `fault 21: a connection cut ${when} the server received a migration: the retry creates the tables`,
    () =>
      Effect.gen(function* () {
        const url = yield* freshDatabase(yield* TestServer)
        const { hostname, port } = new URL(Redacted.value(url))
        const way = yield* cutter({ hostname, port: Number(port) })
        const database = yield* server(urlWith(url, { port: String(way.port) }))
        let left = 1
        const hit = (name: Failpoint) => {
          if (name === "postgres.migrating" && left-- > 0) way.cut(when)
        }
        const hurt = Effect.provideService(Failpoints, hit)
        const sink = yield* hurt(on(database).open)
        assert.deepEqual(yield* sink.write(batch(1)), [])
        assert.deepEqual(yield* idsIn(yield* server(url)), [1])
      }),
  )
}

live(
  "fault 21: a connection cut in every migration is an error of the database, for a run and a purge",
  () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(yield* TestServer)
      const { hostname, port } = new URL(Redacted.value(url))
      const way = yield* cutter({ hostname, port: Number(port) })
      const database = yield* server(urlWith(url, { port: String(way.port) }))
      const hit = (name: Failpoint) => name === "postgres.migrating" && way.cut("before")
      const hurt = Effect.provideService(Failpoints, hit)
      const opened = yield* hurt(Effect.flip(Effect.scoped(on(database).open)))
      assert.equal(opened.reason, "unreachable")
      assert.match(
        opened.detail,
        /The stored rows are kept, and the next run delivers what is missing/,
      )
      // Makes the database look like one of an older version, in which a purge creates the missing
      // tables.
      const sql = yield* (yield* server(url)).connect
      yield* sql`create table strava.activities (id bigint)`
      yield* sql`alter table strava.activities add column athlete_id bigint`
      const purged = yield* hurt(Effect.flip(deleteAthlete(database, AthleteId.make(1))))
      assert.equal(purged._tag, "PostgresError")
    }),
)

/** True if the tests started the server. They must not kill any other. */
const isOurs = Option.isNone(Option.fromUndefinedOr(Deno.env.get("PACELINE_TEST_DATABASE_URL")))

if (isOurs) {
  live(
    "fault 21: a batch that a dying server interrupts is delivered when the server is back",
    () =>
      Effect.gen(function* () {
        const database = yield* onServer
        const gate = yield* gated(database)
        const sink = yield* on(gate.database).open
        const writing = yield* Effect.forkScoped(sink.write(batch(1, 2)))
        yield* gate.inserted
        const sql = yield* database.connect
        const [own] = yield* sql<{ pid: number }>`select pg_backend_pid() as pid`
        // If one session is killed, the server ends all sessions and recovers from its log.
        Deno.kill(own?.pid ?? 0, "SIGKILL")
        const back = { schedule: Schedule.spaced("50 millis") }
        yield* Effect.flip(Effect.forever(sql`select 1`))
        yield* Effect.retry(sql`select 1`, back)
        assert.deepEqual(yield* idsIn(database), [])
        yield* gate.open
        assert.deepEqual(yield* Fiber.join(writing), [])
        assert.deepEqual(yield* idsIn(database), [1, 2])
      }),
  )
}

live(
  "fault 22: a lock is waited for and retried, then the error names its table and holder",
  () =>
    Effect.gen(function* () {
      const { database, tries } = counting(yield* onServer)
      const sink = yield* on(database).open
      yield* sink.write(batch(1))
      tries.count = 0
      const other = yield* database.connect
      const [error, ofRows] = yield* other.withTransaction(Effect.gen(function* () {
        yield* other`lock table strava.streams in share mode`
        yield* other`update strava.activities set name = 'Mine'`
        const write = [
          sink.write({ resource: "streams", items: [streamsItem(1, { time: [0] })] }),
          sink.write({ resource: "activities", items: [activity(1, { name: "New" })] }),
        ] as const
        return yield* Effect.all([Effect.flip(write[0]), Effect.flip(write[1])], { concurrency: 2 })
      })).pipe(Effect.provideService(LockWait, "50 millis"))
      assert.equal(tries.count, 8)
      assert.deepEqual([error.reason, ofRows.reason], ["unreachable", "unreachable"])
      assert.match(error.detail, /: strava\.streams is locked by session \d+ of paceline, /)
      assert.match(
        error.detail,
        /not released in time\. End that session, then run again\..*next run delivers/,
      )
      assert.match(ofRows.detail, /: rows of strava\.activities are locked by another session, /)
      assert.deepEqual(yield* sink.write(batch(1)), [])
    }),
)

live(
  "fault 23: a batch that is the victim of a deadlock with another writer is sent again",
  () =>
    Effect.gen(function* () {
      const plain = yield* onServer
      const other = yield* plain.connect
      const [current] = yield* other<{ name: string }>`select current_database() as name`
      yield* other`alter database ${other(current?.name ?? "")} set deadlock_timeout = '20ms'`
      const batch = (time: number) =>
        ({
          resource: "streams",
          items: [1, 2].map((id) => streamsItem(id, { time: [time] })),
        }) as const
      yield* Effect.scoped(Effect.flatMap(on(plain).open, (sink) => sink.write(batch(0))))

      const gate = yield* gated(plain)
      const { database, tries } = counting(gate.database)
      const sink = yield* on(database).open
      const writing = yield* other.withTransaction(Effect.gen(function* () {
        yield* other`set local deadlock_timeout = '1min'`
        yield* other`update strava.streams set n = 7 where activity_id = 2`
        const writing = yield* Effect.forkScoped(sink.write(batch(1)))
        yield* gate.inserted
        const reversed = yield* Effect.forkScoped(
          other.withTransaction(other`update strava.streams set n = 8 where activity_id = 1`),
        )
        yield* untilOneWaits(yield* plain.connect)
        yield* gate.open
        yield* Fiber.join(reversed)
        return writing
      }))
      assert.deepEqual(yield* Fiber.join(writing), [])
      assert.equal(tries.count, 4)
      assert.deepEqual(yield* other`select n, time from strava.streams`, [
        { n: 1, time: [1] },
        { n: 1, time: [1] },
      ])
    }),
)

const eight = batch(1, 2, 3, 4, 5, 6, 7, 8)

live(
  "fault 25: a full disk of the server ends the batch at the first attempt",
  () =>
    Effect.gen(function* () {
      const { database, tries } = counting(yield* onServer)
      const sink = yield* on(database).open
      const sql = yield* database.connect
      yield* sql`create function full_disk() returns trigger language plpgsql as $$ begin
      raise exception using errcode = '53100', message = 'could not extend file: no space left';
      end $$`
      yield* sql`create trigger full_disk before insert on strava.activities
      for each row execute function full_disk()`
      const error = yield* Effect.flip(sink.write(eight))
      assert.equal(error.reason, "disk")
      assert.match(
        error.detail,
        /no space left.*53100.*Free space on its disk, then run again\..*kept/,
      )
      assert.equal(tries.count, 1)
      assert.deepEqual(yield* idsIn(database), [])
    }),
)

live(
  "fault 25: a missing column ends the batch at the first attempt, and is named",
  () =>
    Effect.gen(function* () {
      const { database, tries } = counting(yield* onServer)
      const sink = yield* on(database).open
      const sql = yield* database.connect
      yield* sql`alter table strava.activities rename column distance to length`
      const error = yield* Effect.flip(sink.write(eight))
      assert.equal(error.reason, "unreachable")
      assert.match(error.detail, /column "distance".* does not exist.*42703/)
      assert.equal(tries.count, 1)
      yield* sql`alter table strava.activities rename column length to distance`
      assert.deepEqual(yield* sink.write(eight), [])
      assert.deepEqual(yield* idsIn(database), [1, 2, 3, 4, 5, 6, 7, 8])
    }),
)

live(
  "fault 25: a revoked permission ends the batch at the first attempt",
  () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(yield* TestServer)
      const admin = yield* server(url)
      const sql = yield* admin.connect
      yield* Effect.scoped(on(admin).open)
      const guest = `guest_${crypto.randomUUID().replaceAll("-", "")}`
      yield* Effect.acquireRelease(
        sql`create role ${sql(guest)} login password 'guest'`,
        () =>
          Effect.ignore(
            Effect.andThen(sql`drop owned by ${sql(guest)}`, sql`drop role ${sql(guest)}`),
          ),
      )
      yield* sql`grant usage on schema strava to ${sql(guest)}`
      yield* sql`grant all on all tables in schema strava to ${sql(guest)}`
      yield* sql`revoke insert on strava.activities from ${sql(guest)}`

      const asGuest = yield* server(urlWith(url, { username: guest, password: "guest" }))
      const { database, tries } = counting(asGuest)
      const sink = yield* on(database).open
      const error = yield* Effect.flip(sink.write(eight))
      assert.equal(error.reason, "unreachable")
      assert.match(
        error.detail,
        /permission denied for table activities.*42501.*grant this user its rights/,
      )
      assert.equal(tries.count, 1)
    }),
)
