/** Statements that land rows, make them again out of their answers, and compare them. */

export const commaColumns = (table: string, columns: ReadonlyArray<string>) =>
  `row(${columns.map((column) => `${table}.${column}`).join(", ")})::record`

/** What replaying an item may leave as it is. */
const isTime = (column: string) => column === "fetched_at"

/** Rows of a table as statements see them. */
interface Columns {
  readonly table: string
  /** Its columns, by commas. */
  readonly key: string
  /** Those that are written, the key among them. */
  readonly names: ReadonlyArray<string>
}

const isOfKey = (key: string) => (column: string) => key.split(", ").includes(column)

/**
 * `insert` that replaces by key, and leaves a row alone that is the same already but for when it was
 * received. `*<>` compares what is stored: to `<>` the JSON numbers 2 and 2.0 are equal.
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

/** `insert` of rows of answers; what was marked as deleted is there again, where it can be `gone`. */
export const upsert = (columns: Columns, from: string, canBeGone: boolean): string =>
  replacing(
    columns,
    from,
    [...columns.names.filter((column) => !isOfKey(columns.key)(column)), "source"],
    canBeGone ? thereAgain : asIs,
  )

/** `insert` of rows that are of no answer of their own. */
export const upsertPlain = (columns: Columns, from: string): string =>
  replacing(columns, from, columns.names.filter((name) => !isOfKey(columns.key)(name)), asIs)

const notProjected = ["sha256", "fetched_at", "answer"]

/** The same for rows that are there: only what is made out of the answer is made again. */
export const project = (columns: Columns, from: string): string =>
  replacing(
    columns,
    from,
    columns.names.filter((name) => !isOfKey(columns.key)(name) && !notProjected.includes(name)),
    asIs,
  )

/** SQL for the digest of an array: of its binary form, as a client sends it. */
const digestOf = (column: string): string => `sha256(array_send(${column}))`

/**
 * A question: which of the rows `from`, which are called `r`, the table lacks or holds otherwise, and
 * in which columns. An answer of other bytes comes along: it may say the same, compressed otherwise. Of the
 * arrays `digested`, `r` has digests, so that their samples need not be sent.
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
    "case when t.source <> 'api' then 'source' end",
  ]
  const columns = `array_remove(array[${different.join(", ")}], null)`
  // A tombstone has nothing to compare.
  const [found, answer] = canBeGone
    ? [
      `case when t.deleted_at is null then ${columns} else array['deleted_at'] end`,
      "case when t.deleted_at is null then t.answer else r.answer end",
    ]
    : [columns, "t.answer"]
  return `select r.${key}::text as id, t.${key} is null as missing, ${found} as columns, ` +
    `${answer} as answer from ${from} ` +
    `left join ${table} t on t.${key} = r.${key} where t.${key} is null or t.source <> 'api' ` +
    `or t.answer is distinct from r.answer ` +
    `or ${commaColumns("t", compared)} *<> ${commaColumns("r", compared)}` +
    differs.map(({ condition }) => ` or ${condition}`).join("") +
    (canBeGone ? " or t.deleted_at is not null" : "")
}
