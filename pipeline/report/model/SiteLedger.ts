/** The part of a site that comes from the state file, in words. */

export interface SiteLedger {
  /** False without a state file, so that runs and requests are unknown. */
  readonly isKnown: boolean
  /** Last run or import: its end, and its result in words; undefined if there was none. */
  readonly run: { readonly at: string; readonly result: string } | undefined
  /** True if the athlete's gear is fetched. */
  readonly asksGear: boolean
  /** Reason why there is no activity; undefined if there is one. */
  readonly none: string | undefined
  /** Words before the name of a command of the program, such as `deno task`. */
  readonly command: string
}
