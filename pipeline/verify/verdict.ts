/** What a report comes to: the exit code, and what to run next. */
import { type ExitCode, exitCodes } from "../base/exit.ts"
import type { VerifyResult } from "./Result.ts"

const codes = {
  disk: exitCodes.disk,
  busy: exitCodes.again,
  unreachable: exitCodes.unavailable,
  other: exitCodes.quarantined,
} as const

/** Whether everything that the state file says was found to be so, and nothing that cannot be read. */
export const isProven = ({ differences, repair, sinks, unknown }: VerifyResult): boolean =>
  differences.length === 0 && unknown.every(({ detail }) => detail === "") &&
  (repair?.lost.length ?? 0) === 0 &&
  sinks.every(({ trouble }) => trouble === undefined)

/** A sink that could not be looked into says more than what the others differ in. */
export const verifyCode = (report: VerifyResult): ExitCode => {
  const found = report.sinks.flatMap(({ trouble }) =>
    trouble === undefined ? [] : codes[trouble.reason]
  )
  const worst = [exitCodes.disk, exitCodes.unavailable, exitCodes.again].find((code) =>
    found.includes(code)
  )
  return worst ?? (isProven(report) ? exitCodes.complete : exitCodes.quarantined)
}
