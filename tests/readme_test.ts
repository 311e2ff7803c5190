/** Checks that everything the README and docs/ name exists: tasks, flags, variables, links, pictures. */
import { globalFlags } from "../pipeline/commands/flags/globalFlags.ts"
import { Effect } from "effect"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { exitCodes, signalCodes } from "../pipeline/base/exit.ts"
import { failpoints } from "../sinks/failpoints.ts"
import { documents, fillParts, firstRunRequests } from "../tools/docs.ts"
import { files, read } from "../tools/files.ts"
import { commandNames, fetching, nestedNames, tasks } from "../tools/reference.ts"
import { commandOf, linesIn, parse } from "./commandLine.ts"
import { test } from "./testing.ts"

const config: { readonly imports: Record<string, string> } = JSON.parse(read("deno.json"))
const all = files()
const pages = all.filter((path) => /^(README\.md|CONTRIBUTING\.md|docs\/.*\.md)$/.test(path))
const reference = read("docs/reference.md")

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

/** Returns the part of a page under a heading, up to the next one. */
const section = (page: string, heading: string): string => {
  const start = page.indexOf(`\n${heading}\n`)
  assert.ok(start >= 0, `no section ${heading}`)
  const body = page.slice(start + heading.length + 2)
  return body.slice(0, /^#+ /m.exec(body)?.index ?? body.length)
}

/** Returns the first column of the table in `text`, without its header. */
const firstColumn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^\|([^|]*)\|/gm)].slice(2).map(([, cell]) => cell!.trim())

const lines = pages.flatMap((path) => linesIn(read(path)).map((line) => ({ path, ...line })))

holds("every command line names a task, and the reference lists every task", () => {
  for (const { path, task } of lines) assert.ok(task in tasks, `${path}: ${task}`)
  const told = linesIn(section(reference, "## Tasks")).map(({ task }) => task)
  assert.deepEqual(Object.keys(tasks).filter((task) => !told.includes(task)), [])
})

test("the program parses every command line", () =>
  Effect.gen(function* () {
    let parsed = 0
    for (const { path, task, words } of lines) {
      const before = commandOf(task)
      if (before === undefined) continue
      const typed = [...before, ...words]
      if (words.includes("$@")) continue
      // These commands require an argument, and prose names them without one.
      if (
        ["import", "export", "sql", "show", "keep", "paceline", "interactive"].includes(task) &&
        words.length === 0
      ) continue
      yield* parse(typed).pipe(
        Effect.catch((error) => Effect.die(new Error(`${path}: ${typed.join(" ")}: ${error}`))),
      )
      parsed++
    }
    assert.ok(parsed > 20, `only ${parsed} lines were found`)
  }))

test("a line with an unknown flag, value or command is not parsed", () =>
  Effect.gen(function* () {
    for (const words of [["streams", "--sample"], ["pipeline", "--sink", "excel"], ["reprot"]]) {
      assert.equal(yield* Effect.isFailure(parse(words)), true, words.join(" "))
    }
    assert.deepEqual(linesIn('`npx -y deno@2 task demo`\n```sh\ndeno task sql "a b" # c\n```\n'), [
      { task: "sql", words: ["a b"] },
      { task: "demo", words: [] },
    ])
  }))

/** Returns the flags that the help of `command` lists. */
const flagsOf = Effect.fnUntraced(function* (command: string) {
  yield* Effect.ignore(parse([...command.split(" "), "--help"]))
  const help = (yield* TestConsole.logLines).map(String).join("\n")
  const own = help.slice(help.indexOf(`USAGE\n  paceline ${command} `)).split("GLOBAL FLAGS")[0] ??
    ""
  return [...own.matchAll(/^ +(--[a-z-]+)/gm)].map(([, flag]) => flag!)
})

test("the table of flags has every flag with its commands, and no other", () =>
  Effect.gen(function* () {
    const rows = [...section(reference, "## Flags").matchAll(/^\| `(--[\w-]+).*?` +\| ([^|]*)\|/gm)]
    assert.ok(commandNames.length > 10 && fetching.every((name) => commandNames.includes(name)))
    for (const command of commandNames) {
      const told = rows.filter(([, , of]) =>
        of!.trim() === "all" || of!.includes(`\`${command}\``) ||
        (of!.includes("stages that fetch") && fetching.includes(command))
      ).map(([, flag]) => flag!)
      const has = yield* flagsOf(command)
      assert.ok(has.length > 0, command)
      assert.deepEqual(told.toSorted(), has.toSorted(), command)
    }
  }))

/** Flags of other programs that the pages name. */
const foreign = [
  ...["--force-with-lease", "--expire", "--all", "--prune"],
  "--log-level",
  ...globalFlags.map(({ id }) => `--${id}`),
  ...["--help", "--version", "--completions", "--filter", "--seed", "--count"],
  ...["--ignore-env", "--no-prompt", "--v8-flags", "--max-semi-space-size", "--quick"],
  "--write",
]

