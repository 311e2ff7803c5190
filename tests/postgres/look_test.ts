/** Reading back from PostgreSQL: responses byte for byte, lost rows, edited rows. */
import { PgTypes } from "@effect/sql-pg"
import { Effect, type Scope, Stream } from "effect"
import assert from "node:assert/strict"
import { gzipSync } from "node:zlib"
import type { PostgresDatabase } from "../../sinks/postgres/connection/client.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import type { Batch, Sink } from "../../sinks/Sink.ts"
import { activity, activityWith, athleteItem, item, streamsItem } from "../sinks/items.ts"
import { detailsResponse, gearResponse, statsResponse, zonesResponse } from "./answers.ts"
import { liveWith } from "../testing.ts"
import { onServer, TestServer } from "./databases.ts"

const live = liveWith(TestServer.layer)

/** Runs a test on a server only; the contract of all sinks covers reads from the embedded database. */
const onOne = (
  name: string,
  body: (database: PostgresDatabase) => Effect.Effect<unknown, unknown, Scope.Scope>,
) => live(name, () => Effect.flatMap(onServer, body))

const opened = ({ connect, location }: PostgresDatabase) =>
  Effect.gen(function* () {
    const sql = yield* connect
    const sink = yield* on({ connect: Effect.succeed(sql), location }).open
    return { sql, sink }
  })

const odd = item({
  resource: "streams",
  id: "9",
  text:
    `{ "time" : {"data": [0, 1.0],\n "resolution": "high"}, "new": {"data": [1e2, "\\u0000 é \\ud800"]}}`,
})
const batches: ReadonlyArray<Batch> = [
  { resource: "athlete", items: [athleteItem()] },
  { resource: "activities", items: [activityWith(1, `"new": [2.0, "é"]`), activity(2)] },
  { resource: "streams", items: [streamsItem(1, { time: [0, 1], altitude: [1.5, null] }), odd] },
  { resource: "details", items: [detailsResponse(1), detailsResponse(2)] },
  { resource: "zones", items: [zonesResponse] },
  { resource: "stats", items: [statsResponse] },
  { resource: "gear", items: [gearResponse("b1"), gearResponse("g22")] },
]

const writeAll = (sink: Sink) => Effect.forEach(batches, (batch) => sink.write(batch))

/** Returns the differences as `resource/id: detail`. */
const differences = (sink: Sink) =>
  Effect.map(
    Effect.forEach(batches, (batch) => sink.differing(batch)),
    (found) => found.flat().map(({ detail, item }) => `${item.resource}/${item.id}: ${detail}`),
  )

onOne(
  "a response is read back byte for byte, and a damaged one is not",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      yield* writeAll(sink)
      for (const { items, resource } of batches) {
        const ids = items.map(({ id }) => id)
        const kept = yield* sink.kept(resource, [...ids, "77", "x", "9223372036854775808"])
        assert.deepEqual(
          kept.toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id)).map((
            { fetchedAt, hash, id, text },
          ) => ({ id, text, hash, fetchedAt })),
          items.map(({ fetchedAt, hash, id, text }) => ({ id, text, hash, fetchedAt })),
        )
      }
      yield* sql`update strava.activities set answer = '\\x1f8b'::bytea where id = 1`
      yield* sql`update strava.activities set sha256 = 'x' where id = 2`
      yield* sql`update strava.streams set answer = null where activity_id = 1`
      assert.deepEqual(yield* sink.kept("activities", ["1", "2"]), [])
      assert.deepEqual((yield* sink.kept("streams", ["1", "9"])).map(({ id }) => id), ["9"])
    }),
)

