/**
 * Details with their entries, zones, stats and gear; deleted items; reasons why a response is
 * missing.
 */
import { Effect, type Scope, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import type { Item, Resource } from "../../schemas/Item.ts"
import type { PostgresDatabase } from "../../sinks/postgres/connection/client.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import type { MissingResponse, Sink } from "../../sinks/Sink.ts"
import { activity, athleteItem, item, streamsItem } from "../sinks/items.ts"
import { detailsResponse, gearResponse, longId, statsResponse, zonesResponse } from "./answers.ts"
import { liveWith } from "../testing.ts"
import { onServer, TestServer } from "./databases.ts"

const live = liveWith(TestServer.layer)

/** Runs a test on a server only; the contract of all sinks covers the embedded database. */
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

const entryTables = ["laps", "splits", "segment_efforts", "best_efforts"]

/** Returns the rows of these tables with the transactions that wrote them. */
const versions = (sql: SqlClient, tables: ReadonlyArray<string>) =>
  sql.unsafe<{ of: string; row: string }>(
    tables.map((table) => `select '${table}' as of, xmin || t::text as row from strava.${table} t`)
      .join(" union all ") + " order by 1, 2",
  )

const heldIds = (sink: Sink, resource: Resource) =>
  Effect.map(Stream.runCollect(sink.held(resource)), (held) => held.map(({ id }) => id))

const differences = (sink: Sink, resource: Resource, items: ReadonlyArray<Item>) =>
  Effect.map(
    sink.differing({ resource, items }),
    (found) => found.map(({ detail, item }) => `${item.id}: ${detail}`),
  )

onOne(
  "details are stored as a row, and their lists as rows of separate tables",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      assert.deepEqual(yield* sink.write({ resource: "details", items: [detailsResponse(1)] }), [])
      assert.deepEqual(
        yield* sql`select activity_id, athlete_id, calories, upload_id, gear_name, map_polyline,
        map_summary_polyline, photo_url, raw->>'calories' as sent, deleted_at from strava.details`,
        [{
          activity_id: 1n,
          athlete_id: 7n,
          calories: 201.5,
          upload_id: BigInt(longId),
          gear_name: "Shoes",
          map_polyline: "abc",
          map_summary_polyline: "ab",
          photo_url: "large",
          sent: "201.50",
          deleted_at: null,
        }],
      )
      assert.deepEqual(
        yield* sql`select position, id, lap_index, distance, pace_zone, start_date,
        raw->>'distance' as sent from strava.laps where position > 2`,
        [{
          position: 3,
          id: 3n,
          lap_index: 3,
          distance: 1000,
          pace_zone: 2,
          start_date: new Date("2026-01-01T10:00:00Z"),
          sent: "1000.0",
        }],
      )
      assert.deepEqual(
        yield* sql`select unit, position, split, average_heartrate, raw::text as raw
        from strava.splits order by 1, 2`,
        [
          {
            unit: "metric",
            position: 1,
            split: 1,
            average_heartrate: 150.5,
            raw: `{"split": 1, "average_heartrate": 150.5}`,
          },
          {
            unit: "metric",
            position: 2,
            split: 2,
            average_heartrate: null,
            raw: `{"new": 100, "split": 2}`,
          },
          {
            unit: "standard",
            position: 1,
            split: 1,
            average_heartrate: null,
            raw: `{"split": 1}`,
          },
        ],
      )
      // The id occurs twice, and JavaScript cannot represent it exactly.
      assert.deepEqual(
        yield* sql`select position, id, raw->>'id' as sent, segment_id, segment_average_grade, hidden
        from strava.segment_efforts order by 1`,
        [
          {
            position: 1,
            id: BigInt(longId),
            sent: longId,
            segment_id: 9n,
            segment_average_grade: 5.5,
            hidden: null,
          },
          {
            position: 2,
            id: BigInt(longId),
            sent: longId,
            segment_id: 9n,
            segment_average_grade: null,
            hidden: true,
          },
        ],
      )
      assert.deepEqual(yield* sql`select name, elapsed_time, pr_rank from strava.best_efforts`, [
        { name: "400m", elapsed_time: 90, pr_rank: null },
      ])
    }),
)

