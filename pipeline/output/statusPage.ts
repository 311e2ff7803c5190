/** The state of a data directory as a page: items, sinks, problems, rate limit, and the next command. */
import type { Declaration } from "../../schemas/Declaration.ts"
import {
  isOptionalResource,
  isPerActivity,
  type PerActivityResource,
  Resource,
} from "../../schemas/Item.ts"
import { allResources, declarationOf } from "../../schemas/resources.ts"
import { exitCodes } from "../base/exit.ts"
import type { Plan, PlannedItems } from "../run/Plan.ts"
import { countQuarantined } from "../run/Summary.ts"
import type { WorkProgress } from "../run/work.ts"
import { countOf, type Counts, type Status } from "../state/ledger/counts.ts"
import type { UndeliveredItems } from "../state/outbox/holdings.ts"
import type { ShortSink } from "../state/outbox/shortfall.ts"
import { formatRow, leftOf, right } from "./kit/columns.ts"
import { taskLine } from "./kit/line.ts"
import { formatCell, formatNumber } from "./kit/numbers.ts"
import { quantity } from "./kit/plurals.ts"
import { widthOf } from "./kit/terminal.ts"
import { isoTime } from "./kit/times.ts"
import { pageWidth, wrap } from "./kit/wrap.ts"
import {
  describeDrift,
  describeHeldBack,
  describeUnknownSinks,
  describeWithheld,
  overDays,
} from "./phrases.ts"
import { describeIncomplete } from "./summary/incomplete.ts"
import { describeLacks } from "./summary/lacks.ts"
import { describeShort, describeStored } from "./summary/lost.ts"
import { describeQuarantined } from "./summary/quarantined.ts"
import { describeSources } from "./sourcePhrases.ts"
import { nextFullSync } from "./syncPhrases.ts"
import { describePause, whenDone } from "./whenDone.ts"

export interface StatusReport {
  readonly counts: Counts
  /** Items that sinks lack, compared with the state file. */
  readonly shortfalls: ReadonlyArray<ShortSink>
  /** Items that sinks lost and that none keeps. */
  readonly lost: ReadonlyArray<UndeliveredItems>
  readonly lacks: ReadonlyArray<UndeliveredItems>
  readonly quota: ReadonlyArray<
    { readonly bucket: string; readonly used: number; readonly cap: number }
  >
  /** Plan of a run that fetches all that is left. */
  readonly plan:
    & Pick<Plan, "requests" | "sync" | "windows" | "starts" | "ends" | "now" | "quota">
    & Readonly<Partial<Record<PerActivityResource, PlannedItems>>>
  /** Progress of streams and details, if they are not complete. */
  readonly work: ReadonlyArray<WorkProgress>
  /** Number of original files of an export. */
  readonly originals: number
  /** True if everything was imported without a sign-in, so that no request is possible. */
  readonly onlyExport: boolean
  readonly next: string
}

const statuses: ReadonlyArray<Status> = [
  "delivered",
  "staged",
  "listed",
  "absent",
  "skipped",
  "quarantined",
]

const headings: Readonly<Record<Status, string>> = {
  delivered: "stored",
  staged: "undelivered",
  listed: "pending",
  absent: "missing",
  skipped: "skipped",
  quarantined: "quarantined",
  deleted: "deleted",
  purged: "purged",
}

/** Returns the command to run next, with its effect. */
export const nextCommandOf = (
  { counts, onlyExport, work }: Pick<StatusReport, "counts" | "onlyExport" | "work">,
  folder: string,
  ofDemo: boolean,
): string => {
  if (ofDemo) return `${taskLine("demo")}   (recreates the demo)`
  const pending = counts.sinks.reduce((sum, row) => sum + row.pending, 0)
  if (onlyExport) {
    return pending > 0
      ? `${taskLine("import FILE", folder)}   (the same export: delivers ${
        quantity(pending, "undelivered item")
      })`
      : `${taskLine("report", folder)}   (for new activities: ${taskLine("setup", folder)})`
  }
  const streams = work.find(({ resource }) => resource === "streams")
  const effect = pending > 0
    ? `delivers ${quantity(pending, "undelivered item")} first`
    : streams !== undefined
    ? `continues with the streams of ${
      quantity(streams.total - streams.before, "activity", "activities")
    }`
    : work[0] !== undefined
    ? `continues with ${declarationOf(work[0].resource).noun}`
    : "checks for new activities"
  return `${taskLine("pipeline", folder)}   (${effect})`
}

/** Returns a command with its effect, which has a line of its own if both do not fit on one. */
const onOneLineEach = (first: string, text: string): ReadonlyArray<string> => {
  const [command = "", effect = ""] = text.split("   ")
  return widthOf(first + text) <= pageWidth()
    ? [first + text]
    : [first + command, " ".repeat(first.length) + effect]
}

