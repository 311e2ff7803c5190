/**
 * Lists of `details` as rows of their own tables. The rows of an activity are replaced together:
 * unchanged rows stay, and rows that are not in the response any more are deleted.
 */
import { Predicate } from "effect"
import type { Item } from "../../../schemas/Item.ts"
import { elementsOf, membersOf } from "../../../schemas/json/Json.ts"
import type { JsonFields } from "../schema/column.ts"
import { entries, type EntryTable } from "../schema/detailColumns.ts"
import { membersFor } from "./rows.ts"
import { exactly, storableJson } from "./sanitize.ts"
import { commaColumns, upsertPlain } from "./statements.ts"

/** Rows of one activity, in the order of `entries`, each as JSON text. */
export type EntryRows = ReadonlyArray<{
  readonly keys: ReadonlyArray<string>
  readonly rows: ReadonlyArray<string>
}>

/** Returns the key and the row of one entry, at index `i` of its list. */
const entryRowOf = (
  item: Item,
  { columns, unit }: { readonly columns: Columns; readonly unit: string | undefined },
  text: string,
  entry: unknown,
  i: number,
) => {
  const key = [
    `"activity_id":${item.id}`,
    ...(unit === undefined ? [] : [`"unit":"${unit}"`]),
    `"position":${i + 1}`,
  ].join(",")
  const row = [
    key,
    `"athlete_id":${item.athlete}`,
    ...membersFor(columns, Predicate.isReadonlyObject(entry) ? exactly(text, entry) : {}),
    `"raw":${storableJson(text)}`,
  ]
  return { key: `{${key}}`, row: `{${row.join(",")}}` }
}

/**
 * Returns the entries of an accepted response. A null entry has no row, and a value that is not a
 * list has no entries.
 */
export const entryParts = (item: Item, value: JsonFields): EntryRows => {
  const members = membersOf(item.text)
  return entries.map(({ columns, lists }) => {
    const found = lists.flatMap(({ list, unit }) => {
      const values: unknown = value[list]
      if (!Array.isArray(values) || values.length === 0) return []
      return elementsOf(members.get(list) ?? "[]").flatMap((text, i) =>
        text === "null" ? [] : [entryRowOf(item, { columns, unit }, text, values[i], i)]
      )
    })
    return { keys: found.map(({ key }) => key), rows: found.map(({ row }) => row) }
  })
}

type Columns = Parameters<typeof membersFor>[0]

interface Text {
  readonly text: string
  readonly parameters: ReadonlyArray<unknown>
}

const recordset = (n: number, columns: ReadonlyArray<{ name: string; type: string }>) =>
  `json_to_recordset($${n}::json) as r(${
    columns.map(({ name, type }) => `${name} ${type}`).join(", ")
  })`

const statementsOf = ({ columns, lists, name: table }: EntryTable) => {
  const keys = [
    { name: "activity_id", type: "bigint" },
    ...(lists.some(({ unit }) => unit !== undefined) ? [{ name: "unit", type: "text" }] : []),
    { name: "position", type: "integer" },
  ]
  const others = [
    { name: "athlete_id", type: "bigint" },
    ...columns,
    { name: "raw", type: "jsonb" },
  ]
  const all = [...keys, ...others]
  const names = all.map(({ name }) => name)
  const same = keys.map(({ name }) => `r.${name} = t.${name}`).join(" and ")
  const compared = others.map(({ name }) => name)
  const ours = "select value::bigint from json_array_elements_text"
  return {
    remove: `delete from ${table} t where t.activity_id in (${ours}($1::json)) ` +
      `and not exists (select 1 from ${recordset(2, keys)} where ${same})`,
    insert: upsertPlain(
      { table, key: keys.map(({ name }) => name).join(", "), names },
      `select ${names.join(", ")} from ${recordset(1, all)}`,
    ),
    compare: `select distinct coalesce(t.activity_id, r.activity_id)::text as id from (` +
      `select * from ${table} where activity_id in (${ours}($2::json))) t ` +
      `full join ${recordset(1, all)} on ${same} where t.activity_id is null ` +
      `or r.activity_id is null or ${commaColumns("t", compared)} *<> ${
        commaColumns("r", compared)
      }`,
  }
}

const tables = entries.map((one) => ({ name: one.name, ...statementsOf(one) }))

const listOf = (texts: ReadonlyArray<string>) => `[${texts.join(",")}]`

/** Statements that replace the entries of these activities. */
export const entryStatements = (
  ids: ReadonlyArray<string>,
  parts: ReadonlyArray<EntryRows>,
): ReadonlyArray<Text> =>
  tables.flatMap(({ insert, remove }, i) => {
    const keys = parts.flatMap((each) => each[i]?.keys ?? [])
    const rows = parts.flatMap((each) => each[i]?.rows ?? [])
    return [
      { text: remove, parameters: [JSON.stringify(ids), listOf(keys)] },
      ...(rows.length === 0 ? [] : [{ text: insert, parameters: [listOf(rows)] }]),
    ]
  })

/** Queries for the activities whose entries differ, and the table of each. */
export const entryQueries = (
  ids: ReadonlyArray<string>,
  parts: ReadonlyArray<EntryRows>,
): ReadonlyArray<Text> =>
  tables.map(({ compare, name }, i) => ({
    text: `select id, false as missing, array['${name.replace("strava.", "")}'] as columns ` +
      `from (${compare}) d`,
    parameters: [listOf(parts.flatMap((each) => each[i]?.rows ?? [])), JSON.stringify(ids)],
  }))
