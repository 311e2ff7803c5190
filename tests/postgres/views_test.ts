/** The views, against numbers worked out by hand. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import type { Item } from "../../schemas/Item.ts"
import type { Database } from "../../sinks/postgres/client.ts"
import { on } from "../../sinks/PostgresSink.ts"
import { item } from "../sinks/items.ts"
import { onBoth } from "./databases.ts"

const both = onBoth()

const activity = (id: number, fields: Readonly<Record<string, unknown>>, athlete = 7): Item =>
  item({ resource: "activities", id: String(id), athlete, json: { id, ...fields } })

/** Three activities of one athlete and one of another. */
const activities = [
  // Tuesday there, Monday in UTC.
  activity(1, {
    name: "Late",
    sport_type: "Ride",
    start_date: "2026-01-05T23:30:00Z",
    start_date_local: "2026-01-06T00:30:00Z",
    distance: 10_000,
    moving_time: 3600,
    total_elevation_gain: 100.4,
    average_heartrate: 140.5,
  }),
  // Still Sunday there, Monday in UTC: the same week as the first.
  activity(2, {
    sport_type: "Ride",
    start_date: "2026-01-12T04:59:59Z",
    start_date_local: "2026-01-11T23:59:59Z",
    distance: 5040,
    moving_time: 1800,
    total_elevation_gain: 0,
  }),
  activity(3, {
    sport_type: "Run",
    start_date: "2026-01-26T07:00:00Z",
    start_date_local: "2026-01-26T08:00:00Z",
    distance: 5000,
    moving_time: 1530,
  }),
  activity(4, {
    sport_type: "Swim",
    start_date: "2025-06-02T07:00:00Z",
    start_date_local: "2025-06-02T08:00:00Z",
    distance: 750,
  }, 8),
]

const streams = item({
  resource: "streams",
  id: "1",
  json: {
    time: { data: [0, 1, 5] },
    distance: { data: [0, 4.2, 21.7] },
    latlng: { data: [[51.5, -0.1], null, [51.500001, -0.100002]] },
    altitude: { data: [12.4, 12.5, 13] },
    velocity_smooth: { data: [0, 4.2, 4.375] },
    heartrate: { data: [98, null, 120] },
    cadence: { data: [80, 81.5] },
    watts: { data: [0, 250, 251] },
    temp: { data: [-3, -3, -4] },
    moving: { data: [false, true, true] },
    grade_smooth: { data: [0, 2.4, -1.6] },
  },
})

/** The rows of `text` once the activities and streams have landed. */
const rowsOf = ({ connect, location }: Database, text: string) =>
  Effect.gen(function* () {
    const sql = yield* connect
    const sink = yield* on({ connect: Effect.succeed(sql), location }).open
    yield* sink.write({ resource: "streams", items: [streams] })
    yield* sink.write({ resource: "activities", items: activities })
    const rows = yield* sql<{ row: string }>`
      select row_to_json(q)::text as row from (${sql.literal(text)}) q`
    return rows.map(({ row }) => JSON.parse(row))
  })

both(
  "v_weekly counts weeks by local time, with empty ones as zeros",
  (database) =>
    Effect.gen(function* () {
      const rows = yield* rowsOf(
        database,
        "select * from strava.v_weekly order by athlete_id, week, sport_type",
      )
      const none = { activities: 0, distance_km: 0, moving_h: 0, elevation_m: 0 }
      const of = (week: string, sport_type: string, sums: object = none) => ({
        athlete_id: 7,
        week,
        sport_type,
        ...sums,
      })
      assert.deepEqual(rows, [
        of("2026-01-05", "Ride", {
          activities: 2,
          distance_km: 15,
          moving_h: 1.5,
          elevation_m: 100,
        }),
        of("2026-01-05", "Run"),
        of("2026-01-12", "Ride"),
        of("2026-01-12", "Run"),
        of("2026-01-19", "Ride"),
        of("2026-01-19", "Run"),
        of("2026-01-26", "Ride"),
        of("2026-01-26", "Run", {
          activities: 1,
          distance_km: 5,
          moving_h: 0.43,
          elevation_m: 0,
        }),
        {
          athlete_id: 8,
          week: "2025-06-02",
          sport_type: "Swim",
          activities: 1,
          distance_km: 0.8,
          moving_h: 0,
          elevation_m: 0,
        },
      ])
    }),
)

both(
  "v_stream_points gives one row per sample, at its time",
  (database) =>
    Effect.gen(function* () {
      const rows = yield* rowsOf(database, "select * from strava.v_stream_points order by idx")
      const first = {
        activity_id: 1,
        athlete_id: 7,
        idx: 0,
        time: "2026-01-05T23:30:00+00:00",
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
      }
      assert.deepEqual(rows, [
        first,
        {
          ...first,
          idx: 1,
          time: "2026-01-05T23:30:01+00:00",
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
          time: "2026-01-05T23:30:05+00:00",
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
    }),
)

both(
  "v_activities speaks everyday units, and of pace on foot only",
  (database) =>
    Effect.gen(function* () {
      const rows = yield* rowsOf(
        database,
        `select activity_id, activity_date, distance_km, moving_h, pace_per_km, speed_kmh,
        heartrate_bpm, url from strava.v_activities where activity_id in (1, 3) order by 1`,
      )
      assert.deepEqual(rows, [
        {
          activity_id: 1,
          activity_date: "2026-01-06",
          distance_km: 10,
          moving_h: 1,
          pace_per_km: null,
          speed_kmh: 10,
          heartrate_bpm: 141,
          url: "https://www.strava.com/activities/1",
        },
        {
          activity_id: 3,
          activity_date: "2026-01-26",
          distance_km: 5,
          moving_h: 0.43,
          pace_per_km: "00:05:06",
          speed_kmh: 11.8,
          heartrate_bpm: null,
          url: "https://www.strava.com/activities/3",
        },
      ])
    }),
)
