/** The tables, as the statements that make them. */
import { activityColumns, athleteColumns, streamColumns } from "./columns.ts"
import {
  answer,
  athleteId,
  columnComments,
  type Defined,
  deletedAt,
  key,
  provenance,
  raw,
  table,
} from "./define.ts"
import { moreNow, moreOf3, projection, saidOf4 } from "./moreTables.ts"

export { commentsOn } from "./define.ts"

/**
 * No table refers to another: streams of an activity that was refused still land, and no order of
 * delivery is forced. Nor is anything but the key checked: real data is inconsistent.
 */
const tablesWith = (
  more: ReadonlyArray<Defined>,
  deleted: ReadonlyArray<Defined> = [],
): ReadonlyArray<string> => [
  ...table("strava.athletes", "One row per athlete. Names and units are Strava's own.", [
    key("id", "Strava's id"),
    ...athleteColumns,
    raw,
    ...provenance,
    ...more,
  ]),
  ...table("strava.activities", "One row per activity. Names and units are Strava's own.", [
    key("id", "Strava's id"),
    athleteId,
    ...activityColumns,
    raw,
    ...provenance,
    ...more,
    ...deleted,
  ]),
  "create index activities_start_date_idx on strava.activities (start_date)",
  "create index activities_sport_type_idx on strava.activities (sport_type, start_date_local)",
  ...table(
    "strava.streams",
    "One row per activity: its samples as arrays, whose n-th entries belong together. " +
      "A stream that Strava did not send is null. v_stream_points has one row per sample.",
    [
      key("activity_id", "activities.id"),
      athleteId,
      { name: "n", type: "integer not null", comment: "how many samples" },
      ...streamColumns,
      {
        name: "info",
        type: "jsonb not null",
        comment: "what Strava says of each stream: series_type, original_size, resolution",
      },
      {
        name: "other",
        type: "jsonb",
        comment: "streams of unknown type, or that do not fit their column, as sent",
      },
      ...provenance,
      ...more,
      ...deleted,
    ],
  ),
]

const lease = table(
  "strava.paceline_lease",
  "One row: the run that writes here. A run that finds another epoch than its own stops.",
  [
    { name: "id", type: "integer primary key", comment: "1: there is one row" },
    { name: "epoch", type: "bigint not null", comment: "how many runs have begun to write" },
    { name: "holder", type: "text not null", comment: "the run that began last" },
    { name: "since", type: "timestamptz not null", comment: "when it began" },
  ],
)

/** The first version. */
export const first: ReadonlyArray<string> = tablesWith([])

/** What the second version adds: answers byte for byte, and one writer at a time. */
export const second: ReadonlyArray<string> = [
  ...["strava.athletes", "strava.activities", "strava.streams"].flatMap((name) => [
    // External: compressed already, so PostgreSQL need not try.
    `alter table ${name} add column answer bytea, alter column answer set storage external`,
    ...columnComments(name, [answer]),
  ]),
  ...lease,
]

/** What the third version adds: more of Strava's data, and what is gone from there. */
export const third: ReadonlyArray<string> = [
  ...["strava.activities", "strava.streams"].flatMap((name) => [
    `alter table ${name} add column deleted_at timestamptz`,
    ...columnComments(name, [deletedAt]),
  ]),
  ...moreOf3,
  ...projection,
  ...["athletes", "zones", "stats", "gear", "activities", "details", "streams"].map((name) =>
    `insert into strava.paceline_projection values ('strava.${name}', 1)`
  ),
]

/** What the fourth version changes: it knows of what was purged. */
export const fourth: ReadonlyArray<string> = saidOf4

/** As they are now, whichever versions that took. */
export const tables: ReadonlyArray<string> = [
  ...tablesWith([answer], [deletedAt]),
  ...moreNow,
  ...lease,
  ...projection,
]
