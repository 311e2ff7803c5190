/**
 * Days as whole numbers since 1970-01-01, in the local time of an activity, without time zones or
 * DST.
 */

export type Day = number

const length = 86_400_000

/**
 * Returns the day of a local time such as `2026-01-31T07:30:00`, or of `2026-01-31`; undefined for
 * other text.
 */
export const dayOf = (local: string | null): Day | undefined => {
  const date = local?.slice(0, 10) ?? ""
  const at = /^\d{4}-\d\d-\d\d$/.test(date) ? Date.parse(`${date}T00:00:00Z`) : NaN
  return Number.isNaN(at) ? undefined : at / length
}

export const dayAt = (milliseconds: number): Day => Math.floor(milliseconds / length)

export const dateOf = (day: Day): Date => new Date(day * length)

/** `2026-01-31` */
export const isoOf = (day: Day): string => dateOf(day).toISOString().slice(0, 10)

export const yearOf = (day: Day): number => dateOf(day).getUTCFullYear()

/** 0 for January. */
export const monthOf = (day: Day): number => dateOf(day).getUTCMonth()

export const firstOfYear = (year: number): Day => Date.UTC(year, 0, 1) / length

export const firstOfMonth = (year: number, month: number): Day => Date.UTC(year, month, 1) / length

/** Returns the Monday of a day's week; 1970-01-01 was a Thursday. */
export const mondayOf = (day: Day): Day => day - ((day % 7 + 10) % 7)

/** 0 for Monday. */
export const weekdayOf = (day: Day): number => day - mondayOf(day)

/** Returns the same day of another year; 28 February for the 29th in a year without it. */
export const sameDayIn = (year: number, day: Day): Day => {
  const date = dateOf(day)
  const last = new Date(Date.UTC(year, date.getUTCMonth() + 1, 0)).getUTCDate()
  return Date.UTC(year, date.getUTCMonth(), Math.min(date.getUTCDate(), last)) / length
}

export const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const

/** `31 Jan 2026` */
export const shortDate = (day: Day): string => {
  const date = dateOf(day)
  return `${date.getUTCDate()} ${months[date.getUTCMonth()]!.slice(0, 3)} ${date.getUTCFullYear()}`
}
