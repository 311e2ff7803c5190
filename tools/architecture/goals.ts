/** Goals for the layout and the language of the code, and the distance to each. */
import type { Complaint, Sources } from "../architecture.ts"
import { files, read } from "../files.ts"
import plugin, { commentsOf } from "../lint/plugin.ts"
import { archaicWords } from "../lint/words.ts"
import { exportsByFile, namesDeclaredTwice, unusedExports } from "./exports.ts"

/** All paths of the repository, and the text of its source files and pages. */
interface Repository {
  readonly paths: ReadonlyArray<string>
  readonly sources: Sources
  readonly pages: Sources
}

export const repository = (): Repository => {
  const paths = files()
  const texts = (pattern: RegExp): Sources =>
    new Map(paths.filter((path) => pattern.test(path)).map((path) => [path, read(path)]))
  return { paths, sources: texts(/\.ts$/), pages: texts(/^(README|CONTRIBUTING|docs\/.+)\.md$/) }
}

/** Returns a goal. `most` is the highest allowed figure; the complaints name the places that count. */
const goal = (
  name: string,
  most: number,
  fix: string,
  complaints: ReadonlyArray<Complaint>,
  now = complaints.length,
) => ({ name, most, fix, complaints, now })

type Goal = ReturnType<typeof goal>

type Sizes = ReadonlyArray<readonly [path: string, size: number]>
const complaintsOf = (sizes: Sizes) =>
  sizes.toSorted(([, left], [, right]) => right - left).map(([path, size]) => `${path}: ${size}`)
const linesOf = (text: string) => text.trimEnd().split("\n")

/** Findings of each rule of the lint plugin, and the number of all comments. */
const lint = (sources: Sources) => {
  const found: Array<readonly [rule: string, Complaint]> = []
  let comments = 0
  const count: Deno.lint.Rule = {
    create: ({ sourceCode }) => {
      comments += commentsOf(sourceCode).length
      return {}
    },
  }
  for (const [path, text] of sources) {
    const rules = { ...plugin.rules, count }
    for (const { id, message, range } of Deno.lint.runPlugin({ ...plugin, rules }, path, text)) {
      found.push([id, `${path}:${text.slice(0, range[0]).split("\n").length}: ${message}`])
    }
  }
  const by = (rule: string) =>
    found.flatMap(([id, what]) => id === `paceline/${rule}` ? [what] : [])
  return { by, comments }
}

const folderGoals = (paths: ReadonlyArray<string>): ReadonlyArray<Goal> => {
  const code = paths.filter((path) => /^(pipeline|sinks|schemas|tools|tests)\//.test(path))
  const sizes = [...Map.groupBy(code, (path) => path.slice(0, path.lastIndexOf("/") + 1))]
    .map(([folder, inside]) => [folder, inside.length] as const)
  const areas = new Set(
    code.flatMap((path) =>
      /^(pipeline\/(?!mod\.ts)[^/]+|sinks|schemas|tools)/.exec(path)?.[0] ?? []
    ),
  )
  return [
    goal("top-level areas", 22, "Move the file into the folder of its subject.", [...areas]),
    goal(
      "most files in one folder",
      16,
      "Move files about one thing into a folder of its name.",
      complaintsOf(sizes.filter(([, size]) => size > 16)),
      Math.max(0, ...sizes.map(([, size]) => size)),
    ),
  ]
}

/** Used by the text of a generated module, and a deliberate mistake. */
const otherwise = ["tests/testing.ts: inFile", "tools/diagnostics/floating.ts: forgotten"]

const exportGoals = (sources: Sources): ReadonlyArray<Goal> => {
  const all = exportsByFile(new Map([...sources].filter(([path]) => !path.startsWith("examples/"))))
  const unused = unusedExports(all).filter((name) => !otherwise.includes(name))
  return [
    goal(
      "names exported from two files",
      0,
      "Write `StreamRow`, not `Row`.",
      namesDeclaredTwice(all),
    ),
    goal("exports that no other file uses", 0, "Remove `export`, or delete it.", unused),
  ]
}

const languageGoals = (sources: Sources, pages: Sources): ReadonlyArray<Goal> => {
  const { by, comments } = lint(sources)
  const inPages = [...pages].flatMap(([path, text]) =>
    archaicWords(text).map((complaint) => `${path}: ${complaint}`)
  )
  return [
    goal(
      "percent of comments that begin with a wh-word",
      2,
      "Begin with the thing, or with a verb: `Returns …`, `Number of …`, `True if …`.",
      by("wh-comment"),
      Math.round(1000 * by("wh-comment").length / Math.max(1, comments)) / 10,
    ),
    goal("archaic words in code", 0, "Use the other word.", by("archaic-word")),
    goal("archaic words in pages", 0, "Use the other word.", inPages),
    goal("functions over 100 lines", 0, "Extract functions.", by("function-length")),
    goal("levels of nesting over 4", 0, "Extract functions, or return early.", by("nesting")),
    goal("sinks named outside their folders", 0, "Ask the registry.", by("sink-name")),
  ]
}

const sizeGoals = (sources: Sources, pages: Sources): ReadonlyArray<Goal> => {
  const words = (pages.get("README.md") ?? "").split(/\s+/).length
  const tools = [...sources].filter(([path]) => path.startsWith("tools/"))
    .map(([path, text]) => [path, linesOf(text).length] as const)
  const lines = tools.reduce((sum, [, lines]) => sum + lines, 0)
  return [
    goal("words in README", 900, "Move reference material to a page of docs/.", [], words),
    goal("lines in tools/", 2500, "Use a library, or delete a tool.", complaintsOf(tools), lines),
  ]
}

export const goalsOf = ({ pages, paths, sources }: Repository): ReadonlyArray<Goal> => [
  ...folderGoals(paths),
  ...exportGoals(sources),
  ...languageGoals(sources, pages),
  ...sizeGoals(sources, pages),
]

/** Goals that are missed, with the fix and the first places. */
export const missedGoals = (goals: ReadonlyArray<Goal>): ReadonlyArray<Complaint> =>
  goals.filter(({ most, now }) => now > most).flatMap(({ complaints, fix, most, name, now }) => [
    `${name}: ${now}, at most ${most}. ${fix}`,
    `  All of them: deno task goals -- "${name}"`,
    ...complaints.slice(0, 30).map((complaint) => `  ${complaint}`),
  ])
