/** Rows as a table on a terminal, in the look of polars. */
import { isRawNumber } from "../../../schemas/json/Json.ts"
import { fit, needed, notShown, type Printed } from "./tableFit.ts"
import { cut, more, printable, widthOf } from "./terminal.ts"

interface TableColumn {
  readonly name: string
  /** Shown under the name; inferred from the values if absent. Without any, there is no such line. */
  readonly type?: string
  /** Order in which columns are hidden if the table is too wide: the greatest first; 0 or none, never. */
  readonly rank?: number
  /** Width to which values can be cut before columns are hidden. */
  readonly shrinkTo?: number
  /** True to align the column at the right; if absent, true for numbers. */
  readonly right?: boolean
}

interface TableOptions {
  /** Number of all rows, if `rows` is only the beginning of them. */
  readonly total?: number
  /** Line above the table, instead of the number of its rows and columns. */
  readonly heading?: string
  /** Maximum number of rows; those in the middle are left out (default 10). */
  readonly maxRows?: number
  /** Columns of the terminal (default 120). Hidden columns are named below the table. */
  readonly maxWidth?: number
  /** Flags that print every column, such as `--json`. */
  readonly all?: ReadonlyArray<string>
  /** Longer values are cut (default 32). */
  readonly maxCell?: number
  /** Text of a missing value (default `null`). */
  readonly missing?: string
}

const isNumber = (value: unknown) =>
  typeof value === "number" || typeof value === "bigint" || isRawNumber(value)

/** Lists longer than this show two values at the beginning and one at the end. */
const longestList = 4

const show = (value: unknown, missing = "null"): string => {
  if (value === null || value === undefined) return missing
  if (typeof value === "string") return value
  if (isRawNumber(value)) return value.rawJSON
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) {
    const shown = value.length > longestList
      ? [...value.slice(0, 2).map((one) => show(one)), `${more} ${show(value.at(-1))}`]
      : value.map((one) => show(one))
    return `[${shown.join(", ")}]`
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

const typeOf = (values: ReadonlyArray<unknown>): string => {
  const kinds = new Set(
    values.filter((value) => value !== null && value !== undefined).map((value) => {
      if (typeof value === "number") return Number.isInteger(value) ? "int" : "float"
      if (isRawNumber(value)) return /^-?\d+$/.test(value.rawJSON) ? "int" : "float"
      if (typeof value === "bigint") return "int"
      if (typeof value === "string") return "str"
      if (typeof value === "boolean") return "bool"
      return Array.isArray(value) ? "list" : value instanceof Date ? "datetime" : "struct"
    }),
  )
  if (kinds.size === 2 && kinds.has("int") && kinds.has("float")) return "float"
  return kinds.size === 0 ? "null" : kinds.size === 1 ? [...kinds].join() : "any"
}

/**
 * `rows` as text of several lines, without a line break at its end:
 *
 * ```
 * shape: (2, 2)
 * ┌─────┬──────┐
 * │  id ┆ name │
 * │ int ┆ str  │
 * ╞═════╪══════╡
 * │   1 ┆ Ada  │
 * │   2 ┆ null │
 * └─────┴──────┘
 * ```
 */
export const renderTable = (
  columns: ReadonlyArray<TableColumn>,
  rows: ReadonlyArray<Readonly<Record<string, unknown>>>,
  options: TableOptions = {},
): string => {
  const { maxRows = 10, maxWidth = 120, total = rows.length } = options
  const maxCell = Math.max(1, Math.min(options.maxCell ?? 32, maxWidth - 4))
  const above = Math.ceil(maxRows / 2)
  const elided = rows.length > maxRows
  const head = elided ? rows.slice(0, above) : rows
  const tail = elided ? rows.slice(rows.length - (maxRows - above)) : []
  const gap = elided || total > rows.length

  const printed = columns.map(({ name, rank = 0, right, shrinkTo, type }, index): Printed => {
    const cell = (row: Readonly<Record<string, unknown>>) =>
      cut(printable(show(row[name], options.missing)), maxCell)
    const values = rows.map((row) => row[name])
    const present = values.filter((value) => value !== null && value !== undefined)
    const cells = [...head.map(cell), ...(gap ? [more] : []), ...tail.map(cell)]
    const heading = [cut(printable(name), maxCell), cut(printable(type ?? typeOf(values)), maxCell)]
    return {
      index,
      name: printable(name),
      rank,
      shrinkTo,
      head: heading,
      cells,
      width: Math.max(...[...heading, ...cells].map(widthOf)),
      right: right ?? (present.length > 0 && present.every(isNumber)),
    }
  })
  const { hidden, shown } = fit(printed, maxWidth)

  const rule = (left: string, fill: string, cross: string, right: string) =>
    left + shown.map(({ width }) => fill.repeat(width + 2)).join(cross) + right
  const line = (texts: ReadonlyArray<string | undefined>) =>
    `│${
      shown.map(({ right, width }, i) => {
        const text = texts[i] ?? ""
        const space = " ".repeat(Math.max(0, width - widthOf(text)))
        return right ? ` ${space}${text} ` : ` ${text}${space} `
      }).join("┆")
    }│`
  const lines = (shown[0]?.cells ?? []).map((_, i) => line(shown.map(({ cells }) => cells[i])))

  return [
    options.heading ?? `shape: (${total}, ${columns.length})`,
    ...(shown.length === 0 ? [] : [
      rule("┌", "─", "┬", "┐"),
      ...[0, 1].filter((i) => i === 0 || shown.some(({ head }) => head[i] !== ""))
        .map((i) => line(shown.map(({ head }) => head[i]))),
      rule("╞", "═", "╪", "╡"),
      ...lines,
      rule("└", "─", "┴", "┘"),
    ]),
    ...notShown(hidden, maxWidth, needed(printed), options.all),
  ].join("\n")
}
