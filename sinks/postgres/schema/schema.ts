/** The tables, as the statements that make them. */
import { activityColumns, athleteColumns, streamColumns } from "./columns.ts"
import {
  answer,
  answerOf2,
  athleteId,
  columnComments,
  type Defined,
  deletedAt,
  key,
  provenance,
  raw,
  rawOf1,
  table,
} from "./define.ts"
import {
  moreNow,
  moreOf3,
  projectionOf3,
  rawOfEntry,
  saidOf4,
  withEntries,
  withRaw,
} from "./moreTables.ts"
import { leaseOf2, ownTables, writers } from "./ownTables.ts"
import { rebuilding } from "./rebuild.ts"

export { commentsOn } from "./define.ts"

/** Columns of samples that were `integer[]` up to the fourth version. */
const wholeOf4 = ["time", "heartrate", "watts", "temp"]

const other: Defined = {
  name: "other",
  type: "jsonb",
  comment: "whole streams of unknown type, or that their column does not hold exactly",
}

/** Parts that differ between the versions of the first tables. */
interface Changing {
  readonly raw: Defined
  readonly samples: ReadonlyArray<Defined>
  readonly other: Defined
}

const of1: Changing = {
  raw: rawOf1,
  samples: streamColumns.map((column) =>
    wholeOf4.includes(column.name) ? { ...column, type: "integer[]" } : column
  ),
  other: {
    ...other,
    comment: "streams of unknown type, or that do not fit their column, as sent",
  },
}

const ofNow: Changing = { raw, samples: streamColumns, other }

/**
 * No table refers to another: streams of an activity that was refused still land, and no order of
 * delivery is forced. Nor is anything but the key checked: real data is inconsistent.
 */
const tablesWith = (
  { other, raw, samples }: Changing,
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
      ...samples,
      {
        name: "info",
        type: "jsonb not null",
        comment: "what Strava says of each stream: series_type, original_size, resolution",
      },
      other,
      ...provenance,
      ...more,
      ...deleted,
    ],
  ),
]

/** The first version. */
export const first: ReadonlyArray<string> = tablesWith(of1, [])

/** What the second version adds: answers byte for byte, and one writer at a time. */
export const second: ReadonlyArray<string> = [
  ...["strava.athletes", "strava.activities", "strava.streams"].flatMap((name) => [
    // External: compressed already, so PostgreSQL need not try.
    `alter table ${name} add column answer bytea, alter column answer set storage external`,
    ...columnComments(name, [answerOf2]),
  ]),
  ...leaseOf2,
]

/** What the third version adds: more of Strava's data, and what is gone from there. */
export const third: ReadonlyArray<string> = [
  ...["strava.activities", "strava.streams"].flatMap((name) => [
    `alter table ${name} add column deleted_at timestamptz`,
    ...columnComments(name, [deletedAt]),
  ]),
  ...moreOf3,
  ...projectionOf3,
  ...["athletes", "zones", "stats", "gear", "activities", "details", "streams"].map((name) =>
    `insert into strava.paceline_projection values ('strava.${name}', 1)`
  ),
]

/** What the fourth version changes: it knows of what was purged. */
export const fourth: ReadonlyArray<string> = saidOf4

/**
 * The fifth version: samples may have fractions, and comments say what `raw` does not keep. The table of
 * streams is rewritten once, which takes as much disk again as it has. `views` are those that read samples.
 */
export const fifth = (
  views: ReadonlyArray<string>,
  statements: ReadonlyArray<string>,
): ReadonlyArray<string> => [
  rebuilding({
    table: "strava.streams",
    columns: wholeOf4,
    change: `alter table strava.streams ${
      wholeOf4.map((name) => `alter column ${name} type float8[]`).join(", ")
    }`,
    own: views,
    statements,
  }),
  ...columnComments("strava.streams", [other]),
  ...["strava.athletes", "strava.activities", ...withRaw].flatMap((name) =>
    columnComments(name, [raw])
  ),
  ...withEntries.flatMap((name) => columnComments(name, [rawOfEntry])),
]

/** The sixth version: one run at a time for each athlete, and not for the whole database. */
export const sixth: ReadonlyArray<string> = writers

/**
 * The tenth version: comments say how responses are compressed. PostgreSQL no longer tries to compress
 * positions, whose digits leave nothing to find: trying took a fifth of the time of all arrays.
 */
export const tenth: ReadonlyArray<string> = [
  ...["strava.athletes", "strava.activities", "strava.streams", ...withRaw]
    .flatMap((name) => columnComments(name, [answer])),
  "alter table strava.streams alter column lat set storage external, " +
  "alter column lng set storage external",
]

/** As they are now, whichever versions that took. */
export const tables: ReadonlyArray<string> = [
  ...tablesWith(ofNow, [answer], [deletedAt]),
  ...moreNow,
  ...ownTables,
]
