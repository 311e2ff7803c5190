/** Databases of older versions: rows are rebuilt from their stored responses. */
import { PgTypes } from "@effect/sql-pg"
import { Effect, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { AthleteId } from "../../../schemas/Athlete.ts"
import type { Item } from "../../../schemas/Item.ts"
import { packed } from "../../../schemas/json/compress.ts"
import { bytesOf } from "../../../schemas/json/utf8.ts"
import { Failpoints } from "../../../sinks/failpoints.ts"
import type { PostgresDatabase } from "../../../sinks/postgres/connection/client.ts"
import { PostgresError } from "../../../sinks/postgres/connection/PostgresError.ts"
import { on } from "../../../sinks/postgres/PostgresSink.ts"
import { readablePostgres } from "../../../sinks/postgres/read/reader.ts"
import type { Sink } from "../../../sinks/Sink.ts"
import { activity, activityWith, athleteItem, streamsItem } from "../../sinks/items.ts"
import { liveWith } from "../../testing.ts"
import { detailsResponse, longId } from "../answers.ts"
import { onBoth, onServer, TestServer } from "../databases.ts"
import { makeVersion } from "./older.ts"

const both = onBoth()
const athleteId = AthleteId.make(7)

const pack = (text: string) => packed(bytesOf(text))
const live = liveWith(TestServer.layer)

const openOn = (sql: SqlClient, { location }: PostgresDatabase) =>
  on({ connect: Effect.succeed(sql as never), location }).open

const contentsOf = ({ contents = () => Effect.succeed(new Map()) }: Sink) => contents(athleteId)

/** Inserts an activity with only the columns that exist in every version. */
const insertBare = (sql: SqlClient, item: Item, answer: Uint8Array | null) =>
  sql`insert into strava.activities (id, athlete_id, raw, sha256, fetched_at, answer) values
    (${item.id}::bigint, 7, ${item.text}::text::jsonb, ${item.hash}, '2025-01-01', ${
    answer === null ? null : PgTypes.bytea(answer)
  })`

both(
  "rows of version 2 get the new columns, and are otherwise unchanged",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      yield* makeVersion(sql, 2)
      const bare = activityWith(1, `"upload_id": ${longId}, "kudos_count": 2.0`)
      yield* insertBare(sql, bare, pack(bare.text))
      yield* insertBare(sql, activity(2), new Uint8Array([1, 2, 3]))
      yield* insertBare(sql, activity(3), null)
      yield* insertBare(sql, activity(4), pack(activity(4).text))
      yield* sql`update strava.activities set source = 'me' where id = 4`

      const sink = yield* openOn(sql, database)
      const rows = yield* sql`select id, name, upload_id, kudos_count, source, deleted_at,
        fetched_at::text, octet_length(answer) as bytes from strava.activities order by id`
      const row = {
        kudos_count: null,
        upload_id: null,
        source: "api",
        deleted_at: null,
        fetched_at: "2025-01-01 00:00:00+00",
      }
      assert.deepEqual(rows, [
        {
          ...row,
          id: 1n,
          name: "Ride 1",
          upload_id: BigInt(longId),
          kudos_count: 2,
          bytes: pack(bare.text).length,
        },
        { ...row, id: 2n, name: "Ride 2", bytes: 3 },
        { ...row, id: 3n, name: "Ride 3", bytes: null },
        // A row that another program inserted belongs to that program.
        { ...row, id: 4n, name: null, source: "me", bytes: pack(activity(4).text).length },
      ])
      assert.deepEqual(yield* sink.differing({ resource: "activities", items: [bare] }), [])
      assert.deepEqual(yield* sql`select name from strava.v_activities where activity_id = 3`, [
        { name: "Ride 3" },
      ])

      const versions = sql`select id, xmin::text from strava.activities union all
        select version, name || xmin from strava.paceline_projection order by 1, 2`
      const before = yield* versions
      yield* openOn(sql, database)
      assert.deepEqual(yield* versions, before)
    }),
)

live(
  "rows of version 1 stay without responses, and get them when written again",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      yield* makeVersion(sql, 1)
      const items = [activity(1), activity(2)]
      for (const { hash, id, text } of items) {
        yield* sql`insert into strava.activities (id, athlete_id, raw, sha256, fetched_at)
          values (${id}::bigint, 7, ${text}::text::jsonb, ${hash}, now())`
      }
      const [samples] = [streamsItem(1, { time: [0, 1] })]
      yield* sql`insert into strava.streams
        (activity_id, athlete_id, n, time, info, sha256, fetched_at)
        values (1, 7, 2, '{0,1}', '{}', ${samples.hash}, now())`

      const sink = yield* openOn(sql, database)
      const batches = [
        { resource: "athlete", items: [athleteItem()] },
        { resource: "activities", items },
        { resource: "streams", items: [samples] },
      ] as const
      const differences = Effect.forEach(batches, (batch) => sink.differing(batch)).pipe(
        Effect.map((found) => found.flat().map(({ detail, item }) => `${item.id}: ${detail}`)),
      )
      assert.deepEqual(yield* differences, [
        "7: missing",
        "1: different in answer",
        "2: different in answer",
        "1: different in info, answer",
      ])
      assert.deepEqual(yield* sink.kept("activities", ["1"]), [])
      yield* Effect.forEach(batches, (batch) => sink.write(batch))
      assert.deepEqual(yield* differences, [])
      assert.equal((yield* sink.kept("streams", ["1"]))[0]?.text, samples.text)
    }),
)

