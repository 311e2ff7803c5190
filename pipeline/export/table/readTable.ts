/** activities.csv: one activity per row, in any language and with any number of columns. */
import { Result } from "effect"
import { exportColumns } from "../../../schemas/exportColumns.ts"
import { isOriginalName } from "../archive/originalNames.ts"
import { type CsvRow, type DelimitedTable, readCsv } from "./cells.ts"
import { orderIn, withDateOrder } from "./dates/dateOrder.ts"
import { readDate } from "./dates/readDate.ts"
import type { ExportRow } from "./ExportRow.ts"
import { readHeader, type TableHeader } from "./header.ts"
import { decimalSeparator, type Language } from "./languages.ts"
import { booleanOf, exactInteger, exactNumber, idDigits, metersOf } from "./numbers.ts"
import { sportOfName } from "./sports.ts"
import { importAsSent, TableError } from "./TableError.ts"
import { listed, quoted, TableProblems } from "./TableProblems.ts"

export interface ActivityTable {
  readonly rows: ReadonlyArray<ExportRow>
  /** Language of the header; undefined if the columns were found by their index. */
  readonly language: Language | undefined
  readonly unknownColumns: ReadonlyArray<string>
  /** Problems of the whole table and of its rows, each kind once. */
  readonly problems: ReadonlyArray<string>
  /** Number of rows that are not imported. */
  readonly rejected: number
}

/** True for names of entries that are opened; nothing else in a cell is ever used as a path. */
const isSafeName = (name: string): boolean =>
  name.startsWith("activities/") && isOriginalName(name.slice("activities/".length))

/** Test of the cells of a column, by name. */
const tests = new Map<string, (cell: string) => unknown>([
  ...exportColumns.flatMap(({ header, type }) =>
    type === "text" ? [] : [
      [header, { boolean: booleanOf, integer: exactInteger, number: exactNumber }[type]] as const,
    ]
  ),
  ...`Distance (2)|Max Speed|Average Speed|Elevation Gain|Elevation Low|Elevation High
      Average Cadence|Max Heart Rate|Max Heart Rate (2)|Average Heart Rate|Max Watts|Average Watts
      Average Temperature|Relative Effort|Relative Effort (2)|Weighted Average Power`
    .split(/[|\n]\s*/).map((name) => [name.trim(), exactNumber] as const),
  ...["Elapsed Time", "Elapsed Time (2)", "Moving Time"]
    .map((name) => [name, exactInteger] as const),
  ...["Bike", "Gear"].map((name) => [name, idDigits] as const),
  ...["Commute", "Commute (2)"].map((name) => [name, booleanOf] as const),
])

/** Maximum number of columns of a header. */
const mostColumns = 1_000

interface RowContext {
  readonly header: TableHeader
  readonly delimiter: DelimitedTable["delimiter"]
  readonly problems: TableProblems
}

/** Returns the cells that are not empty, by name. */
const cellsOf = ({ delimiter, header }: RowContext, { cells }: CsvRow) => {
  const named = new Map<string, string>()
  for (const [index, name] of header.names.entries()) {
    const cell = cells[index]
    if (cell === undefined || cell === "") continue
    // Spreadsheets that write semicolons write decimal commas.
    const isLocal = delimiter === ";" && tests.has(name) && /^-?\d+,\d+$/.test(cell)
    named.set(name, isLocal ? cell.replace(",", ".") : cell)
  }
  return named
}

/** Returns the distance in meters: the second column's digits, else those of the first one. */
const distanceOf = (header: TableHeader, cells: ReadonlyMap<string, string>) => {
  const [shown, meters] = [cells.get("Distance"), cells.get("Distance (2)")]
  const exact = exactNumber(header.inMeters ? shown : meters)
  if (exact !== undefined || shown === undefined) return exact
  const sport = sportOfName(cells.get("Activity Type") ?? "")
  const { language } = header
  return metersOf(shown, sport, language === undefined ? undefined : decimalSeparator(language))
}

