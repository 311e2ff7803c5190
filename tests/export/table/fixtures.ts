/** Tables of the export, made for tests. */
import { Result } from "effect"
import { englishHeaders } from "../../../pipeline/export/table/columns.ts"
import type { ExportRow } from "../../../pipeline/export/table/ExportRow.ts"
import { type ActivityTable, readTable } from "../../../pipeline/export/table/readTable.ts"

/** Returns a cell of a CSV file. */
const csvCell = (text: string): string =>
  /[",;\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text

/** Returns a CSV file as Strava writes it. */
export const csv = (rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows.map((row) => `${row.map(csvCell).join(",")}\n`).join("")

/** Returns text as UTF-8. */
export const utf8Bytes = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Cells of an activity by index in the newest layout. */
export type RowCells = Readonly<Record<number, string>>

/** Cells of a ride, with values as Strava writes them. */
export const ride: RowCells = {
  0: "9041865",
  1: "May 9, 2023, 10:09:29 AM",
  2: "Morning Ride",
  3: "Ride",
  5: "34021",
  6: "200.10",
  7: "171.0",
  8: "4",
  9: "false",
  11: "Topstone",
  12: "activities/9700428229.fit.gz",
  14: "9.5",
  15: "34021.0",
  16: "28586.0",
  17: "200100.015625",
  18: "14.35791015625",
  19: "6.999930381774902",
  20: "1433.0",
  22: "-154.8000030517578",
  23: "-47.0",
  30: "171.0",
  31: "138.12345",
  32: "655.0",
  33: "202.92457580566406",
  34: "3357.0",
  36: "13.0",
  37: "4.0",
  46: "210.0",
  50: "0.0",
  52: "1.0",
  54: "1683626368.0",
  56: "13.390000343322754",
  59: "0.23999999463558197",
  68: "8939781.0",
  79: "0.0",
}

/**
 * Returns the text of a table with the first `width - 1` columns of the newest layout and `Media`.
 * `headers` replaces the English ones.
 */
export const tableText = (
  rows: ReadonlyArray<RowCells>,
  width = englishHeaders.length,
  headers: ReadonlyArray<string> = englishHeaders,
): string => {
  const indexes = [...Array(width - 1).keys(), englishHeaders.length - 1]
  return csv([
    indexes.map((index) => headers[index] ?? ""),
    ...rows.map((row) => indexes.map((index) => row[index] ?? "")),
  ])
}

/** Returns the table of a text; throws if it cannot be read. */
export const table = (text: string): ActivityTable => Result.getOrThrow(readTable(utf8Bytes(text)))

/** Returns the only row of a table. */
export const onlyRow = (text: string): ExportRow => {
  const { rows: [row, ...others] } = table(text)
  if (row === undefined || others.length > 0) throw new Error("not one row")
  return row
}
