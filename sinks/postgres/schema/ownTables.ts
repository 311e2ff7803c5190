/** Declarations of Paceline's own tables, which hold no data of Strava's. */
import { type Defined, defineTable } from "./define.ts"

const lease = "strava.paceline_lease"

const leaseColumns: ReadonlyArray<Defined> = [
  { name: "id", type: "integer primary key", comment: "always 1" },
  {
    name: "epoch",
    type: "bigint not null",
    comment: "number of runs that have started to write (fencing token)",
  },
  { name: "holder", type: "text not null", comment: "run that started last" },
  { name: "since", type: "timestamptz not null", comment: "start time of that run" },
]

const ours: Defined = {
  name: "ours",
  type: "bigint",
  comment:
    "epoch of the last run with a row in paceline_writer; if it differs from epoch, an older version " +
    "has started since",
}

const leaseComment =
  "One row: number of runs of any athlete that have started to write. A run of an older " +
  "version stops if it finds another epoch than its own."

const writer: ReadonlyArray<string> = defineTable(
  "strava.paceline_writer",
  "One row per athlete: the run that may write the athlete's rows. epoch is its fencing token: a run " +
    "with another epoch stops.",
  [
    { name: "athlete_id", type: "bigint primary key", comment: "athletes.id; 0: all athletes" },
    { name: "epoch", type: "bigint not null", comment: "number of the run (fencing token)" },
    { name: "holder", type: "text not null", comment: "run that started last" },
    { name: "since", type: "timestamptz not null", comment: "start time of that run" },
  ],
)

const projection = "strava.paceline_projection"

const projectionComment =
  "One row per table and athlete: version of the column definitions that the rows were " +
  "derived with."

const projectionAthlete: Defined = {
  name: "athlete_id",
  type: "bigint not null default 0",
  comment: "athletes.id; 0: every athlete without a row",
}

/** Statements that declare these tables. */
export const ownTables: ReadonlyArray<string> = [
  ...defineTable(lease, leaseComment, [...leaseColumns, ours]),
  ...writer,
  ...defineTable(projection, projectionComment, [
    { name: "name", type: "text", comment: "table" },
    { name: "version", type: "integer not null", comment: "version of the column definitions" },
    projectionAthlete,
  ], ["primary key (athlete_id,name)"]),
]
