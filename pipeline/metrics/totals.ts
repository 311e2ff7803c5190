/** Sums of a year so far and of the year before, the streak of weeks, and the Eddington number. */
import { type Day, firstOfYear, sameDayIn, weekOf, type WeekStart, yearOf } from "./days.ts"

/** Values of an activity that are summed, in meters and seconds; unknown ones are 0. */
interface Effort {
  readonly day: Day
  readonly meters: number
  readonly seconds: number
  readonly climb: number
}

interface Totals {
  readonly activities: number
  readonly meters: number
  readonly seconds: number
  readonly climb: number
}

/** Returns the sums of the days from `from` to `to`, inclusive. */
export const totalsOf = (efforts: ReadonlyArray<Effort>, from: Day, to: Day): Totals => {
  const totals = { activities: 0, meters: 0, seconds: 0, climb: 0 }
  for (const { climb, day, meters, seconds } of efforts) {
    if (day < from || day > to) continue
    totals.activities++
    totals.meters += meters
    totals.seconds += seconds
    totals.climb += climb
  }
  return totals
}

/** Returns the sums of the year up to `day`, and of the year before up to the same day. */
export const yearToDateOf = (efforts: ReadonlyArray<Effort>, day: Day) => {
  const year = yearOf(day)
  return {
    now: totalsOf(efforts, firstOfYear(year), day),
    before: totalsOf(efforts, firstOfYear(year - 1), sameDayIn(year - 1, day)),
  }
}

/**
 * Returns the number of consecutive weeks with an activity up to the week of `day`, which need not
 * have one yet.
 */
export const weekStreak = (
  days: Iterable<Day>,
  day: Day,
  weekStart: WeekStart = "monday",
): number => {
  const weeks = new Set(Array.from(days, (one) => weekOf(one, weekStart)))
  const current = weekOf(day, weekStart)
  let week = weeks.has(current) ? current : current - 7
  let streak = 0
  for (; weeks.has(week); week -= 7) streak++
  return streak
}

interface Eddington {
  /** Eddington number E: the most days with at least E kilometers each. */
  readonly number: number
  /** Number of further days with E + 1 kilometers that make it E + 1. */
  readonly missing: number
}

/** Returns the Eddington number of the sums of each day. */
export const eddington = (efforts: ReadonlyArray<Effort>): Eddington => {
  const byDay = new Map<Day, number>()
  for (const { day, meters } of efforts) byDay.set(day, (byDay.get(day) ?? 0) + meters / 1_000)
  const sorted = [...byDay.values()].sort((a, b) => b - a)
  let number = 0
  while ((sorted[number] ?? 0) >= number + 1) number++
  const next = sorted.filter((kilometers) => kilometers >= number + 1).length
  return { number, missing: number + 1 - next }
}
