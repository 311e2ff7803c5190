/** Statements that make tables and say what they hold. */

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

export const table = (
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

export const athleteId: Defined = {
  name: "athlete_id",
  type: "bigint not null",
  comment: "whose it is: athletes.id",
}

export const raw: Defined = {
  name: "raw",
  type: "jsonb not null",
  comment: "the whole response as JSON, with all digits (-0.0 becomes 0.0); answer has each byte",
}

/** The same as the first versions described it. */
export const rawOf1: Defined = {
  ...raw,
  comment: "the whole answer as Strava sent it, numbers to the last digit",
}

export const provenance: ReadonlyArray<Defined> = [
  { name: "sha256", type: "text not null", comment: "SHA-256 of the answer as sent" },
  { name: "source", type: "text not null default 'api'", comment: "where it came from" },
  { name: "fetched_at", type: "timestamptz not null", comment: "when it was received" },
]

export const answer: Defined = {
  name: "answer",
  type: "bytea",
  comment: "zstd (older rows: gzip) of the response, byte for byte; null in the oldest rows",
}

export const answerOf2: Defined = {
  ...answer,
  comment: "gzip of the answer, byte for byte as sent; null in old rows",
}

export const deletedAt: Defined = {
  name: "deleted_at",
  type: "timestamptz",
  comment: "when it was found to be gone from Strava; null while it is there",
}
