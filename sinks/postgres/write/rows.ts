/** Responses as rows: one JSON object each, which PostgreSQL splits into columns. */
import { Result } from "effect"
import { isListed, type Item, packedItem } from "../../../schemas/Item.ts"
import { sourceOf } from "../../../schemas/export/source.ts"
import { isListText } from "../../../schemas/json/entryNames.ts"
import { parseExact } from "../../../schemas/json/Json.ts"
import { accept } from "../../validate.ts"
import type { Refusal } from "../../Sink.ts"
import type { JsonFields, PostgresColumn } from "../schema/column.ts"
import { exactly, sendable, storableJson } from "./sanitize.ts"
import { compareRows, project, upsert } from "./statements.ts"
import { formatTime } from "../../../schemas/time.ts"

/** A table whose rows are made from responses. */
export interface RowTable {
  readonly table: string
  readonly key: string
  readonly keyType: "bigint" | "text"
  readonly columns: ReadonlyArray<PostgresColumn>
  /** True unless the key is the athlete's id. */
  readonly isOfAthlete: boolean
  /** True if the table has the column `deleted_at`. */
  readonly canBeGone: boolean
}

/** Returns the values that `columns` read, as members of a JSON object. */
export const membersFor = (
  columns: ReadonlyArray<PostgresColumn>,
  answer: JsonFields,
): ReadonlyArray<string> =>
  columns.map((column) => `${JSON.stringify(column.name)}:${JSON.stringify(column.read(answer))}`)

/** Returns the row of an item with the response `answer`, as JSON text. */
export const itemRow = (
  item: Item,
  answer: JsonFields,
  { columns, isOfAthlete, key, keyType }: RowTable,
): string =>
  `{${
    [
      `"${key}":${keyType === "text" ? JSON.stringify(item.id) : item.id}`,
      ...(isOfAthlete ? [`"athlete_id":${item.athlete}`] : []),
      ...membersFor(columns, answer),
      `"raw":${storableJson(item.text)}`,
      `"sha256":${JSON.stringify(item.hash)}`,
      `"source":"${sourceOf(item)}"`,
      `"fetched_at":${JSON.stringify(formatTime(item.fetchedAt))}`,
      `"answer":"\\\\x${packedItem(item).toHex()}"`,
    ].join(",")
  }}`

/** Returns the row of an item as JSON text, or the reason why it can never be stored. */
export const rowFor = (shape: RowTable) => (item: Item): Result.Result<string, Refusal> =>
  Result.gen(function* () {
    const value = item.value ?? (yield* accept(item)).value
    const { text } = yield* sendable(item)
    // The value of a list has its entries by name.
    const exact = isListed(item.resource) && isListText(text)
      ? parseExact(text) as JsonFields
      : exactly(text, value)
    return itemRow(item, exact, shape)
  })

/** Statements of a table whose one parameter is a JSON list of rows. */
export const tableStatements = (
  { canBeGone, columns, isOfAthlete, key, keyType, table }: RowTable,
) => {
  const all = [
    { name: key, type: keyType },
    ...(isOfAthlete ? [{ name: "athlete_id", type: "bigint" }] : []),
    ...columns,
    { name: "raw", type: "jsonb" },
    { name: "sha256", type: "text" },
    { name: "source", type: "text" },
    { name: "fetched_at", type: "timestamptz" },
    { name: "answer", type: "bytea" },
  ]
  const names = all.map(({ name }) => name)
  const from = `json_to_recordset($1::json) as r(${
    all.map(({ name, type }) => `${name} ${type}`).join(", ")
  })`
  const select = `select ${names.join(", ")} from ${from}`
  return {
    insert: upsert({ table, key, names }, select, canBeGone),
    project: project({ table, key, names }, select),
    compare: compareRows({ table, key, names }, from, canBeGone),
  }
}
