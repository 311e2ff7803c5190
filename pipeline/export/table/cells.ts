/** Rows of a CSV file of the export, with line numbers; damage costs only the rows that have it. */
import { CsvError, parse } from "csv-parse/sync"
import { Result } from "effect"
import type { TableProblems } from "./TableProblems.ts"

export interface CsvRow {
  /** Number of the line where the row begins. */
  readonly line: number
  readonly cells: ReadonlyArray<string>
}

export interface DelimitedTable {
  readonly delimiter: Delimiter
  readonly rows: ReadonlyArray<CsvRow>
  /** True if the last row has no line end: the file might be cut off. */
  readonly isOpen: boolean
}

type Delimiter = "," | ";" | "\t"

/** Maximum number of characters of a row. A quote that is not closed would otherwise take all rows after it. */
const longestRow = 1_000_000

const reasons = new Map([
  ["CSV_QUOTE_NOT_CLOSED", "a quote is not closed"],
  ["CSV_INVALID_CLOSING_QUOTE", "a quote is not closed, or not doubled"],
  ["INVALID_OPENING_QUOTE", "a cell without quotes contains a quote"],
  ["CSV_MAX_RECORD_SIZE", "the row is too long, or a quote is not closed"],
])

/**
 * Returns the text of a file: UTF-8 as Strava writes it, or UTF-16 and Windows-1252 as spreadsheets
 * save it. Bytes that are not UTF-8 become U+FFFD and a problem.
 */
const decode = (bytes: Uint8Array, problems: TableProblems): string => {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder("utf-16le").decode(bytes)
  const intact = Result.try(() => new TextDecoder("utf-8", { fatal: true }).decode(bytes))
  if (Result.isSuccess(intact)) return intact.success
  const text = new TextDecoder().decode(bytes)
  // deno-lint-ignore no-control-regex
  if (!/[^\x00-\x7f\ufffd]/.test(text)) return new TextDecoder("windows-1252").decode(bytes)
  let line = 0
  for (const part of text.split("\n")) {
    line++
    if (part.includes("\ufffd")) problems.add("text that is not UTF-8, shown as \ufffd", line)
  }
  return text
}

/** Returns the delimiter that occurs most often in the first line. */
const delimiterOf = (text: string): Delimiter => {
  const end = text.indexOf("\n")
  const first = text.slice(0, end < 0 ? longestRow : Math.min(end, longestRow))
  const count = (delimiter: Delimiter) => first.split(delimiter).length
  return ([",", ";", "\t"] as const).reduce((a, b) => count(b) > count(a) ? b : a)
}

const newline = 0x0a
const carriageReturn = 0x0d

/** Returns the number of line ends between two indexes. */
const lineEnds = (bytes: Uint8Array, from: number, to: number): number => {
  let count = 0
  for (let index = from; index < to; index++) if (bytes[index] === newline) count++
  return count
}

/** Returns the index after the empty lines at `from`. */
const afterEmptyLines = (bytes: Uint8Array, from: number): number => {
  let index = from
  while (bytes[index] === newline || bytes[index] === carriageReturn) index++
  return index
}

interface ParsedPart {
  readonly rows: ReadonlyArray<CsvRow>
  /** Index after the last row that was read. */
  readonly end: number
  /** Number of the line at `end`. */
  readonly line: number
  /** Code of the first error, which ends the reading. */
  readonly error: string | undefined
}

/** Reads rows up to the first error. `line` is the number of the first line. */
const parsePart = (bytes: Uint8Array, delimiter: Delimiter, line: number): ParsedPart => {
  const rows: Array<CsvRow> = []
  let [end, next] = [0, line]
  const result = Result.try({
    try: () =>
      parse(bytes, {
        delimiter,
        record_delimiter: ["\r\n", "\n"],
        relax_column_count: true,
        skip_empty_lines: true,
        max_record_size: longestRow,
        // Its own line numbers count a carriage return in a cell as a line.
        on_record: (cells: ReadonlyArray<string>, { bytes: to }) => {
          const start = afterEmptyLines(bytes, end)
          next += lineEnds(bytes, end, start)
          rows.push({ line: next, cells })
          next += lineEnds(bytes, start, to)
          end = to
          return null
        },
      }),
    catch: (error) => error instanceof CsvError ? error.code : "",
  })
  return { rows, end, line: next, error: Result.getOrUndefined(Result.flip(result)) }
}

/** Returns the start of each row in a damaged text: the lines that begin with an id. */
const startsOf = (text: string): ReadonlyArray<number> => [
  0,
  ...text.matchAll(/(?<=\n)"?\d{1,19}"?[,;\t]/g).map(({ index }) => index),
]

/** Maximum number of parts that can be one row: a description can have lines that look like a row's start. */
const mostParts = 8

const encoder = new TextEncoder()

/** Reads the rows of a damaged text one by one. `first` is the number of its first line. */
const salvage = (
  text: string,
  delimiter: Delimiter,
  first: number,
  width: number | undefined,
  problems: TableProblems,
): ReadonlyArray<CsvRow> => {
  const starts = startsOf(text)
  const rows: Array<CsvRow> = []
  const part = (from: number, count: number) =>
    encoder.encode(text.slice(starts[from], starts[from + count] ?? text.length))
  let line = first
  for (let index = 0, count = 1; index < starts.length; index += count) {
    const alone = parsePart(part(index, 1), delimiter, line)
    const joined = alone.error === "CSV_QUOTE_NOT_CLOSED"
      ? joinedParts((parts) => parsePart(part(index, parts), delimiter, line), width)
      : undefined
    count = joined?.count ?? 1
    for (const row of joined?.rows ?? alone.rows) {
      // Lines of a damaged row's description can look like rows.
      if (row.cells.length === width) rows.push(row)
      else problems.reject("the row, or the one before it, is damaged: not imported", row.line)
    }
    if (joined === undefined && alone.error !== undefined) {
      problems.reject(reasons.get(alone.error) ?? "the row is not valid CSV", alone.line)
    }
    const bytes = part(index, count)
    line += lineEnds(bytes, 0, bytes.length)
  }
  return rows
}

/** Returns the row that several parts are together; undefined if they are not one row. */
const joinedParts = (read: (parts: number) => ParsedPart, width: number | undefined) => {
  for (let count = 2; count <= mostParts; count++) {
    const { error, rows } = read(count)
    if (error === undefined) {
      return rows.length === 1 && rows[0]?.cells.length === width ? { count, rows } : undefined
    }
    if (error !== "CSV_QUOTE_NOT_CLOSED") return undefined
  }
  return undefined
}

/** Returns the rows of a file, the header among them; damaged ones become problems. */
export const readCsv = (bytes: Uint8Array, problems: TableProblems): DelimitedTable => {
  const text = decode(bytes, problems)
  const delimiter = delimiterOf(text)
  const utf8 = encoder.encode(text)
  const { end, error, line, rows } = parsePart(utf8, delimiter, 1)
  const others = error === undefined ? [] : salvage(
    new TextDecoder().decode(utf8.subarray(end)),
    delimiter,
    line,
    rows[0]?.cells.length,
    problems,
  )
  return { delimiter, rows: [...rows, ...others], isOpen: !/[\r\n]$/.test(text) }
}
