/** Times in milliseconds since 1970 as people read them, in UTC. */
import { formatTime } from "../../../schemas/time.ts"

/** Returns `2026-01-31T10:00:00Z`, for people and for programs. */
export const isoTime = (at: number): string => `${formatTime(at).slice(0, 19)}Z`

/** Returns `10:00:00`. */
export const clockTime = (at: number): string => formatTime(at).slice(11, 19)

/** Returns `2026-01-31 10:00 UTC`. */
export const minuteTime = (at: number): string =>
  `${formatTime(at).slice(0, 16).replace("T", " ")} UTC`

const sixDays = 6 * 86_400_000
const weekday = new Intl.DateTimeFormat("en-GB", { weekday: "long", timeZone: "UTC" })
const weekdayAndDate = new Intl.DateTimeFormat("en-GB", {
  weekday: "long",
  day: "numeric",
  month: "long",
  timeZone: "UTC",
})

/** Returns `Thursday 10:00 UTC`; from six days after `now` on with the date, `Thursday 4 December 10:00 UTC`. */
export const weekdayTime = (at: number, now: number): string => {
  const day = (at - now < sixDays ? weekday : weekdayAndDate).format(at).replace(",", "")
  return `${day} ${clockTime(at).slice(0, 5)} UTC`
}

/** Formats for a time zone; the zone of this machine if undefined. */
const localFormats = (timeZone: string | undefined) => {
  const zone = timeZone === undefined ? {} : { timeZone }
  return {
    date: new Intl.DateTimeFormat("en-CA", { ...zone, dateStyle: "short" }),
    time: new Intl.DateTimeFormat("en-GB", { ...zone, hour: "2-digit", minute: "2-digit" }),
    weekday: new Intl.DateTimeFormat("en-GB", { ...zone, weekday: "short" }),
    day: new Intl.DateTimeFormat("en-GB", {
      ...zone,
      day: "numeric",
      month: "short",
      year: "numeric",
    }),
  }
}

/**
 * Returns a local time: `14:30`, on another day than `now` with the day, `Thu 14:30`, and from six days after
 * `now` on with the date, `4 Dec 2026 14:30`.
 */
export const localTime = (at: number, now: number, timeZone?: string): string => {
  const formats = localFormats(timeZone)
  const time = formats.time.format(at)
  if (formats.date.format(at) === formats.date.format(now)) return time
  return `${at - now < sixDays ? formats.weekday.format(at) : formats.day.format(at)} ${time}`
}

/** Returns the local day as `2026-12-04`, which can be compared. */
export const localDay = (at: number, timeZone?: string): string =>
  localFormats(timeZone).date.format(at)

/** Returns `4 Dec 2026`. */
export const localDate = (at: number, timeZone?: string): string =>
  localFormats(timeZone).day.format(at)
