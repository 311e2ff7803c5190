/** Views of samples and efforts, compared with results calculated by hand. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { read } from "../../../tools/files.ts"
import type { Resource } from "../../../schemas/Item.ts"
import { on } from "../../../sinks/postgres/PostgresSink.ts"
import { item } from "../../sinks/items.ts"
import { onBoth } from "../databases.ts"
import { holding, marchActivities, queryRows, valuesOf } from "./viewsDatabase.ts"

const both = onBoth()

both(
  "v_stream_points has one row per sample, at its time, without deleted activities",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, {
        activities: marchActivities,
        streams: [
          {
            activity_id: 1,
            time: [0, 1, 5],
            distance: [0, 4.2, 21.7],
            lat: [51.5, null, 51.500001],
            lng: [-0.1, null, -0.100002],
            altitude: [12.4, 12.5, 13],
            velocity_smooth: [0, 4.2, 4.375],
            heartrate: [98, null, 120],
            cadence: [80, 81.5],
            watts: [0, 250, 251],
            temp: [-3, -3, -4],
            moving: [false, true, true],
            grade_smooth: [0, 2.4, -1.6],
          },
          { activity_id: 4, time: [0, 1] },
          { activity_id: 2, time: [0, 1], deleted_at: "2026-03-10T00:00:00Z" },
          // Streams that were stored before their activity.
          { activity_id: 9, time: [0] },
        ],
      })
      const rows = yield* queryRows(
        sql,
        "select * from strava.v_stream_points where activity_id <> 9 order by idx",
      )
      const first = {
        activity_id: 1,
        athlete_id: 7,
        idx: 0,
        time: "2026-03-01T11:00:00+00:00",
        t_s: 0,
        distance_m: 0,
        lat: 51.5,
        lng: -0.1,
        altitude_m: 12.4,
        speed_mps: 0,
        heartrate_bpm: 98,
        cadence_rpm: 80,
        power_w: 0,
        temp_c: -3,
        moving: false,
        grade_pct: 0,
        started_at: "2026-03-01T11:00:00+00:00",
        sport_type: "Run",
      }
      assert.deepEqual(rows, [
        first,
        {
          ...first,
          idx: 1,
          time: "2026-03-01T11:00:01+00:00",
          t_s: 1,
          distance_m: 4.2,
          lat: null,
          lng: null,
          altitude_m: 12.5,
          speed_mps: 4.2,
          heartrate_bpm: null,
          cadence_rpm: 81.5,
          power_w: 250,
          moving: true,
          grade_pct: 2.4,
        },
        {
          ...first,
          idx: 2,
          time: "2026-03-01T11:00:05+00:00",
          t_s: 5,
          distance_m: 21.7,
          lat: 51.500001,
          lng: -0.100002,
          altitude_m: 13,
          speed_mps: 4.375,
          heartrate_bpm: 120,
          cadence_rpm: null,
          power_w: 251,
          temp_c: -4,
          moving: true,
          grade_pct: -1.6,
        },
      ])
      const orphans = yield* queryRows(
        sql,
        `select activity_id, t_s, time from strava.v_stream_points where activity_id = 9`,
      )
      assert.deepEqual(orphans, [{ activity_id: 9, t_s: 0, time: null }])
    }),
)

/** Zones in Strava's format: the last one has no upper limit. */
const zones = [{
  athlete_id: 7,
  heart_rate_min: [0, 115, 152, 171],
  heart_rate_max: [115, 152, 171, -1],
}]

