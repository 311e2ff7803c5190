/** The order of day and month in dates like 05/06/2021, which a table does not say. */
import type { ExportRow } from "../ExportRow.ts"

export type DateOrder = "dayFirst" | "monthFirst"

/** Maximum number of milliseconds between a date and the first time of its file: they are equal to the second. */
const tolerance = 120_000

/**
 * Returns the order in which most dates equal the first times of the activity files, by id in
 * milliseconds since 1970; undefined if no file decides.
 */
export const dateOrder = (
  rows: Iterable<ExportRow>,
  firstTimes: ReadonlyMap<string, number>,
): DateOrder | undefined => {
  let balance = 0
  for (const { dates, id } of rows) {
    const first = firstTimes.get(id)
    if (dates === undefined || first === undefined) continue
    const isNear = (at: number) => Math.abs(at - first) <= tolerance
    balance += Number(isNear(dates.dayFirst)) - Number(isNear(dates.monthFirst))
  }
  return balance === 0 ? undefined : balance > 0 ? "dayFirst" : "monthFirst"
}

/** Returns the row with its start, if the order decides it. */
export const withDateOrder = (row: ExportRow, order: DateOrder | undefined): ExportRow =>
  row.dates === undefined || order === undefined ? row : { ...row, start: row.dates[order] }
