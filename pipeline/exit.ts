/** Exit codes, after sysexits: each error of ours carries one, and a scheduler can branch on it. */
import { Runtime } from "effect"

export const exitCodes = {
  complete: 0,
  bug: 1,
  /** Complete but for items set aside. */
  quarantined: 2,
  usage: 64,
  /** What Strava sent, or the state file, cannot be read. */
  data: 65,
  /** Strava or a sink cannot be reached. */
  unavailable: 69,
  disk: 74,
  /** Stopped at the limit, the deadline or a lock: run again. */
  again: 75,
  credentials: 77,
  configuration: 78,
} as const
export type ExitCode = typeof exitCodes[keyof typeof exitCodes]

/** The property under which an error class tells its exit code to the runner. */
export const errorExitCode: typeof Runtime.errorExitCode = Runtime.errorExitCode
