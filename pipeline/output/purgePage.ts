/** A purge as a page: the data that it is going to delete, and the data that stays. */
import type { SinkName } from "../../sinks/Sink.ts"
import type { Inventory } from "../purge/inventory.ts"
import type { UnknownSink } from "../state/ledger/counts.ts"
import type { PurgeCounts } from "../state/outbox/purge.ts"
import { formatRow, left } from "./kit/columns.ts"
import { formatSpan } from "./kit/durations.ts"
import { taskLine } from "./kit/line.ts"
import { formatNumber } from "./kit/numbers.ts"
import { listWords, quantity } from "./kit/plurals.ts"
import { formatSize } from "./kit/sizes.ts"
import { printable } from "./kit/terminal.ts"
import { minuteTime } from "./kit/times.ts"
import { wrap } from "./kit/wrap.ts"
import { describePurged } from "./phrases.ts"

/** Rows of the athlete in a database on a server. */
interface ServerRows {
  readonly location: string
  readonly rows: ReadonlyArray<{ readonly table: string; readonly rows: number }>
  /** Number of other athletes whose rows stay. */
  readonly others: number
}

/** The data found before anything is deleted. */
export interface Survey {
  readonly folder: string
  readonly inventory: Inventory
  readonly athlete: number | undefined
  /** Items in the state file; undefined if it cannot be read. */
  readonly stored: { readonly activities: number; readonly streams: number } | undefined
  readonly server: ServerRows | undefined
  /** Sinks that only another version can delete from. */
  readonly unknownSinks?: ReadonlyArray<UnknownSink> | undefined
  /** Database whose rows the user keeps (--leave-database). */
  readonly left: string | undefined
  readonly revoke: boolean
  /** True if an earlier purge was not finished. */
  readonly unfinished: boolean
}

/** Number of names of a list that are shown. */
const mostNames = 10

/** Names the files in the directory that Paceline did not create. */
const describeForeign = ({ foreign }: Pick<Inventory, "foreign">): ReadonlyArray<string> =>
  foreign.length === 0 ? [] : wrap(
    `${printable(foreign.slice(0, mostNames).join(", "))}${
      foreign.length > mostNames ? ` and ${formatNumber(foreign.length - mostNames)} more` : ""
    } (not created by Paceline)`,
    { first: "  ", rest: "    " },
  )

const describeUnreachable = ({ unreachable }: Inventory): ReadonlyArray<string> =>
  unreachable.flatMap((path) =>
    wrap(
      `${
        printable(path)
      }: this report cannot be reached now. If it still exists, delete it yourself`,
      { first: "  ", rest: "    " },
    )
  )

const partColumns = [left(11), left(28)]

/** The data that stays, one entry per line. */
const describeKept = (survey: Survey): ReadonlyArray<string> => {
  const { inventory, left, revoke, server, unknownSinks = [] } = survey
  const entry = (text: string) => wrap(text, { first: "  ", rest: "    " })
  return [
    ...describeForeign(inventory),
    ...describeUnreachable(inventory),
    ...(server !== undefined && server.others > 0
      ? entry(
        `rows of ${
          quantity(server.others, "other athlete")
        } in that database, and the empty tables`,
      )
      : []),
    ...unknownSinks.flatMap(({ sink }) =>
      entry(
        `${
          printable(sink).slice(0, 30)
        }, a sink that this version does not know: its data stays there`,
      )
    ),
    ...(left === undefined ? [] : entry(`${printable(left)}: the rows written to it stay there`)),
    ...(revoke
      ? []
      : entry("access at Strava (--revoke withdraws it, or https://www.strava.com/settings/apps)")),
    ...entry(
      ".env; recordings elsewhere; copies and backups" +
        (server === undefined ? "" : "; the database server's log, replicas and backups"),
    ),
  ]
}

export const renderSurvey = (survey: Survey): string => {
  const { athlete, folder, inventory, revoke, server, stored, unfinished } = survey
  const row = (name: string, what: string, where: string) =>
    formatRow([name, what, printable(where)], partColumns)
  const sum = server?.rows.reduce((sum, { rows }) => sum + rows, 0) ?? 0
  const whose = [
    ...(athlete === undefined ? [] : [`athlete ${athlete}`]),
    ...(stored === undefined ? [] : [
      quantity(stored.activities, "activity", "activities"),
      `${formatNumber(stored.streams)} streams`,
    ]),
  ]
  return [
    ...(unfinished ? ["An earlier purge was not finished. This command continues it.", ""] : []),
    ...wrap(
      `This permanently deletes the Paceline data in ${printable(folder)}` +
        `${whose.length === 0 ? "" : ` (${whose.join(", ")})`}:`,
    ),
    "",
    ...(server === undefined ? [] : [row("database", quantity(sum, "row"), server.location)]),
    ...inventory.parts.map(({ bytes, files, location, name }) =>
      row(name, `${quantity(files.length, "file")}, ${formatSize(bytes)}`, location)
    ),
    ...(revoke ? [row("access", "withdrawn", "at Strava")] : []),
    "",
    "Not deleted:",
    ...describeKept(survey),
  ].join("\n")
}

/** Returns the page of a purge by age. */
export const renderAged = (
  older: PurgeCounts,
  { age, cutoff }: { readonly age: number; readonly cutoff: number },
  folder: string,
  sinks: ReadonlyArray<string>,
): string =>
  [
    ...wrap(
      `This permanently deletes data older than ${formatSpan(age)}, received before ` +
        `${minuteTime(cutoff)}, from ${listWords(sinks)} and from the state file in ` +
        `${printable(folder)}:`,
    ),
    "",
    ...describePurged(older, "  "),
    "",
    ...wrap(
      "Reports, including those of --out, and recordings of that age in that directory are deleted " +
        "too. The state file still records that these activities existed, so they are not fetched " +
        "again, even if they change at Strava. To fetch everything again:",
    ),
    `  ${taskLine("pipeline", folder)} --force`,
  ].join("\n")

/** Returns the result of a purge by age; `known` are the sinks of this version. */
export const renderPurged = (
  purged: PurgeCounts,
  waiting: ReadonlyMap<string, number>,
  known: ReadonlyArray<SinkName>,
): string =>
  [
    ...(Object.keys(purged).length === 0
      ? ["Nothing to purge."]
      : describePurged(purged, "Purged: ")),
    ...[...waiting].flatMap(([sink, count]) =>
      wrap(
        known.includes(sink)
          ? `${sink} has ${quantity(count, "item")} left to delete. The next run, or the same ` +
            "command, deletes them"
          : `${printable(sink).slice(0, 30)} still holds ${
            quantity(count, "item")
          } of these. This ` +
            "version of Paceline does not know that sink: run the version that wrote it.",
        { first: "  ", rest: "    " },
      )
    ),
  ].join("\n")
