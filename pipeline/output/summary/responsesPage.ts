/** The result of an import of saved responses as a page, and the sentences that explain its exit code. */
import { exitCodes } from "../../base/exit.ts"
import type { ImportedResponses, ResponsesSummary } from "../../export/importResponses.ts"
import { taskLine } from "../kit/line.ts"
import { formatNumber } from "../kit/numbers.ts"
import { quantity } from "../kit/plurals.ts"
import { printable } from "../kit/terminal.ts"
import { wrap } from "../kit/wrap.ts"
import { importCauses } from "./importCauses.ts"
import { describeSinks, resourceTable } from "./summary.ts"

/** Maximum number of problems that the page names; `--json` has all. */
const mostNamed = 20

/** Maximum number of ignored files that the page names. */
const mostIgnored = 5

const entry = (text: string) => wrap(text, { first: "  ", rest: "    " })

const describeResponses = (
  { activities, empty, files, ignored, known, problems, streams }: ImportedResponses,
): ReadonlyArray<string> => [
  ...entry(
    `${quantity(files, "file")} with responses: ${
      quantity(activities, "new activity", "new activities")
    }, ${quantity(streams, "new stream")}, ${formatNumber(known)} stored before${
      empty === 0 ? "" : `, ${formatNumber(empty)} without samples`
    }`,
  ),
  ...(ignored.length === 0 ? [] : entry(
    `${quantity(ignored.length, "file")} ignored, without activities or streams: ${
      printable(ignored.slice(0, mostIgnored).join(", "))
    }${ignored.length > mostIgnored ? ", …" : ""}`,
  )),
  ...problems.slice(0, mostNamed).flatMap((problem) => entry(printable(problem).slice(0, 240))),
  ...(problems.length > mostNamed
    ? [`  and ${formatNumber(problems.length - mostNamed)} more (all of them: --json)`]
    : []),
]

/** Returns the page of an import. Commands in it are for the data directory `folder`. */
export const renderResponses = (summary: ResponsesSummary, folder: string): string =>
  [
    "",
    ...resourceTable(summary.resources),
    "",
    ...describeResponses(summary.responses),
    ...describeSinks(summary),
    "",
    `Next: ${taskLine("report", folder)}`,
  ].join("\n")

/** Returns the page of a dry run. */
export const renderResponsesPreview = (responses: ImportedResponses): string =>
  [
    "",
    "  Dry run: nothing was written. An import would store:",
    "",
    ...describeResponses(responses),
  ].join("\n")

/** Returns a sentence about the files that are not imported, without the dot. */
export const describeUnread = ({ problems }: ImportedResponses): string =>
  `${quantity(problems.length, "problem")} in the files, the rest can be read: ${
    printable(problems.slice(0, 2).join("; ")).slice(0, 240)
  }`

/** Returns sentences without the dot at the end, at least one for each code but 0. */
export const responsesEnding = (
  { quarantined, responses, sinks }: ResponsesSummary,
  { code, error, folder }: {
    readonly error: unknown
    readonly code: number
    readonly folder: string
  },
): readonly [string, ...ReadonlyArray<string>] => {
  const unread = code === exitCodes.quarantined && responses.problems.length > 0
    ? [describeUnread(responses)]
    : []
  const aside = code === exitCodes.quarantined && quarantined.length > 0
    ? [`${quantity(quarantined.length, "item")} quarantined. ${taskLine("status", folder)}`]
    : []
  const [first, ...more] = [...importCauses(sinks, error, folder), ...unread, ...aside]
  return first === undefined ? [`The import ended with exit code ${code}`] : [first, ...more]
}
