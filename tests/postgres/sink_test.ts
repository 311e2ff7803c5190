/** Behavior specific to the PostgreSQL sink: unchanged rows, refused rows, lost connections. */
import type { PgClient } from "@effect/sql-pg"
import { Effect, Fiber } from "effect"
import { SqlError, UnknownError } from "effect/sql/SqlError"
import assert from "node:assert/strict"
import { PostgresError } from "../../sinks/postgres/connection/PostgresError.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import { liveWith } from "../testing.ts"
import { activity, activityWith, athleteItem, item, streamsItem } from "../sinks/items.ts"
import { onBoth, onServer, TestServer, untilOneWaits } from "./databases.ts"

const both = onBoth()
const live = liveWith(TestServer.layer)

/** Opens the sink. Returns the client and the sink. */
const opened = ({ connect, location }: Parameters<typeof on>[0]) =>
  Effect.gen(function* () {
    const sql = yield* connect
    const sink = yield* on({ connect: Effect.succeed(sql), location }).open
    return { sql, sink }
  })

both(
  "an unchanged row is not written again",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const versions = sql`select 'athlete' as of, id, xmin::text from strava.athletes union all
      select 'activity', id, xmin::text from strava.activities union all
      select 'streams', activity_id, xmin::text from strava.streams order by 1, 2`
      const write = (name: string) =>
        Effect.gen(function* () {
          yield* sink.write({ resource: "athlete", items: [athleteItem()] })
          yield* sink.write({ resource: "activities", items: [activity(1), activity(2, { name })] })
          yield* sink.write({ resource: "streams", items: [streamsItem(1, { time: [0, 1] })] })
        })
      yield* write("old")
      const before = yield* versions
      yield* write("old")
      assert.deepEqual(yield* versions, before)

      yield* write("new")
      const changed = (yield* versions).filter((row, i) => row["xmin"] !== before[i]?.["xmin"])
      assert.deepEqual(changed.map(({ id, of }) => [of, id]), [["activity", 2n]])
    }),
)

both(
  "fault 24: one bad row of a batch of 500 is refused, and 499 are stored",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      yield* sql`alter table strava.activities add constraint good check (id <> 250)`
      yield* sql`alter table strava.streams add constraint good check (activity_id <> 2)`
      const bad = activity(250)
      const items = Array.from({ length: 500 }, (_, i) => i === 250 ? bad : activity(i + 1000))
      const refused = yield* sink.write({ resource: "activities", items })
      assert.deepEqual(refused.map((refusal) => refusal.item), [bad])
      assert.match(refused[0]?.reason ?? "", /^PostgreSQL cannot store it: .*constraint/)
      assert.deepEqual(
        yield* sql`select count(*), bool_or(id = 250) as bad from strava.activities`,
        [
          { count: 499n, bad: false },
        ],
      )

      const badStreams = streamsItem(2, { time: [0] })
      const good = [1, 3, 4].map((id) => streamsItem(id, { time: [0] }))
      const [refusal, ...none] = yield* sink.write({
        resource: "streams",
        items: [badStreams, ...good],
      })
      assert.deepEqual([refusal?.item, none], [badStreams, []])
      assert.deepEqual(yield* sql`select count(*) from strava.streams`, [{ count: 3n }])
      yield* sql`alter table strava.activities drop constraint good`
      yield* sql`alter table strava.streams drop constraint good`
    }),
)

both("an id beyond bigint is refused", (database) =>
  Effect.gen(function* () {
    const { sink, sql } = yield* opened(database)
    const largest = item({ resource: "streams", id: "9223372036854775807", text: "{}" })
    const beyond = item({ resource: "streams", id: "9223372036854775808", text: "{}" })
    const refused = yield* sink.write({ resource: "streams", items: [beyond, largest] })
    assert.deepEqual(refused.map((refusal) => refusal.item), [beyond])
    assert.match(refused[0]?.reason ?? "", /exceeds a bigint/)
    assert.deepEqual(yield* sql`select activity_id from strava.streams`, [
      { activity_id: 9223372036854775807n },
    ])
  }))

