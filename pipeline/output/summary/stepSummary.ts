/** What a run did, as Markdown for the page of a job: a heading, a table, and what there is to know. */
import { Resource } from "../../../schemas/Item.ts"
import { exitCodes } from "../../base/exit.ts"
import { duration } from "../../run/estimate.ts"
import type { Summary } from "./summary.ts"
import { printable } from "../kit/table.ts"
import { overDays } from "../phrases.ts"

/** `text` as itself within a line: no markup, no HTML, no link, no end of a cell or a line. */
export const asMarkdown = (text: string): string =>
  printable(text)
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_{}[\]#!|~@$:]|(?<=www)\./gi, "\\$&")

const most = 20
const cut = (text: string) => asMarkdown(text.length > 200 ? `${text.slice(0, 200)}…` : text)

const figure = (count: number): string => count.toLocaleString("en")

const columns = [
  ["new", "fresh"],
  ["changed", "changed"],
  ["known", "known"],
  ["absent", "absent"],
  ["skipped", "skipped"],
  ["set aside", "quarantined"],
  ["deleted", "deleted"],
] as const

const table = (
  { resources }: Summary,
  times: ReadonlyMap<string, number>,
): ReadonlyArray<string> => {
  const found = Resource.literals.flatMap((name) => {
    const figures = resources[name]
    return figures === undefined ? [] : [{ name, figures }]
  })
  if (found.length === 0) return []
  const shown = columns.filter(([, column]) =>
    column !== "deleted" || found.some(({ figures }) => figures.deleted > 0)
  )
  const row = (cells: ReadonlyArray<string>) => `| ${cells.join(" | ")} |`
  return [
    row(["", ...shown.map(([heading]) => heading), "time"]),
    row(["---", ...shown.map(() => "--:"), "--:"]),
    ...found.map(({ figures, name }) => {
      const time = times.get(name)
      return row([
        name,
        ...shown.map(([, column]) => figures[column] === 0 ? "·" : figure(figures[column])),
        time === undefined ? "" : duration(time),
      ])
    }),
    "",
  ]
}

const heading = ({ left, resources }: Summary, failed: boolean): string => {
  const fresh = resources.activities?.fresh ?? 0
  const parts = [
    `${figure(fresh)} new ${fresh === 1 ? "activity" : "activities"}`,
    ...(left === 0 ? [] : [`${figure(left)} still without samples`]),
  ]
  return `### Paceline: ${failed ? "failed; " : ""}${parts.join(", ")}`
}

/** At most `most` of them, and how many more there are. */
const list = <A>(all: ReadonlyArray<A>, count: number, line: (one: A) => string) => [
  ...all.slice(0, most).map((one) => `- ${line(one)}`),
  ...(count > most ? [`- and ${figure(count - Math.min(most, all.length))} more`] : []),
]

/** A part with a heading, if there is anything in it. */
const part = (title: string, lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.length === 0 ? [] : [`**${title}**`, "", ...lines, ""]

/** `error` is why the stages ended early, if they did; `times` are milliseconds, by stage. */
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
    `${figure(requests)} request${requests === 1 ? "" : "s"}. Strava's limits: ` +
    `${figure(quota.quarter.used)} of ${figure(quota.quarter.cap)} this quarter of an hour, ` +
    `${figure(quota.day.used)} of ${figure(quota.day.cap)} today.`,
    "",
    ...(why === undefined ? [] : [`**${failed ? "Failed" : "Stopped"}:** ${cut(why)}`, ""]),
    ...(far === undefined ? [] : [`**Next run:** goes on; ${asMarkdown(far)}.`, ""]),
    ...part(
      "Sinks that are behind",
      list(
        sinks.filter(({ error, pending }) => error !== undefined || pending > 0),
        0,
        ({ error, pending, sink }) =>
          `${sink}: ${figure(pending)} waiting${error === undefined ? "" : `; ${cut(error)}`}`,
      ),
    ),
    ...part(
      `Set aside (${figure(setAside)})`,
      list(
        quarantined,
        setAside,
        ({ id, reason, resource, tries }) =>
          `${resource} ${asMarkdown(id)}: ${cut(reason)} (${tries} ${
            tries === 1 ? "try" : "tries"
          })`,
      ),
    ),
    ...part(
      "Withheld by Strava",
      list(
        withheld,
        withheld.length,
        ({ count, reason, resource }) => `${resource} (${figure(count)}): ${cut(reason)}`,
      ),
    ),
    ...part(
      "Missing from Strava's list, and kept",
      !heldBack ? [] : [
        `- ${figure(heldBack.count)}: ${cut(heldBack.why)}; if deleted: ` +
        `\`--allow-deletions ${heldBack.count}\``,
      ],
    ),
    ...part(
      "Lacking in a sink (`deno task plan` says what bringing it costs)",
      list(
        lacks,
        lacks.length,
        ({ count, kept, resource, sink }) =>
          `${sink}: ${figure(count)} ${resource}, ${figure(kept)} of them kept by another sink`,
      ),
    ),
    ...part(
      "New at Strava, kept in every sink",
      list(drift, drift.length, ({ name, resource }) => `${resource}: ${cut(name)}`),
    ),
  ]
  return `${lines.join("\n").trimEnd()}\n\n`
}
