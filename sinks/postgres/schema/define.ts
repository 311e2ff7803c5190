/** SQL statements that create tables, with their comments. */

interface Described {
  readonly name: string
  readonly comment: string
}

export interface Defined extends Described {
  /** Type and constraints. */
  readonly type: string
}

const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

export const columnComments = (name: string, columns: ReadonlyArray<Described>) =>
  columns.map((column) => `comment on column ${name}.${column.name} is ${literal(column.comment)}`)

/** Statements that comment a table or view and its columns. */
export const commentsOn = (
  kind: "table" | "view",
  name: string,
  comment: string,
  columns: ReadonlyArray<Described>,
): ReadonlyArray<string> => [
  `comment on ${kind} ${name} is ${literal(comment)}`,
  ...columnComments(name, columns),
]

export const defineTable = (
  name: string,
  comment: string,
  columns: ReadonlyArray<Defined>,
  constraints: ReadonlyArray<string> = [],
): ReadonlyArray<string> => [
  `create table ${name} (${
    [...columns.map(({ name, type }) => `${name} ${type}`), ...constraints].join(", ")
  })`,
  ...commentsOn("table", name, comment, columns),
]

export const key = (name: string, comment: string): Defined => ({
  name,
  type: "bigint primary key",
  comment,
})

export const activityId: Defined = {
  name: "activity_id",
  type: "bigint not null",
  comment: "activities.id",
}

export const athleteId: Defined = {
  name: "athlete_id",
  type: "bigint not null",
  comment: "athlete (athletes.id)",
}

const fetched: ReadonlyArray<Defined> = [
  {
    name: "raw",
    type: "jsonb",
    comment: "full response as JSON, all digits kept (-0.0 becomes 0.0); answer has every byte",
  },
  { name: "sha256", type: "text", comment: "SHA-256 of the response as sent" },
  {
    name: "source",
    type: "text not null default 'api'",
    comment: "api: Strava's API; export: the bulk export",
  },
  { name: "fetched_at", type: "timestamptz", comment: "time of the response" },
  {
    name: "answer",
    type: "bytea",
    comment: "response byte for byte, zstd (older rows: gzip); null in the oldest rows",
  },
]

const deletedAt: Defined = {
  name: "deleted_at",
  type: "timestamptz",
  comment: "time when the deletion at Strava was detected; null if not deleted",
}

/** Columns for the response that a row was made from. In the row of a deleted item, most are null. */
export const received: ReadonlyArray<Defined> = [...fetched, deletedAt]

/** The same for rows that are never deleted, in which only `answer` may be null. */
export const receivedForGood: ReadonlyArray<Defined> = fetched.map((column) =>
  ["answer", "source"].includes(column.name)
    ? column
    : { ...column, type: `${column.type} not null` }
)

/** Stores columns outside of the row, uncompressed: their values are compressed already, or do not compress. */
export const external = (table: string, ...columns: ReadonlyArray<string>) =>
  `alter table ${table} ${
    columns.map((column) => `alter column ${column} set storage external`).join(", ")
  }`
