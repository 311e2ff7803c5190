/** Tables of an export as CSV. */
import {
  allColumns,
  type ColumnCount,
  columnNames,
  columnsOfVersion,
  inventedColumn,
  oldestNames,
  untranslatedHeader,
} from "./columns.ts"
import { headersIn } from "./headers.ts"
import type { ExportLanguage } from "./languages.ts"

const quoted = (cell: string): string =>
  /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell

/** Returns a row with its line break. */
export const csvRow = (cells: ReadonlyArray<string>, lineBreak = "\n"): string =>
  `${cells.map(quoted).join(",")}${lineBreak}`

/** Returns a cell as Excel saves it. */
const asExcel = (cell: string): string =>
  cell === "true" || cell === "false" ? cell.toUpperCase() : cell.replace(/^(-?\d+)\.0$/, "$1")

interface TableFormat {
  readonly header: string
  /** Returns the row with these cells, by the names of `columnNames`. */
  readonly row: (cells: ReadonlyMap<string, string>) => string
}

/** Returns the format of `activities.csv` in a version and language. */
export const tableFormat = (
  language: ExportLanguage,
  count: ColumnCount,
  excel: boolean,
): TableFormat => {
  const columns = columnsOfVersion(count)
  const header = headersIn(language, allColumns)
  const lineBreak = excel ? "\r\n" : "\n"
  const headers = count === "2019" ? oldestNames : columns.map((i) => {
    if (i < 0) return inventedColumn
    const name = allColumns[i]!
    return (count === 77 ? untranslatedHeader(name) : undefined) ?? header(name)
  })
  // A version without the first column of a doubled name has its value in the other one.
  const names = columns.map((i) =>
    i < 0
      ? inventedColumn
      : columns.includes(allColumns.indexOf(allColumns[i]!))
      ? columnNames[i]!
      : allColumns[i]!
  )
  return {
    header: csvRow(headers, lineBreak),
    row: (cells) => {
      const row = names.map((name) => name === inventedColumn ? "7.5" : cells.get(name) ?? "")
      return csvRow(excel ? row.map(asExcel) : row, lineBreak)
    },
  }
}
