/** Generates parts of docs/ from the code; a test fails if they are out of date: `deno run -A tools/docs.ts` */
import { formatDuration } from "../pipeline/output/kit/durations.ts"
import { finishedAt } from "../pipeline/run/estimate.ts"
import { pageSize } from "../pipeline/strava/Strava.ts"
import { day, defaultCaps, quarterHour } from "../pipeline/strava/quota/quotaWindow.ts"
import { tableSchema } from "../sinks/postgres/schema/schema.ts"
import { views, viewsNow } from "../sinks/postgres/views/views.ts"
import { faultGroups, faults } from "../tests/faults/matrix.ts"
import { read } from "./files.ts"
import { markdown, withParts, wrapProse } from "./markdown.ts"
import { proofs } from "./proofs.ts"
import { referenceParts } from "./reference.ts"

const unquoted = (literal: string) => literal.slice(1, -1).replaceAll("''", "'")

/** Returns the types of the columns of a table or view. */
const typesIn = (statements: ReadonlyArray<string>, name: string): ReadonlyMap<string, string> => {
  const view = views.find((view) => view.name === name)
  if (view !== undefined) return new Map(view.columns.map(([column, type]) => [column, type]))
  const start = `create table ${name} (`
  const create = statements.find((statement) => statement.startsWith(start))
  return new Map(
    (create?.slice(start.length, -1).split(", ") ?? []).map((column) => {
      const [name = "", ...type] = column.split(" ")
      return [name, type.join(" ").replaceAll(/ (primary key|not null|default .*)/g, "")]
    }),
  )
}

/** Name, type and description of each column of a table or view. */
const columnRows = (statements: ReadonlyArray<string>, name: string) => {
  const types = typesIn(statements, name)
  return statements.flatMap((statement) => {
    const [, column, meaning = ""] = /^comment on column (\S+) is ('.*')$/.exec(statement) ?? []
    if (column === undefined || !column.startsWith(`${name}.`)) return []
    const own = column.slice(name.length + 1)
    return [[`\`${own}\``, `\`${types.get(own) ?? ""}\``, unquoted(meaning)]]
  })
}

/** Fewest columns that a table shares with `strava.activities` before they are only named. */
const manyShared = 20

/** Returns the columns of a table or view; those shared with `strava.activities` are only named. */
const columns = (statements: ReadonlyArray<string>, name: string): ReadonlyArray<string> => {
  const all = columnRows(statements, name)
  const known = new Set(columnRows(statements, "strava.activities").map(String))
  const shared = all.filter((row) => known.has(String(row))).map(([column]) => column)
  const isShort = name !== "strava.activities" && shared.length >= manyShared
  const rows = isShort ? all.filter((row) => !known.has(String(row))) : all
  const table = markdown(["column", "type", "description"], rows)
  const others = "And these columns of `strava.activities`, with the same meaning"
  return isShort ? [table, wrapProse(`${others}: ${shared.join(", ")}.`)] : [table]
}

/** Returns every table or view with its columns and their database comments. */
const described = (statements: ReadonlyArray<string>): string =>
  statements.flatMap((statement) => {
    const [, name = "", comment = ""] = /^comment on (?:table|view) (\S+) is ('.*')$/
      .exec(statement) ?? []
    if (name === "") return []
    return [`### \`${name}\``, wrapProse(unquoted(comment)), ...columns(statements, name)]
  }).join("\n\n")

/** Requests of a first sync: the athlete, the pages of the list and an empty one, the streams. */
export const firstRunRequests = (activities: number, withSamples: number): number =>
  1 + Math.ceil(activities / pageSize) + 1 + withSamples

/** Returns the duration of a first sync that starts at midnight UTC. */
const timeOf = (requests: number): string => {
  const quota = {
    quarter: { used: 0, cap: defaultCaps.read15, end: quarterHour },
    day: { used: 0, cap: defaultCaps.readDay, end: day },
  }
  const time = finishedAt(requests, quota, 0)
  return time === 0 ? "minutes" : formatDuration(time)
}

const costs = () =>
  markdown(
    ["activities", "requests", "15-minute windows", "days", "takes, if started at 00:00 UTC"],
    [90, 300, 700, 1_000, 3_000, 6_000].map((activities) => {
      const requests = firstRunRequests(activities, activities)
      const counts = [defaultCaps.read15, defaultCaps.readDay].map((cap) =>
        Math.ceil(requests / cap)
      )
      const figures = [activities, requests, ...counts].map((figure) => figure.toLocaleString("en"))
      return [...figures, timeOf(requests)]
    }),
  )

const rows = Object.entries(faults).map(([row, fault]) => ({ row: Number(row), ...fault }))

/** Quotes words as code that Markdown would otherwise format. */
const quoted = (text: string) => text.replaceAll(/[^\s,]*[_*<>][^\s,]*/g, "`$&`")

/** Returns a table per group of faults, with the expected behavior. */
const expectations = (): string =>
  Object.entries(faultGroups).map(([first, title], i, all) => {
    const next = Number(all[i + 1]?.[0] ?? Infinity)
    const cells = rows.filter(({ row }) => row >= Number(first) && row < next)
      .map((own) => [own.row, quoted(own.fault), own.expected, own.exit.join(", ")])
    return `### ${title}\n\n${markdown(["#", "fault", "expected behavior", "exit code"], cells)}`
  }).join("\n\n")

/** Returns a table of the test files of each fault, with the number of tests. */
const proofTable = (): string => {
  const byRow = Map.groupBy(proofs(), ({ row }) => row)
  const filesOf = (row: number) =>
    [...Map.groupBy(byRow.get(row) ?? [], ({ file }) => file)]
      .map(([file, { length }]) => `\`${file}\`${length === 1 ? "" : ` (${length})`}`).join(", ")
  return markdown(
    ["#", "how the tests cause it", "tests"],
    rows.map(({ injected, note, row }) => [
      ...[row, note === undefined ? injected : `${injected}. ${note}`],
      filesOf(row) || "none",
    ]),
  )
}

const parts: Readonly<Record<string, () => string>> = {
  ...referenceParts,
  costs,
  faults: expectations,
  proofs: proofTable,
  tables: () => described(tableSchema),
  views: () => described(viewsNow),
}

/** The documents that have generated parts. */
export const documents = ["docs/quota.md", "docs/data.md", "docs/faults.md", "docs/reference.md"]

/** Returns a page with its generated parts up to date. */
export const fillParts = (page: string): string =>
  withParts("made", page, (name) => {
    const part = parts[name]
    if (part === undefined) throw new Error(`no part is called ${name}`)
    return part()
  })

if (import.meta.main) {
  for (const path of documents) await Deno.writeTextFile(path, fillParts(read(path)))
}
