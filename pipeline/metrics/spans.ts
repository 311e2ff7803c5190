/** Periods of a calendar, including empty ones. */
import type { Day } from "./days.ts"

/** Days: a longer gap has no empty periods, so that one activity with a wrong date adds only one. */
const longestGap = 104 * 7

/**
 * Returns the first days of the periods from the first of `starts` to `last`, in order, without
 * those in a gap that is too long. `next` returns the first day of the next period.
 */
export const periodsOf = (
  starts: Iterable<Day>,
  next: (start: Day) => Day,
  last: Day,
): ReadonlyArray<Day> => {
  const periods: Array<Day> = []
  for (const start of [...new Set(starts).add(last)].sort((a, b) => a - b)) {
    const before = periods.at(-1) ?? start
    if (start - before <= longestGap) {
      for (let day = next(before); day < start; day = next(day)) periods.push(day)
    }
    periods.push(start)
  }
  return periods
}