both(
  "a sample that does not fit its column is null there, and its complete stream is stored in other",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const text = `{
      "time": {"data": [0, 1], "series_type": "distance", "original_size": 2},
      "watts": {"data": [200, 200.50], "series_type": "distance"},
      "heartrate": {"data": ["99", 99.25]},
      "cadence": {"data": [0.12345678901234567891, 1e400]},
      "altitude": {"data": [0.1234567890123456, 12345678901234567]},
      "latlng": {"data": [[1, 2], []]},
      "temp": null,
      "grade_smooth": {"data": "1,2"},
      "moving": {"data": [0, 1]},
      "core_temp": {"data": [3265366675164236880, "\\u0000"]}
    }`
      yield* sink.write({
        resource: "streams",
        items: [item({ resource: "streams", id: "1", text })],
      })
      const rows = yield* sql<{ other: string }>`
      select n, time, watts, heartrate, cadence, altitude, lat, moving, temp, grade_smooth,
        info->'time' as info, other::text as other
      from strava.streams`
      const [{ other, ...row } = { other: "" }] = rows
      assert.deepEqual(row, {
        n: 2,
        time: [0, 1],
        watts: [200, 200.5],
        heartrate: [null, 99.25],
        cadence: [0.12345678901234568, null],
        altitude: [0.1234567890123456, 12345678901234568],
        lat: [1, null],
        moving: null,
        temp: null,
        grade_smooth: null,
        info: { series_type: "distance", original_size: 2 },
      })
      assert.match(other, /"heartrate": \{"data": \["99", 99\.25\]\}/)
      assert.match(other, /"cadence": \{"data": \[0\.12345678901234567891, 10{400}\]\}/)
      assert.match(other, /"altitude": \{"data": \[0\.1234567890123456, 12345678901234567\]\}/)
      assert.match(other, /"temp": null/)
      assert.match(other, /"grade_smooth": \{"data": "1,2"\}/)
      assert.match(other, /"data": \[\[1, 2\], \[\]\]/)
      assert.match(other, /"data": \[0, 1\]/)
      assert.match(other, /"data": \[3265366675164236880, "\ufffd"\]/)
      assert.doesNotMatch(other, /"time"|"watts"/)
    }),
)

both(
  "a value that does not fit its column is null there and complete in raw",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const refused = yield* sink.write({
        resource: "activities",
        items: [activityWith(
          1,
          `"kudos_count": 1.5, "moving_time": 3000000000, "upload_id": 9223372036854775808,
          "start_date": "2026-02-30T00:00:00Z", "start_date_local": "yesterday", "map": null`,
        )],
      })
      assert.deepEqual(refused, [])
      const rows = yield* sql`select kudos_count, moving_time, upload_id, start_date,
      start_date_local, raw->>'upload_id' as raw from strava.activities`
      assert.deepEqual(rows, [{
        kudos_count: null,
        moving_time: null,
        upload_id: null,
        start_date: null,
        start_date_local: null,
        raw: "9223372036854775808",
      }])
    }),
)

both("times keep their instant and their local time", (database) =>
  Effect.gen(function* () {
    const { sink, sql } = yield* opened(database)
    const start = (id: number, start_date: string, start_date_local: string) =>
      activity(id, { start_date, start_date_local })
    yield* sink.write({
      resource: "activities",
      items: [
        start(1, "2026-07-01T10:00:00Z", "2026-07-01T12:00:00Z"),
        start(2, "2026-07-01T12:00:00+02:00", "2026-07-01T12:00:00+02:00"),
        start(3, "2026-07-01T04:30:00.25-05:30", "2026-07-01T04:30:00.25"),
      ],
    })
    const rows = yield* sql`select start_date::text, start_date_local::text
      from strava.activities order by id`
    const row = (start_date: string, start_date_local: string) => ({ start_date, start_date_local })
    assert.deepEqual(rows, [
      row("2026-07-01 10:00:00+00", "2026-07-01 12:00:00"),
      row("2026-07-01 10:00:00+00", "2026-07-01 12:00:00"),
      row("2026-07-01 10:00:00.25+00", "2026-07-01 04:30:00.25"),
    ])
  }))

