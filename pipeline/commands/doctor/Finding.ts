/** Result of one check of `doctor`, and its fix. */
import { Runtime } from "effect"
import { type ExitCode, exitCodes } from "../../base/exit.ts"

/** `unknown`: the check was not possible, or not needed. */
export type Level = "ok" | "warning" | "trouble" | "unknown"

export interface Finding {
  /** Subject of the check, in one or two words. */
  readonly check: string
  readonly level: Level
  /** Result of the check. */
  readonly says: string
  /** Fix for a problem. */
  readonly remedy?: string
  /** Exit code of a run with this problem. */
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

/** Returns the finding for an error, with the error's exit code. */
export const findingOf = (
  check: string,
  error: Error,
  says: string,
  remedy: string,
): Finding => trouble(check, says, remedy, Runtime.getErrorExitCode(error) as ExitCode)

/** Returns the code of the first problem, because later checks depend on earlier ones. */
export const findingsCode = (findings: ReadonlyArray<Finding>): ExitCode =>
  findings.find(({ level }) => level === "trouble")?.code ?? exitCodes.complete
