/** A report as a page for people, of at most 80 columns but for what it quotes. */
import type { Resource } from "../../schemas/Item.ts"
import { resources } from "../../schemas/resources.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { isoTime } from "../base/isoTime.ts"
import { printable } from "./kit/table.ts"
import { describeUnknownSinks } from "./phrases.ts"
import type { VerifyDifference, VerifyPart, VerifyResult, Year } from "../verify/Result.ts"
import { isProven } from "../verify/verdict.ts"

/** Of a longer list only the beginning is shown. */
const mostLines = 20

const dot = (count: number) => count === 0 ? "·" : String(count)

const row = (cells: ReadonlyArray<string>, widths: ReadonlyArray<number>) =>
  `  ${
    cells.map((cell, i) => i < 2 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)).join("")
  }`.trimEnd()

const widths = [10, 11, 9, 9, 10, 10, 9, 8]

const partsTable = (parts: ReadonlyArray<VerifyPart>): ReadonlyArray<string> => [
  row(["sink", "what", "expected", "there", "compared", "differ", "waiting", "lacks"], widths),
  ...parts.map((
    { compared, different, expected, lacking, refused, resource, sink, there, waiting },
  ) =>
    row([
      sink,
      resources[resource].noun,
      dot(expected),
      dot(there),
      dot(compared),
      dot(different),
      dot(waiting + refused),
      dot(lacking),
    ], widths)
  ),
]

/** Years as rows; a column for what is known, and one for each sink. */
const yearsTable = (
  years: ReadonlyArray<Year>,
  sinks: ReadonlyArray<SinkName>,
): ReadonlyArray<string> => {
  const dated = ["activities", "streams"] as const
  const all = [
    ...new Set(years.filter(({ resource }) => resource !== "athlete").map(({ year }) => year)),
  ]
    .sort((a, b) => (b ?? 0) - (a ?? 0))
  if (all.length === 0) return []
  const line = (first: string, cells: (resource: Resource) => ReadonlyArray<string>) =>
    `  ${first.padEnd(6)}${
      dated.map((resource) => {
        const [known = "", ...there] = cells(resource)
        return known.padStart(11) +
          there.map((cell, i) => cell.padStart(Math.max(6, (sinks[i]?.length ?? 0) + 1))).join("")
      }).join(" ")
    }`
  return [
    "",
    line("year", (resource) => [resources[resource].noun, ...sinks]),
    ...all.map((year) =>
      line(year === null ? "?" : String(year), (resource) => {
        const found = years.find((one) => one.year === year && one.resource === resource)
        return [
          dot(found?.known ?? 0),
          ...sinks.map((sink) => dot(found?.there[sink] ?? 0)),
        ]
      })
    ),
  ]
}

