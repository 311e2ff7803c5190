/** Exit codes, by `sysexits.h` where it has one. Each error class has one, so that a scheduler can branch on it. */
import { Runtime } from "effect"

export const exitCodes = {
  complete: 0,
  bug: 1,
  /** Complete, with quarantined items. */
  quarantined: 2,
  usage: 64,
  /** A response or the state file cannot be read. */
  data: 65,
  /** Strava or a sink cannot be reached. */
  unavailable: 69,
  disk: 74,
  /** Stopped at the rate limit, the deadline or a lock: run again to continue. */
  again: 75,
  credentials: 77,
  configuration: 78,
} as const
export type ExitCode = typeof exitCodes[keyof typeof exitCodes]

/** Meaning of each code, for docs/reference.md. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  complete: "complete",
  bug: "internal error (please report it)",
  quarantined:
    "complete, with quarantined items (see `deno task status`); of `verify`: differences found; of " +
    "`import`: files or rows that could not be read, which it names",
  usage: "invalid usage, or a query that PostgreSQL rejects",
  data:
    "the state file, a response or an export cannot be read, an export is another athlete's, or a " +
    "stage lacks its input",
  unavailable: "Strava or a database cannot be reached",
  disk:
    "a file, directory or the output cannot be used: the disk is full or read-only, permission is " +
    "denied, too many files are open, or it is not a file",
  again:
    "incomplete: stopped at the rate limit or the deadline, or another run is active; run again to " +
    "continue. Of `auth --for`: the access token ends earlier",
  credentials: "credentials refused, scope missing, application disabled, or wrong key",
  configuration: "a setting is missing or invalid",
}

/** Codes of a run that was stopped by a signal. */
export const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const

export const signalMeanings: Readonly<Record<keyof typeof signalCodes, string>> = {
  SIGINT: "stopped by Ctrl-C",
  SIGTERM: "stopped by SIGTERM",
}

/** Returns the first words of a message about an interrupted process, by its exit code. */
export const interruptionPhrase = (code: number): string =>
  `Stopped by ${code === signalCodes.SIGTERM ? "SIGTERM" : "Ctrl-C"}`

/** Property that holds the exit code of an error class, read by the runner. */
export const errorExitCode: typeof Runtime.errorExitCode = Runtime.errorExitCode
