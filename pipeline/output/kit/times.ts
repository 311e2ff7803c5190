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
