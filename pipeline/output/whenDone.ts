/** Phrases for the end of the work that is left under Strava's rate limit. */
import type { Plan } from "../run/Plan.ts"
import type { QuotaSnapshot } from "../strava/quota/Quota.ts"
import { formatDuration } from "./kit/durations.ts"
import { formatNumber } from "./kit/numbers.ts"
import { weekdayTime } from "./kit/times.ts"
import { wrap } from "./kit/wrap.ts"

/** Describes the end of work whose last requests can be sent at `at`, in milliseconds since 1970. */
export const doneAt = (at: number, now: number): string =>
  at === Infinity
    ? "never done"
    : at <= now
    ? "done within this 15-minute window"
    : `done soon after ${weekdayTime(at, now)}`

/** Like `doneAt`, with the time until then: `done soon after Thursday 00:00 UTC, in 5 h 3 min`. */
export const whenDone = ({ ends, now }: Pick<Plan, "ends" | "now">): string => {
  const done = doneAt(ends, now)
  return ends === Infinity || ends <= now ? done : `${done}, in ${formatDuration(ends - now)}`
}

/** Describes the pause that Strava asked for; empty if there is none. */
export const describePause = (
  { now, quota: { pause } }: Pick<Plan, "now" | "quota">,
): ReadonlyArray<string> =>
  pause === undefined ? [] : [`no request before ${weekdayTime(pause, now)}`]

/** Describes the usage of the rate limit. */
export const describeRateLimit = ({ day, quarter }: QuotaSnapshot): ReadonlyArray<string> =>
  wrap(
    `Rate limit: ${formatNumber(quarter.used)} of ${formatNumber(quarter.cap)} in 15 minutes, ` +
      `${formatNumber(day.used)} of ${formatNumber(day.cap)} today (UTC)`,
    { first: "  ", rest: "    " },
  )
