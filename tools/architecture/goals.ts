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

/** File of the figures that are above their goal for now; no change may raise them. */
export const known = new URL("known.json", import.meta.url)

/** Paths of released migrations, and of sentences that earlier versions stored: their words cannot change. */
const stored =
  /^(pipeline\/state\/(file\/migrations|ledger\/reasons)|tests\/state\/reasons_test)\.ts:/

interface Goal {
  readonly name: string
  readonly now: number
  /** The highest figure that is fine. */
  readonly goal: number
  readonly complaints: ReadonlyArray<Complaint>
  readonly fix: string
}

const none = (name: string, complaints: ReadonlyArray<Complaint>, fix: string): Goal => ({
  name,
  now: complaints.length,
  goal: 0,
  complaints,
  fix,
})

const linesOf = (text: string) => text.trimEnd().split("\n")
const percent = (part: number, whole: number) => Math.round(1000 * part / Math.max(1, whole)) / 10
const largestFirst = (left: readonly [string, number], right: readonly [string, number]) =>
  right[1] - left[1]

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
      const line = text.slice(0, range[0]).split("\n").length
      found.push([id, `${path}:${line}: ${message}`])
    }
  }
  const by = (rule: string) =>
    found.flatMap(([id, what]) => id === `paceline/${rule}` ? [what] : [])
  return { by, comments }
}

const folderGoals = (paths: ReadonlyArray<string>): ReadonlyArray<Goal> => {
  const code = paths.filter((path) => /^(pipeline|sinks|schemas|tools|tests)\//.test(path))
  const sizes = [...Map.groupBy(code, (path) => path.slice(0, path.lastIndexOf("/") + 1))]
    .map(([folder, inside]) => [folder, inside.length] as const).toSorted(largestFirst)
  const areas = new Set(
    code.flatMap((path) => /^(pipeline\/[^/]+|sinks|schemas|tools)/.exec(path)?.[0] ?? []),
  )
  return [{
    name: "top-level areas",
    now: areas.size,
    goal: 20,
    complaints: [...areas],
    fix: "Move the file into the folder of its subject.",
  }, {
    name: "most files in one folder",
    now: sizes[0]?.[1] ?? 0,
    goal: 16,
    complaints: sizes.flatMap(([folder, size]) => size > 16 ? [`${folder}: ${size} files`] : []),
    fix: "Move files about one thing into a folder of its name.",
  }]
}

/** Used by text of a generated module, and a deliberate mistake. */
const usedOtherwise = ["tests/testing.ts: inFile", "tools/diagnostics/floating.ts: forgotten"]

const exportGoals = (sources: Sources): ReadonlyArray<Goal> => {
  const all = exportsByFile(sources)
  const program = new Map([...all].filter(([path]) => !path.startsWith("tests/")))
  const rename = "Put the noun in front: `StreamRow`, not `Row`."
  return [
    none("names that the program exports from two files", namesDeclaredTwice(program), rename),
    none("names exported from two files, with tests", namesDeclaredTwice(all), rename),
    none(
      "exports that no other file uses",
      unusedExports(all).filter((name) => !usedOtherwise.includes(name)),
      "Remove `export`; delete what the compiler then finds unused.",
    ),
  ]
}

const languageGoals = (sources: Sources, pages: Sources): ReadonlyArray<Goal> => {
  const { by, comments } = lint(sources)
  const inPages = [...pages].flatMap(([path, text]) =>
    linesOf(text).flatMap((line, nth) =>
      archaicWords(line).map((complaint) => `${path}:${nth + 1}: ${complaint}`)
    )
  )
  return [
    {
      name: "percent of comments that begin with a wh-word",
      now: percent(by("wh-comment").length, comments),
      goal: 2,
      complaints: by("wh-comment"),
      fix: "Begin with the thing, or with a verb: `Returns …`, `Number of …`, `True if …`.",
    },
    none(
      "archaic words in code",
      by("archaic-word").filter((complaint) => !stored.test(complaint)),
      "Use the other word.",
    ),
    none("archaic words in pages", inPages, "Use the other word."),
    none("functions over 100 lines", by("function-length"), "Extract functions with names."),
    none("levels of nesting over 4", by("nesting"), "Extract functions, or return early."),
    none("sinks named outside their folders", by("sink-name"), "Ask the registry or the sink."),
  ]
}

const sizeGoals = (sources: Sources, pages: Sources): ReadonlyArray<Goal> => {
  const tools = [...sources].filter(([path]) => path.startsWith("tools/"))
    .map(([path, text]) => [path, linesOf(text).length] as const).toSorted(largestFirst)
  return [{
    name: "words in README",
    now: (pages.get("README.md") ?? "").split(/\s+/).length,
    goal: 900,
    complaints: [],
    fix: "Move reference material to a page of docs/.",
  }, {
    name: "lines in tools/",
    now: tools.reduce((sum, [, lines]) => sum + lines, 0),
    goal: 2500,
    complaints: tools.map(([path, lines]) => `${path}: ${lines}`),
    fix: "Use a library, or delete a tool that nothing runs.",
  }]
}

export const goalsOf = ({ pages, paths, sources }: Repository): ReadonlyArray<Goal> => [
  ...folderGoals(paths),
  ...exportGoals(sources),
  ...languageGoals(sources, pages),
  ...sizeGoals(sources, pages),
]

/** Goals that are missed by more than the known figure. */
export const worse = (
  goals: ReadonlyArray<Goal>,
  figures: Readonly<Record<string, number>>,
): ReadonlyArray<Complaint> =>
  goals.flatMap(({ complaints, fix, goal, name, now }) => {
    const most = Math.max(goal, figures[name] ?? goal)
    return now <= most ? [] : [
      `${name}: ${now}, at most ${most}. ${fix}`,
      `  deno task goals -- "${name}" lists them${complaints.length > 30 ? "" : ":"}`,
      ...(complaints.length > 30 ? [] : complaints.map((complaint) => `  ${complaint}`)),
    ]
  })