onOne(
  "entries of an activity are replaced together, and stay unchanged if equal",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const write = (...items: ReadonlyArray<Item>) => sink.write({ resource: "details", items })
      const laps = sql`select activity_id, count(*) from strava.laps group by 1 order by 1`
      yield* write(detailsResponse(1), detailsResponse(2))
      const before = yield* versions(sql, ["details", ...entryTables])
      yield* write(detailsResponse(1), detailsResponse(2))
      assert.deepEqual(yield* versions(sql, ["details", ...entryTables]), before)

      yield* write(detailsResponse(1, { count: 1 }), detailsResponse(2, { count: 5 }))
      assert.deepEqual(yield* laps, [
        { activity_id: 1n, count: 1n },
        { activity_id: 2n, count: 5n },
      ])
      const [first] = before.filter(({ of }) => of === "laps")
      const [still] = (yield* versions(sql, ["laps"])).filter(({ row }) => row === first?.row)
      assert.deepEqual(still, first)

      yield* write(item({ resource: "details", id: "1", text: `{"id": 1, "laps": null}` }))
      assert.deepEqual(yield* laps, [{ activity_id: 2n, count: 5n }])
      assert.deepEqual(
        yield* sql`select 1 from strava.splits where activity_id = 1 union all
        select 1 from strava.segment_efforts where activity_id = 1`,
        [],
      )
    }),
)

onOne(
  "edited, lost or added entries are found, and repaired by writing again",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const items = [detailsResponse(1), detailsResponse(2), detailsResponse(3)]
      yield* sink.write({ resource: "details", items })
      assert.deepEqual(yield* differences(sink, "details", items), [])
      yield* sql`update strava.laps set raw = jsonb_set(raw, '{distance}', '1000')
      where activity_id = 1 and position = 1`
      yield* sql`delete from strava.segment_efforts where activity_id = 2 and position = 2`
      yield* sql`insert into strava.splits (activity_id, unit, position, athlete_id, raw)
      values (2, 'furlong', 1, 7, '{}')`
      yield* sql`update strava.details set calories = 1 where activity_id = 2`
      yield* sql`delete from strava.details where activity_id = 3`
      assert.deepEqual(yield* differences(sink, "details", items), [
        "1: different in laps",
        "2: different in calories, splits, segment_efforts",
        "3: missing",
      ])
      yield* sink.write({ resource: "details", items })
      assert.deepEqual(yield* differences(sink, "details", items), [])
    }),
)

onOne(
  "zones, stats and gear are stored once, with numbers both typed and as sent",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const batches = [
        { resource: "zones", items: [zonesResponse] },
        { resource: "stats", items: [statsResponse] },
        { resource: "gear", items: [gearResponse("g22"), gearResponse("b1"), gearResponse("b10")] },
      ] as const
      for (const batch of batches) assert.deepEqual(yield* sink.write(batch), [])
      assert.deepEqual(
        yield* sql`select athlete_id, heart_rate_custom_zones as custom, heart_rate_min as min,
        heart_rate_max as max, power_min from strava.zones`,
        [{ athlete_id: 7n, custom: false, min: [0, 120], max: [120, -1], power_min: null }],
      )
      assert.deepEqual(
        yield* sql`select recent_run_totals_count as recent, recent_run_totals_achievement_count as
        achievements, ytd_run_totals_moving_time as moving, biggest_ride_distance as biggest,
        raw->>'new' as new, raw->'ytd_run_totals'->>'moving_time' as sent from strava.stats`,
        [{
          recent: 2,
          achievements: 1,
          moving: 474287,
          biggest: null,
          new: "1.0",
          sent: "474287.0",
        }],
      )
      assert.deepEqual(
        yield* sql`select id, athlete_id, is_primary, name from strava.gear where id = 'g22'`,
        [{ id: "g22", athlete_id: 7n, is_primary: true, name: "Old g22" }],
      )
      assert.deepEqual(yield* heldIds(sink, "gear"), ["b1", "b10", "g22"])
      const [kept, ...others] = yield* sink.kept("gear", ["g22", "b2", "7", "'"])
      assert.deepEqual(others, [])
      assert.deepEqual(
        [kept?.id, kept?.text, kept?.hash, kept?.fetchedAt],
        ["g22", gearResponse("g22").text, gearResponse("g22").hash, gearResponse("g22").fetchedAt],
      )

      const tables = ["zones", "stats", "gear"]
      const before = yield* versions(sql, tables)
      for (const batch of batches) yield* sink.write(batch)
      assert.deepEqual(yield* versions(sql, tables), before)
      const bad = item({ resource: "gear", id: "b 1", text: `{"id": "b 1"}` })
      assert.deepEqual(
        (yield* sink.write({ resource: "gear", items: [bad] })).map((refusal) => refusal.item),
        [bad],
      )
    }),
)

const { athlete: me } = athleteItem()
const gone = (id: string, deletedAt = 0) => ({ athlete: me, id, deletedAt })

