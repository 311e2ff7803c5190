/** The result of an import as a page, and the sentences that explain its exit code. */
import { exitCodes } from "../../base/exit.ts"
import type { ImportSummary } from "../../export/importExports.ts"
import type { ImportedExport, ImportProblem } from "../../export/ImportReport.ts"
import type { ImportPreview } from "../../export/previewImport.ts"
import { taskLine } from "../kit/line.ts"
import { formatNumber } from "../kit/numbers.ts"
import { listWords, quantity } from "../kit/plurals.ts"
import { formatSize } from "../kit/sizes.ts"
import { printable } from "../kit/terminal.ts"
import { wrap } from "../kit/wrap.ts"
import { importCauses } from "./importCauses.ts"
import { describeSinks, resourceTable } from "./summary.ts"

/** Maximum number of problems that the page names; `--json` has all. */
const mostNamed = 20

const day = (at: number) => new Date(at).toISOString().slice(0, 10)

const describeExport = (
  { activities, archive, bytes, exportedAt, known, originals, streams }: ImportedExport,
): ReadonlyArray<string> => {
  const parts = [
    `${quantity(activities, "activity", "activities")}${
      known === 0 ? "" : ` (${formatNumber(known)} already imported)`
    }`,
    ...(streams > 0 || known === 0 ? [quantity(streams, "stream")] : []),
    ...(originals > 0
      ? [`${quantity(originals, "original file")} (${formatSize(bytes)}) stored`]
      : []),
  ]
  return wrap(`${printable(archive)} of ${day(exportedAt)}: ${parts.join(", ")}`, {
    first: "  ",
    rest: "    ",
  })
}

/** Returns one entry for each problem: the file, the activity and the reason. */
const describeImportProblems = (
  problems: ReadonlyArray<ImportProblem>,
): ReadonlyArray<string> =>
  problems.length === 0 ? [] : [
    `  ${quantity(problems.length, "file")} with problems:`,
    ...problems.slice(0, mostNamed).flatMap(({ file, id, name, partial, reason }) =>
      wrap(
        printable(
          `${file ?? "no file"} (activity ${id}, ${name.slice(0, 60)}): ` +
            `${partial ? "imported in part: " : ""}${reason.slice(0, 160)}`,
        ),
        { first: "    ", rest: "      " },
      )
    ),
    ...(problems.length > mostNamed
      ? [`    and ${formatNumber(problems.length - mostNamed)} more (all of them: --json)`]
      : []),
  ]

/** Returns up to 20 sentences about the tables of the exports. */
const describeTableProblems = (
  exports: ReadonlyArray<Pick<ImportedExport, "archive" | "problems">>,
): ReadonlyArray<string> => {
  const all = exports.flatMap(({ archive, problems }) =>
    problems.map((problem) => `${archive}: ${problem}`)
  )
  return [
    ...all.slice(0, mostNamed).flatMap((text) =>
      wrap(printable(text).slice(0, 240), { first: "  ", rest: "    " })
    ),
    ...(all.length > mostNamed ? [`  and ${formatNumber(all.length - mostNamed)} more`] : []),
  ]
}

/** Returns sentences about the streams of unreadable files, and the command that fetches them. */
const describePending = (
  problems: ReadonlyArray<ImportProblem>,
  folder: string,
): ReadonlyArray<string> => {
  const whole = problems.filter(({ partial }) => !partial).length
  return whole === 0 ? [] : [
    ...wrap(`Streams of ${quantity(whole, "activity", "activities")} are pending. To fetch them:`, {
      first: "    ",
      rest: "    ",
    }),
    `      ${taskLine("pipeline", folder)}`,
  ]
}

/** Returns the page of an import. Commands in it are for the data directory `folder`. */
export const renderImport = (summary: ImportSummary, folder: string): string =>
  [
    "",
    ...resourceTable(summary.resources),
    "",
    ...summary.exports.flatMap(describeExport),
    ...describeSinks(summary),
    ...describeTableProblems(summary.exports),
    ...describeImportProblems(summary.problems),
    ...describePending(summary.problems, folder),
    "",
    `Next: ${taskLine("report", folder)}`,
  ].join("\n")

/** Returns the page of a dry run. */
export const renderPreview = (
  { exports, originals, problems }: ImportPreview,
  folder: string,
): string =>
  [
    "",
    "  Dry run: nothing was written. An import would store:",
    "",
    ...exports.flatMap(({ activities, archive, changed, exportedAt, fresh, known, streams }) =>
      wrap(
        `${printable(archive)} of ${day(exportedAt)}: ${
          quantity(activities, "activity", "activities")
        } (${formatNumber(fresh)} new, ${formatNumber(changed)} changed, ` +
          `${formatNumber(known)} already imported), ${quantity(streams, "stream")}`,
        { first: "  ", rest: "    " },
      )
    ),
    `  ${quantity(originals.files, "original file")} (${formatSize(originals.bytes)}) in ${folder}`,
    ...describeTableProblems(exports),
    ...describeImportProblems(problems),
  ].join("\n")

interface EndedImport {
  /** Error that ended the import early; undefined if none did. */
  readonly error: unknown
  readonly code: number
  readonly folder: string
}

/** Returns sentences without the dot at the end, at least one for each code but 0. */
export const importEnding = (
  { exports, problems, quarantined, setAside, sinks }: ImportSummary,
  { code, error, folder }: EndedImport,
): readonly [string, ...ReadonlyArray<string>] => {
  const named = problems.slice(0, 3).map(({ file, id }) => printable(file ?? `activity ${id}`))
  const files = problems.length === 0 || code !== exitCodes.quarantined ? [] : [
    `${quantity(problems.length, "file")} could not be imported completely, everything else is ` +
    `stored: ${listWords(problems.length > 3 ? [...named, "others"] : named)}`,
  ]
  const rejected = exports.reduce((sum, { rejected }) => sum + rejected, 0)
  const rows = rejected === 0 || code !== exitCodes.quarantined ? [] : [
    `${quantity(rejected, "row")} of activities.csv could not be imported, all others are stored`,
  ]
  const [item] = quarantined
  const aside = setAside === 0 || code !== exitCodes.quarantined || problems.length > 0 ? [] : [
    `${quantity(setAside, "item")} quarantined, everything else is stored` +
    (item === undefined
      ? ""
      : `: ${item.resource} ${item.id}, ${printable(item.reason).slice(0, 160)}`) +
    `. To see all: ${taskLine("status", folder)}`,
  ]
  const [first, ...more] = [...importCauses(sinks, error, folder), ...files, ...rows, ...aside]
  return first === undefined ? [`The import ended with exit code ${code}`] : [first, ...more]
}
