/** A row of the fault matrix. */

export interface Fault {
  readonly fault: string
  /** How the tests bring it about. */
  readonly injected: string
  /** What the user may expect. */
  readonly expected: string
  /** How the process ends; several where it depends, none where no process ends by it. */
  readonly exit: ReadonlyArray<number>
  /** Why there is no test, or what a test leaves open. */
  readonly note?: string
}
