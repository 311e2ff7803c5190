/** Declarations of the tables for details, zones, stats, gear and missing responses. */
import { athleteId, type Defined, defineTable, external, key, received } from "./define.ts"
import { detailColumns, entries, type EntryTable } from "./detailColumns.ts"
import { gearColumns, statsColumns, zonesColumns } from "./profileColumns.ts"

const activityId: Defined = {
  name: "activity_id",
  type: "bigint not null",
  comment: "activities.id",
}

const entriesTable = ({ columns, comment, lists, name }: EntryTable): ReadonlyArray<string> => {
  const isOfUnits = lists.some(({ unit }) => unit !== undefined)
  return defineTable(
    name,
    comment,
    [
      activityId,
      ...(isOfUnits
        ? [{
          name: "unit",
          type: "text not null",
          comment: "metric: kilometres; standard: miles",
        }]
        : []),
      { name: "position", type: "integer not null", comment: "place in Strava's list, from 1" },
      athleteId,
      ...columns,
      {
        name: "raw",
        type: "jsonb not null",
        comment: "the entry as JSON, with all digits (-0.0 becomes 0.0)",
      },
    ],
    [`primary key (activity_id,${isOfUnits ? "unit," : ""}position)`],
  )
}

/** Statements that declare these tables. */
export const optionalTables: ReadonlyArray<string> = [
  ...defineTable(
    "strava.details",
    "One row per activity that was asked for in detail. Names and units are Strava's own. " +
      "Laps, splits and efforts are tables of their own.",
    [key("activity_id", "activities.id"), athleteId, ...detailColumns, ...received],
  ),
  external("strava.details", "answer"),
  ...entries.flatMap(entriesTable),
  "create index segment_efforts_segment_id_idx on strava.segment_efforts (segment_id)",
  "create index best_efforts_name_idx on strava.best_efforts (name)",
  ...defineTable("strava.zones", "One row per athlete: the zones of heart rate and power.", [
    key("athlete_id", "athletes.id"),
    ...zonesColumns,
    ...received,
  ]),
  external("strava.zones", "answer"),
  ...defineTable(
    "strava.stats",
    "One row per athlete: Strava's own totals, of activities that everyone sees.",
    [key("athlete_id", "athletes.id"), ...statsColumns, ...received],
  ),
  external("strava.stats", "answer"),
  ...defineTable(
    "strava.gear",
    "One row per bike or pair of shoes. Names and units are Strava's own.",
    [
      { name: "id", type: "text primary key", comment: "Strava's id: activities.gear_id" },
      athleteId,
      ...gearColumns,
      ...received,
    ],
  ),
  external("strava.gear", "answer"),
  ...defineTable(
    "strava.missing",
    "One row for each answer about an activity that there is not, and why. What is not here and " +
      "has no row has not been asked for yet.",
    [
      athleteId,
      activityId,
      { name: "resource", type: "text not null", comment: "activities, details or streams" },
      {
        name: "status",
        type: "text not null",
        comment: "absent: Strava has none; quarantined: it failed again and again; skipped: " +
          "Strava does not let us; purged: it was deleted here for its age",
      },
      { name: "reason", type: "text not null", comment: "in words" },
    ],
    ["primary key (activity_id,resource)"],
  ),
]
