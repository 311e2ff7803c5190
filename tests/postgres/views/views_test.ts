/** Views of activities and of their totals, compared with results calculated by hand. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { versions } from "../../../sinks/postgres/schema/migrations.ts"
import { viewsNow } from "../../../sinks/postgres/views/views.ts"
import { onBoth } from "../databases.ts"
import { holding, queryRows, type TableContents, valuesOf } from "./viewsDatabase.ts"

const both = onBoth()

/**
 * | id | sport | local start      | km    | moving      | elapsed  | climb | effort |
 * | -- | ----- | ---------------- | ----- | ----------- | -------- | ----- | ------ |
 * |  1 | Ride  | Tue 6 Jan 00:30  | 10    | 3600 s = 1 h | 4500 s  | 100.4 | 50     |
 * |  2 | Ride  | Sun 11 Jan 23:59 | 5.04  | 1800 s       | 1800 s  | 0     | none   |
 * |  3 | Run   | Mon 26 Jan 08:00 | 5     | 1530 s       | 1620 s  | none  | 20.5   |
 * |  5 | Ride  | Sun 11 Jan 10:00 | 30    | 5400 s       | 5400 s  | 250.2 | 30     |
 * |  6 | Run   | Wed 31 Dec 2025 23:30, which is 1 Jan in UTC | 8.4 | 2520 s | 2520 s | 20 | none |
 *
 * The fourth is deleted. The athlete 8 has swum 750 m in 900 s on Monday 2 June 2025.
 */
const contents: TableContents = {
  activities: [
    {
      id: 1,
      name: "Late",
      sport_type: "Ride",
      start_date: "2026-01-05T23:30:00Z",
      start_date_local: "2026-01-06T00:30:00",
      timezone: "(GMT+01:00) Europe/Berlin",
      utc_offset: 3600,
      distance: 10_000,
      moving_time: 3600,
      elapsed_time: 4500,
      total_elevation_gain: 100.4,
      average_heartrate: 140.5,
      average_watts: 181.4,
      suffer_score: 50,
      gear_id: "b1",
    },
    {
      id: 2,
      sport_type: "Ride",
      start_date: "2026-01-12T04:59:59Z",
      start_date_local: "2026-01-11T23:59:59",
      timezone: "(GMT-05:00) EST5EDT",
      utc_offset: -18_000,
      distance: 5040,
      moving_time: 1800,
      elapsed_time: 1800,
      total_elevation_gain: 0,
    },
    {
      id: 3,
      sport_type: "Run",
      start_date: "2026-01-26T07:00:00Z",
      start_date_local: "2026-01-26T08:00:00",
      timezone: "(GMT+01:00) Europe/Berlin",
      utc_offset: 3600,
      distance: 5000,
      moving_time: 1530,
      elapsed_time: 1620,
      suffer_score: 20.5,
      gear_id: "g404",
    },
    {
      id: 4,
      sport_type: "Hike",
      start_date: "2026-02-20T07:00:00Z",
      start_date_local: "2026-02-20T08:00:00",
      distance: 99_000,
      moving_time: 9900,
      deleted_at: "2026-02-21T00:00:00Z",
    },
    {
      id: 5,
      sport_type: "Ride",
      start_date: "2026-01-11T09:00:00Z",
      // Strava sent no local time, so the view calculates it.
      utc_offset: 3600,
      distance: 30_000,
      moving_time: 5400,
      elapsed_time: 5400,
      total_elevation_gain: 250.2,
      suffer_score: 30,
    },
    {
      id: 6,
      sport_type: "Run",
      start_date: "2026-01-01T04:30:00Z",
      start_date_local: "2025-12-31T23:30:00",
      timezone: "(GMT-05:00) Jamaica",
      utc_offset: -18_000,
      distance: 8400,
      moving_time: 2520,
      elapsed_time: 2520,
      total_elevation_gain: 20,
    },
    {
      id: 8,
      athlete_id: 8,
      sport_type: "Swim",
      start_date: "2025-06-02T07:00:00Z",
      start_date_local: "2025-06-02T08:00:00",
      distance: 750,
      moving_time: 900,
    },
  ],
  streams: [{ activity_id: 1, time: [0] }],
  details: [{ activity_id: 1, calories: 412.5 }],
  gear: [{ id: "b1", name: "The blue one" }],
}

