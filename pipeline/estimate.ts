/** How long requests take under Strava's limits. */
import { day, quarter } from "./strava/quotaWindow.ts"
import type { QuotaSnapshot } from "./strava/Quota.ts"

/**
 * When the last of `requests` can have been sent, in milliseconds since 1970, if they go out at once
 * wherever the limits allow.
 */
export const finishedAt = (requests: number, quota: QuotaSnapshot, now: number): number => {
  let left = requests
  let at = now
  let inQuarter = quota.quarter.cap - quota.quarter.used
  let inDay = quota.day.cap - quota.day.used
  let quarterEnd = quota.quarter.end
  let dayEnd = quota.day.end
  if (quota.quarter.cap <= 0 || quota.day.cap <= 0) return Infinity
  for (;;) {
    const burst = Math.max(0, Math.min(left, inQuarter, inDay))
    left -= burst
    if (left <= 0) return at
    inDay -= burst
    at = inDay <= 0 ? dayEnd : quarterEnd
    while (quarterEnd <= at) quarterEnd += quarter
    inQuarter = quota.quarter.cap
    while (dayEnd <= at) {
      dayEnd += day
      inDay = quota.day.cap
    }
  }
}

/** `3 s`, `12 min`, `5 h 40 min`, `3 days 2 h`. */
export const duration = (milliseconds: number): string => {
  if (milliseconds === Infinity) return "for ever"
  const seconds = Math.max(0, Math.round(milliseconds / 1_000))
  const minutes = Math.round(seconds / 60)
  const hours = Math.floor(minutes / 60)
  if (seconds < 100) return `${seconds} s`
  if (minutes < 100) return `${minutes} min`
  if (hours < 48) return `${hours} h ${minutes % 60} min`
  return `${Math.floor(hours / 24)} days ${hours % 24} h`
}
