/** Answers as rows: one JSON object each, which PostgreSQL takes apart by itself. */
import { Result } from "effect"
import { type Item, packedItem, type Resource } from "../../../schemas/Item.ts"
import { accept } from "../../validate.ts"
import type { Refusal } from "../../Sink.ts"
import type { JsonFields, PostgresColumn } from "../schema/column.ts"
import { exactly, sendable, storableJson } from "./sanitize.ts"
import { compareRows, project, upsert } from "./statements.ts"

/** A table whose rows are answers. */
export interface RowTable {
  readonly table: string
  readonly key: string
  readonly keyType: "bigint" | "text"
  readonly columns: ReadonlyArray<PostgresColumn>
  /** Whether the key is not the athlete's id already. */
  readonly isOfAthlete: boolean
  /** Whether it has the column `deleted_at`. */
  readonly canBeGone: boolean
}

/** The values that `columns` read, as members of a JSON object. */
export const membersFor = (
  columns: ReadonlyArray<PostgresColumn>,
  answer: JsonFields,
): ReadonlyArray<string> =>
  columns.map((column) => `${JSON.stringify(column.name)}:${JSON.stringify(column.read(answer))}`)

/** The row of an item, whose answer is `answer`, as JSON text. */
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
      `"fetched_at":${JSON.stringify(new Date(item.fetchedAt).toISOString())}`,
      `"answer":"\\\\x${packedItem(item).toHex()}"`,
    ].join(",")
  }}`

/** The row of an item as JSON text, or why it can never be one. */
export const rowFor =
  (resource: Exclude<Resource, "streams">, shape: RowTable) =>
  (item: Item): Result.Result<string, Refusal> =>
    Result.gen(function* () {
      const { value } = yield* accept[resource](item)
      const { text } = yield* sendable(item)
      return itemRow(item, exactly(text, value), shape)
    })

/** The statements of a table, their one parameter a JSON list of rows. */
export const tableStatements = (
  { canBeGone, columns, isOfAthlete, key, keyType, table }: RowTable,
) => {
  const all = [
    { name: key, type: keyType },
    ...(isOfAthlete ? [{ name: "athlete_id", type: "bigint" }] : []),
    ...columns,
    { name: "raw", type: "jsonb" },
    { name: "sha256", type: "text" },
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