both("v_activities uses everyday units and local time, and omits deleted activities", (
  database,
) =>
  Effect.gen(function* () {
    const sql = yield* holding(database, contents)
    const rows = yield* queryRows(
      sql,
      `select activity_id as id, started_at_local as local, activity_date as date, distance_km as km,
      moving_h, elapsed_h, pace_per_km as pace, pace_min_per_km as minutes, pace_per_100m as swim,
      speed_kmh as kmh, time_zone, utc_offset_h as utc_offset, gear, relative_effort as effort,
      calories_kcal as kcal, has_streams from strava.v_activities order by 1`,
    )
    const none = {
      pace: null,
      minutes: null,
      swim: null,
      gear: null,
      effort: null,
      kcal: null,
      has_streams: false,
    }
    assert.deepEqual(rows, [
      {
        ...none,
        id: 1,
        local: "2026-01-06T00:30:00",
        date: "2026-01-06",
        km: 10,
        moving_h: 1,
        elapsed_h: 1.25, // 4500 / 3600
        kmh: 10,
        time_zone: "Europe/Berlin",
        utc_offset: 1,
        gear: "The blue one",
        effort: 50,
        kcal: 412.5,
        has_streams: true,
      },
      {
        ...none,
        id: 2,
        local: "2026-01-11T23:59:59",
        date: "2026-01-11",
        km: 5.04,
        moving_h: 0.5,
        elapsed_h: 0.5,
        kmh: 10.1, // 10.08
        time_zone: "EST5EDT",
        utc_offset: -5,
      },
      {
        ...none,
        id: 3,
        local: "2026-01-26T08:00:00",
        date: "2026-01-26",
        km: 5,
        moving_h: 0.43, // 0.425
        elapsed_h: 0.45,
        pace: "00:05:06", // 1530 / 5 = 306 s
        minutes: 5.1,
        kmh: 11.8, // 18 / 1530 * 1000 = 11.76
        time_zone: "Europe/Berlin",
        utc_offset: 1,
        effort: 20.5,
      },
      {
        ...none,
        id: 5,
        local: "2026-01-11T10:00:00",
        date: "2026-01-11",
        km: 30,
        moving_h: 1.5,
        elapsed_h: 1.5,
        kmh: 20,
        time_zone: null,
        utc_offset: 1,
        effort: 30,
      },
      {
        ...none,
        id: 6,
        local: "2025-12-31T23:30:00",
        date: "2025-12-31",
        km: 8.4,
        moving_h: 0.7,
        elapsed_h: 0.7,
        pace: "00:05:00", // 2520 / 8.4
        minutes: 5,
        kmh: 12,
        time_zone: "Jamaica",
        utc_offset: -5,
      },
      {
        ...none,
        id: 8,
        local: "2025-06-02T08:00:00",
        date: "2025-06-02",
        km: 0.75,
        moving_h: 0.25,
        elapsed_h: null,
        swim: "00:02:00", // 900 / 7.5
        kmh: 3,
        time_zone: null,
        utc_offset: null,
      },
    ])
    const whole = yield* queryRows(
      sql,
      `select athlete_id, name, sport_type, started_at, elevation_m, heartrate_bpm, power_w, url
      from strava.v_activities where activity_id = 1`,
    )
    assert.deepEqual(whole, [{
      athlete_id: 7,
      name: "Late",
      sport_type: "Ride",
      started_at: "2026-01-05T23:30:00+00:00",
      elevation_m: 100.4,
      heartrate_bpm: 141, // 140.5
      power_w: 181,
      url: "https://www.strava.com/activities/1",
    }])
  }))

both(
  "v_daily and v_weekly count by local time, and empty weeks are zeros",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, contents)
      const days = yield* valuesOf(
        sql,
        `select athlete_id, day, sport_type, activities, distance_km, moving_h, elapsed_h, elevation_m,
           relative_effort from strava.v_daily order by athlete_id desc, day`,
      )
      assert.deepEqual(days, [
        [8, "2025-06-02", "Swim", 1, 0.75, 0.25, 0, 0, null],
        [7, "2025-12-31", "Run", 1, 8.4, 0.7, 0.7, 20, null],
        [7, "2026-01-06", "Ride", 1, 10, 1, 1.25, 100, 50],
        // Activities 2 and 5: 5.04 + 30 km, 1800 + 5400 s, 0 + 250.2 m.
        [7, "2026-01-11", "Ride", 2, 35.04, 2, 2, 250, 30],
        [7, "2026-01-26", "Run", 1, 5, 0.43, 0.45, 0, 20.5],
      ])

      const weeks = yield* valuesOf(
        sql,
        `select athlete_id, week, sport_type, activities, distance_km, moving_h, elevation_m, elapsed_h,
           relative_effort from strava.v_weekly order by athlete_id, week, sport_type`,
      )
      const none = [0, 0, 0, 0, 0, null]
      assert.deepEqual(weeks, [
        // New Year's Eve is in the week of Monday 29 December.
        [7, "2025-12-29", "Ride", ...none],
        [7, "2025-12-29", "Run", 1, 8.4, 0.7, 20, 0.7, null],
        // Three rides: 45.04 km, 10800 s = 3 h, 350.6 m, 11700 s = 3.25 h, 80 points. The first
        // started on Monday in UTC and on Tuesday in local time; the second on the following Monday
        // in UTC and on Sunday in local time.
        [7, "2026-01-05", "Ride", 3, 45, 3, 351, 3.25, 80],
        [7, "2026-01-05", "Run", ...none],
        [7, "2026-01-12", "Ride", ...none],
        [7, "2026-01-12", "Run", ...none],
        [7, "2026-01-19", "Ride", ...none],
        [7, "2026-01-19", "Run", ...none],
        [7, "2026-01-26", "Ride", ...none],
        [7, "2026-01-26", "Run", 1, 5, 0.43, 0, 0.45, 20.5],
        [8, "2025-06-02", "Swim", 1, 0.8, 0.25, 0, 0, null],
      ])
    }),
)

