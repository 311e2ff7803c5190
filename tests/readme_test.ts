/** What the README and docs/ tell a reader to type, click and expect: all of it there. */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { demo } from "../pipeline/commands/demo.ts"
import { pipeline, stageCommands } from "../pipeline/commands/pipeline.ts"
import { plan } from "../pipeline/commands/plan.ts"
import { simulator } from "../pipeline/commands/simulator.ts"
import { sql } from "../pipeline/commands/sql.ts"
import { status } from "../pipeline/commands/status.ts"
import { verify } from "../pipeline/commands/verify.ts"
import { exitCodes } from "../pipeline/exit.ts"
import { failpoints } from "../sinks/failpoint.ts"
import { documents, filled, requestsOf } from "../tools/docs.ts"
import { files, read } from "../tools/files.ts"
import { test } from "./testing.ts"

interface Config {
  readonly imports: Record<string, string>
  readonly tasks: Record<string, { readonly command: string }>
}

const config: Config = JSON.parse(read("deno.json"))
const all = files()
const pages = all.filter((path) => /^(README\.md|docs\/.*\.md)$/.test(path))
const readme = read("README.md")

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

/** The part of the README under a heading, up to the next one. */
const section = (heading: string): string => {
  const start = readme.indexOf(`\n${heading}\n`)
  assert.ok(start >= 0, `the README has no section ${heading}`)
  const body = readme.slice(start + heading.length + 2)
  return body.slice(0, /^#+ /m.exec(body)?.index ?? body.length)
}

/** The first column of the table in `text`, without its head. */
const firstColumn = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/^\|([^|]*)\|/gm)].slice(2).map(([, cell]) => cell!.trim())

interface Line {
  readonly task: string
  readonly words: ReadonlyArray<string>
}

/** The words of a command line, without quotes and comments. */
const wordsOf = (line: string): ReadonlyArray<string> =>
  [...line.replace(/ +#.*$/, "").matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, bare]) =>
    quoted ?? bare ?? ""
  )

/** Command lines of the text: `deno task NAME …` in a code span or on a line of a code block. */
const linesIn = (text: string): ReadonlyArray<Line> => {
  const blocks = [...text.matchAll(/^```.*\n([^]*?)^```/gm)].flatMap(([, block]) =>
    block!.split("\n")
  )
  const spans = [...text.replaceAll(/^```[^]*?^```/gm, "").matchAll(/`([^`\n]+)`/g)]
    .map(([, span]) => span!)
  return [...blocks, ...spans].flatMap((line) => {
    const [, rest] = /(?:\bdeno|npx -y deno@2) task (?:--quiet )?(.*)$/.exec(line) ?? []
    const [task, ...words] = wordsOf(rest ?? "")
    return task === undefined ? [] : [{ task, words }]
  })
}

const quiet = <Name extends string, Input, Context, E, R>(
  command: Command.Command<Name, Input, Context, E, R>,
) => Command.withHandler(command, () => Effect.void)

const [signIn, ...stages] = stageCommands

const program = Command.make("paceline").pipe(
  Command.withSubcommands([
    quiet(pipeline),
    quiet(plan),
    quiet(status),
    quiet(verify),
    quiet(sql),
    quiet(demo),
    quiet(simulator),
    quiet(signIn),
    ...stages.map(quiet),
  ]),
)
const parse = Command.runWith(program, { version: "0" })

/** The words that a task adds before those that are typed; nothing for tasks that are no command. */
const commandOf = (task: string): ReadonlyArray<string> | undefined =>
  /(?:pipeline\/main\.ts|--quiet paceline)(.*)$/.exec(config.tasks[task]?.command ?? "")?.[1]
    ?.split(" ").filter((word) => word !== "")

const lines = pages.flatMap((path) => linesIn(read(path)).map((line) => ({ path, ...line })))

holds("every line to type names a task, and every task is told of", () => {
  for (const { path, task } of lines) assert.ok(task in config.tasks, `${path}: ${task}`)
  const told = linesIn(section("## Every task")).map(({ task }) => task)
  assert.deepEqual(Object.keys(config.tasks).filter((task) => !told.includes(task)), [])
})

test("every line to type is understood by the program", () =>
  Effect.gen(function* () {
    let parsed = 0
    for (const { path, task, words } of lines) {
      const before = commandOf(task)
      if (before === undefined) continue
      const typed = [...before, ...words]
      // sql asks for a statement, where prose only names the command.
      if (task === "sql" && words.length === 0) continue
      yield* parse(typed).pipe(
        Effect.catch((error) => Effect.die(new Error(`${path}: ${typed.join(" ")}: ${error}`))),
      )
      parsed++
    }
    assert.ok(parsed > 20, `only ${parsed} lines were found`)
  }))

test("a flag that does not exist, or a value that it does not take, is no line to type", () =>
  Effect.gen(function* () {
    for (const words of [["streams", "--sample"], ["pipeline", "--sink", "excel"], ["reprot"]]) {
      assert.equal(yield* Effect.isFailure(parse(words)), true, words.join(" "))
    }
    assert.deepEqual(linesIn('`npx -y deno@2 task demo`\n```sh\ndeno task sql "a b" # c\n```\n'), [
      { task: "sql", words: ["a b"] },
      { task: "demo", words: [] },
    ])
  }))

