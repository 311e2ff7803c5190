/** Miles and feet in views, and weeks that begin on another day than Monday. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { query } from "../../../sinks/postgres/read/query.ts"
import { onBoth } from "../databases.ts"
import { holding, queryRows, type TableContents } from "./viewsDatabase.ts"

const both = onBoth()

/** Saturday 3, Sunday 4 and Monday 5 January 2026. */
const contents: TableContents = {
  activities: [
    {
      ...{ id: 1, sport_type: "Run", start_date_local: "2026-01-03T08:00:00", moving_time: 3_000 },
      ...{ distance: 10_000, total_elevation_gain: 30.48, start_date: "2026-01-03T07:00:00Z" },
    },
    {
      ...{ id: 2, sport_type: "Swim", start_date_local: "2026-01-04T08:00:00", moving_time: 100 },
      ...{ distance: 91.44, start_date: "2026-01-04T07:00:00Z" },
    },
    {
      ...{ id: 3, sport_type: "Run", start_date_local: "2026-01-05T08:00:00", moving_time: 300 },
      ...{ distance: 0, start_date: "2026-01-05T07:00:00Z" },
    },
  ],
  best_efforts: [
    { activity_id: 1, position: 0, id: 9, name: "1 mile", distance: 1_609, elapsed_time: 480 },
  ],
}

both(
  "views have miles and feet next to kilometers and meters",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, contents)
      const rows = yield* queryRows(
        sql,
        `select distance_mi, elevation_ft, speed_mph, pace_per_mi::text, pace_min_per_mi,
         pace_per_100yd::text from strava.v_activities order by activity_id`,
      )
      assert.deepEqual(rows.map((row) => Object.values(row)), [
        [6.21, 100, 7.5, "00:08:03", 8.05, null],
        [.06, null, 2, null, null, "00:01:40"],
        [0, null, 0, null, null, null],
      ])
      for (const view of ["v_daily", "v_weekly", "v_year_to_date"]) {
        const [most] = yield* queryRows(
          sql,
          `select distance_mi::numeric(9, 1) as mi, elevation_ft from strava.${view}
         order by distance_km desc limit 1`,
        )
        assert.deepEqual(most, { mi: 6.2, elevation_ft: 100 }, view)
      }
      assert.deepEqual(
        yield* queryRows(sql, "select pace_per_mi::text as pace from strava.v_best_efforts"),
        [{ pace: "00:08:00" }],
      )
    }),
)

both(
  "weeks begin on the day that a session, a role or a database is set to",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, contents)
      const weeks = (weekStart?: string) =>
        Effect.map(
          Effect.provideService(
            query(
              `select distinct week::text from strava.v_weekly where activities > 0 order by 1`,
              weekStart,
            ),
            SqlClient,
            sql,
          ),
          ({ rows }) => rows.map(({ week }) => week),
        )
      assert.deepEqual(yield* weeks(), ["2025-12-29", "2026-01-05"])
      assert.deepEqual(yield* weeks("monday"), ["2025-12-29", "2026-01-05"])
      assert.deepEqual(yield* weeks("sunday"), ["2025-12-28", "2026-01-04"])
      assert.deepEqual(yield* weeks("saturday"), ["2026-01-03"])
      const sums = yield* queryRows(
        sql,
        `select set_config('paceline.week_start', 'saturday', false) as day, sum(activities) as n
       from strava.v_weekly`,
      )
      assert.deepEqual(sums, [{ day: "saturday", n: 3 }])
      assert.deepEqual(yield* weeks(), ["2026-01-03"])
      // Other tests use the same session.
      yield* queryRows(sql, "select set_config('paceline.week_start', '', false)")
    }),
)