onOne(
  "every stored item is listed once with its hash, whatever their number",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const held = (resource: Batch["resource"]) =>
        Effect.map(
          Stream.runCollect(sink.held(resource)),
          (all) => all.map(({ proven: _, version: __, ...held }) => held),
        )
      assert.deepEqual(yield* held("streams"), [])
      yield* writeAll(sink)
      for (const { items, resource } of batches) {
        assert.deepEqual(yield* held(resource), items.map(({ hash, id }) => ({ id, hash })))
      }
      yield* sql`insert into strava.streams (activity_id, athlete_id, n, info, sha256, fetched_at)
      select 1000 + i, 7, 0, '{}', 'x', now() from generate_series(1, 1999) i`
      const ids = (yield* held("streams")).map(({ id }) => id)
      assert.equal(ids.length, 2001)
      assert.deepEqual([new Set(ids).size, ids[0], ids.at(-1)], [2001, "1", "2999"])

      yield* sql`update strava.activities set id = -1 where id = 2`
      yield* sql`update strava.activities set id = 9223372036854775807 where id = 1`
      const [impossible, last] = yield* held("activities")
      assert.deepEqual(impossible, {
        id: undefined,
        fault: "strava.activities has a row with the impossible id -1",
      })
      assert.equal(last?.id, "9223372036854775807")
    }),
)

onOne(
  "the version of a row changes with the row, its entries and its columns",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      yield* writeAll(sink)
      const version = (resource: Batch["resource"]) =>
        Effect.map(
          Stream.runCollect(sink.held(resource)),
          (all) => all.find(({ id }) => id === "1")?.version ?? "",
        )
      const changes = {
        streams: [
          "update strava.streams set n = n where activity_id = 1",
          "alter table strava.streams rename column temp to warmth",
          "alter table strava.streams rename column warmth to temp",
        ],
        details: [
          "update strava.details set name = name where activity_id = 1",
          "update strava.laps set name = name where activity_id = 1 and position = 1",
          "delete from strava.splits where activity_id = 1 and position = 1 and unit = 'metric'",
          "insert into strava.best_efforts (activity_id, athlete_id, position, raw) values (1, 7, 99, '{}')",
          "alter table strava.segment_efforts add column mine text",
        ],
      } as const
      for (const resource of ["streams", "details"] as const) {
        for (const change of changes[resource]) {
          const before = yield* version(resource)
          assert.equal(yield* version(resource), before)
          yield* sql.unsafe(change)
          assert.notEqual(yield* version(resource), before, change)
        }
      }
      const before = yield* version("details")
      yield* sql`update strava.laps set name = 'x' where activity_id = 2`
      assert.equal(yield* version("details"), before)
    }),
)

onOne(
  "edited or lost rows are found, and repaired by writing them again",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const versions = sql`select id, xmin::text from strava.activities union all
      select activity_id, xmin::text from strava.streams order by 1, 2`
      yield* writeAll(sink)
      assert.deepEqual(yield* differences(sink), [])

      yield* sql`update strava.athletes set city = 'Elsewhere', source = 'me'`
      yield* sql`update strava.activities set name = 'Mine', raw = jsonb_set(raw, '{new,0}', '2')
      where id = 1`
      yield* sql`delete from strava.activities where id = 2`
      yield* sql`update strava.streams set time[2] = 7, answer = null where activity_id = 1`
      assert.deepEqual(yield* differences(sink), [
        "athlete/7: different in city, source",
        "activities/1: different in name, raw",
        "activities/2: missing",
        "streams/1: different in time, answer",
      ])
      yield* writeAll(sink)
      assert.deepEqual(yield* differences(sink), [])
      const healed = yield* versions
      yield* writeAll(sink)
      assert.deepEqual(yield* versions, healed)
    }),
)

onOne(
  "a response with another compression is the same response",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      yield* writeAll(sink)
      const bytes = PgTypes.bytea(gzipSync(odd.text, { level: 0 }))
      yield* sql`update strava.streams set answer = ${bytes} where activity_id = 9`
      assert.deepEqual(yield* differences(sink), [])
      yield* sql`update strava.streams set answer = 'x' where activity_id = 9`
      assert.deepEqual(yield* differences(sink), ["streams/9: different in answer"])
    }),
)

onOne(
  "an item that would be refused does not count as different, and the others are compared",
  (database) =>
    Effect.gen(function* () {
      const { sink } = yield* opened(database)
      const deep = `"new": ${"[".repeat(3_000)}${"]".repeat(3_000)}`
      const items = [activityWith(1, deep), { ...activity(2), id: "x" }, activity(3)]
      const found = yield* sink.differing({ resource: "activities", items })
      assert.deepEqual(found, [{ item: items[2], detail: "missing" }])
      assert.deepEqual(yield* sink.differing({ resource: "activities", items: [] }), [])
    }),
)
