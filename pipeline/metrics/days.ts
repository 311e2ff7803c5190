/** Days as whole numbers since 1970-01-01, by the clocks where an activity was: no time zone, no DST. */

export type Day = number

const length = 86_400_000

/** The day of a local time such as `2026-01-31T07:30:00`, or of `2026-01-31`; undefined of neither. */
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

/** The Monday that the week of a day begins with; 1970-01-01 was a Thursday. */
export const mondayOf = (day: Day): Day => day - ((day % 7 + 10) % 7)

/** 0 for Monday. */
export const weekdayOf = (day: Day): number => day - mondayOf(day)

/** The same day of another year; 29 February is the 28th in a year without it. */
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
