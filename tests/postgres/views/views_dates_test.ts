/** Views of weeks and days with long pauses between activities, or with dates of a wrong clock. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { onBoth } from "../databases.ts"
import { holding, valuesOf } from "./viewsDatabase.ts"

const both = onBoth()

/** Two activities in March 2026, and some with dates of wrong clocks. */
const misdated = [
  "0011-05-04",
  "1969-12-31",
  "2026-03-02",
  "2026-03-16",
  "2099-07-01",
  "9998-12-31",
]
  .map((day, i) => ({
    id: 100 + i,
    sport_type: "Run",
    distance: 1000,
    start_date: `${day}T11:00:00Z`,
    start_date_local: `${day}T12:00:00`,
  }))

both(
  "an activity with the date of a wrong clock adds no years of empty weeks and days",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, { activities: misdated })
      const weeks = yield* valuesOf(
        sql,
        "select week, activities from strava.v_weekly where week > '1969-01-01' order by 1",
      )
      assert.deepEqual(weeks, [
        ["1969-12-29", 1],
        ["2026-03-02", 1],
        ["2026-03-09", 0],
        ["2026-03-16", 1],
        ["2099-06-29", 1],
        ["9998-12-28", 1],
      ])
      const days = yield* valuesOf(
        sql,
        `select year, count(*)::int, max(day) from strava.v_year_to_date group by 1 order by 1`,
      )
      assert.deepEqual(days, [
        [11, 365, "0011-12-31"],
        [1969, 365, "1969-12-31"],
        [2026, 75, "2026-03-16"],
        [2099, 182, "2099-07-01"],
        [9998, 365, "9998-12-31"],
      ])
    }),
)

both(
  "a pause of up to two years has a row for each week, and a longer one has none",
  (database) =>
    Effect.gen(function* () {
      const at = (id: number, day: string) => ({
        id,
        sport_type: "Run",
        start_date: `${day}T11:00:00Z`,
        start_date_local: `${day}T12:00:00`,
      })
      const sql = yield* holding(database, {
        activities: [at(1, "2020-01-06"), at(2, "2022-01-03"), at(3, "2024-01-08")],
      })
      // The second activity is 104 weeks after the first, and the third 105 weeks after the second.
      const weeks = yield* valuesOf(sql, "select count(*)::int, max(week) from strava.v_weekly")
      assert.deepEqual(weeks, [[106, "2024-01-08"]])
    }),
)
