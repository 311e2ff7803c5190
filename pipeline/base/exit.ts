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

/** What each code tells, in the words of the reference. */
export const exitMeanings: Readonly<Record<keyof typeof exitCodes, string>> = {
  complete: "complete",
  bug: "a bug: please report it",
  quarantined: "complete, but for items set aside; `deno task status` says which and why; of " +
    "`verify`: something differs",
  usage: "wrong usage, or a question that PostgreSQL refuses",
  data: "the state file or an answer cannot be read, or a stage has nothing to build on",
  unavailable: "Strava, or the database of a sink, cannot be reached",
  disk:
    "a file, folder or the output cannot be used: the disk is full or read-only, permission is " +
    "denied, too many files are open, or it is not a file",
  again: "stopped at the limit or the deadline, or another run has the files open: run again; of " +
    "`auth --for`: the access token ends before that",
  credentials:
    "Strava refuses the credentials, a scope is missing, the application is off, or a key is wrong",
  configuration: "something is not set, or not so that it can be used",
}

/** Codes of a run that a signal has stopped. */
export const signalCodes = { SIGINT: 130, SIGTERM: 143 } as const

export const signalMeanings: Readonly<Record<keyof typeof signalCodes, string>> = {
  SIGINT: "stopped by Ctrl-C",
  SIGTERM: "stopped by SIGTERM",
}

/** A sentence's beginning for the exit code of a process that was interrupted. */
export const interruptionPhrase = (code: number): string =>
  `Stopped by ${code === signalCodes.SIGTERM ? "SIGTERM" : "Ctrl-C"}`

/** The property under which an error class tells its exit code to the runner. */
export const errorExitCode: typeof Runtime.errorExitCode = Runtime.errorExitCode
