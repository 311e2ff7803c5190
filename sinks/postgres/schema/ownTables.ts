/** Declarations of Paceline's own tables, which hold no data of Strava's. */
import { type Defined, defineTable } from "./define.ts"

const lease = "strava.paceline_lease"

const leaseColumns: ReadonlyArray<Defined> = [
  { name: "id", type: "integer primary key", comment: "1: there is one row" },
  { name: "epoch", type: "bigint not null", comment: "how many runs have begun to write" },
  { name: "holder", type: "text not null", comment: "the run that began last" },
  { name: "since", type: "timestamptz not null", comment: "when it began" },
]

const ours: Defined = {
  name: "ours",
  type: "bigint",
  comment: "the epoch of the last run that has a row in paceline_writer; else older versions began",
}

const leaseComment =
  "One row: how many runs have begun to write, of any athlete. A run of an older " +
  "version that finds another epoch than its own stops."

const writer: ReadonlyArray<string> = defineTable(
  "strava.paceline_writer",
  "One row per athlete: the run that writes the athlete's rows. A run that finds another epoch than " +
    "its own stops.",
  [
    { name: "athlete_id", type: "bigint primary key", comment: "athletes.id; 0: of all athletes" },
    { name: "epoch", type: "bigint not null", comment: "the number of the run" },
    { name: "holder", type: "text not null", comment: "the run that began last" },
    { name: "since", type: "timestamptz not null", comment: "when it began" },
  ],
)

const projection = "strava.paceline_projection"

const projectionComment =
  "One row per table and athlete: by which version of our columns the rows were " +
  "made out of their answers."

const projectionAthlete: Defined = {
  name: "athlete_id",
  type: "bigint not null default 0",
  comment: "athletes.id; 0: of every athlete without a row",
}

/** Statements that declare these tables. */
export const ownTables: ReadonlyArray<string> = [
  ...defineTable(lease, leaseComment, [...leaseColumns, ours]),
  ...writer,
  ...defineTable(projection, projectionComment, [
    { name: "name", type: "text", comment: "the table" },
    { name: "version", type: "integer not null", comment: "the version" },
    projectionAthlete,
  ], ["primary key (athlete_id,name)"]),
]
