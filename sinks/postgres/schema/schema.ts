/** Declarations of the tables, for the docs and for the comparison with a migrated database. */
import { activityColumns, athleteColumns, streamColumns } from "./columns.ts"
import { athleteId, defineTable, external, key, received, receivedForGood } from "./define.ts"
import { optionalTables } from "./moreTables.ts"
import { ownTables } from "./ownTables.ts"

/**
 * Statements that declare all tables as the newest version has them. No table refers to another: the
 * streams of an activity that was refused are still stored, and deliveries may come in any order. Only
 * the key is checked, because real data is inconsistent.
 */
export const tableSchema: ReadonlyArray<string> = [
  ...defineTable("strava.athletes", "One row per athlete. Names and units are Strava's own.", [
    key("id", "Strava's id"),
    ...athleteColumns,
    ...receivedForGood,
  ]),
  external("strava.athletes", "answer"),
  ...defineTable("strava.activities", "One row per activity. Names and units are Strava's own.", [
    key("id", "Strava's id"),
    athleteId,
    ...activityColumns,
    ...received,
  ]),
  external("strava.activities", "answer"),
  "create index activities_start_date_idx on strava.activities (start_date)",
  "create index activities_sport_type_idx on strava.activities (sport_type, start_date_local)",
  ...defineTable(
    "strava.streams",
    "One row per activity. Each stream is an array; equal positions are the same sample. " +
      "A stream that Strava did not send is null. v_stream_points has one row per sample.",
    [
      key("activity_id", "activities.id"),
      athleteId,
      { name: "n", type: "integer", comment: "number of samples" },
      ...streamColumns,
      {
        name: "info",
        type: "jsonb",
        comment:
          "series_type, original_size and resolution of each stream, as sent by Strava; of an imported " +
          "stream also its file, and derived if it was computed",
      },
      {
        name: "other",
        type: "jsonb",
        comment: "whole streams of unknown type, or that do not fit their column exactly",
      },
      ...received.filter(({ name }) => name !== "raw"),
    ],
  ),
  external("strava.streams", "answer", "lat", "lng"),
  ...optionalTables,
  ...ownTables,
]
