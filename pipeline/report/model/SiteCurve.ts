/** Curves of best results: pace over distance, power over time. */
import type { Day } from "../../metrics/days.ts"

/** Days of the newer of both curves. */
export const recentDays = 90

/** The best result for one distance or one time. */
export interface SiteBest {
  /** Meters of a run, or seconds of a ride with a power meter. */
  readonly key: number
  /** Least seconds for the distance, or highest mean watts for the time. */
  readonly value: number
  readonly activity: string
  readonly day: Day
}

/** Bests by rising keys. A result for a longer distance or time also counts for a shorter one. */
export interface SiteCurve {
  readonly all: ReadonlyArray<SiteBest>
  /** Bests of the last 90 days. */
  readonly recent: ReadonlyArray<SiteBest>
}
