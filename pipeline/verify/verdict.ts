/** Exit code of a verification. */
import { type ExitCode, exitCodes } from "../base/exit.ts"
import type { VerifyResult } from "./Result.ts"

const codes = {
  disk: exitCodes.disk,
  busy: exitCodes.again,
  unreachable: exitCodes.unavailable,
  other: exitCodes.quarantined,
} as const

/** True if every sink holds what the state file says, the original files are intact, and nothing is unreadable. */
export const isProven = (
  { differences, originals, repair, sinks, unknown }: VerifyResult,
): boolean =>
  differences.length === 0 && unknown.every(({ detail }) => detail === "") &&
  (repair?.lost.length ?? 0) === 0 && (originals?.problems.length ?? 0) === 0 &&
  sinks.every(({ trouble }) => trouble === undefined)

/** Returns the exit code. A sink that cannot be read counts more than differences in others. */
export const verifyCode = (report: VerifyResult): ExitCode => {
  const found = report.sinks.flatMap(({ trouble }) =>
    trouble === undefined ? [] : codes[trouble.reason]
  )
  const worst = [exitCodes.disk, exitCodes.unavailable, exitCodes.again].find((code) =>
    found.includes(code)
  )
  return worst ?? (isProven(report) ? exitCodes.complete : exitCodes.quarantined)
}