both(
  "v_hr_zones counts the seconds before each sample, by its zone",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, {
        activities: [...marchActivities, { ...marchActivities[0], id: 5 }],
        zones,
        streams: [
          {
            activity_id: 1,
            time: [0, 10, 20, 21, 51, 82, 83, 84, 84],
            heartrate: [90, 114, 115, 151, 152, 190, null, 171, 171],
          },
          // A heart rate of 0 means none, so no second is counted.
          { activity_id: 2, time: [0, 1], heartrate: [100, 0] },
          { activity_id: 3, time: [0, 1] },
          { activity_id: 4, time: [0, 1], heartrate: [100, 100] },
          {
            activity_id: 5,
            time: [0, 1],
            heartrate: [100, 100],
            deleted_at: "2026-03-10T00:00:00Z",
          },
        ],
      })
      const rows = yield* valuesOf(
        sql,
        `select activity_id, activity_date, zone, min_bpm, max_bpm, time_s, share_pct
      from strava.v_hr_zones order by 1, zone`,
      )
      // Activity 1: 0-10 s at 114 bpm: 10 s in zone 1. 10-20 at 115: 10 s in zone 2, and 20-21 at
      // 151: 1 s more. 21-51 at 152: 30 s in zone 3. 51-82 is a gap of 31 s. 82-83: no heart rate.
      // 83-84 at 171: 1 s in zone 4. 84-84: no time. Total: 10 + 11 + 30 + 1 = 52 s.
      assert.deepEqual(rows, [
        [1, "2026-03-01", 1, 0, 115, 10, 19.2],
        [1, "2026-03-01", 2, 115, 152, 11, 21.2],
        [1, "2026-03-01", 3, 152, 171, 30, 57.7],
        [1, "2026-03-01", 4, 171, null, 1, 1.9],
        [2, "2026-03-02", 1, 0, 115, 0, null],
        [2, "2026-03-02", 2, 115, 152, 0, null],
        [2, "2026-03-02", 3, 152, 171, 0, null],
        [2, "2026-03-02", 4, 171, null, 0, null],
      ])
    }),
)

both("zones with gaps between them, or without numbers, lose no second and cause no error", (
  database,
) =>
  Effect.gen(function* () {
    const samples = { time: [0, 1, 2, 3, 4], heartrate: [100, 123, 124, 40, 200] }
    const sql = yield* holding(database, {
      activities: [
        ...marchActivities.slice(0, 1),
        { ...marchActivities[1], athlete_id: 8 },
        { ...marchActivities[2], athlete_id: 9 },
      ],
      zones: [
        { ...zones[0], heart_rate_min: [50, 124], heart_rate_max: [123, 180] },
        { ...zones[0], athlete_id: 8, heart_rate_min: [0, null], heart_rate_max: [100, null] },
        { athlete_id: 9 },
      ],
      streams: [
        { activity_id: 1, ...samples },
        { activity_id: 2, athlete_id: 8, ...samples },
        { activity_id: 3, athlete_id: 9, ...samples },
      ],
    })
    const rows = yield* valuesOf(
      sql,
      "select activity_id, zone, time_s from strava.v_hr_zones order by 1, 2",
    )
    assert.deepEqual(rows, [
      [1, 1, 1], // 123; 40 is below all zones
      [1, 2, 2], // 124, and 200 though the last zone claims to end at 180
      [2, 1, 0],
      [2, 2, 0],
    ])
  }))