const list = (heading: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : [
    "",
    `  ${heading}`,
    ...lines.slice(0, mostLines).map((line) => `    ${printable(line)}`),
    ...(lines.length > mostLines ? [`    … and ${lines.length - mostLines} more`] : []),
  ]

const name = ({ id, resource, sink }: Omit<VerifyDifference, "detail">) =>
  `${sink} ${resource} ${id}`
const withDetail = (found: VerifyDifference) =>
  name(found) + (found.detail === "" ? "" : `: ${found.detail}`)

const count = (number: number, one: string, more = `${one}s`) =>
  `${number} ${number === 1 ? one : more}`

const without = ({ absent, listed, purged, quarantined, skipped }: VerifyResult["without"]) => {
  const told = [
    [listed, "to fetch"],
    [absent, "absent"],
    [skipped, "by hand"],
    [quarantined, "set aside"],
    [purged, "purged"],
  ] as const
  const some = told.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`)
  return some.length === 0 ? [] : ["", `  not in the sinks, and need not be: ${some.join(", ")}`]
}

/** Number of responses that no sink keeps; one that two sinks lost counts once. */
const countLost = (repair: VerifyResult["repair"]): number =>
  new Set(repair?.lost.map(({ id, resource }) => `${resource} ${id}`)).size

/** Sentences about rows of sinks that keep no responses, if no other sink keeps these either. */
const uncompared = (
  { parts }: VerifyResult,
  keepers: ReadonlyArray<SinkName>,
): ReadonlyArray<string> =>
  parts.filter(({ sink }) => !keepers.includes(sink)).flatMap(
    ({ compared, different, expected, resource, sink }) => {
      const left = expected - compared - different
      return left > 0
        ? `${left} ${
          resources[resource].noun
        } of ${sink} were not compared: no sink keeps their responses`
        : []
    },
  )

const verdict = (report: VerifyResult, keepers: ReadonlyArray<SinkName>): string => {
  const { differences, repair, sinks } = report
  const places = sinks.filter(({ trouble }) => trouble === undefined).length
  if (isProven(report) && uncompared(report, keepers).length > 0) {
    return "no difference found, but not everything could be compared"
  }
  if (isProven(report)) {
    return `proven: ${count(places, "sink holds", "sinks hold")} what the state file says`
  }
  const lost = countLost(repair)
  return [
    ...(differences.length > 0 ? [count(differences.length, "difference")] : []),
    ...(lost > 0 ? [`${lost} to be fetched again`] : []),
    ...(places < sinks.length
      ? [`${count(sinks.length - places, "sink")} could not be looked into`]
      : []),
  ].join(", ")
}

const mended = (repair: NonNullable<VerifyResult["repair"]>) => {
  const { aside, expelled, lost, requests, restored } = repair
  return [
    "",
    `  repaired without a request: ${count(restored, "answer")} delivered again`,
    ...(expelled === 0
      ? []
      : [`  taken away again, since it was purged: ${count(expelled, "item")}`]),
    ...aside.map((table) => `  put aside, since it could not be read back: ${table}`),
    ...list(
      `no sink keeps ${count(countLost(repair), "response")} any more; the next run fetches them ` +
        `for ${count(requests, "request")} beside its list:`,
      lost.map(name),
    ),
  ]
}

/** Number of items that were read, and of those that were not because they are unchanged. */
const describeUnchanged = ({ parts, unchanged }: VerifyResult, { full }: Commands) => {
  const { notKept, since } = unchanged
  const compared = parts.reduce((sum, part) => sum + part.compared, 0)
  const same = parts.reduce((sum, part) => sum + part.unchanged, 0)
  return [
    ...(since === null ? [] : [
      "",
      `  ${count(same, "item")} unchanged since the last verification, ` +
      `${compared - same} read and compared now`,
      `    oldest verification that counts: ${isoTime(since)}`,
      `    to read everything: ${full}`,
    ]),
    ...(notKept === null ? [] : [
      "",
      "  the next verification reads everything again, because verified.db cannot be",
      `    written: ${printable(notKept)}`,
    ]),
  ]
}

/** Commands for the reader to type. */
interface Commands {
  readonly repair: string
  readonly full: string
  readonly pipeline: string
  readonly rebuild: string
}

/** One sentence that explains an exit code other than 0, and the command that fixes the cause. */
export const verifyEnding = (report: VerifyResult, commands: Commands): string => {
  const { differences, repair, sinks, unknown } = report
  const [down] = sinks.flatMap(({ sink, trouble }) =>
    trouble === undefined ? [] : `Cannot verify the ${sink} sink: ${printable(trouble.detail)}`
  )
  if (down !== undefined) return down
  const lost = countLost(repair)
  return lost > 0
    ? `${count(lost, "response")} cannot be restored from any sink. To fetch them again: ` +
      commands.pipeline
    : differences.length > 0
    ? `${count(differences.length, "difference")} between the state file and the sinks. ` +
      `To repair without a request: ${commands.repair}`
    : `${count(unknown.length, "stored item")} unknown to the state file. To adopt: ` +
      commands.rebuild
}

/** Page of `report` with the commands that fix what it found; `keepers` are the sinks that keep responses. */
export const verifyText = (
  report: VerifyResult,
  path: string,
  commands: Commands,
  keepers: ReadonlyArray<SinkName>,
): string => {
  const { differences, oddities, parts, repair, running, sinks, uneven, unknown, years } = report
  const looked = sinks.filter(({ trouble }) => trouble === undefined).map(({ sink }) => sink)
  const lacking = parts.some(({ lacking, unkept }) => lacking > unkept)
  const unkept = parts.some(({ unkept }) => unkept > 0)
  const next = differences.length > 0 && repair === undefined
    ? `${commands.repair}   (mends without a request)`
    : countLost(repair) > 0
    ? `${commands.pipeline}   (fetches what no sink keeps)`
    : lacking && repair === undefined
    ? `${commands.repair}   (brings what came before a sink was added)`
    : unkept && countLost(repair) === 0
    ? `${commands.pipeline} --backfill   (fetches what no sink keeps)`
    : undefined
  return [
    `${path}: ${verdict(report, keepers)}`,
    ...(running === null ? [] : [
      "",
      `  a run is going on (${printable(running)}): figures may be of different moments`,
    ]),
    "",
    ...partsTable(parts),
    ...(uncompared(report, keepers).length === 0
      ? []
      : ["", ...uncompared(report, keepers).map((words) => `  ${words}`)]),
    ...describeUnchanged(report, commands),
    ...yearsTable(years, looked),
    ...without(report.without),
    ...sinks.flatMap(({ copyOf, location, sink }) =>
      copyOf === undefined ? [] : [
        "",
        `  ${sink}: ${printable(location)}`,
        `    compared as a copy of ${printable(copyOf)}`,
      ]
    ),
    ...sinks.flatMap(({ location, sink, trouble }) =>
      trouble === undefined
        ? []
        : ["", `  ${sink}: ${printable(location)}`, `    ${printable(trouble.detail)}`]
    ),
    ...(report.unknownSinks.length === 0 ? [] : ["", ...describeUnknownSinks(report.unknownSinks)]),
    ...list(`${count(differences.length, "difference")}:`, differences.map(withDetail)),
    ...list(
      `not known to the state file, and left alone (taken in by: ${commands.rebuild}):`,
      unknown.map(withDetail),
    ),
    ...list(
      "no items, and left alone:",
      oddities.map(({ detail, resource, sink }) => `${sink} ${resource}: ${detail}`),
    ),
    ...list(
      "as Strava sent them, but not of one length:",
      uneven.map(({ detail, id }) => `streams ${id}: ${detail}`),
    ),
    ...(repair === undefined ? [] : mended(repair)),
    ...(next === undefined ? [] : ["", `  next  ${next}`]),
  ].join("\n")
}
