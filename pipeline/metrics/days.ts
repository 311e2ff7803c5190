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

/** Returns the first day of a day's month, or of another one `later` months after it. */
export const monthStart = (day: Day, later = 0): Day => {
  const date = dateOf(day)
  return date.setUTCMonth(date.getUTCMonth() + later, 1) / length
}

/** Returns the first day of a day's year, or of another one `later` years after it. */
export const yearStart = (day: Day, later = 0): Day => {
  const date = dateOf(day)
  return monthStart(day, 12 * later - date.getUTCMonth())
}

export const weekStarts = ["monday", "sunday", "saturday"] as const
/** First day of a week. */
export type WeekStart = typeof weekStarts[number]

/** Days from the first day of a week to Thursday, because 1970-01-01 was one. */
const toThursday: Readonly<Record<WeekStart, number>> = { monday: 3, sunday: 4, saturday: 5 }

/** Returns the number of days since the week began; 0 for its first day. */
export const weekdayOf = (day: Day, start: WeekStart = "monday"): number =>
  ((day + toThursday[start]) % 7 + 7) % 7

/** Returns the first day of a day's week. */
export const weekOf = (day: Day, start: WeekStart = "monday"): Day => day - weekdayOf(day, start)

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