onOne(
  "deleted items are marked and no longer listed, and restored when delivered again",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const samples = [streamsItem(1, { time: [0] }), streamsItem(2, { time: [0] })]
      yield* sink.write({ resource: "activities", items: [activity(1), activity(2)] })
      yield* sink.write({ resource: "streams", items: samples })
      yield* sink.write({ resource: "details", items: [detailsResponse(1), detailsResponse(2)] })

      const batch = {
        resource: "activities",
        items: [activity(3)],
        gone: [gone("1", 1000), gone("99"), gone("x"), gone("9223372036854775808")],
      } as const
      assert.deepEqual(yield* sink.write(batch), [])
      const before = yield* versions(sql, ["activities", "streams", "details", "laps"])
      yield* sink.write(batch)
      assert.deepEqual(
        yield* versions(sql, ["activities", "streams", "details", "laps"]),
        before,
      )
      assert.deepEqual(yield* sql`select id, deleted_at from strava.activities order by 1`, [
        { id: 1n, deleted_at: new Date(1000) },
        { id: 2n, deleted_at: null },
        { id: 3n, deleted_at: null },
      ])
      assert.deepEqual(yield* sql`select count(*) from strava.streams`, [{ count: 2n }])
      assert.deepEqual(yield* sql`select count(*) from strava.laps`, [{ count: 6n }])
      assert.deepEqual(yield* heldIds(sink, "activities"), ["2", "3"])
      for (const resource of ["streams", "details"] as const) {
        assert.deepEqual(yield* heldIds(sink, resource), ["2"])
        const kept = yield* sink.kept(resource, ["1", "2"])
        assert.deepEqual(kept.map(({ id }) => id), ["2"])
      }
      assert.deepEqual(yield* differences(sink, "activities", [activity(1), activity(2)]), [
        "1: different in deleted_at",
      ])

      yield* sink.write({ resource: "activities", items: [activity(1)] })
      assert.deepEqual(yield* heldIds(sink, "activities"), ["1", "2", "3"])
      assert.deepEqual(yield* heldIds(sink, "streams"), ["1", "2"])
      assert.deepEqual(yield* differences(sink, "activities", [activity(1)]), [])
    }),
)

onOne(
  "deleted streams of an existing activity are not listed",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const items = [streamsItem(1, { time: [0] })]
      yield* sink.write({ resource: "activities", items: [activity(1)] })
      yield* sink.write({ resource: "streams", items })
      yield* sink.write({ resource: "gear", items: [gearResponse("b1")] })
      yield* sink.write({ resource: "streams", items: [], gone: [gone("1")] })
      yield* sink.write({ resource: "gear", items: [], gone: [gone("b1")] })
      assert.deepEqual(yield* heldIds(sink, "streams"), [])
      assert.deepEqual(yield* heldIds(sink, "gear"), [])
      assert.deepEqual(yield* sql`select n, deleted_at from strava.streams`, [
        { n: null, deleted_at: new Date(0) },
      ])
      assert.deepEqual(yield* differences(sink, "streams", items), ["1: different in deleted_at"])
      yield* sink.write({ resource: "streams", items })
      assert.deepEqual(yield* heldIds(sink, "streams"), ["1"])
    }),
)

const without = (
  resource: Resource,
  id: string,
  status: MissingResponse["status"],
  reason = "",
): MissingResponse => ({ athlete: me, resource, id, status, reason })

onOne(
  "a new reason replaces the previous one, until the response is stored",
  (database) =>
    Effect.gen(function* () {
      const { sink, sql } = yield* opened(database)
      const missing =
        sql`select activity_id, resource, status, reason from strava.missing order by 1, 2`
      const row = (activity_id: bigint, resource: string, status: string, reason = "") => ({
        activity_id,
        resource,
        status,
        reason,
      })
      assert.ok(sink.explain)
      yield* sink.explain([
        without("streams", "1", "absent", "no samples\0"),
        without("details", "1", "quarantined"),
        without("streams", "2", "quarantined"),
        // These are not stored: two are not resources of an activity, and one id exceeds bigint.
        without("gear", "b1", "absent"),
        without("zones", "7", "skipped"),
        without("streams", "9223372036854775808", "absent"),
      ])
      assert.deepEqual(yield* missing, [
        row(1n, "details", "quarantined"),
        row(1n, "streams", "absent", "no samples\ufffd"),
        row(2n, "streams", "quarantined"),
      ])
      const before = yield* versions(sql, ["missing"])
      yield* sink.explain([
        without("streams", "1", "absent", "no samples\0"),
        without("details", "1", "skipped"),
        without("streams", "2", "quarantined"),
      ])
      const after = yield* versions(sql, ["missing"])
      assert.equal(after.filter(({ row }) => before.every((one) => one.row !== row)).length, 1)

      yield* sink.write({ resource: "streams", items: [streamsItem(2, { time: [0] })] })
      assert.deepEqual(yield* missing, [
        row(1n, "details", "skipped"),
        row(1n, "streams", "absent", "no samples\ufffd"),
      ])
      yield* sink.explain([])
      assert.deepEqual(yield* missing, [])
    }),
)
