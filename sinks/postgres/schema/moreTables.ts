/** Declarations of the tables for details, zones, stats, gear and missing responses. */
import { declaredTables, missingResource } from "./declaredTables.ts"
import { activityId, athleteId, defineTable, external, key, received } from "./define.ts"
import { detailColumns, entries, type EntryTable } from "./detailColumns.ts"
import { gearColumns, statsColumns, zonesColumns } from "./profileColumns.ts"

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
          comment: "metric: kilometers; standard: miles",
        }]
        : []),
      { name: "position", type: "integer not null", comment: "position in Strava's list, from 1" },
      athleteId,
      ...columns,
      {
        name: "raw",
        type: "jsonb not null",
        comment: "entry as JSON, all digits kept (-0.0 becomes 0.0)",
      },
    ],
    [`primary key (activity_id,${isOfUnits ? "unit," : ""}position)`],
  )
}

/** Statements that declare these tables. */
export const optionalTables: ReadonlyArray<string> = [
  ...defineTable(
    "strava.details",
    "One row per activity with details. Names and units are Strava's own. " +
      "Laps, splits and efforts have their own tables.",
    [key("activity_id", "activities.id"), athleteId, ...detailColumns, ...received],
  ),
  external("strava.details", "answer"),
  ...entries.flatMap(entriesTable),
  "create index segment_efforts_segment_id_idx on strava.segment_efforts (segment_id)",
  "create index best_efforts_name_idx on strava.best_efforts (name)",
  ...defineTable("strava.zones", "One row per athlete: heart-rate and power zones.", [
    key("athlete_id", "athletes.id"),
    ...zonesColumns,
    ...received,
  ]),
  external("strava.zones", "answer"),
  ...defineTable(
    "strava.stats",
    "One row per athlete: stats as computed by Strava from activities visible to everyone.",
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
    "One row per response about an activity that could not be fetched, or is no longer stored, with the " +
      "reason. Data with neither a row here nor a row of its own has not been requested yet.",
    [
      athleteId,
      activityId,
      missingResource,
      {
        name: "status",
        type: "text not null",
        comment:
          "absent: not at Strava; quarantined: failed repeatedly; skipped: entered manually, " +
          "or not permitted by Strava; purged: deleted here by age",
      },
      { name: "reason", type: "text not null", comment: "reason, as text" },
    ],
    ["primary key (activity_id,resource)"],
  ),
  ...declaredTables,
]