test("no page names a flag that no command has", () =>
  Effect.gen(function* () {
    const commands = [...commandNames, ...nestedNames.map((words) => words.join(" "))]
    const named = (yield* Effect.forEach(commands, flagsOf)).flat()
    const known = new Set([...named, ...foreign, "--no-maps", "--no-originals"])
    for (const path of pages) {
      const text = read(path)
      const ours = [
        ...linesIn(text).filter(({ task }) => commandOf(task) !== undefined)
          .flatMap(({ words }) => words),
        ...[...text.matchAll(/`(--[a-z][\w-]*)[^`\n]*`/g)].map(([, flag]) => flag!),
      ].filter((word) => /^--[a-z]/.test(word) && !word.startsWith("--allow-"))
      for (const flag of ours) assert.ok(known.has(flag.replace(/=.*/, "")), `${path}: ${flag}`)
    }
  }))

/** Environment variables that at least one task allows. */
const allowed = new Set(
  Object.values(tasks).flatMap(({ command }) =>
    [...command.matchAll(/--allow-env=(\S+)/g)].flatMap(([, names]) => names!.split(","))
  ),
)

holds("the table of variables has every variable that the program reads, and no other", () => {
  const told = firstColumn(section(reference, "## Variables")).flatMap((cell) =>
    [...cell.matchAll(/`([A-Za-z_]+)`/g)].map(([, name]) => name!)
  )
  assert.deepEqual(told.toSorted(), [...allowed].toSorted())
  const asked = all.filter((path) => /^(pipeline|sinks|schemas)\/.*\.ts$/.test(path)).flatMap((
    path,
  ) => [...read(path).matchAll(/(?:Config\.\w+|env\.get)\("([A-Z_]+)"/g)].map(([, name]) => name!))
  assert.ok(asked.length >= 3, asked.join())
  for (const name of asked) assert.ok(told.includes(name), name)
})

holds("no page names a variable that the program does not read", () => {
  for (const path of pages) {
    for (const [name] of read(path).matchAll(/\b(STRAVA|PACELINE|DATABASE)_[A-Z_]+\b/g)) {
      assert.ok(allowed.has(name), `${path}: ${name}`)
    }
  }
})

holds("the table of exit codes has every code, and no other", () => {
  assert.deepEqual(
    firstColumn(section(reference, "## Exit codes")).map(Number),
    [...Object.values(exitCodes), ...Object.values(signalCodes)],
  )
})

holds("the versions of the packages are those of deno.json", () => {
  const told = [...section(read("docs/design.md"), "## Packages").matchAll(/`(\S+@\d[\w.]*)`/g)]
    .map(([, name]) => name!)
  assert.deepEqual(
    told.map((name) => `npm:${name}`).toSorted(),
    Object.values(config.imports).toSorted(),
  )
})

/** Returns the anchors of a page's headings, as GitHub derives them. */
const anchors = (text: string): ReadonlySet<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!.toLowerCase().replaceAll(/[^\w\- ]/g, "").replaceAll(" ", "-")
    ),
  )

holds("every link leads to a file of the repository, and to a heading in it", () => {
  for (const path of pages) {
    for (const [, target] of read(path).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target!)) continue
      const { hash, pathname } = new URL(target!, `file:///${path}`)
      const file = pathname.slice(1)
      assert.ok(all.includes(file), `${path}: ${target}`)
      if (hash !== "") assert.ok(anchors(read(file)).has(hash.slice(1)), `${path}: ${target}`)
    }
  }
})

holds("the generated parts of the documents are current (run tools/docs.ts)", () => {
  for (const path of documents) assert.equal(read(path), fillParts(read(path)), path)
})

holds("the README has at most 900 words", () => {
  const words = read("README.md").split(/\s+/).filter((word) => word !== "")
  assert.ok(words.length <= 900, `${words.length} words`)
})

holds("CI runs the tests by the commands that the README names", () => {
  const named = [...read("README.md").matchAll(/^npx -y deno@2 task (test\S*)$/gm)]
    .map(([, task]) => task!)
  assert.deepEqual(named, ["test", "test:long"])
  const run = read(".ci/run")
  assert.ok(run.includes(`for task in ${named.join(" ")}; do`))
  assert.ok(run.includes('npx -y deno@2 task "$task"'))
})

holds("the numbers in the example of a first sync are consistent", () => {
  assert.match(
    read("docs/quota.md"),
    /709 activities, of which 690 have streams, take 1 \+ 5 \+ 690 = 696 requests/,
  )
  assert.equal(firstRunRequests(709, 690), 696)
})

holds("the protocol states the cost of a crash at each failpoint, and at no other", () => {
  const [, table = ""] = read("docs/protocol.md").split("## Crash windows")
  const rows = table.split("\n## ")[0]?.split("\n").filter((line) => line.startsWith("|")) ?? []
  const told = rows.slice(2).flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  )
  assert.deepEqual(told.toSorted(), Object.keys(failpoints).toSorted())
})

/** Returns width and height from the extended header of a WebP file. */
const sizeOfWebp = (file: Uint8Array): ReadonlyArray<number> => {
  const header = new DataView(file.buffer, file.byteOffset)
  assert.equal(new TextDecoder().decode(file.subarray(8, 16)), "WEBPVP8X")
  return [24, 27].map((at) => header.getUint16(at, true) + 1)
}

holds("the pictures of the report exist, light and dark, of the same size, each < 300 kB", () => {
  const [light, dark] = ["light", "dark"].map((scheme) => {
    const path = `docs/images/report-${scheme}.webp`
    assert.ok(read("README.md").includes(path))
    const file = Deno.readFileSync(new URL(`../${path}`, import.meta.url))
    assert.ok(file.length < 300_000, `${file.length} bytes`)
    return sizeOfWebp(file)
  })
  assert.deepEqual(light, dark)
  assert.ok(light![0]! > 2_000, "at least two device pixels per CSS pixel")
})

holds("the picture of the demo loads nothing, runs nothing and is small", () => {
  const picture = read("docs/images/demo.svg")
  assert.doesNotMatch(picture.replace(/xmlns="[^"]*"/, ""), /https?:|<script|<image|href=|url\(/)
  assert.match(picture, /prefers-color-scheme: dark/)
  assert.ok(picture.length < 100_000, `${picture.length} bytes`)
  assert.match(picture, /deno task demo/)
})
