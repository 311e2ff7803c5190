/** A row of the fault matrix. */

export interface FaultCase {
  readonly fault: string
  /** Cause of the fault in the tests. */
  readonly injected: string
  /** Behavior that the user can rely on. */
  readonly expected: string
  /** Exit codes that a run may end with; empty if the fault ends no process. */
  readonly exit: ReadonlyArray<number>
  /** Reason why there is no test, or what a test does not cover. */
  readonly note?: string
}
