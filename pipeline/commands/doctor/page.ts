/** The findings as a page for people. */
import type { Finding, Level } from "./Finding.ts"
import { printable } from "../../output/kit/terminal.ts"

const width = 80

const signs: Readonly<Record<Level, string>> = {
  ok: "ok",
  warning: "warning",
  trouble: "TROUBLE",
  unknown: "-",
}

/** `text` on lines that begin after `indent`, broken between words. */
const wrapped = (text: string, indent: string): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line = ""
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(line)
      line = word
    } else {
      line = line === "" ? word : `${line} ${word}`
    }
  }
  return [...lines, line].map((line) => indent + line)
}

const indent = " ".repeat(25)

const colours: Readonly<Record<Level, number>> = { ok: 32, warning: 33, trouble: 31, unknown: 2 }

const linesOf = (
  { check, level, remedy, says }: Finding,
  coloured: boolean,
): ReadonlyArray<string> => {
  const [first = "", ...more] = wrapped(printable(says), indent)
  const sign = signs[level].padEnd(8)
  const shown = coloured ? `\x1b[${colours[level]}m${sign}\x1b[0m` : sign
  const head = `  ${shown} ${check.padEnd(13)} `
  return [
    head + first.slice(indent.length),
    ...more,
    ...(remedy === undefined ? [] : wrapped(`→ ${printable(remedy)}`, indent)),
  ]
}

const some = (count: number, one: string) => `${count} ${one}${count === 1 ? "" : "s"}`

export const renderFindings = (
  findings: ReadonlyArray<Finding>,
  { coloured, next, requests }: {
    readonly coloured: boolean
    /** The command to go on with. */
    readonly next: string
    /** Made to find out. */
    readonly requests: number
  },
): string => {
  const count = (level: Level) => findings.filter((finding) => finding.level === level).length
  const troubles = count("trouble")
  const warnings = count("warning")
  const price = requests === 0 ? "No request was made." : "It took one request of Strava's limit."
  const verdict = troubles > 0
    ? `${some(troubles, "problem")} to fix, starting with the first.`
    : warnings > 0
    ? `It works, with ${some(warnings, "warning")}.`
    : "All is well."
  return [
    ...findings.flatMap((finding) => linesOf(finding, coloured)),
    "",
    `${verdict} ${price}`,
    ...(troubles > 0 ? [] : [`Next: ${next}`]),
  ].join("\n")
}
