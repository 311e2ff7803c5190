/** The order of day and month in dates like 05/06/2021, which a table does not say. */
import type { ExportRow } from "../ExportRow.ts"

type DateOrder = "dayFirst" | "monthFirst"

/** Returns the order that `balance` more dates have as `dayFirst` than as `monthFirst`. */
const orderOf = (balance: number): DateOrder | undefined =>
  balance === 0 ? undefined : balance > 0 ? "dayFirst" : "monthFirst"

/** Returns the order that the clear dates of the table have; undefined if none decides. */
export const orderIn = (rows: Iterable<ExportRow>): DateOrder | undefined => {
  let balance = 0
  for (const { cells, dates } of rows) {
    const [, first, second] =
      /^(\d{1,2})\/(\d{1,2})\/\d{4}/.exec(cells.get("Activity Date") ?? "") ??
        []
    if (dates !== undefined || first === undefined) continue
    balance += Number(Number(first) > 12) - Number(Number(second) > 12)
  }
  return orderOf(balance)
}

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
  return orderOf(balance)
}

/** Returns the row with its start, if the order decides it. */
export const withDateOrder = (row: ExportRow, order: DateOrder | undefined): ExportRow =>
  row.dates === undefined || order === undefined ? row : { ...row, start: row.dates[order] }
