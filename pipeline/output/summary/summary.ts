/** The summary of a run as a page for people. */

import { allResources } from "../../../schemas/resources.ts"
import { finishedAt } from "../../run/estimate.ts"
import type { Summary } from "../../run/Summary.ts"
import type { UndeliveredItems } from "../../state/outbox/holdings.ts"
import { formatRow, leftOf, right } from "../kit/columns.ts"
import { formatCell, formatNumber } from "../kit/numbers.ts"
import { quantity } from "../kit/plurals.ts"
import { formatSize } from "../kit/sizes.ts"
import { printable } from "../kit/terminal.ts"
import { wrap, wrapList } from "../kit/wrap.ts"
import {
  describeDrift,
  describeHeldBack,
  describePurged,
  describeUnknownSinks,
  describeWithheld,
  overDays,
} from "../phrases.ts"
import { countFrom } from "../../state/ledger/counts.ts"
import { describeRateLimit, doneAt } from "../whenDone.ts"
import { describeIncomplete } from "./incomplete.ts"
import { describeLacks } from "./lacks.ts"
import { describeQuarantined } from "./quarantined.ts"

/** Columns of the summary and their headings. */
export const summaryHeadings = {
  fresh: "new",
  changed: "changed",
  known: "unchanged",
  absent: "missing",
  skipped: "skipped",
  quarantined: "quarantined",
  deleted: "deleted",
} as const

const always = ["fresh", "changed", "known", "absent", "skipped", "quarantined"] as const

/** Items by resource; columns that are zero everywhere are dropped if there are deletions. */
export const resourceTable = (resources: Summary["resources"]): ReadonlyArray<string> => {
  const found = Object.values(resources).filter((figures) => figures !== undefined)
  const columns = found.some(({ deleted }) => deleted > 0)
    ? [...always.filter((one) => found.some((figures) => figures[one] > 0)), "deleted"] as const
    : always
  const widths = [
    leftOf(Object.keys(resources), 11),
    ...columns.map((one) => right(Math.max(10, summaryHeadings[one].length + 2))),
  ]
  return [
    formatRow(["", ...columns.map((column) => summaryHeadings[column])], widths),
    ...allResources().flatMap((resource) => {
      const figures = resources[resource]
      return figures === undefined
        ? []
        : [formatRow([resource, ...columns.map((one) => formatCell(figures[one]))], widths)]
    }),
  ]
}

/** Items that sinks lack after the run: a sink that is up has received all that others keep. */
const lacksAfter = ({ lacks, sinks }: Summary): ReadonlyArray<UndeliveredItems> =>
  lacks.map((lack) =>
    sinks.some(({ error, sink }) => sink === lack.sink && error === undefined)
      ? { ...lack, kept: 0 }
      : lack
  )

/** One entry per sink that was filled from the others. */
const describeFilled = (filled: Summary["filled"]): ReadonlyArray<string> =>
  [...Map.groupBy(filled, ({ sink }) => sink)].flatMap(([sink, parts]) =>
    wrapList(
      parts.map(({ count, resource }, i) =>
        `${formatNumber(count)} ${resource}${i === parts.length - 1 ? " (0 requests)" : ""}`
      ),
      { first: `  ${sink} was filled from other sinks: `, rest: "    " },
    )
  )

/** Progress of the selected activities, and the number of others to fetch. */
const describeWork = ({ at, left, quota, work }: Summary): ReadonlyArray<string> => {
  const words = overDays(work, quota, at)
  const selected = work.find(({ resource }) => resource === "streams")
  const others = left - (selected === undefined ? 0 : selected.total - selected.before)
  return [
    ...(words === undefined ? [] : wrap(words, { first: "  ", rest: "    " })),
    ...(others <= 0 ? [] : [`  ${formatNumber(others)} more to fetch, not selected in this run`]),
  ]
}

/** Names the streams that no request was needed for, after a run that could have fetched them. */
const describeImported = ({ resources, sources }: Summary): ReadonlyArray<string> => {
  const count = countFrom(sources, "streams", "export")
  return count === 0 || (resources.activities ?? resources.streams) === undefined ? [] : wrap(
    `${quantity(count, "activity has", "activities have")} streams from your export, which ` +
      "needed no request.",
    { first: "  ", rest: "    " },
  )
}

export const describeSinks = ({ sinks }: Pick<Summary, "sinks">): ReadonlyArray<string> =>
  sinks.flatMap(({ error, location, pending, sink }) => [
    `  ${sink.padEnd(9)} ${location}` +
    (pending === 0 ? "" : `  (${formatNumber(pending)} undelivered)`),
    ...(error === undefined
      ? []
      : wrap(`down: ${printable(error)}`, { first: " ".repeat(12), rest: " ".repeat(12) })),
  ])

/** The page. Commands in it are for the data directory `folder`. */
export const renderSummary = (summary: Summary, folder: string): string => {
  const { at, quota, requests, resources } = summary
  return [
    ...(Object.keys(resources).length === 0 ? [] : ["", ...resourceTable(resources)]),
    "",
    `  ${quantity(requests, "request")}, ${formatSize(summary.bytes)}`,
    ...describeRateLimit(quota),
    ...describeSinks(summary),
    ...describeUnknownSinks(summary.unknownSinks),
    ...describeWork(summary),
    ...describeImported(summary),
    ...describeFilled(summary.filled),
    ...describePurged(summary.purged, "  Purged by age: "),
    ...describeLacks(lacksAfter(summary), folder, {
      doneAt: (requests) => doneAt(finishedAt(requests, quota, at), at),
    }),
    ...describeQuarantined(summary.quarantined, summary.setAside, 10, at, folder),
    ...describeIncomplete(summary.incomplete, 10, at),
    ...describeWithheld(summary.withheld, folder),
    ...describeHeldBack(summary.heldBack ?? undefined, folder),
    ...describeDrift(summary.drift, 10),
  ].join("\n")
}
