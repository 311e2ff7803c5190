/** `status` without `--verbose`: one line, or the problems with the commands that fix them. */
import { exitCodes, signalCodes } from "../base/exit.ts"
import { countQuarantined } from "../run/Summary.ts"
import { countOf } from "../state/ledger/counts.ts"
import { taskLine } from "./kit/line.ts"
import { formatNumber } from "./kit/numbers.ts"
import { quantity } from "./kit/plurals.ts"
import { minuteTime } from "./kit/times.ts"
import { wrap } from "./kit/wrap.ts"
import { describeHeldBack, describeUnknownSinks, describeWithheld } from "./phrases.ts"
import type { StatusReport } from "./statusPage.ts"
import { describeLacks } from "./summary/lacks.ts"
import { describeShort } from "./summary/lost.ts"
import { describeQuarantined } from "./summary/quarantined.ts"

/** Most items of a list that are named without `--verbose`. */
const mostNamed = 5

/** Exit codes of runs that did what they could, or that the user stopped; other runs failed. */
const usual: ReadonlyArray<number> = [
  exitCodes.complete,
  exitCodes.quarantined,
  exitCodes.again,
  ...Object.values(signalCodes),
]

/** Returns the command of `next`, without its effect. */
const commandIn = (next: string): string => next.split("   ")[0] ?? ""

/** Describes a failure of the last run; empty if it ended as usual, or has not ended. */
const describeFailure = ({ counts: { lastRun } }: StatusReport, folder: string) => {
  if (lastRun === undefined || lastRun.exit === null || usual.includes(lastRun.exit)) return []
  return wrap(
    `The last run failed with exit code ${lastRun.exit}, ${minuteTime(lastRun.started)}. ` +
      `To find the cause: ${taskLine("doctor", folder)}`,
    { first: "  ", rest: "    " },
  )
}

const describeUndelivered = ({ counts, next }: StatusReport): ReadonlyArray<string> => {
  const late = counts.sinks.filter(({ pending }) => pending > 0)
  const sinks = [...Map.groupBy(late, ({ sink }) => sink)].map(([sink, rows]) =>
    `${formatNumber(rows.reduce((sum, { pending }) => sum + pending, 0))} of ${sink}`
  )
  return sinks.length === 0 ? [] : wrap(
    `Undelivered items: ${sinks.join(", ")}. To deliver them: ${commandIn(next)}`,
    { first: "  ", rest: "    " },
  )
}

/** Describes what needs attention, each with the command that fixes it; empty if nothing does. */
const problemsOf = (report: StatusReport, folder: string): ReadonlyArray<string> => {
  const { counts, lacks, lost, onlyExport, plan, shortfalls } = report
  const setAside = countQuarantined(counts)
  return [
    ...describeShort(shortfalls, folder, lost, onlyExport),
    ...describeUnknownSinks(counts.unknownSinks),
    ...describeLacks(lacks, folder, { onlyExport }),
    ...describeUndelivered(report),
    ...describeQuarantined(counts.quarantined, setAside, mostNamed, plan.now, folder),
    ...describeWithheld(counts.withheld, folder),
    ...describeHeldBack(counts.heldBack, folder),
    ...describeFailure(report, folder),
  ]
}

/** Returns the stored amounts: `294 activities, 87 of 293 streams`. */
const describeAmounts = ({ counts: { items }, work }: StatusReport): string => {
  const stored = (resource: "activities" | "streams") =>
    countOf(items, resource, "staged", "delivered")
  const isUnfinished = work.some(({ resource }) => resource === "streams")
  return [
    quantity(stored("activities"), "activity", "activities"),
    ...(isUnfinished ? [] : [`${formatNumber(stored("streams"))} streams`]),
    ...work.map(({ before, resource, total }) =>
      `${formatNumber(before)} of ${formatNumber(total)} ${resource}`
    ),
  ].join(", ")
}

/** Returns one line if nothing needs attention; otherwise the problems, and the command that shows the rest. */
export const renderShortStatus = (report: StatusReport, folder: string): string => {
  const problems = problemsOf(report, folder)
  const amounts = describeAmounts(report)
  const { lastRun } = report.counts
  if (problems.length > 0) {
    return [
      `Needs attention (${amounts} stored):`,
      ...problems,
      "",
      `For the rest: ${taskLine("status", folder)} --verbose`,
    ].join("\n")
  }
  return wrap(
    report.work.length > 0 && !report.onlyExport
      ? `OK: ${amounts}. To continue: ${commandIn(report.next)}`
      : `OK: ${amounts}` +
        (lastRun === undefined ? "" : `; last run ${minuteTime(lastRun.started)}`),
    { rest: "  " },
  ).join("\n")
}
