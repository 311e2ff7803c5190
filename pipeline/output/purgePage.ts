/** What a purge is about to delete, and what it leaves, as a page for people. */
import type { Inventory } from "../purge/inventory.ts"
import { taskLine } from "./kit/line.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import type { UnknownSink } from "../state/ledger/counts.ts"
import type { PurgeCounts } from "../state/outbox/purge.ts"
import { printable } from "./kit/table.ts"
import { describePurged } from "./phrases.ts"

/** What a database on a server holds of the athlete. */
interface Rows {
  readonly location: string
  readonly rows: ReadonlyArray<{ readonly table: string; readonly rows: number }>
  /** Athletes beside this one whose rows are there, and stay. */
  readonly others: number
}

/** Everything that is known before anything is deleted. */
export interface Survey {
  readonly folder: string
  readonly inventory: Inventory
  readonly athlete: number | undefined
  /** What the state file says is stored, if it can be read. */
  readonly stored: { readonly activities: number; readonly streams: number } | undefined
  readonly server: Rows | undefined
  /** Sinks that only another version can delete from. */
  readonly unknownSinks?: ReadonlyArray<UnknownSink> | undefined
  /** A database that was used and stays, as the user has said. */
  readonly left: string | undefined
  readonly revoke: boolean
  /** Whether an earlier purge did not come to its end. */
  readonly unfinished: boolean
}

const figure = (count: number) => count.toLocaleString("en")
const some = (count: number, one: string) => `${figure(count)} ${one}${count === 1 ? "" : "s"}`

const size = (bytes: number): string =>
  bytes < 100_000
    ? `${(bytes / 1_000).toFixed(1)} kB`
    : bytes < 1e9
    ? `${(bytes / 1e6).toFixed(1)} MB`
    : `${(bytes / 1e9).toFixed(1)} GB`

/** Of a longer list only the beginning is shown. */
const most = 10

/** What is in the folder and is not Paceline's. */
const foreignWords = ({ foreign }: Pick<Inventory, "foreign">): ReadonlyArray<string> =>
  foreign.length === 0 ? [] : [
    `  ${printable(foreign.slice(0, most).join(", "))}${
      foreign.length > most ? ` and ${figure(foreign.length - most)} more` : ""
    }: not made by Paceline`,
  ]

const unreachableWords = ({ unreachable }: Inventory): ReadonlyArray<string> =>
  unreachable.map((path) =>
    `  ${
      printable(path)
    }: this report cannot be reached now. If it still exists, delete it yourself`
  )

export const renderSurvey = (survey: Survey): string => {
  const { athlete, folder, inventory, left, revoke, server, stored, unfinished } = survey
  const { unknownSinks = [] } = survey
  const row = (name: string, what: string, where: string) =>
    `  ${name.padEnd(11)}${what.padEnd(28)}${printable(where)}`
  const sum = server?.rows.reduce((sum, { rows }) => sum + rows, 0) ?? 0
  return [
    ...(unfinished ? ["A purge was begun here and not finished; this goes on with it.", ""] : []),
    `This deletes for good what Paceline keeps in ${printable(folder)}` +
    (athlete === undefined ? "" : ` of athlete ${athlete}`) +
    (stored === undefined
      ? ""
      : `,\n${some(stored.activities, "activity").replace("activitys", "activities")} and the ` +
        `samples of ${figure(stored.streams)}`) +
    ":",
    "",
    ...(server === undefined ? [] : [row("database", some(sum, "row"), server.location)]),
    ...inventory.parts.map(({ bytes, files, location, name }) =>
      row(name, `${some(files.length, "file")}, ${size(bytes)}`, location)
    ),
    ...(revoke ? [row("permission", "withdrawn", "at Strava")] : []),
    "",
    "Not deleted:",
    ...foreignWords(inventory),
    ...unreachableWords(inventory),
    ...(server !== undefined && server.others > 0
      ? [`  ${some(server.others, "other athlete")} in that database, and its empty tables`]
      : []),
    ...unknownSinks.map(({ sink }) =>
      `  ${
        printable(sink).slice(0, 30)
      }, a sink that this version does not know: its data stays there`
    ),
    ...(left === undefined ? [] : [`  ${printable(left)}: what was written to it stays there`]),
    ...(revoke
      ? []
      : ["  the permission at Strava: --revoke, or https://www.strava.com/settings/apps"]),
    "  .env; recordings that you keep elsewhere; copies and backups" +
    (server === undefined
      ? ""
      : ";\n  what the server keeps of its own: its log, replicas, backups"),
  ].join("\n")
}

const time = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`

const units = [["day", 86_400_000], ["hour", 3_600_000], ["minute", 60_000]] as const

/** `30 days`, `1 minute`: the largest unit that divides the span of `milliseconds`. */
export const spanWords = (milliseconds: number): string => {
  const [unit, size] = units.find(([, size]) => milliseconds % size === 0) ?? ["second", 1_000]
  const count = milliseconds / size
  return `${count.toLocaleString("en")} ${unit}${count === 1 ? "" : "s"}`
}

/** What a purge by age is about to delete. */
export const renderAged = (
  older: PurgeCounts,
  { age, cutoff }: { readonly age: number; readonly cutoff: number },
  folder: string,
  sinks: ReadonlyArray<string>,
): string =>
  [
    `This deletes for good what is older than ${spanWords(age)}:`,
    `what was received before ${time(cutoff)}, out of`,
    `${sinks.join(", ")} and the state file of ${printable(folder)}:`,
    "",
    ...describePurged(older, "  "),
    "",
    "Reports are deleted too, also those of --out, and so are old recordings in that folder.",
    "That an activity was here is remembered, so that it is not asked for again, also",
    "when it changes at Strava. This brings all of it back:",
    `  ${taskLine("pipeline", folder)} --force`,
  ].join("\n")

/** Result of a purge by age; `known` are the names of the sinks that this version has. */
export const renderPurged = (
  purged: PurgeCounts,
  waiting: ReadonlyMap<string, number>,
  known: ReadonlyArray<SinkName>,
): string =>
  [
    ...(Object.keys(purged).length === 0
      ? ["Nothing is as old as that."]
      : describePurged(purged, "Purged: ")),
    ...[...waiting].flatMap(([sink, count]) =>
      known.includes(sink)
        ? [
          `  ${sink} has still to delete ${
            some(count, "item")
          }: the next run does, or the same command`,
        ]
        : [
          `  ${printable(sink).slice(0, 30)} still holds ${
            some(count, "item")
          } of these. This version of`,
          "    Paceline does not know that sink: run the version that wrote it.",
        ]
    ),
  ].join("\n")
