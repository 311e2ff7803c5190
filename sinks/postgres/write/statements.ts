/** Statements that write rows, update them from their stored responses, and compare them. */

export const commaColumns = (table: string, columns: ReadonlyArray<string>) =>
  `row(${columns.map((column) => `${table}.${column}`).join(", ")})::record`

/** True for a column that may differ when an item is delivered again. */
const isTime = (column: string) => column === "fetched_at"

/** Columns of a table, as SQL. */
interface Columns {
  readonly table: string
  /** Columns of the key, separated by commas. */
  readonly key: string
  /** Columns that are written, including the key. */
  readonly names: ReadonlyArray<string>
}

const isOfKey = (key: string) => (column: string) => key.split(", ").includes(column)

/**
 * `insert` that replaces a row by key, and skips a row that differs only in the time of receipt.
 * `*<>` compares stored bytes: for `<>`, the JSON numbers 2 and 2.0 are equal.
 */
const replacing = (
  { key, names, table }: Columns,
  from: string,
  replaced: ReadonlyArray<string>,
  more: { readonly set: string; readonly where: string },
): string => {
  const compared = replaced.filter((column) => !isTime(column))
  return `insert into ${table} as t (${names.join(", ")}) ${from} on conflict (${key}) do update ` +
    `set (${replaced.join(", ")}) = row(${
      replaced.map((column) => `excluded.${column}`).join(", ")
    })${more.set} where ${commaColumns("t", compared)} *<> ${commaColumns("excluded", compared)}` +
    more.where
}

const asIs = { set: "", where: "" }
const thereAgain = { set: ", deleted_at = null", where: " or t.deleted_at is not null" }

/** `insert` for rows of responses. If `canBeGone`, a row marked as deleted is restored. */
export const upsert = (columns: Columns, from: string, canBeGone: boolean): string =>
  replacing(
    columns,
    from,
    columns.names.filter((column) => !isOfKey(columns.key)(column)),
    canBeGone ? thereAgain : asIs,
  )

/** `insert` for rows that have no response of their own. */
export const upsertPlain = (columns: Columns, from: string): string =>
  replacing(columns, from, columns.names.filter((name) => !isOfKey(columns.key)(name)), asIs)

const notProjected = ["sha256", "fetched_at", "answer"]

/** `update` for existing rows, of the columns that are made from the response. */
export const project = (columns: Columns, from: string): string =>
  replacing(
    columns,
    from,
    columns.names.filter((name) => !isOfKey(columns.key)(name) && !notProjected.includes(name)),
    asIs,
  )

/** SQL for the digest of an array in its binary form, as a client sends it. */
const digestOf = (column: string): string => `sha256(array_send(${column}))`

/**
 * A query for the rows of `from` (called `r`) that the table lacks or that differ, with the columns
 * that differ. A response with other bytes is returned too, because it might differ only in
 * compression. For the arrays `digested`, `r` has digests, so that their samples are not sent.
 */
export const compareRows = (
  { key, names, table }: Columns,
  from: string,
  canBeGone: boolean,
  digested: ReadonlyArray<string> = [],
): string => {
  const compared = names.filter((column) =>
    column !== key && column !== "answer" && !isTime(column) && !digested.includes(column)
  )
  const differs = digested.map((column) => ({
    column,
    condition: `${digestOf(`t.${column}`)} is distinct from r.${column}`,
  }))
  const different = [
    ...compared.map((column) =>
      `case when row(t.${column})::record *<> row(r.${column})::record then '${column}' end`
    ),
    ...differs.map(({ column, condition }) => `case when ${condition} then '${column}' end`),
  ]
  const columns = `array_remove(array[${different.join(", ")}], null)`
  // A tombstone has no content to compare.
  const [found, answer] = canBeGone
    ? [
      `case when t.deleted_at is null then ${columns} else array['deleted_at'] end`,
      "case when t.deleted_at is null then t.answer else r.answer end",
    ]
    : [columns, "t.answer"]
  return `select r.${key}::text as id, t.${key} is null as missing, ${found} as columns, ` +
    `${answer} as answer from ${from} ` +
    `left join ${table} t on t.${key} = r.${key} where t.${key} is null ` +
    `or t.answer is distinct from r.answer ` +
    `or ${commaColumns("t", compared)} *<> ${commaColumns("r", compared)}` +
    differs.map(({ condition }) => ` or ${condition}`).join("") +
    (canBeGone ? " or t.deleted_at is not null" : "")
}