/** The flags that `command` tells of in its own help. */
const flagsOf = Effect.fnUntraced(function* (command: string) {
  yield* Effect.ignore(parse([command, "--help"]))
  const help = (yield* TestConsole.logLines).map(String).join("\n")
  const own = help.slice(help.indexOf(`USAGE\n  paceline ${command} `)).split("GLOBAL FLAGS")[0] ??
    ""
  return [...own.matchAll(/^ +(--[a-z-]+)/gm)].map(([, flag]) => flag!)
})

test("the README's table of flags has every flag with its commands, and no other", () =>
  Effect.gen(function* () {
    const fetching = ["athlete", "activities", "zones", "stats", "gear", "streams", "details"]
    const stages = ["auth", ...fetching]
    const running = ["pipeline", ...stages]
    const commands = [...running, "plan", "status", "sql", "demo", "simulator"]
    const rows = [...section("### Flags").matchAll(/^\| `(--[\w-]+).*?` +\| ([^|]*)\|/gm)]
    for (const command of commands) {
      const told = rows.filter(([, , of]) => {
        const named = commands.filter((name) => of!.includes(`\`${name}\``))
        return of!.startsWith("all but")
          ? !named.includes(command)
          : named.includes(command) || (/ and its stages/.test(of!) && stages.includes(command)) ||
            (/stages that fetch/.test(of!) && fetching.includes(command))
      }).map(([, flag]) => flag!)
      const has = yield* flagsOf(command)
      assert.ok(has.length > 0, command)
      assert.deepEqual(told.toSorted(), has.toSorted(), command)
    }
  }))

holds("the README's table of variables has every variable that may be read, and no other", () => {
  const told = firstColumn(section("### Variables")).flatMap((cell) =>
    [...cell.matchAll(/`([A-Z_]+)`/g)].map(([, name]) => name!)
  )
  const allowed = /--allow-env=(\S+)/.exec(config.tasks["paceline"]?.command ?? "")?.[1]?.split(",")
  // What the terminal and the scheduler say of themselves is nothing that a user sets.
  const ambient = ["TERM", "COLUMNS", "CI", "GITHUB_ACTIONS"]
  assert.deepEqual(
    told.toSorted(),
    allowed?.filter((name) => !ambient.includes(name)).toSorted(),
  )
})

holds("no page names a variable that the program does not read", () => {
  for (const path of pages) {
    for (const [name] of read(path).matchAll(/\b(STRAVA|PACELINE|DATABASE)_[A-Z_]+\b/g)) {
      assert.ok(config.tasks["paceline"]?.command.includes(name), `${path}: ${name}`)
    }
  }
})

holds("the README's table of exit codes has every code, and no other", () => {
  const signals = [...read("pipeline/runtime.ts").matchAll(/\bSIG\w+: (\d+)/g)]
    .map(([, code]) => Number(code))
  assert.deepEqual(
    firstColumn(section("### Exit codes")).map(Number),
    [...Object.values(exitCodes), ...signals],
  )
})

holds("the README's versions are those of deno.json", () => {
  const told = [...section("## Packages").matchAll(/`(\S+@\d[\w.]*)`/g)].map(([, name]) => name!)
  assert.deepEqual(
    told.map((name) => `npm:${name}`).toSorted(),
    Object.values(config.imports).toSorted(),
  )
})

/** The name by which a link reaches a heading, as GitHub makes it. */
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

holds("what is generated in the documents is current (mend it with tools/docs.ts)", () => {
  for (const path of documents) assert.equal(read(path), filled(read(path)), path)
})

holds("the example of a first run is worked out right", () => {
  assert.match(
    readme,
    /709 activities, of which 690 have samples, are 1 \+ 5 \+ 690 = 696 requests/,
  )
  assert.equal(requestsOf(709, 690), 696)
})

holds("the protocol tells what a death at each failpoint costs, and of no other", () => {
  const [, table = ""] = read("docs/protocol.md").split("## What a sudden death costs")
  const rows = table.split("\n## ")[0]?.split("\n").filter((line) => line.startsWith("|")) ?? []
  const told = rows.slice(2).flatMap((row) =>
    [...(row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)].map(([, name]) => name)
  )
  assert.deepEqual(told.toSorted(), Object.keys(failpoints).toSorted())
})

holds("the picture stands alone: it loads nothing, runs nothing and is light", () => {
  const picture = read("docs/images/demo.svg")
  assert.doesNotMatch(picture.replace(/xmlns="[^"]*"/, ""), /https?:|<script|<image|href=|url\(/)
  assert.match(picture, /prefers-color-scheme: dark/)
  assert.ok(picture.length < 100_000, `${picture.length} bytes`)
  assert.match(picture, /deno task demo/)
})