/** Items by resource and status. Columns that are zero everywhere are dropped if there are many. */
const itemTable = ({ items }: Counts): ReadonlyArray<string> => {
  const countOf = (resource: Resource, status: Status) =>
    items.find((row) => row.resource === resource && row.status === status)?.count ?? 0
  const resources = allResources().filter((resource) =>
    !isOptionalResource(resource) || items.some((row) => row.resource === resource)
  )
  const occasional = (["deleted", "purged"] as const).filter((occasional) =>
    items.some(({ status }) => status === occasional)
  )
  const isShown = (status: Status) =>
    status === "delivered" || status === "listed" ||
    resources.some((resource) => countOf(resource, status) > 0)
  const columns = occasional.length === 0 ? statuses : [...statuses.filter(isShown), ...occasional]
  const widths = [
    leftOf(resources, 10),
    ...columns.map((status) => right(Math.max(9, headings[status].length + 2))),
  ]
  return [
    formatRow(["", ...columns.map((status) => headings[status])], widths),
    ...resources.map((resource) =>
      formatRow(
        [resource, ...columns.map((status) => formatCell(countOf(resource, status)))],
        widths,
      )
    ),
  ]
}

const sinkRows = ({ counts, shortfalls }: StatusReport): ReadonlyArray<string> => {
  const named = leftOf(counts.sinks.map(({ resource }) => resource), 11)
  return counts.sinks.map(({ landed, pending, refused, resource, sink }) =>
    `  ${sink.padEnd(9)} ${named(resource)} ${describeStored(shortfalls, sink, resource, landed)}` +
    (pending > 0 ? `, ${formatNumber(pending)} undelivered` : "") +
    (refused > 0 ? `, ${formatNumber(refused)} refused` : "")
  )
}

/** Items that need attention, with the command for each. */
const problems = (
  { counts, lacks, lost, onlyExport, plan, shortfalls }: StatusReport,
  folder: string,
): ReadonlyArray<string> => [
  ...describeShort(shortfalls, folder, lost, onlyExport),
  ...describeUnknownSinks(counts.unknownSinks),
  ...describeLacks(lacks, folder, { onlyExport }),
  ...describeQuarantined(counts.quarantined, countQuarantined(counts), 20, plan.now, folder),
  ...describeIncomplete(counts.incomplete, 20, plan.now),
  ...describeWithheld(counts.withheld, folder),
  ...describeHeldBack(counts.heldBack, folder),
  ...describeDrift(counts.drift, 20),
]

const describeLastRun = ({ lastRun }: Counts): string | undefined =>
  lastRun === undefined
    ? undefined
    : `${isoTime(lastRun.started)}, ` + (lastRun.ended === null
      ? "not ended (running, stopped or killed)"
      : `exit ${lastRun.exit}${
        lastRun.exit === exitCodes.again
          ? " (incomplete; run again to continue)"
          : lastRun.exit === exitCodes.quarantined
          ? " (complete, except items or files with problems)"
          : ""
      }`)

/** Offers a resource that is off, with the requests that it would add; undefined for others. */
const offer = (
  name: PerActivityResource,
  { [name]: items, now }: StatusReport["plan"],
): string | undefined => {
  const { optional }: Declaration = declarationOf(name)
  return items === undefined || items.price === 0 || optional?.contents === undefined
    ? undefined
    : `off; --with ${name} adds ${quantity(items.price, "request")}, ` +
      whenDone({ ends: items.ends, now })
}

/** Describes the work that is left for a user who has only imported an export. */
const describeUnsigned = ({ counts: { items }, plan: { requests } }: StatusReport): string => {
  const pending = countOf(items, "streams", "listed")
  return (pending === 0
    ? "nothing"
    : `streams of ${
      quantity(pending, "activity", "activities")
    } that the export does not contain`) +
    `. After a sign-in, the first run sends at least ${quantity(requests.total, "request")}.`
}

/** Facts about the runs, with their names. */
const facts = (report: StatusReport): ReadonlyArray<readonly [string, string | undefined]> => {
  const { counts, next, onlyExport, originals, plan, quota, work } = report
  const usage = (bucket: string) => {
    const found = quota.find((one) => one.bucket === bucket)
    return `${formatNumber(found?.used ?? 0)} of ${formatNumber(found?.cap ?? 0)}`
  }
  const kept = [
    ["sources", describeSources(counts.sources)],
    ["originals", originals === 0 ? undefined : quantity(originals, "file")],
  ] as const
  if (onlyExport) {
    return [
      ...kept,
      ["last run", describeLastRun(counts)],
      ["remaining", describeUnsigned(report)],
      ["next", next],
    ]
  }
  return [
    ...kept,
    ["rate limit", `${usage("read15")} in 15 minutes, ${usage("readDay")} today (UTC)`],
    ...describePause(plan).map((words) => ["pause", `${words}, as Strava asked`] as const),
    ["last run", describeLastRun(counts)],
    ["so far", overDays(work, plan.quota, plan.now)],
    ["remaining", `${quantity(plan.requests.total, "request")}, ${whenDone(plan)}`],
    ...Object.keys(plan.requests).filter(isPerActivity).map((name) =>
      [name, offer(name, plan)] as const
    ),
    ["full sync", nextFullSync(plan)],
    ["next", next],
  ]
}

export const renderStatus = (report: StatusReport, folder: string, path: string): string =>
  [
    path,
    "",
    ...itemTable(report.counts),
    "",
    ...sinkRows(report),
    ...problems(report, folder),
    "",
    ...facts(report).flatMap(([name, text]) =>
      text === undefined
        ? []
        : name === "next"
        ? onOneLineEach(`  ${name.padEnd(12)}`, text)
        : wrap(text, { first: `  ${name.padEnd(12)}` })
    ),
  ].join("\n")