both(
  "v_year_to_date adds up from 1 January, every day until the newest activity",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, contents)
      const all = yield* valuesOf(
        sql,
        `select athlete_id, year, sport_type, count(*)::int as days, min(day) as first, max(day) as last
      from strava.v_year_to_date group by 1, 2, 3 order by 1, 2, 3`,
      )
      assert.deepEqual(all, [
        // 2025 has runs and no rides.
        [7, 2025, "Run", 365, "2025-01-01", "2025-12-31"],
        [7, 2026, "Ride", 26, "2026-01-01", "2026-01-26"],
        [7, 2026, "Run", 26, "2026-01-01", "2026-01-26"],
        // 2 June is day 31 + 28 + 31 + 30 + 31 + 2 = 153.
        [8, 2025, "Swim", 153, "2025-01-01", "2025-06-02"],
      ])
      const some = yield* valuesOf(
        sql,
        `select sport_type, day, day_of_year, activities, distance_km, moving_h, elevation_m
      from strava.v_year_to_date where athlete_id = 7 and (sport_type = 'Ride' and day_of_year in
        (5, 6, 10, 11, 26) or day in ('2025-12-30', '2025-12-31', '2026-01-25', '2026-01-26')
        and sport_type = 'Run') order by 1, 2`,
      )
      assert.deepEqual(some, [
        ["Ride", "2026-01-05", 5, 0, 0, 0, 0],
        ["Ride", "2026-01-06", 6, 1, 10, 1, 100],
        ["Ride", "2026-01-10", 10, 1, 10, 1, 100],
        // Totals: 10 + 5.04 + 30 km, 3 h, 350.6 m.
        ["Ride", "2026-01-11", 11, 3, 45, 3, 351],
        ["Ride", "2026-01-26", 26, 3, 45, 3, 351],
        ["Run", "2025-12-30", 364, 0, 0, 0, 0],
        ["Run", "2025-12-31", 365, 1, 8.4, 0.7, 20],
        ["Run", "2026-01-25", 25, 0, 0, 0, 0],
        ["Run", "2026-01-26", 26, 1, 5, 0.43, 0],
      ])
    }),
)

both("missing sports and starts break no view", (database) =>
  Effect.gen(function* () {
    const sql = yield* holding(database, {
      activities: [
        // One hour and one kilometer of an unknown sport.
        { id: 1, start_date: "2026-03-01T12:00:00Z", distance: 1000, moving_time: 3600 },
        { id: 2, start_date: "2026-03-02T12:00:00Z", distance: 0, moving_time: 0 },
        { id: 3, sport_type: "Run", distance: 0, moving_time: 60, timezone: "nonsense" },
      ],
    })
    const counts = yield* queryRows(
      sql,
      `select
      (select json_agg(row(day, sport_type, activities, distance_km) order by day)
        from strava.v_daily) as daily,
      (select json_agg(row(week, activities) order by week) from strava.v_weekly
        where sport_type is null) as weekly,
      (select json_agg(row(day, activities, distance_km) order by day desc)
        from strava.v_year_to_date where day >= '2026-02-28') as to_date,
      (select json_agg(row(activity_id, pace_per_km, speed_kmh, activity_date) order by activity_id)
        from strava.v_activities) as activities`,
    )
    const row = (...values: ReadonlyArray<unknown>) =>
      Object.fromEntries(values.map((value, i) => [`f${i + 1}`, value]))
    assert.deepEqual(counts, [{
      daily: [row("2026-03-01", null, 1, 1), row("2026-03-02", null, 1, 0)],
      weekly: [row("2026-02-23", 1), row("2026-03-02", 1)],
      to_date: [row("2026-03-02", 2, 1), row("2026-03-01", 1, 1), row("2026-02-28", 0, 0)],
      activities: [
        row(1, null, 1, "2026-03-01"),
        row(2, null, null, "2026-03-02"),
        row(3, null, 0, null),
      ],
    }])
  }))

both(
  "a user's view on top of one of ours stays, with its columns",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, contents)
      yield* sql`drop view strava.v_weekly`
      const first = versions["0001_first"].split(";\n")
      for (const statement of first.filter((text) => text.includes("strava.v_weekly"))) {
        yield* sql.unsafe(statement)
      }
      yield* sql`create view my_hours as select week, sum(moving_h) as hours from strava.v_weekly
      group by week`
      for (const statement of viewsNow) yield* sql.unsafe(statement)
      const hours = yield* sql`select hours from my_hours order by week limit 3`
      assert.deepEqual(hours, [{ hours: 0.25 }, { hours: 0.7 }, { hours: 3 }])
    }),
)
