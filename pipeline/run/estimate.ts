/** Time that requests take under Strava's limits. */
import { day, quarterHour } from "../strava/quota/quotaWindow.ts"
import type { QuotaSnapshot } from "../strava/quota/Quota.ts"

/** Requests that can be sent together: as many as a window still allows, as soon as it does. */
interface Burst {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly requests: number
}

/**
 * Yields the bursts in which `requests` are sent, each in its own 15-minute window; none if the
 * limits never allow one.
 */
export function* burstsOf(requests: number, quota: QuotaSnapshot, now: number): Generator<Burst> {
  let left = requests
  let at = Math.max(now, quota.pause ?? 0)
  let inQuarter = quota.quarter.cap - quota.quarter.used
  let inDay = quota.day.cap - quota.day.used
  let quarterEnd = quota.quarter.end
  let dayEnd = quota.day.end
  if (quota.quarter.cap <= 0 || quota.day.cap <= 0) return
  const turn = () => {
    for (; quarterEnd <= at; quarterEnd += quarterHour) inQuarter = quota.quarter.cap
    for (; dayEnd <= at; dayEnd += day) inDay = quota.day.cap
  }
  turn()
  while (left > 0) {
    const burst = Math.max(0, Math.min(left, inQuarter, inDay))
    if (burst > 0) yield { at, requests: burst }
    left -= burst
    inDay -= burst
    at = inDay <= 0 ? dayEnd : quarterEnd
    turn()
  }
}

/**
 * Returns the time at which the last of `requests` can be sent, in milliseconds since 1970, if each is sent
 * as soon as the limits allow.
 */
export const finishedAt = (requests: number, quota: QuotaSnapshot, now: number): number => {
  let last = quota.quarter.cap <= 0 || quota.day.cap <= 0 ? Infinity : now
  for (const { at } of burstsOf(requests, quota, now)) last = at
  return last
}

/** Returns the requests left in the window of the last of `requests`, if each is sent as soon as possible. */
export const leftAfter = (requests: number, quota: QuotaSnapshot, now: number): number => {
  let last: Burst = { at: now, requests: 0 }
  let today = 0
  for (const burst of burstsOf(requests, quota, now)) {
    const sameDay = Math.floor(burst.at / day) === Math.floor(last.at / day)
    today = (sameDay ? today : 0) + burst.requests
    last = burst
  }
  const used = {
    quarter: last.requests + (last.at < quota.quarter.end ? quota.quarter.used : 0),
    day: today + (last.at < quota.day.end ? quota.day.used : 0),
  }
  return Math.max(0, Math.min(quota.quarter.cap - used.quarter, quota.day.cap - used.day))
}