live("fault 21: a batch whose connection is killed is sent again", () =>
  Effect.gen(function* () {
    const database = yield* onServer
    const { sink, sql } = yield* opened(database)
    const other = yield* database.connect

    const writing = yield* other.withTransaction(Effect.gen(function* () {
      yield* other`lock table strava.activities in exclusive mode`
      const writing = yield* Effect.forkScoped(
        sink.write({ resource: "activities", items: [activity(1), activity(2)] }),
      )
      const pid = yield* untilOneWaits(other)
      yield* other`select pg_terminate_backend(${pid}::int)`
      return writing
    }))
    assert.deepEqual(yield* Fiber.join(writing), [])
    assert.deepEqual(yield* sql`select count(*) from strava.activities`, [{ count: 2n }])
  }))

live(
  "fault 25: a missing table is an error, and a repeated batch stores the rows",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const { sink, sql } = yield* opened(database)
      const batch = { resource: "activities", items: [activity(1)] } as const
      yield* sql`alter table strava.activities rename to gone`
      const error = yield* Effect.flip(sink.write(batch))
      assert.equal(error.reason, "unreachable")
      assert.match(
        error.message,
        /"strava\.activities" does not exist.*drop schema strava cascade.*run creates/s,
      )
      yield* sql`alter table strava.gone rename to activities`
      assert.deepEqual(yield* sink.write(batch), [])
    }),
)

/** Returns a JSON value of `depth` nested lists. */
const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth)

both(
  "items nested too deeply are refused, and the others are stored",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const deep = (depth: number) => ({
        activities: activityWith(9, `"new": ${nested(depth)}`),
        streams: item({
          resource: "streams",
          id: "9",
          text: `{"new": {"data": [${nested(depth)}], "more": "${"[".repeat(5000)}\\""}}`,
        }),
      })
      for (const resource of ["activities", "streams"] as const) {
        const good = { activities: activity(1), streams: streamsItem(1, { time: [0] }) }[resource]
        const bad = deep(20_000)[resource]
        const [refusal, ...none] = yield* sink.write({ resource, items: [bad, good] })
        assert.deepEqual([refusal?.item, none], [bad, []])
        assert.match(refusal?.reason ?? "", /nested too deeply for PostgreSQL/)
        assert.deepEqual(yield* sink.write({ resource, items: [deep(1900)[resource]] }), [])
        const rows = yield* sql`select 1 from ${sql("strava." + resource)}`
        assert.equal(rows.length, 2)
      }
    }),
)

/**
 * Returns `sql` with a failure, without SQLSTATE as after a protocol error, for statements whose
 * first parameter satisfies `breaks`.
 */
const failing = (sql: PgClient.PgClient, breaks: (text: string) => boolean): PgClient.PgClient =>
  new Proxy(sql, {
    get: (target, name, receiver) =>
      name === "unsafe"
        ? (text: string, parameters?: ReadonlyArray<unknown>) =>
          breaks(String(parameters?.[0]))
            ? Effect.fail(
              new SqlError({
                reason: new UnknownError({ cause: new Error("odd"), message: "odd" }),
              }),
            )
            : target.unsafe(text, parameters)
        : Reflect.get(target, name, receiver),
  })

both(
  "an error without a code refuses only the row that causes it",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      const breaking = failing(sql, (text) => text.includes(`"id":3,`))
      const sink = yield* on({ connect: Effect.succeed(breaking), location: "here" }).open
      const items = [1, 2, 3, 4].map((id) => activity(id))
      const refused = yield* sink.write({ resource: "activities", items })
      assert.deepEqual(refused.map((refusal) => [refusal.item.id, refusal.reason]), [
        ["3", "PostgreSQL cannot store it: odd"],
      ])
      assert.deepEqual(yield* sql`select count(*) from strava.activities`, [{ count: 3n }])
    }),
)

both(
  "a batch does not begin if the disk has no space for it",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      const detail = "no room"
      const room = Effect.fail(new PostgresError({ reason: "disk", detail }))
      const sink = yield* on({ connect: Effect.succeed(sql), location: "here", room }).open
      const error = yield* Effect.flip(
        sink.write({ resource: "activities", items: [activity(1)] }),
      )
      assert.deepEqual([error.reason, error.detail], ["disk", detail])
      assert.deepEqual(yield* sql`select count(*) from strava.activities`, [{ count: 0n }])
    }),
)
