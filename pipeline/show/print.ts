/** Prints a table for the screen, as JSON or as CSV. */
import { isRawNumber } from "../../schemas/json/Json.ts"
import { formatCsv, textCell } from "../../sinks/csv/csv.ts"
import { formatNumber } from "../output/kit/numbers.ts"
import { quantity } from "../output/kit/plurals.ts"
import { renderTable } from "../output/kit/table.ts"
import { printable, widthOf } from "../output/kit/terminal.ts"
import { rangeOf, sparkline } from "./sparkline.ts"
import type { Curve, ShowColumn, ShowRow, ShowTable } from "./Table.ts"

/** Selection of rows; at most one of them is set. */
interface Part {
  readonly head: number | undefined
  readonly tail: number | undefined
}

export const rowsOfPart = <A>(rows: ReadonlyArray<A>, { head, tail }: Part): ReadonlyArray<A> =>
  head !== undefined ? rows.slice(0, head) : tail !== undefined ? rows.slice(-tail) : rows

const figure = (value: number) => value.toFixed(Math.abs(value) < 10 ? 1 : 0).replace(/\.0$/, "")

const curveLine = (
  { floor, name, newest, unit, values }: Curve,
  nameWidth: number,
  width: number,
): ReadonlyArray<string> => {
  const range = rangeOf(values)
  if (range === undefined) return []
  const [least, most] = range.map(figure)
  const space = unit === "" ? "" : ` ${unit}`
  const said = floor === undefined ? `${least} to ${most}${space}` : `${most}${space} max`
  const room = Math.max(8, Math.min(60, width - nameWidth - widthOf(said) - 4))
  const shown = newest ? values.slice(-room) : values
  const max = newest ? rangeOf(shown)?.[1] ?? 0 : undefined
  const told = max === undefined ? said : `${figure(max)}${space} max`
  return [`${printable(name).padEnd(nameWidth)}  ${sparkline(shown, room, floor)}  ${told}`]
}

/** Most rows of a screen without `--head` and `--tail`; those in the middle are left out. */
const mostRows = 10

/** `700 activities, 10 shown` */
const headingOf = ({ noun: [one, many] }: ShowTable, rows: number, shown: number): string =>
  `${quantity(rows, one, many)}${shown < rows ? `, ${formatNumber(shown)} shown` : ""}`

/** Returns the table in the chosen units, with the curves below. */
export const screenOf = (
  table: ShowTable,
  rows: ReadonlyArray<ShowRow>,
  part: Part,
  width: number,
): string => {
  const some = rowsOfPart(rows, part)
  const most = part.head !== undefined || part.tail !== undefined || table.complete === true
    ? some.length
    : mostRows
  const text = renderTable(
    table.screen.map(({ label, unit, cell: _, ...look }) => ({ name: label, type: unit, ...look })),
    some.map((row) =>
      Object.fromEntries(table.screen.map(({ cell, label }) => [label, cell(row)]))
    ),
    {
      heading: headingOf(
        table,
        rows.length,
        Math.min(most, rows.length),
      ),
      maxRows: most,
      maxWidth: width,
      all: ["--json", "--csv"],
      missing: "",
    },
  )
  const curves = table.curves(rows)
  const nameWidth = Math.max(0, ...curves.map(({ name }) => widthOf(printable(name))))
  return [
    ...(table.title === undefined ? [] : [printable(table.title)]),
    text,
    ...(table.notes ?? []),
    ...curves.flatMap((curve) => curveLine(curve, nameWidth, width)),
  ].join("\n")
}

/** A list of objects, each with every column. */
export const jsonOf = (columns: ReadonlyArray<ShowColumn>, rows: ReadonlyArray<ShowRow>): string =>
  JSON.stringify(
    rows.map((row) => Object.fromEntries(columns.map(({ name }) => [name, row[name] ?? null]))),
  )

const csvCell = (value: unknown): string => {
  if (value === null || value === undefined) return ""
  if (isRawNumber(value)) return value.rawJSON
  return typeof value === "string" ? textCell(value) : JSON.stringify(value)
}

/** Returns CSV with a header; values that a spreadsheet would calculate are escaped. */
export const csvOf = (columns: ReadonlyArray<ShowColumn>, rows: ReadonlyArray<ShowRow>): string =>
  formatCsv([
    columns.map(({ name }) => name),
    ...rows.map((row) => columns.map(({ name }) => csvCell(row[name]))),
  ])
