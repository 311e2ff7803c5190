/** The summary of a run as Markdown for the page of a job at GitHub. */

import { allResources } from "../../../schemas/resources.ts"
import { exitCodes } from "../../base/exit.ts"
import type { Summary } from "../../run/Summary.ts"
import { formatDuration } from "../kit/durations.ts"
import { taskLine } from "../kit/line.ts"
import { formatCell, formatNumber } from "../kit/numbers.ts"
import { quantity } from "../kit/plurals.ts"
import { printable } from "../kit/terminal.ts"
import { overDays } from "../phrases.ts"
import { summaryHeadings } from "./summary.ts"

/** Escapes `text` so that Markdown shows it as it is, within a line or a cell. */
export const escapeMarkdown = (text: string): string =>
  printable(text)
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_{}[\]#!|~@$:]|(?<=www)\./gi, "\\$&")

const most = 20
const cut = (text: string) => escapeMarkdown(text.length > 200 ? `${text.slice(0, 200)}…` : text)

type Column = keyof typeof summaryHeadings

const columns = Object.keys(summaryHeadings) as ReadonlyArray<Column>

const table = (
  { resources }: Summary,
  times: ReadonlyMap<string, number>,
): ReadonlyArray<string> => {
  const found = allResources().flatMap((name) => {
    const figures = resources[name]
    return figures === undefined ? [] : [{ name, figures }]
  })
  if (found.length === 0) return []
  const shown = columns.filter((column) =>
    column !== "deleted" || found.some(({ figures }) => figures.deleted > 0)
  )
  const row = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  return [
    row(["", ...shown.map((column) => summaryHeadings[column]), "time"]),
    row(["---", ...shown.map(() => "--:"), "--:"]),
    ...found.map(({ figures, name }) => {
      const time = times.get(name)
      return row([
        name,
        ...shown.map((column) => formatCell(figures[column])),
        time === undefined ? "" : formatDuration(time),
      ])
    }),
    "",
  ]
}

const heading = ({ left, resources }: Summary, failed: boolean): string => {
  const fresh = resources.activities?.fresh ?? 0
  const parts = [
    quantity(fresh, "new activity", "new activities"),
    ...(left === 0 ? [] : [`${formatNumber(left)} streams to fetch`]),
  ]
  return `### Paceline: ${failed ? "failed; " : ""}${parts.join(", ")}`
}

/** Returns a list of at most `most` items, and the number of those left out. */
const list = <A>(all: ReadonlyArray<A>, count: number, line: (one: A) => string) => [
  ...all.slice(0, most).map((one) => `- ${line(one)}`),
  ...(count > most ? [`- and ${formatNumber(count - Math.min(most, all.length))} more`] : []),
]

/** Returns a section with a heading; empty without lines. */
const section = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : [`**${title}**`, "", ...lines, ""]

/** `error` ended the stages early, undefined if none did; `times` are milliseconds by stage. */
export const renderStepSummary = (
  summary: Summary,
  error: unknown,
  code: number,
  times: ReadonlyMap<string, number>,
): string => {
  const { at, drift, heldBack, lacks, quarantined, quota, requests, setAside, sinks, withheld } =
    summary
  const why = error instanceof Error ? error.message : undefined
  const failed = why !== undefined && code !== exitCodes.again
  const far = overDays(summary.work, quota, at)
  const lines = [
    heading(summary, failed),
    "",
    ...table(summary, times),
    `${quantity(requests, "request")}. Rate limit: ` +
    `${formatNumber(quota.quarter.used)} of ${formatNumber(quota.quarter.cap)} in 15 minutes, ` +
    `${formatNumber(quota.day.used)} of ${formatNumber(quota.day.cap)} today (UTC).`,
    "",
    ...(why === undefined ? [] : [`**${failed ? "Failed" : "Stopped"}:** ${cut(why)}`, ""]),
    ...(far === undefined ? [] : [`**Next run:** continues; ${escapeMarkdown(far)}.`, ""]),
    ...section(
      "Sinks with undelivered items",
      list(
        sinks.filter(({ error, pending }) => error !== undefined || pending > 0),
        0,
        ({ error, pending, sink }) =>
          `${sink}: ${formatNumber(pending)} undelivered${
            error === undefined ? "" : `; ${cut(error)}`
          }`,
      ),
    ),
    ...section(
      `Quarantined (${formatNumber(setAside)})`,
      list(
        quarantined,
        setAside,
        ({ id, reason, resource, tries }) =>
          `${resource} ${escapeMarkdown(id)}: ${cut(reason)} (${quantity(tries, "try", "tries")})`,
      ),
    ),
    ...section(
      "Withheld by Strava",
      list(
        withheld,
        withheld.length,
        ({ count, reason, resource }) => `${resource} (${formatNumber(count)}): ${cut(reason)}`,
      ),
    ),
    ...section(
      "Missing from Strava's list (kept)",
      !heldBack ? [] : [
        `- ${formatNumber(heldBack.count)}: ${cut(heldBack.why)}; if deleted: ` +
        `\`--allow-deletions ${heldBack.count}\``,
      ],
    ),
    ...section(
      `Missing in a sink (cost: \`${taskLine("plan")}\`)`,
      list(
        lacks,
        lacks.length,
        ({ count, kept, resource, sink }) =>
          `${sink}: ${formatNumber(count)} ${resource}, ${
            formatNumber(kept)
          } of them kept by another sink`,
      ),
    ),
    ...section(
      "New fields or values from Strava (stored in every sink)",
      list(drift, drift.length, ({ name, resource }) => `${resource}: ${cut(name)}`),
    ),
  ]
  return `${lines.join("\n").trimEnd()}\n\n`
}
