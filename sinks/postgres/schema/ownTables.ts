/** The tables of Paceline's own, which hold nothing of Strava's, as the statements that make them. */
import { commentsOn, type Defined, table } from "./define.ts"

const lease = "strava.paceline_lease"

const leaseColumns: ReadonlyArray<Defined> = [
  { name: "id", type: "integer primary key", comment: "1: there is one row" },
  { name: "epoch", type: "bigint not null", comment: "how many runs have begun to write" },
  { name: "holder", type: "text not null", comment: "the run that began last" },
  { name: "since", type: "timestamptz not null", comment: "when it began" },
]

export const leaseOf2: ReadonlyArray<string> = table(
  lease,
  "One row: the run that writes here. A run that finds another epoch than its own stops.",
  leaseColumns,
)

const ours: Defined = {
  name: "ours",
  type: "bigint",
  comment: "the epoch of the last run that has a row in paceline_writer; else older versions began",
}

const leaseComment =
  "One row: how many runs have begun to write, of any athlete. A run of an older " +
  "version that finds another epoch than its own stops."

const writer: ReadonlyArray<string> = table(
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

/** Additions of the sixth version. A run of an older version that is writing meanwhile keeps its epoch. */
export const writers: ReadonlyArray<string> = [
  `alter table ${lease} add column ${ours.name} ${ours.type}`,
  `update ${lease} set ours = epoch`,
  ...commentsOn("table", lease, leaseComment, [ours]),
  ...writer,
  `alter table ${projection} add column ${projectionAthlete.name} ${projectionAthlete.type},
    drop constraint paceline_projection_pkey, add primary key (athlete_id, name)`,
  ...commentsOn("table", projection, projectionComment, [projectionAthlete]),
]

/** All of them as they are now. */
export const ownTables: ReadonlyArray<string> = [
  ...table(lease, leaseComment, [...leaseColumns, ours]),
  ...writer,
  ...table(projection, projectionComment, [
    { name: "name", type: "text", comment: "the table" },
    { name: "version", type: "integer not null", comment: "the version" },
    projectionAthlete,
  ], ["primary key (athlete_id,name)"]),
]
