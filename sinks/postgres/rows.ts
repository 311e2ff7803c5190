/** Athletes and activities as rows: one JSON object each, which PostgreSQL takes apart by itself. */
import { Result } from "effect"
import type { Item } from "../../schemas/Item.ts"
import { accept } from "../accept.ts"
import type { Refusal } from "../Sink.ts"
import { pack } from "./answer.ts"
import { activityColumns, athleteColumns, type Column } from "./columns.ts"

const largestId = 2n ** 63n - 1n

/** An item whose id, in digits, is small enough for a `bigint`. */
const fitsBigint = (item: Item): Result.Result<Item, Refusal> =>
  BigInt(item.id) <= largestId
    ? Result.succeed(item)
    : Result.fail({ item, reason: `its id is more than a bigint holds: ${item.id}` })

/** PostgreSQL reads JSON by recursion; the embedded one has little stack, and does not survive its end. */
const deepest = 2000

/** Whether lists and objects in the JSON `text` lie in one another more than `deepest` deep. */
const isTooDeep = (text: string): boolean => {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    switch (text[i]) {
      case '"':
        for (i++; i < text.length && text[i] !== '"'; i++) if (text[i] === "\\") i++
        break
      case "[":
      case "{":
        if (++depth > deepest) return true
        break
      case "]":
      case "}":
        depth--
    }
  }
  return false
}

/** An item that PostgreSQL may be sent. */
export const sendable = (item: Item): Result.Result<Item, Refusal> =>
  isTooDeep(item.text)
    ? Result.fail({ item, reason: "nested too deeply for PostgreSQL" })
    : fitsBigint(item)

const unstorable = /\\u(?:0000|[dD][89a-fA-F])/
const escapes =
  /\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u0000|\\u[dD][89a-fA-F][0-9a-fA-F]{2}/g

/**
 * JSON text that jsonb takes: NUL and half surrogate pairs, escaped or not, become U+FFFD. All else
 * stays as sent, so that jsonb keeps every digit.
 */
export const storableJson = (text: string): string => {
  const wellFormed = text.toWellFormed()
  return unstorable.test(wellFormed)
    ? wellFormed.replaceAll(
      escapes,
      (escape) => escape.length === 12 || escape === "\\\\" ? escape : "\\ufffd",
    )
    : wellFormed
}

const rowOf = (
  item: Item,
  answer: Readonly<Record<string, unknown>>,
  columns: ReadonlyArray<Column>,
): string => {
  const members = columns.map((column) =>
    `${JSON.stringify(column.name)}:${JSON.stringify(column.read(answer))}`
  )
  return `{${
    [
      `"id":${item.id}`,
      `"athlete_id":${item.athlete}`,
      ...members,
      `"raw":${storableJson(item.text)}`,
      `"sha256":${JSON.stringify(item.hash)}`,
      `"fetched_at":${JSON.stringify(new Date(item.fetchedAt).toISOString())}`,
      `"answer":"\\\\x${pack(item.text).toHex()}"`,
    ].join(",")
  }}`
}

/** The row of an item as JSON text, or why it can never be one. */
export const athleteRow = (item: Item): Result.Result<string, Refusal> =>
  Result.gen(function* () {
    const { value } = yield* accept.athlete(item)
    return rowOf(yield* sendable(item), value, athleteColumns)
  })

/** The row of an item as JSON text, or why it can never be one. */
export const activityRow = (item: Item): Result.Result<string, Refusal> =>
  Result.gen(function* () {
    const { value } = yield* accept.activities(item)
    return rowOf(yield* sendable(item), value, activityColumns)
  })

const columnsOf = (table: string, columns: ReadonlyArray<string>) =>
  `row(${columns.map((column) => `${table}.${column}`).join(", ")})::record`

/** What replaying an item may leave as it is. */
const isTime = (column: string) => column === "fetched_at"

/**
 * `insert` that replaces by key, and leaves a row alone that is the same already but for when it was
 * received. `*<>` compares what is stored: to `<>` the JSON numbers 2 and 2.0 are equal.
 */
export const upsert = (
  table: string,
  key: string,
  columns: ReadonlyArray<string>,
  from: string,
): string => {
  const others = [...columns.filter((column) => column !== key), "source"]
  const compared = others.filter((column) => !isTime(column))
  return `insert into ${table} as t (${
    columns.join(", ")
  }) ${from} on conflict (${key}) do update ` +
    `set (${others.join(", ")}) = (${others.map((column) => `excluded.${column}`).join(", ")}) ` +
    `where ${columnsOf("t", compared)} *<> ${columnsOf("excluded", compared)}`
}

/**
 * A question: which of the rows `from`, which are called `r`, the table lacks or holds otherwise, and
 * in which columns. An answer of other bytes comes along: it may say the same, compressed otherwise.
 */
export const compare = (
  table: string,
  key: string,
  columns: ReadonlyArray<string>,
  from: string,
): string => {
  const compared = columns.filter((column) =>
    column !== key && column !== "answer" && !isTime(column)
  )
  const names = compared.map((column) =>
    `case when row(t.${column})::record *<> row(r.${column})::record then '${column}' end`
  )
  return `select r.${key}::text as id, t.${key} is null as missing, array_remove(array[${
    names.join(", ")
  }, case when t.source <> 'api' then 'source' end], null) as columns, t.answer from ${from} ` +
    `left join ${table} t on t.${key} = r.${key} where t.${key} is null or t.source <> 'api' ` +
    `or t.answer is distinct from r.answer ` +
    `or ${columnsOf("t", compared)} *<> ${columnsOf("r", compared)}`
}

/** The statements that land and compare rows, their one parameter a JSON list of them. */
const ofRows = (
  table: string,
  columns: ReadonlyArray<{ readonly name: string; readonly type: string }>,
) => {
  const all = [
    { name: "id", type: "bigint" },
    ...columns,
    { name: "raw", type: "jsonb" },
    { name: "sha256", type: "text" },
    { name: "fetched_at", type: "timestamptz" },
    { name: "answer", type: "bytea" },
  ]
  const names = all.map(({ name }) => name)
  const types = all.map(({ name, type }) => `${name} ${type}`)
  const from = `json_to_recordset($1::json) as r(${types.join(", ")})`
  return {
    insert: upsert(table, "id", names, `select ${names.join(", ")} from ${from}`),
    compare: compare(table, "id", names, from),
  }
}

export const athletes = ofRows("strava.athletes", athleteColumns)
export const activities = ofRows("strava.activities", [
  { name: "athlete_id", type: "bigint" },
  ...activityColumns,
])
