/** The tables, as the statements that make them. */
import { activityColumns, athleteColumns, streamColumns } from "./columns.ts"

interface Described {
  readonly name: string
  readonly comment: string
}

interface Defined extends Described {
  /** Type and constraints. */
  readonly type: string
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

const columnComments = (name: string, columns: ReadonlyArray<Described>) =>
  columns.map((column) => `comment on column ${name}.${column.name} is ${literal(column.comment)}`)

/** Comments on a table or view and its columns. */
export const commentsOn = (
  kind: "table" | "view",
  name: string,
  comment: string,
  columns: ReadonlyArray<Described>,
): ReadonlyArray<string> => [
  `comment on ${kind} ${name} is ${literal(comment)}`,
  ...columnComments(name, columns),
]

const table = (
  name: string,
  comment: string,
  columns: ReadonlyArray<Defined>,
): ReadonlyArray<string> => [
  `create table ${name} (${columns.map(({ name, type }) => `${name} ${type}`).join(", ")})`,
  ...commentsOn("table", name, comment, columns),
]

const key = (name: string, comment: string): Defined => ({
  name,
  type: "bigint primary key",
  comment,
})

const athleteId: Defined = {
  name: "athlete_id",
  type: "bigint not null",
  comment: "whose it is: athletes.id",
}

const raw: Defined = {
  name: "raw",
  type: "jsonb not null",
  comment: "the whole answer as Strava sent it, numbers to the last digit",
}

const provenance: ReadonlyArray<Defined> = [
  { name: "sha256", type: "text not null", comment: "SHA-256 of the answer as sent" },
  { name: "source", type: "text not null default 'api'", comment: "where it came from" },
  { name: "fetched_at", type: "timestamptz not null", comment: "when it was received" },
]

const answer: Defined = {
  name: "answer",
  type: "bytea",
  comment: "gzip of the answer, byte for byte as sent; null in old rows",
}

/**
 * No table refers to another: streams of an activity that was refused still land, and no order of
 * delivery is forced. Nor is anything but the key checked: real data is inconsistent.
 */
const tablesWith = (more: ReadonlyArray<Defined>): ReadonlyArray<string> => [
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

/** As they are now, whichever versions that took. */
export const tables: ReadonlyArray<string> = [...tablesWith([answer]), ...lease]
