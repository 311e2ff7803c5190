/** The findings as a page for people. */
import { quantity } from "../../output/kit/plurals.ts"
import { printable } from "../../output/kit/terminal.ts"
import { wrap } from "../../output/kit/wrap.ts"
import type { Finding, Level } from "./Finding.ts"

const signs: Readonly<Record<Level, string>> = {
  ok: "ok",
  warning: "warning",
  trouble: "PROBLEM",
  unknown: "-",
}

const indent = " ".repeat(25)

const colors: Readonly<Record<Level, number>> = { ok: 32, warning: 33, trouble: 31, unknown: 2 }

const linesOf = (
  { check, level, remedy, says }: Finding,
  colored: boolean,
): ReadonlyArray<string> => {
  const [first = "", ...more] = wrap(printable(says), { first: indent })
  const sign = signs[level].padEnd(8)
  const shown = colored ? `\x1b[${colors[level]}m${sign}\x1b[0m` : sign
  const head = `  ${shown} ${check.padEnd(13)} `
  return [
    head + first.slice(indent.length),
    ...more,
    ...(remedy === undefined ? [] : wrap(`→ ${printable(remedy)}`, { first: indent })),
  ]
}

export const renderFindings = (
  findings: ReadonlyArray<Finding>,
  { colored, next, requests }: {
    readonly colored: boolean
    /** Command to run next. */
    readonly next: string
    /** Number of requests that the checks sent. */
    readonly requests: number
  },
): string => {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length
  const troubles = count("trouble")
  const warnings = count("warning")
  const price = requests === 0 ? "No request was sent to Strava." : "Used 1 request."
  const verdict = troubles > 0
    ? `${quantity(troubles, "problem")} found.${troubles > 1 ? " Fix the first one first." : ""}`
    : warnings > 0
    ? `Works, with ${quantity(warnings, "warning")}.`
    : "No problems found."
  return [
    ...findings.flatMap((finding) => linesOf(finding, colored)),
    "",
    `${verdict} ${price}`,
    ...(troubles > 0 ? [] : [`Next: ${next}`]),
  ].join("\n")
}
