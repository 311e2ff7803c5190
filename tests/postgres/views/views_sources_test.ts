/** Views of activities from both sources: Strava's API, and the athlete's bulk export. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { onBoth } from "../databases.ts"
import { holding, marchActivities, queryRows } from "./viewsDatabase.ts"

const both = onBoth()

const [day] = marchActivities
const exported = { activity_id: 1, exported_at: "2026-05-01T00:00:00Z" }
const ofExport = { source: "export", fetched_at: exported.exported_at }

/** Activities: 1 of both sources, 2 of the API, 3 of the export. */
const contents = {
  activities: [
    { ...day, id: 1, type: "Ride", gear_id: "b1", distance: 1000, moving_time: 600 },
    { ...day, id: 2, type: "Run", gear_id: "b2", distance: 2000, suffer_score: 7 },
    { ...day, id: 3, type: "Run", gear_id: "b1", distance: 4000, suffer_score: 8, ...ofExport },
  ],
  gear: [{ id: "b2", name: "Two" }],
  details: [{ activity_id: 1, calories: 300, description: "of the API" }],
  streams: [
    { activity_id: 1, time: [0, 1], ...ofExport },
    { activity_id: 2, time: [0, 1] },
  ],
  export: [
    {
      ...exported,
      ...{ name: "Renamed", sport_type: "Walk", activity_gear: "One", suffer_score: 5 },
      ...{ calories: 301, description: "of the export", private_note: "mine", training_load: 9.5 },
    },
    { ...exported, activity_id: 3, name: "Other", sport_type: "Ride", calories: 400 },
    { ...exported, activity_id: 4, name: "Without an activity" },
  ],
}

both(
  "v_activities shows both sources, names that of each row, and has each activity once",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, contents)
      const rows = yield* queryRows(
        sql,
        `select activity_id, name, sport_type, gear, relative_effort, calories_kcal, description,
         private_note, training_load, source, streams_source, pace_per_km is null as has_no_pace
       from strava.v_activities order by activity_id`,
      )
      assert.deepEqual(rows, [
        {
          activity_id: 1,
          // The export is newer than the response.
          ...{ name: "Renamed", sport_type: "Walk", gear: "One", relative_effort: 5 },
          ...{ calories_kcal: 300, description: "of the API", private_note: "mine" },
          ...{ training_load: 9.5, source: "api", streams_source: "export", has_no_pace: false },
        },
        {
          activity_id: 2,
          ...{ name: "Day 1", sport_type: "Run", gear: "Two", relative_effort: 7 },
          ...{ calories_kcal: null, description: null, private_note: null },
          ...{ training_load: null, source: "api", streams_source: "api", has_no_pace: true },
        },
        {
          activity_id: 3,
          // An imported activity is the export's version itself.
          ...{ name: "Day 1", sport_type: "Run", gear: null, relative_effort: 8 },
          ...{ calories_kcal: 400, description: null, private_note: null },
          ...{ training_load: null, source: "export", streams_source: null, has_no_pace: true },
        },
      ])
    }),
)

both(
  "a response that is newer than the export, and a more precise sport, are shown",
  (database) =>
    Effect.gen(function* () {
      const newer = { fetched_at: "2026-06-01T00:00:00Z" }
      const sql = yield* holding(database, {
        activities: [
          { ...day, id: 1, type: "Run", ...newer },
          { ...day, id: 2, type: "Run", sport_type: "TrailRun" },
          { ...day, id: 3, type: "Run", name: "Kept" },
        ],
        export: [
          { ...exported, activity_id: 1, name: "Older", sport_type: "Walk" },
          { ...exported, activity_id: 2, name: "Trail", sport_type: "Run" },
          {
            ...exported,
            activity_id: 3,
            name: "Gone",
            sport_type: "Walk",
            deleted_at: "2026-05-02T00:00:00Z",
          },
        ],
      })
      assert.deepEqual(
        yield* queryRows(
          sql,
          "select activity_id, name, sport_type from strava.v_activities order by activity_id",
        ),
        [
          { activity_id: 1, name: "Day 1", sport_type: "Run" },
          { activity_id: 2, name: "Trail", sport_type: "TrailRun" },
          { activity_id: 3, name: "Kept", sport_type: "Run" },
        ],
      )
    }),
)

both(
  "totals count an activity of both sources once, under the sport that v_activities shows",
  (database) =>
    Effect.gen(function* () {
      const sql = yield* holding(database, contents)
      assert.deepEqual(
        yield* queryRows(
          sql,
          `select sport_type, activities, distance_km, relative_effort from strava.v_daily
         order by sport_type`,
        ),
        [
          { sport_type: "Run", activities: 2, distance_km: 6, relative_effort: 15 },
          { sport_type: "Walk", activities: 1, distance_km: 1, relative_effort: 5 },
        ],
      )
    }),
)

both("v_coverage counts activities and streams by source", (database) =>
  Effect.gen(function* () {
    const sql = yield* holding(database, contents)
    assert.deepEqual(
      yield* queryRows(
        sql,
        `select listed, activities_from_api, activities_from_export, with_streams,
           streams_from_api, streams_from_export from strava.v_coverage`,
      ),
      [{
        ...{ listed: 3, activities_from_api: 2, activities_from_export: 1 },
        ...{ with_streams: 2, streams_from_api: 1, streams_from_export: 1 },
      }],
    )
  }))