live(
  "the next run finishes an upgrade that was killed",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      yield* makeVersion(sql, 2)
      for (let id = 1; id <= 60; id++) {
        yield* insertBare(sql, activity(id), pack(activity(id).text))
      }
      const named = sql<{ named: bigint }>`select count(name) as named from strava.activities`
      let pages = 0
      yield* openOn(sql, database).pipe(
        Effect.provideService(Failpoints, (name) => {
          if (name === "postgres.written" && ++pages === 2) throw new Error("killed")
        }),
        Effect.exit,
      )
      assert.deepEqual(yield* named, [{ named: 25n }])
      yield* openOn(sql, database)
      assert.deepEqual(yield* named, [{ named: 60n }])
    }),
)

live(
  "tables of details are rebuilt with their entries, and deleted rows stay deleted",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      const sink = yield* openOn(sql, database)
      const gone = [{ athlete: athleteItem().athlete, id: "2", deletedAt: 0 }]
      yield* sink.write({ resource: "activities", items: [activity(1), activity(2)] })
      yield* sink.write({ resource: "activities", items: [], gone })
      yield* sink.write({ resource: "details", items: [detailsResponse(1), detailsResponse(2)] })
      yield* sql`update strava.details set calories = null`
      yield* sql`update strava.laps set distance = null`
      yield* sql`update strava.activities set name = null`
      yield* sql`update strava.paceline_projection set version = 0`

      const again = yield* openOn(sql, database)
      const items = [detailsResponse(1)]
      assert.deepEqual(yield* again.differing({ resource: "details", items }), [])
      assert.deepEqual(yield* sql`select name, deleted_at from strava.activities order by id`, [
        { name: "Ride 1", deleted_at: null },
        { name: null, deleted_at: new Date(0) },
      ])
      const held = yield* Stream.runCollect(again.held("details"))
      assert.deepEqual([...held].map(({ id }) => id), ["1"])
    }),
)

live("each of our tables records the version of its rows", () =>
  Effect.gen(function* () {
    const database = yield* onServer
    const sql = yield* database.connect
    yield* openOn(sql, database)
    const found = yield* sql`select name, version from strava.paceline_projection order by name`
    assert.deepEqual(found.map(({ name, version }) => `${name} ${version}`), [
      "strava.activities 2",
      "strava.activity_zones 1",
      "strava.athletes 1",
      "strava.details 2",
      "strava.export 1",
      "strava.gear 1",
      "strava.stats 1",
      "strava.streams 2",
      "strava.zones 1",
    ])
  }))

/**
 * Inserts streams as version 4 stored them: a stream with fractions is null in its column and
 * complete in the response.
 */
const insertSamples = (sql: SqlClient, sent: Item, answer: Uint8Array | null) =>
  sql`insert into strava.streams
    (activity_id, athlete_id, n, time, heartrate, info, other, sha256, fetched_at, answer) values
    (${sent.id}::bigint, 7, 2, '{0,1}', null, '{}', '{}', ${sent.hash}, now(), ${
    answer === null ? null : PgTypes.bytea(answer)
  })`

both(
  "samples with fractions that were null come back from the stored response, without a request",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      yield* makeVersion(sql, 4)
      const items = [1, 2].map((id) => streamsItem(id, { time: [0, 1], heartrate: [108.67, 109] }))
      yield* insertBare(sql, activity(1), pack(activity(1).text))
      for (const sent of items) {
        yield* insertSamples(sql, sent, sent.id === "1" ? pack(sent.text) : null)
      }

      const sink = yield* openOn(sql, database)
      const rows = yield* sql`select activity_id, time, heartrate from strava.streams order by 1`
      assert.deepEqual(rows, [
        { activity_id: 1n, time: [0, 1], heartrate: [108.67, 109] },
        { activity_id: 2n, time: [0, 1], heartrate: null },
      ])
      assert.deepEqual(yield* sink.differing({ resource: "streams", items: items.slice(0, 1) }), [])
      const points = yield* sql`select t_s, heartrate_bpm from strava.v_stream_points
        where activity_id = 1 order by idx`
      assert.deepEqual(points, [
        { t_s: 0, heartrate_bpm: 108.67 },
        { t_s: 1, heartrate_bpm: 109 },
      ])
    }),
)

