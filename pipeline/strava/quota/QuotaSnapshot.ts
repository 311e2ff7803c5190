/** Usage of the rate limit at one time, for output and estimates. */

/** A window, for output: `cap` is the limit minus the reserve, `end` is by the local clock. */
export interface SnapshotWindow {
  readonly used: number
  readonly cap: number
  readonly end: number
}

/**
 * Counts for output and estimates. Strava has two windows of each length; the one here has the lower of
 * their limits and the lower of their remaining requests. The reserve is not part of the limits.
 */
export interface QuotaSnapshot {
  readonly quarter: SnapshotWindow
  readonly day: SnapshotWindow
  /** Time by the local clock until which Strava asked to wait (`Retry-After`); absent if it did not. */
  readonly pause?: number
}
