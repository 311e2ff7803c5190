/** The tables of the third version, as the statements that make them. */
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
import { detailColumns, type Entries, entries } from "./detailColumns.ts"
import { gearColumns, statsColumns, zonesColumns } from "./profileColumns.ts"

/** The entry as its table keeps it. */
export const rawOfEntry: Defined = {
  ...raw,
  comment: "the entry as JSON, with all digits (-0.0 becomes 0.0)",
}

/** Columns whose comment differs between versions; `entry` is `raw` of tables of entries. */
interface Changing {
  readonly answer: Defined
  readonly raw: Defined
  readonly entry: Defined
}

const of3: Changing = {
  answer: answerOf2,
  raw: rawOf1,
  entry: { ...rawOf1, comment: "the entry as Strava sent it, numbers to the last digit" },
}

const ofNow: Changing = { answer, raw, entry: rawOfEntry }

const activityId: Defined = {
  name: "activity_id",
  type: "bigint not null",
  comment: "activities.id",
}

/** External: compressed already, so PostgreSQL need not try. */
const external = (name: string) => `alter table ${name} alter column answer set storage external`

const entriesTable = (
  { columns, comment, lists, name }: Entries,
  raw: Defined,
): ReadonlyArray<string> => {
  const isOfUnits = lists.some(({ unit }) => unit !== undefined)
  return table(
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
      raw,
    ],
    [`primary key (activity_id,${isOfUnits ? "unit," : ""}position)`],
  )
}

const more = ({ answer, entry, raw }: Changing): ReadonlyArray<string> => {
  const kept = [raw, ...provenance, answer, deletedAt]
  return [
    ...table(
      "strava.details",
      "One row per activity that was asked for in detail. Names and units are Strava's own. " +
        "Laps, splits and efforts are tables of their own.",
      [key("activity_id", "activities.id"), athleteId, ...detailColumns, ...kept],
    ),
    external("strava.details"),
    ...entries.flatMap((one) => entriesTable(one, entry)),
    "create index segment_efforts_segment_id_idx on strava.segment_efforts (segment_id)",
    "create index best_efforts_name_idx on strava.best_efforts (name)",
    ...table("strava.zones", "One row per athlete: the zones of heart rate and power.", [
      key("athlete_id", "athletes.id"),
      ...zonesColumns,
      ...kept,
    ]),
    external("strava.zones"),
    ...table(
      "strava.stats",
      "One row per athlete: Strava's own totals, of activities that everyone sees.",
      [key("athlete_id", "athletes.id"), ...statsColumns, ...kept],
    ),
    external("strava.stats"),
    ...table(
      "strava.gear",
      "One row per bike or pair of shoes. Names and units are Strava's own.",
      [
        { name: "id", type: "text primary key", comment: "Strava's id: activities.gear_id" },
        athleteId,
        ...gearColumns,
        ...kept,
      ],
    ),
    external("strava.gear"),
  ]
}

/** Tables of these have the column `raw` with whole responses, and with entries. */
export const withRaw = ["strava.details", "strava.zones", "strava.stats", "strava.gear"]
export const withEntries = entries.map(({ name }) => name)

const statuses = {
  3: "absent: Strava has none; quarantined: it failed again and again; skipped: Strava does not let us",
  4: "absent: Strava has none; quarantined: it failed again and again; skipped: Strava does not let " +
    "us; purged: it was deleted here for its age",
} as const

const missing = (version: keyof typeof statuses): ReadonlyArray<string> =>
  table(
    "strava.missing",
    "One row for each answer about an activity that there is not, and why. What is not here and " +
      "has no row has not been asked for yet.",
    [
      athleteId,
      activityId,
      { name: "resource", type: "text not null", comment: "activities, details or streams" },
      { name: "status", type: "text not null", comment: statuses[version] },
      { name: "reason", type: "text not null", comment: "in words" },
    ],
    ["primary key (activity_id,resource)"],
  )

/** What the third version added. */
export const moreOf3: ReadonlyArray<string> = [...more(of3), ...missing(3)]

/** The same as it is now. */
export const moreNow: ReadonlyArray<string> = [...more(ofNow), ...missing(4)]

/** What the fourth version says of a table that is there. */
export const saidOf4: ReadonlyArray<string> = columnComments("strava.missing", [
  { name: "status", comment: statuses[4] },
])

export const projectionOf3: ReadonlyArray<string> = table(
  "strava.paceline_projection",
  "One row per table: by which version of our columns its rows were made out of their answers.",
  [
    { name: "name", type: "text primary key", comment: "the table" },
    { name: "version", type: "integer not null", comment: "the version" },
  ],
)
