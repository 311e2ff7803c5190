/** Columns of the tables: of each resource its known fields, typed, and the response itself. */
import type { DeclaredColumn } from "../../schemas/Declaration.ts"
import { knownOf } from "../../schemas/fields/known.ts"
import { isListed, type Item, keyOf, type Resource } from "../../schemas/Item.ts"
import { elementsOf, membersOf } from "../../schemas/json/Json.ts"
import { namedSources, sourceAt } from "../../schemas/json/entryNames.ts"
import { declarationOf } from "../../schemas/resources.ts"
import { parseTime } from "../../schemas/time.ts"
import type { ColumnKind } from "./parquetFile.ts"

/** A column, and the function that reads its value from the source of a member. */
interface TableColumn {
  readonly name: string
  readonly kind: ColumnKind
  /** Names of members, one inside another. */
  readonly path: ReadonlyArray<string>
}

/** Kinds of columns by the kinds of known fields; every other field is JSON text. */
const kindOfField: Readonly<Record<string, ColumnKind>> = {
  "a text": "text",
  "a number": "double",
  "a whole number": "int64",
  "true or false": "boolean",
  "a pair of numbers": "doubles",
}

const kindOfDeclared: Readonly<Record<DeclaredColumn["type"], ColumnKind>> = {
  boolean: "boolean",
  integer: "int64",
  number: "double",
  numbers: "doubles",
  text: "text",
  texts: "texts",
  time: "time",
}

const isId = (name: string) => /(^|_)id$/.test(name) && name !== "gear_id" && name !== "external_id"
const isTime = (name: string) => /(^start_date$|_at$)/.test(name)

/** Returns the name of the column with the id of an item. */
export const idColumnOf = (resource: Resource): string =>
  declarationOf(resource).table === undefined ? "id" : keyOf(resource)

/** Returns the columns of a resource, without the key and those of every table. */
export const tableColumns = (resource: Resource): ReadonlyArray<TableColumn> => {
  const { per, table } = declarationOf(resource)
  if (table !== undefined) {
    return table.columns.map(({ name, path, type }) => ({ name, path, kind: kindOfDeclared[type] }))
  }
  return Object.entries(knownOf(resource).fields).filter(([name]) => name !== "id").map(
    ([name, { name: kind }]) => ({
      name,
      path: [name],
      kind: isTime(name)
        ? "time"
        : isId(name) && per !== "gear"
        ? "int64"
        : kindOfField[kind] ?? "text",
    }),
  )
}

const isWhole = /^-?\d+(\.0+)?$/
const largest = 2n ** 63n

/** Returns the source of a JSON value as a value of a column; null if it does not fit. */
const valueOf = (kind: ColumnKind, source: string): unknown => {
  switch (kind) {
    case "int64":
    case "int32": {
      if (!isWhole.test(source)) return null
      const value = BigInt(source.replace(/\.0+$/, ""))
      return value < largest && value >= -largest ? value : null
    }
    case "double":
      return /^-?\d/.test(source) ? Number(source) : null
    case "boolean":
      return source === "true" ? true : source === "false" ? false : null
    case "time": {
      const at = source.startsWith('"') ? parseTime(JSON.parse(source)) : NaN
      return Number.isFinite(at) ? BigInt(at) : null
    }
    case "text":
      return source.startsWith('"') ? String(JSON.parse(source)) : source
    case "doubles":
    case "texts":
      return source.startsWith("[")
        ? elementsOf(source).map((one) => valueOf(kind === "doubles" ? "double" : "text", one))
        : null
  }
}

/** Returns the values of an item in columns, in their order. */
export const rowValues = (
  { resource, text }: Pick<Item, "resource" | "text">,
  columns: ReadonlyArray<TableColumn>,
): ReadonlyArray<unknown> => {
  const members = isListed(resource) ? namedSources(text) : membersOf(text)
  return columns.map(({ kind, path }) => {
    const source = sourceAt(text, members, path)
    return source === undefined || source === "null" ? null : valueOf(kind, source)
  })
}
