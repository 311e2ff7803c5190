/** Days and weekdays as charts show them. */
import { type Day, shortDate, weekdayOf, type WeekStart } from "../../metrics/days.ts"

const weekdays = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const

/** `Fri` */
export const shortWeekday = (day: Day): string => weekdays[weekdayOf(day)]!

/** Returns the short names of the days of a week in their order. */
export const weekdayNames = (start: WeekStart): ReadonlyArray<string> => {
  const first = { monday: 0, sunday: 6, saturday: 5 }[start]
  return [...weekdays.slice(first), ...weekdays.slice(0, first)]
}

/** `28 Nov` */
export const shortDay = (day: Day): string => shortDate(day).replace(/ \d+$/, "")