both("v_best_efforts ranks each length, counts a repeated effort once and knows records", (
  database,
) =>
  Effect.gen(function* () {
    const large = "3265366675164236880"
    const effort = (
      activity_id: number,
      position: number,
      id: string,
      name: string,
      s: number,
    ) => ({
      activity_id,
      position,
      id,
      name,
      distance: name === "5K" ? 5000 : 1000,
      elapsed_time: s,
    })
    const sql = yield* holding(database, {
      activities: [...marchActivities, { ...marchActivities[0], id: 5 }],
      best_efforts: [
        effort(1, 1, "11", "1K", 290),
        effort(1, 2, large, "5K", 1530),
        effort(1, 3, large, "5K", 1530),
        effort(2, 1, "21", "1K", 300),
        effort(3, 1, "31", "1K", 285),
        // Strava has been seen to use one effort id for two distances.
        effort(3, 2, "31", "5K", 1530),
        effort(4, 1, "41", "1K", 200),
        effort(5, 1, "51", "1K", 200),
      ],
      details: [1, 2, 3, 4, 5].map((activity_id) => ({
        activity_id,
        ...(activity_id === 5 && { deleted_at: "2026-03-10T00:00:00Z" }),
      })),
    })
    const rows = yield* valuesOf(
      sql,
      `select effort, rank, activity_id, effort_id::text, elapsed_s, pace_per_km, pace_min_per_km,
      was_record, activity_date, activity_name from strava.v_best_efforts order by 1, 2, 3`,
    )
    assert.deepEqual(rows, [
      ["1K", 1, 3, "31", 285, "00:04:45", 4.75, true, "2026-03-03", "Day 3"],
      ["1K", 2, 1, "11", 290, "00:04:50", 4.83, true, "2026-03-01", "Day 1"],
      ["1K", 3, 2, "21", 300, "00:05:00", 5, false, "2026-03-02", "Day 2"],
      // 1530 / 5 = 306 s. An equal time is no record, but shares the rank.
      ["5K", 1, 1, large, 1530, "00:05:06", 5.1, true, "2026-03-01", "Day 1"],
      ["5K", 1, 3, "31", 1530, "00:05:06", 5.1, false, "2026-03-03", "Day 3"],
    ])
  }))

both(
  "the views return the values that Strava sends",
  ({ connect, location }) =>
    Effect.gen(function* () {
      const sql = yield* connect
      const sink = yield* on({ connect: Effect.succeed(sql), location }).open
      const best = '{"id":3265366675164236880,"name":"1K","elapsed_time":290,"distance":1000}'
      const bounds = '[{"min":0,"max":115},{"min":115,"max":-1}]'
      const batch = (resource: Resource, id: string, text: string) =>
        sink.write({ resource, items: [item({ resource, id, text })] })
      yield* batch("activities", "1", '{"id":1,"start_date_local":"2026-03-01T12:00:00Z"}')
      yield* batch("details", "1", `{"id":1,"calories":412.5,"best_efforts":[${best},${best}]}`)
      yield* batch("zones", "7", `{"heart_rate":{"custom_zones":false,"zones":${bounds}}}`)
      yield* batch("streams", "1", '{"time":{"data":[0,9]},"heartrate":{"data":[99,150]}}')
      const rows = yield* valuesOf(
        sql,
        `select e.effort_id::text, e.elapsed_s, a.calories_kcal, z.zone, z.max_bpm, z.time_s, c.with_details
      from strava.v_best_efforts e join strava.v_activities a using (activity_id)
      join strava.v_hr_zones z using (activity_id), strava.v_coverage c order by zone`,
      )
      assert.deepEqual(rows, [
        ["3265366675164236880", 290, 412.5, 1, 115, 0, 1],
        ["3265366675164236880", 290, 412.5, 2, null, 9, 1],
      ])
    }),
)

/** Queries in the documentation: blocks of SQL, and `deno task sql "…"`. */
const questions = ["README.md", "docs/data.md"].map(read).flatMap((text) => [
  ...[...text.matchAll(/^```sql\n([^]*?);\n```$/gm)].map(([, block = ""]) => block),
  ...[...text.matchAll(/deno task sql (?:--\w+ )?"([^"]+)"/g)].map(([, asked = ""]) => asked),
])

both(
  "the queries in the documentation run, and return no numeric columns",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, { activities: marchActivities, zones })
      assert.ok(questions.length >= 8, String(questions.length))
      for (const question of questions) {
        yield* sql.unsafe(`create temporary view asked as select * from (${question}) q`)
        const numeric = yield* sql`select column_name from information_schema.columns
        where table_name = 'asked' and data_type = 'numeric'`
        yield* sql`drop view asked`
        assert.deepEqual(numeric, [], question)
      }
    }),
)
