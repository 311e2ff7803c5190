/** The part of a site that comes from the state file, in words. */

/** Reason why something is not stored, and the commands that change it, without their prefix. */
export interface SiteLack {
  readonly reason: string
  readonly commands: ReadonlyArray<string>
}

export interface SiteLedger {
  /** False without a state file, so that runs and requests are unknown. */
  readonly isKnown: boolean
  /** Last run or import: its end, and its result in words; undefined if there was none. */
  readonly run: { readonly at: string; readonly result: string } | undefined
  /** True if the athlete's gear is fetched. */
  readonly asksGear: boolean
  /** Reason why the heart rate zones are unknown; undefined if they are known. */
  readonly zones: SiteLack | undefined
  /** Reason why there is no activity; undefined if there is one. */
  readonly none: string | undefined
  /** Words before the name of a command of the program, such as `deno task`. */
  readonly command: string
}
