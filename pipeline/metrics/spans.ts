/** Sums by week, day and year, including empty ones. */
import { type Day, firstOfYear, weekOf, type WeekStart, yearOf } from "./days.ts"
import { type Group, sportGroups } from "./sports.ts"
import type { Effort } from "./totals.ts"

export interface Sum {
  readonly seconds: number
  readonly meters: number
}

export interface Week {
  /** First day of the week. */
  readonly first: Day
  readonly by: Readonly<Record<Group, Sum>>
}

type Grouped = Effort & { readonly group: Group }

/** Returns the `count` weeks up to the week of `day`, oldest first. */
export const weeksTo = (
  efforts: ReadonlyArray<Grouped>,
  day: Day,
  count: number,
  weekStart: WeekStart = "monday",
): ReadonlyArray<Week> => {
  const last = weekOf(day, weekStart)
  const nothing = () =>
    Object.fromEntries(sportGroups.map((group) => [group, { seconds: 0, meters: 0 }])) as Record<
      Group,
      { seconds: number; meters: number }
    >
  const weeks = Array.from({ length: count }, (_, i) => ({
    first: last - 7 * (count - 1 - i),
    by: nothing(),
  }))
  for (const { day: at, group, meters, seconds } of efforts) {
    if (at > day) continue
    const sum = weeks[count - 1 - (last - weekOf(at, weekStart)) / 7]?.by[group]
    if (sum === undefined) continue
    sum.seconds += seconds
    sum.meters += meters
  }
  return weeks
}

/** Returns the seconds of each day with an activity. */
export const secondsByDay = (efforts: ReadonlyArray<Effort>): ReadonlyMap<Day, number> => {
  const days = new Map<Day, number>()
  for (const { day, seconds } of efforts) days.set(day, (days.get(day) ?? 0) + seconds)
  return days
}

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

export interface YearLine {
  readonly year: number
  /** Points where the sum changes, and one at each end: day of the year from 0, and the sum. */
  readonly points: ReadonlyArray<readonly [day: number, meters: number]>
}

/**
 * Returns the meters summed through each year with activities, oldest first; the last year up to
 * `day`.
 */
export const cumulative = (efforts: ReadonlyArray<Effort>, day: Day): ReadonlyArray<YearLine> => {
  const known = efforts.filter((effort) => effort.day <= day && effort.meters > 0)
  return [...Map.groupBy(known, (effort) => yearOf(effort.day))]
    .sort(([a], [b]) => a - b)
    .map(([year, rows]) => {
      const first = firstOfYear(year)
      const points: Array<readonly [number, number]> = [[0, 0]]
      let sum = 0
      const byDay = Map.groupBy(rows, (effort) => effort.day - first)
      for (const [at, some] of [...byDay].sort(([a], [b]) => a - b)) {
        sum += some.reduce((total, { meters }) => total + meters, 0)
        points.push([at, sum])
      }
      const end = Math.min(firstOfYear(year + 1) - 1, day) - first
      if (points.at(-1)?.[0] !== end) points.push([end, sum])
      return { year, points }
    })
}