/** Reads one row; undefined if it cannot be kept, which becomes a problem of the table. */
const readRow = (context: RowContext, csv: CsvRow): ExportRow | undefined => {
  const { header, problems } = context
  const { line } = csv
  const width = header.names.length
  const own: Array<string> = []
  if (csv.cells.slice(width).some((cell) => cell !== "")) {
    problems.reject(`more cells than the header, which has ${width}: not imported`, line)
    return undefined
  }
  const cells = cellsOf(context, csv)
  const id = idDigits(cells.get("Activity ID"))
  if (id === undefined) {
    problems.reject("the activity id is not a number: not imported", line)
    return undefined
  }
  const text = cells.get("Activity Date") ?? ""
  const date = readDate(text, header.language)
  if (csv.cells.length < width) {
    // Excel drops empty cells at the end of rows. Without a date, the cells might be shifted.
    if (date === undefined) {
      problems.reject(`fewer cells than the header, which has ${width}: not imported`, line)
      return undefined
    }
    own.push(`${csv.cells.length} cells, but the header has ${width}: the missing ones are empty`)
    problems.add(`fewer cells than the header, which has ${width}: the others are empty`, line)
  }
  const name = cells.get("Filename")
  const file = name !== undefined && isSafeName(name) ? name : undefined
  if (name !== undefined && file === undefined) own.push(`no usable file name: ${quoted(name)}`)
  const distance = distanceOf(header, cells)
  if (distance === undefined && cells.has("Distance")) {
    own.push(`distance ${quoted(cells.get("Distance") ?? "")} cannot be read`)
  }
  for (const [column, cell] of cells) {
    if (tests.get(column)?.(cell) === undefined && tests.has(column)) {
      problems.add(`column ${quoted(column)}: value cannot be read`, line)
    }
  }
  if (date === undefined) {
    own.push(`date ${quoted(text)} cannot be read`)
    problems.add("the date cannot be read", line)
  }
  return {
    line,
    id,
    cells,
    start: typeof date === "number" ? date : undefined,
    ...typeof date === "object" && { dates: date },
    distance,
    file,
    problems: own,
  }
}

/** Returns sentences about unknown sports and columns, each kind once. */
const unknownNames = (rows: ReadonlyArray<ExportRow>, columns: ReadonlyArray<string>) => {
  const sports = new Map<string, number>()
  for (const { cells } of rows) {
    const sport = cells.get("Activity Type") ?? ""
    if (sportOfName(sport) === undefined) sports.set(sport, (sports.get(sport) ?? 0) + 1)
  }
  const counted = [...sports].map(([sport, count]) => `${quoted(sport)} (${count})`)
  return [
    ...(columns.length > 0
      ? [`unknown columns, kept as text: ${listed(columns.map(quoted))}`]
      : []),
    ...(counted.length > 0
      ? [`unknown sports, kept unless a file says more: ${listed(counted)}`]
      : []),
  ]
}

/** Returns the header with the column of file names, which its cells show in any language. */
const withFiles = (header: TableHeader, rows: ReadonlyArray<CsvRow>): TableHeader => {
  if (header.names.includes("Filename")) return header
  const index = header.names.findIndex((name, at) =>
    header.unknown.includes(name) && rows.some(({ cells }) => isSafeName(cells[at] ?? ""))
  )
  if (index < 0) return header
  return {
    ...header,
    names: header.names.with(index, "Filename"),
    unknown: header.unknown.filter((name) => name !== header.names[index]),
  }
}

const failure = (detail: string, fix: string) =>
  Result.fail(new TableError({ file: "activities.csv", detail, fix }))

/**
 * Reads activities.csv. Rows that can be read are kept; all others become problems with their line
 * and the reason. Fails if there is no header with known columns.
 */
export const readTable = (bytes: Uint8Array): Result.Result<ActivityTable, TableError> => {
  const problems = new TableProblems()
  const { delimiter, isOpen, rows: [first, ...others] } = readCsv(bytes, problems)
  if (first === undefined) return failure("it is empty", importAsSent)
  if (first.cells.length > mostColumns) {
    return failure(`its header has ${first.cells.length} columns`, importAsSent)
  }
  const named = readHeader(first.cells)
  if (named === undefined) {
    const found = first.cells.slice(0, 4).map(quoted).join(", ")
    return failure(
      `its header is in no known language: ${first.cells.length} columns, the first are ${found}`,
      "Set the language at Strava to English and request the archive again",
    )
  }
  if (!named.names.includes("Activity ID")) return failure("it has no column of ids", importAsSent)
  const header = withFiles(named, others)
  const context = { header, delimiter, problems }
  const rows = new Map<string, ExportRow>()
  for (const csv of others) {
    if (isOpen && csv === others.at(-1) && csv.cells.length < header.names.length) {
      problems.reject("the row is cut off at the end of the file: not imported", csv.line)
      continue
    }
    const row = readRow(context, csv)
    if (row === undefined) continue
    if (rows.has(row.id)) problems.reject(`activity ${row.id} again: not imported`, row.line)
    else rows.set(row.id, row)
  }
  const read = [...rows.values()]
  const order = orderIn(read)
  const dated = read.map((row) => withDateOrder(row, order))
  for (const { dates, line, start } of dated) {
    if (dates !== undefined && start === undefined) {
      problems.add("day and month of the date are not clear: the activity's file decides", line)
    }
  }
  return Result.succeed({
    rows: dated,
    language: header.language,
    unknownColumns: header.unknown,
    problems: [...problems.texts(), ...unknownNames(read, header.unknown)],
    rejected: problems.rejected,
  })
}