live(
  "users' views on top of ours stay, with their grants, when the streams table changes",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      yield* makeVersion(sql, 4)
      const reader = `reader_${crypto.randomUUID().replaceAll("-", "")}`
      yield* Effect.acquireRelease(
        sql.unsafe(`create role ${reader}`),
        () =>
          Effect.ignore(
            sql.unsafe(`drop owned by ${reader} cascade`).pipe(
              Effect.andThen(sql.unsafe(`drop role ${reader}`)),
            ),
          ),
      )
      yield* sql.unsafe(`create view public.beats as select activity_id, heartrate_bpm
      from strava.v_stream_points where heartrate_bpm > 100`)
      yield* sql.unsafe(`create view public.most with (security_barrier = true) as
      select activity_id, max(heartrate_bpm) as bpm from public.beats group by 1`)
      yield* sql.unsafe(`comment on column public.most.bpm is 'the most'`)
      yield* sql.unsafe(`grant select on strava.v_stream_points, strava.v_hr_zones, public.most
      to ${reader}`)
      const sent = streamsItem(1, { time: [0, 1], heartrate: [108.67, 109] })
      yield* insertBare(sql, activity(1), pack(activity(1).text))
      yield* insertSamples(sql, sent, pack(sent.text))

      yield* openOn(sql, database)
      assert.deepEqual(yield* sql`select activity_id, bpm from public.most`, [
        { activity_id: 1n, bpm: 109 },
      ])
      const kept = yield* sql`select c.relname, c.reloptions,
        has_table_privilege(${reader}, c.oid, 'select') as may,
        col_description(c.oid, 2) as said
      from pg_class c where relname in ('most', 'v_hr_zones', 'v_stream_points') order by 1`
      assert.deepEqual(kept, [
        { relname: "most", reloptions: ["security_barrier=true"], may: true, said: "the most" },
        { relname: "v_hr_zones", reloptions: null, may: true, said: "activities.id" },
        { relname: "v_stream_points", reloptions: null, may: true, said: "athletes.id" },
      ])
    }),
)

live(
  "a materialized view of samples stops the upgrade, which names it and changes nothing",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      yield* makeVersion(sql, 4)
      yield* sql.unsafe(`create materialized view public.beats as select heartrate_bpm
      from strava.v_stream_points`)
      const error = yield* Effect.flip(openOn(sql, database))
      assert.match(
        error.detail,
        /beats reads strava\.streams\. Drop it, run again, then create it again/,
      )
      yield* sql.unsafe(`drop materialized view public.beats`)
      yield* openOn(sql, database)
    }),
)

both(
  "streams are converted only if the disk has space for a second copy of their table",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* database.connect
      yield* makeVersion(sql, 4)
      yield* insertSamples(sql, streamsItem(1, { time: [0, 1] }), null)
      const asked: Array<number> = []
      const roomFor = (bytes: number) => {
        asked.push(bytes)
        return bytes === 0
          ? Effect.void
          : Effect.fail(new PostgresError({ reason: "disk", detail: "no room" }))
      }
      const { location } = database
      const open = on({ connect: Effect.succeed(sql as never), location, roomFor }).open
      assert.match((yield* Effect.flip(open)).detail, /no room/)
      assert.deepEqual(
        yield* sql`select 1 from strava.paceline_migrations where migration_id > 4`,
        [],
      )
      yield* openOn(sql, database)
      yield* open
      assert.equal(asked[1], 0)
    }),
)

live(
  "a database without the newest table is read before a run creates it",
  () =>
    Effect.gen(function* () {
      const database = yield* onServer
      const sql = yield* database.connect
      yield* makeVersion(sql, 10)
      yield* insertBare(sql, activity(1), pack(activity(1).text))
      const source = on({ connect: Effect.succeed(sql as never), location: database.location })
      const sink = yield* source.look
      const counts = yield* contentsOf(sink)
      assert.equal(counts.get("activities"), 1)
      assert.equal(counts.get("activity_zones") ?? 0, 0)
      assert.deepEqual(yield* Stream.runCollect(sink.held("activity_zones")), [])
      assert.deepEqual(yield* sink.kept("activity_zones", ["1"]), [])
      assert.deepEqual(yield* sink.differing({ resource: "activity_zones", items: [] }), [])
      const reader = yield* readablePostgres(database).open(athleteId)
      assert.equal((yield* reader.counts(athleteId)).get("activities"), 1)

      yield* openOn(sql, database)
      yield* sql`drop table strava.activity_zones`
      const dropped = yield* source.look
      const { detail } = yield* Effect.flip(contentsOf(dropped))
      assert.match(detail, /one of the tables in .* is missing/)
    }),
)
