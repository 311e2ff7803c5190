/**
 * Fills the generated parts of docs/ from the code; a test holds that they are current.
 * deno run -A tools/docs.ts
 */
import { duration, finishedAt } from "../pipeline/run/estimate.ts"
import { pageSize } from "../pipeline/strava/Strava.ts"
import { day, defaultCaps, quarter } from "../pipeline/strava/quota/quotaWindow.ts"
import { tables } from "../sinks/postgres/schema/schema.ts"
import { views, viewsNow } from "../sinks/postgres/views/views.ts"
import { faults, groups } from "../tests/faults/matrix.ts"
import { read } from "./files.ts"
import { markdown, wrapped } from "./markdown.ts"
import { type Proof, proofs } from "./proofs.ts"
import { referenceParts } from "./reference.ts"

const unquoted = (literal: string) => literal.slice(1, -1).replaceAll("''", "'")

/** Types of the columns of a table, out of its `create table`, or of a view. */
const typesIn = (statements: ReadonlyArray<string>, name: string): ReadonlyMap<string, string> => {
  const view = views.find((view) => view.name === name)
  if (view !== undefined) return new Map(view.columns.map(([column, type]) => [column, type]))
  const start = `create table ${name} (`
  const create = statements.find((statement) => statement.startsWith(start))
  if (create === undefined) return new Map()
  return new Map(
    create.slice(start.length, -1).split(", ").map((column) => {
      const [name = "", ...type] = column.split(" ")
      return [name, type.join(" ").replace(/ (primary key|not null|default .*)$/, "")]
    }),
  )
}

/** Every table or view with the columns and meanings that the database itself tells. */
const described = (statements: ReadonlyArray<string>): string =>
  statements.flatMap((statement) => {
    const [, name = "", comment = ""] = /^comment on (?:table|view) (\S+) is ('.*')$/
      .exec(statement) ?? []
    if (name === "") return []
    const types = typesIn(statements, name)
    const rows = statements.flatMap((statement) => {
      const [, column, meaning = ""] = /^comment on column (\S+) is ('.*')$/.exec(statement) ?? []
      if (column === undefined || !column.startsWith(`${name}.`)) return []
      const own = column.slice(name.length + 1)
      const type = types.get(own)?.replaceAll(/ (not null|default .*)/g, "") ?? ""
      return [[`\`${own}\``, `\`${type}\``, unquoted(meaning)]]
    })
    const header = ["column", "type", "what it is"]
    return [`### \`${name}\`\n\n${wrapped(unquoted(comment))}\n\n${markdown(header, rows)}`]
  }).join("\n\n")

/** Requests of a first run: the athlete, the pages with an empty one at the end, the samples. */
export const requestsOf = (activities: number, withSamples: number): number =>
  1 + Math.ceil(activities / pageSize) + 1 + withSamples

/** How long a first run waits that begins with a new day of Strava's. */
const timeOf = (requests: number): string => {
  const quota = {
    quarter: { used: 0, cap: defaultCaps.read15, end: quarter },
    day: { used: 0, cap: defaultCaps.readDay, end: day },
  }
  const time = finishedAt(requests, quota, 0)
  return time === 0 ? "minutes" : duration(time)
}

const costs = () =>
  markdown(
    ["activities", "requests", "15-minute windows", "days", "takes, if started at 00:00 UTC"],
    [90, 300, 700, 1_000, 3_000, 6_000].map((activities) => {
      const requests = requestsOf(activities, activities)
      return [
        activities,
        requests,
        Math.ceil(requests / defaultCaps.read15),
        Math.ceil(requests / defaultCaps.readDay),
        timeOf(requests),
      ].map((cell) => typeof cell === "number" ? cell.toLocaleString("en") : cell)
    }),
  )

const rows = Object.entries(faults).map(([row, fault]) => ({ row: Number(row), ...fault }))

const overview = (): string => {
  const all = proofs()
  return markdown(
    ["#", "what goes wrong", "what you may expect", "exit code", "tests"],
    rows.map(({ exit, expected, fault, row }) => [
      String(row),
      shown(fault),
      expected,
      exit.join(", "),
      String(all.filter((proof) => proof.row === row).length),
    ]),
  )
}

/** Words that Markdown would read otherwise, as code. */
const shown = (text: string) => text.replaceAll(/[^\s,]*[_*<>][^\s,]*/g, "`$&`")

/** An item of a list, its further lines indented, itself by so many spaces. */
const item = (text: string, by = 0) =>
  `- ${wrapped(text, 98 - by).replaceAll("\n", "\n  ")}`.replaceAll(/^/gm, " ".repeat(by))

/** How a row is brought about and who proves it; or why nobody does. */
const proofsOf = (row: number, all: ReadonlyArray<Proof>): string => {
  const { fault, injected, note } = faults[row]!
  const own = all.filter((proof) => proof.row === row)
  const list = [...new Set(own.map(({ file }) => file))].flatMap((file) => [
    item(`\`${file}\``),
    ...own.filter((proof) => proof.file === file)
      .map(({ name }) => item(shown(name), 2)),
  ])
  return [
    `#### ${row}. ${shown(fault)}`,
    wrapped(`Brought about by: ${injected}.`),
    ...(note === undefined ? [] : [wrapped(note)]),
    list.length === 0 ? "No test." : list.join("\n"),
  ].join("\n\n")
}

const proofList = (): string => {
  const all = proofs()
  return rows.map(({ row }) =>
    (groups[row] === undefined ? "" : `### ${groups[row]}\n\n`) + proofsOf(row, all)
  ).join("\n\n")
}

const parts: Readonly<Record<string, () => string>> = {
  ...referenceParts,
  costs,
  faults: overview,
  proofs: proofList,
  tables: () => described(tables),
  views: () => described(viewsNow),
}

/** The documents that have generated parts. */
export const documents = ["docs/quota.md", "docs/data.md", "docs/faults.md", "docs/reference.md"]

/** `text` with its generated parts made anew: what stands between `<!-- made: NAME -->` and `<!-- end -->`. */
export const filled = (text: string): string =>
  text.replaceAll(/(<!-- made: (\w+) -->)[^]*?(<!-- end -->)/g, (_, begin, name, end) => {
    const part = parts[name]
    if (part === undefined) throw new Error(`no part is called ${name}`)
    return `${begin}\n\n${part()}\n\n${end}`
  })

if (import.meta.main) {
  for (const path of documents) await Deno.writeTextFile(path, filled(read(path)))
}
