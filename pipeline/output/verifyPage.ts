/** The result of `verify` as a page of 80 columns. */
import type { SinkName } from "../../sinks/Sink.ts"
import type { VerifyDifference, VerifyResult } from "../verify/Result.ts"
import { isProven } from "../verify/verdict.ts"
import { formatNumber } from "./kit/numbers.ts"
import { quantity } from "./kit/plurals.ts"
import { countLost, countLostIn, notAtStrava, partsOfLost } from "./summary/lostResponses.ts"
import { printable } from "./kit/terminal.ts"
import { isoTime } from "./kit/times.ts"
import { wrap } from "./kit/wrap.ts"
import { describeUnknownSinks } from "./phrases.ts"
import { renderParts, renderYears } from "./verifyTables.ts"

/** Number of lines of a list that are shown. */
const mostLines = 20

const list = (heading: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : [
    "",
    ...wrap(heading, { first: "  " }),
    ...lines.slice(0, mostLines).map((line) => `    ${printable(line)}`),
    ...(lines.length > mostLines ? [`    and ${formatNumber(lines.length - mostLines)} more`] : []),
  ]

const name = ({ id, resource, sink }: Omit<VerifyDifference, "detail">) =>
  `${sink} ${resource} ${id}`
const withDetail = (found: VerifyDifference) =>
  name(found) + (found.detail === "" ? "" : `: ${found.detail}`)

const describeUnexpected = (
  { absent, listed, purged, quarantined, skipped }: VerifyResult["without"],
) => {
  const reasons = [
    [listed, "pending"],
    [absent, "missing"],
    [skipped, "skipped"],
    [quarantined, "quarantined"],
    [purged, "purged"],
  ] as const
  const some = reasons.filter(([number]) => number > 0)
    .map(([number, what]) => `${formatNumber(number)} ${what}`)
  return some.length === 0
    ? []
    : ["", ...wrap(`not expected in the sinks: ${some.join(", ")}`, { first: "  ", rest: "    " })]
}

/** Returns sentences about rows of sinks that keep no responses, if no other sink keeps these either. */
const uncompared = (
  { parts }: VerifyResult,
  keepers: ReadonlyArray<SinkName>,
): ReadonlyArray<string> =>
  parts.filter(({ sink }) => !keepers.includes(sink)).flatMap(
    ({ compared, different, expected, resource, sink }) => {
      const left = expected - compared - different
      return left > 0
        ? `${
          formatNumber(left)
        } ${resource} of ${sink} were not compared: no sink keeps their responses`
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
    return `verified: ${quantity(places, "sink matches", "sinks match")} the state file`
  }
  const [fetched, computed] = partsOfLost(repair)
  const damaged = report.originals?.problems.length ?? 0
  return [
    ...(differences.length > 0 ? [quantity(differences.length, "difference")] : []),
    ...(damaged > 0 ? [`${quantity(damaged, "original file")} missing or changed`] : []),
    ...(fetched.length > 0 ? [`${formatNumber(countLostIn(fetched))} to fetch again`] : []),
    ...(computed.length > 0 ? [`${quantity(countLostIn(computed), "computed item")} lost`] : []),
    ...(places < sinks.length
      ? [`${quantity(sinks.length - places, "sink")} could not be read`]
      : []),
  ].join(", ")
}

const describeRepair = (repair: NonNullable<VerifyResult["repair"]>) => {
  const { aside, expelled, requests, restored } = repair
  const [fetched, computed] = partsOfLost(repair)
  return [
    "",
    `  repaired without a request: ${quantity(restored, "response")} delivered again`,
    ...(expelled === 0
      ? []
      : [`  deleted again because they were purged: ${quantity(expelled, "item")}`]),
    ...aside.map((table) => `  renamed because it could not be read: ${table}`),
    ...list(
      `${
        quantity(countLostIn(fetched), "response is", "responses are")
      } in no sink. The next run ` +
        `fetches them with ${quantity(requests, "request")}, in addition to the list:`,
      fetched.map(name),
    ),
    ...list(
      `${
        quantity(countLostIn(computed), "computed item is", "computed items are")
      } in no sink, and ` +
        `${notAtStrava}:`,
      computed.map(name),
    ),
  ]
}

/** Warns that the next verification reads everything; empty if it does not. */
const describeNotKept = ({ unchanged: { notKept } }: VerifyResult): ReadonlyArray<string> =>
  notKept === null ? [] : [
    "",
    ...wrap(
      "the next verification reads everything again, because verified.db cannot be written: " +
        printable(notKept),
      { first: "  ", rest: "    " },
    ),
  ]

/** Number of items that were read, and of those that were not because they are unchanged. */
const describeUnchanged = (report: VerifyResult, { full }: Commands) => {
  const { parts, unchanged: { since } } = report
  const compared = parts.reduce((sum, part) => sum + part.compared, 0)
  const same = parts.reduce((sum, part) => sum + part.unchanged, 0)
  return [
    ...(since === null ? [] : [
      "",
      `  ${quantity(same, "item")} unchanged since the last verification, ` +
      `${formatNumber(compared - same)} read and compared now`,
      `    oldest verification that counts: ${isoTime(since)}`,
      `    to read everything: ${full}`,
    ]),
    ...describeNotKept(report),
  ]
}

/** Commands that the reader can run next. */
interface Commands {
  readonly repair: string
  readonly full: string
  readonly pipeline: string
  readonly rebuild: string
  readonly importAgain: string
}

/** One sentence that explains an exit code other than 0, and the command that fixes the cause. */
export const verifyEnding = (report: VerifyResult, commands: Commands): string => {
  const { differences, repair, sinks, unknown } = report
  const [down] = sinks.flatMap(({ sink, trouble }) =>
    trouble === undefined ? [] : `Cannot verify the ${sink} sink: ${printable(trouble.detail)}`
  )
  if (down !== undefined) return down
  const lost = countLost(repair)
  const damaged = report.originals?.problems.length ?? 0
  const [fetched] = partsOfLost(repair)
  return lost > 0 && fetched.length === 0
    ? `${quantity(lost, "computed item")} cannot be restored from any sink, and ${notAtStrava}`
    : lost > 0
    ? `${quantity(lost, "response")} cannot be restored from any sink. To fetch them again: ` +
      commands.pipeline
    : differences.length > 0
    ? `${quantity(differences.length, "difference")} between the state file and the sinks. ` +
      `To repair without a request: ${commands.repair}`
    : damaged > 0
    ? `${
      quantity(damaged, "original file is", "original files are")
    } missing or changed. To store ` +
      `them again, delete the changed ones and run: ${commands.importAgain}`
    : `${quantity(unknown.length, "stored item")} unknown to the state file. To adopt: ` +
      commands.rebuild
}

/** The command to run next, with its effect; undefined if there is nothing to do. */
const nextCommand = (report: VerifyResult, commands: Commands): string | undefined => {
  const { differences, parts, repair } = report
  const lacking = parts.some(({ lacking, unkept }) => lacking > unkept)
  const unkept = parts.some(({ unkept }) => unkept > 0)
  return differences.length > 0 && repair === undefined
    ? `${commands.repair}   (repairs without requests)`
    : partsOfLost(repair)[0].length > 0
    ? `${commands.pipeline}   (fetches what no sink has)`
    : lacking && repair === undefined
    ? `${commands.repair}   (adds data from before the sink was added)`
    : unkept && countLost(repair) === 0
    ? `${commands.pipeline} --backfill   (fetches what no sink has)`
    : (report.originals?.problems.length ?? 0) > 0
    ? `${commands.importAgain}   (stores the original files again)`
    : undefined
}

/** Number of original files that are intact, and the others. */
const describeOriginals = ({ originals }: VerifyResult): ReadonlyArray<string> => {
  if (originals === undefined) return []
  const { expected, folder, intact, problems, unchanged } = originals
  const same = unchanged === 0 ? "" : `, ${formatNumber(unchanged)} of them unchanged`
  return [
    "",
    ...wrap(
      `original files: ${formatNumber(intact)} of ${formatNumber(expected)} intact${same}, in ` +
        printable(folder),
      { first: "  ", rest: "    " },
    ),
    ...list(
      `${quantity(problems.length, "original file")} missing or changed:`,
      problems.map(({ detail, name }) => `${name}: ${detail}`),
    ),
  ]
}

/** Locations of sinks that are copies or that cannot be read. */
const describePlaces = ({ sinks }: VerifyResult): ReadonlyArray<string> => [
  ...sinks.flatMap(({ copyOf, location, sink }) =>
    copyOf === undefined ? [] : [
      "",
      `  ${sink}: ${printable(location)}`,
      `    compared as a copy of ${printable(copyOf)}`,
    ]
  ),
  ...sinks.flatMap(({ location, sink, trouble }) =>
    trouble === undefined ? [] : [
      "",
      `  ${sink}: ${printable(location)}`,
      ...wrap(printable(trouble.detail), { first: "    " }),
    ]
  ),
]

/** Tables, and what is neither wrong nor missing: only with `--verbose`. */
const describeEverything = (report: VerifyResult, commands: Commands): ReadonlyArray<string> => {
  const { oddities, parts, sinks, uneven, years } = report
  const readable = sinks.filter(({ trouble }) => trouble === undefined).map(({ sink }) => sink)
  return [
    "",
    ...renderParts(parts),
    ...describeUnchanged(report, commands),
    ...renderYears(years, readable),
    ...describeUnexpected(report.without),
    ...list(
      "unrecognized (ignored):",
      oddities.map(({ detail, resource, sink }) => `${sink} ${resource}: ${detail}`),
    ),
    ...list(
      "streams of unequal length, as sent by Strava:",
      uneven.map(({ detail, id }) => `streams ${id}: ${detail}`),
    ),
  ]
}

interface VerifyPageOptions {
  readonly commands: Commands
  /** Sinks that keep responses. */
  readonly keepers: ReadonlyArray<SinkName>
  /** True to print the tables too; otherwise one line if there is no problem. */
  readonly verbose: boolean
}

/** Returns the result, with the commands that the reader can run next. `path` is the state file. */
export const verifyText = (
  report: VerifyResult,
  path: string,
  { commands, keepers, verbose }: VerifyPageOptions,
): string => {
  const { differences, originals, repair, running, sinks, unknown } = report
  const next = nextCommand(report, commands)
  const isDamaged = (originals?.problems.length ?? 0) > 0
  const hasPlaces = verbose || sinks.some(({ trouble }) => trouble !== undefined)
  return [
    ...wrap(`${path}: ${verdict(report, keepers)}`, { rest: "  " }),
    ...(running === null || !verbose && isProven(report) ? [] : [
      "",
      ...wrap(`a run is active (${printable(running)}), so the figures may be inconsistent`, {
        first: "  ",
        rest: "    ",
      }),
    ]),
    ...(verbose ? describeEverything(report, commands) : describeNotKept(report)),
    ...(uncompared(report, keepers).length === 0
      ? []
      : ["", ...uncompared(report, keepers).flatMap((words) => wrap(words, { first: "  " }))]),
    ...(verbose || isDamaged ? describeOriginals(report) : []),
    ...(hasPlaces ? describePlaces(report) : []),
    ...(report.unknownSinks.length === 0 ? [] : ["", ...describeUnknownSinks(report.unknownSinks)]),
    ...list(`${quantity(differences.length, "difference")}:`, differences.map(withDetail)),
    ...list(
      `not in the state file, unchanged (adopt them: ${commands.rebuild}):`,
      unknown.map(withDetail),
    ),
    ...(repair === undefined ? [] : describeRepair(repair)),
    ...(next === undefined ? [] : ["", `  next  ${next}`]),
  ].join("\n")
}
