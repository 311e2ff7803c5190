/** What one check of `doctor` has found, and what mends it. */
import { Runtime } from "effect"
import { type ExitCode, exitCodes } from "../../base/exit.ts"

/** `unknown`: it could not be, or need not be, looked at. */
export type Level = "ok" | "warning" | "trouble" | "unknown"

export interface Finding {
  /** What was looked at, in a word or two. */
  readonly check: string
  readonly level: Level
  /** What is so. */
  readonly says: string
  /** What mends it. */
  readonly remedy?: string
  /** Of trouble: the code that a run would end with by it. */
  readonly code?: ExitCode
}

export const ok = (check: string, says: string): Finding => ({ check, level: "ok", says })

export const unknown = (check: string, says: string): Finding => ({
  check,
  level: "unknown",
  says,
})

export const warning = (check: string, says: string, remedy: string): Finding => ({
  check,
  level: "warning",
  says,
  remedy,
})

export const trouble = (
  check: string,
  says: string,
  remedy: string,
  code: ExitCode,
): Finding => ({ check, level: "trouble", says, remedy, code })

/** Trouble that an error of ours tells of; it ends a run with the error's own code. */
export const troubleOf = (
  check: string,
  error: Error,
  says: string,
  remedy: string,
): Finding => trouble(check, says, remedy, Runtime.getErrorExitCode(error) as ExitCode)

/** The code of the first trouble: what comes first is what the rest hangs on. */
export const findingsCode = (findings: ReadonlyArray<Finding>): ExitCode =>
  findings.find(({ level }) => level === "trouble")?.code ?? exitCodes.complete
