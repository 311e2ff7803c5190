/** Every command of README and docs/ is run, in the order of the page, and ends as the page says. */
import { Context, Cron, Effect, Layer, Redacted } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { SqlClient } from "effect/sql/SqlClient"
import { layerServer } from "../../sinks/postgres/connection/client.ts"
import { files, read } from "../../tools/files.ts"
import { commandOf, lineOf, parse } from "../commandLine.ts"
import { simulatedServer } from "../commands/driver/program.ts"
import { TestServer } from "../postgres/databases.ts"
import { freshDatabase } from "../postgres/server.ts"
import { liveWith, test } from "../testing.ts"
import { exemptionOf, exemptions } from "./exempt.ts"
import { documentPages, isQuestion, type Step, stepsOf } from "./pages.ts"
import { type Environment, type Runner, runner } from "./Runner.ts"

class Shared extends Context.Service<Shared, Runner>()("test/Shared") {
  static readonly layer = Layer.effect(Shared, runner)
}

const world = World.make({ activities: 12, samples: 20, until: Date.now() })
const generous = { short: 5_000, day: 50_000 }
const strava = Simulator.layer({
  world,
  anyToken: true,
  limits: { read: generous, overall: generous },
})

/** Statements that change something: done together, and undone. */
const tried = (text: string, url: Redacted.Redacted) =>
  SqlClient.use((sql) =>
    sql.withTransaction(
      Effect.andThen(
        Effect.forEach(
          text.split(";").filter((one) => one.trim() !== ""),
          (one) => sql.unsafe(one),
        ),
        Effect.fail("undone" as const),
      ),
    )
  ).pipe(
    Effect.provide(layerServer(url)),
    Effect.as({ code: 64, stdout: "", stderr: "" }),
    Effect.catch((error) =>
      Effect.succeed({ code: error === "undone" ? 0 : 64, stdout: "", stderr: String(error) })
    ),
  )

/** Where the page's run begins: nothing but a clone, and a Strava. */
const beginning = Effect.gen(function* () {
  const runner = yield* Shared
  const url = yield* Effect.flatMap(TestServer, freshDatabase)
  const env: Environment = { ...(yield* simulatedServer()), DATABASE_URL: Redacted.value(url) }
  yield* Effect.promise(() =>
    Deno.remove(`${runner.folder}/data`, { recursive: true }).catch(() => {})
  )
  const fill = Effect.fnUntraced(function* (...words: ReadonlyArray<string>) {
    const { code, stderr } = yield* Effect.promise(() =>
      runner.program(["pipeline", "--quiet", ...words], env)
    )
    assert.equal(code, 0, stderr)
  })
  return { env, fill, runner, url }
})

/** The tutorial, from where a reader has nothing yet; there a task is run as typed, in its processes. */
const tutorial = "docs/first-sync.md"

/** What only a shell understands. */
const ofShell = /[|><$&;*]|^(?!deno task )/

/** A line whose output goes to a file, and nothing more of a shell in it. */
const intoFile = /^(deno task [^|><$&;*]+) > (\S+)$/

const run = (runner: Runner, { kind, text }: Step, env: Environment, asTyped: boolean) => {
  if (kind === "sql") return runner.program(["sql", text], env)
  const [, command = text, file] = intoFile.exec(text) ?? []
  const line = lineOf(command)
  const before = line === undefined ? undefined : commandOf(line.task)
  return asTyped || line === undefined || before === undefined ||
      ofShell.test(command.replaceAll(/"[^"]*"|'[^']*'/g, ""))
    ? runner.shell(text, env)
    : runner.program([...before, ...line.words], env, file)
}

/**
 * The steps that are run, by page. A line that another page has said is not run again, but where the
 * page makes a trouble of its own: there every line is, in its place.
 */
const plan = (): ReadonlyMap<string, ReadonlyArray<Step>> => {
  const said = new Set<string>()
  const order = [...new Set([tutorial, "README.md", ...documentPages])]
  return new Map(order.map((page) => {
    const steps = stepsOf(page).filter(({ text }) => exemptionOf(text) === undefined)
    const troubled = steps.some(({ kind }) => kind === "hidden")
    const own = steps.filter(({ exit, text }) => {
      const known = said.has(`${exit} ${text}`)
      said.add(`${exit} ${text}`)
      return troubled || !known
    })
    return [page, own]
  }))
}

const live = liveWith(Layer.merge(TestServer.layer, Shared.layer))

for (const [page, steps] of plan()) {
  if (steps.length === 0) continue
  live(`the commands of ${page} end as it says`, () =>
    Effect.gen(function* () {
      const { env, fill, runner, url } = yield* beginning
      if (page !== tutorial) yield* fill()
      const typed = new Set<string>()
      for (const step of steps) {
        const task = lineOf(step.text)?.task ?? ""
        const asTyped = page === tutorial && !typed.has(task)
        typed.add(task)
        const { code, stderr, stdout } = step.kind === "sql" && !isQuestion(step.text)
          ? yield* tried(step.text, url)
          : yield* Effect.promise(() => run(runner, step, env, asTyped))
        const where = `${page}:${step.line}: ${step.text}`
        assert.equal(code, step.exit, `${where}\n${stdout}\n${stderr}`)
        if (task === "purge") yield* fill()
      }
    }).pipe(Effect.provide(strava)))
}

/** A file of which there is one for each activity, or each bike, by the name that the pages use. */
const generic = (path: string) => path.replace(/(streams|details|gear)\/[^/]+\.(\w+)$/, "$1/ID.$2")

live("the files that the pages name are those that land", () =>
  Effect.gen(function* () {
    const { fill, runner } = yield* beginning
    yield* fill("--with", "details")
    const landed = new Set(
      ["json", "csv"].flatMap((sink) => [
        sink,
        ...["streams", "details", "gear"].map((name) => `${sink}/${name}`),
      ]).flatMap((folder) => {
        try {
          return [...Deno.readDirSync(`${runner.folder}/data/${folder}`)]
            .filter(({ isFile }) => isFile).map(({ name }) => generic(`${folder}/${name}`))
        } catch {
          return []
        }
      }),
    )
    const told = new Map(documentPages.map((page) => [
      page,
      [
        ...read(page).matchAll(
          /(?:`|\bdata\/)((?:json|csv)\/[\w*./]+\.(?:json|ndjson|csv)|(?:json|csv)\/\.paceline)\b/g,
        ),
      ]
        .map(([, path]) => generic(path!)),
    ]))
    for (const [page, paths] of told) {
      for (const path of paths) assert.ok(landed.has(path), `${page} names ${path}`)
    }
    assert.deepEqual([...landed].filter((path) => !told.get("docs/data.md")?.includes(path)), [])
  }).pipe(Effect.provide(strava)))

test("what cannot be run is still understood by the program, and something else holds it", () =>
  Effect.gen(function* () {
    const exempt = documentPages.flatMap((page) => stepsOf(page)).filter(({ text }) =>
      exemptionOf(text)
    )
    for (const { line, page, text } of exempt) {
      const { task = "", words = [] } = lineOf(text) ?? {}
      const before = commandOf(task)
      if (before === undefined) continue
      // Without words, the image runs the pipeline.
      const typed = text.startsWith("docker") && words.length === 0 ? ["pipeline"] : words
      yield* parse([...before, ...typed]).pipe(
        Effect.catch((error) => Effect.die(new Error(`${page}:${line}: ${text}: ${error}`))),
      )
    }
    for (const { command, instead } of exemptions) {
      assert.ok(files().includes(instead), instead)
      assert.ok(exempt.some(({ text }) => command.test(text)), `no page says ${command}`)
    }
  }))

/** Blocks of a language, by page. */
const blocksOf = (page: string) =>
  [...read(page).matchAll(/^ *```(\w*)\n([^]*?)^ *```/gm)].map(([, language, block]) => ({
    page,
    language: language!,
    block: block!,
  }))

test("no command hides in a block that nobody runs, and lines of cron are understood", () =>
  Effect.gen(function* () {
    const blocks = documentPages.flatMap(blocksOf)
    for (const { block, page } of blocks.filter(({ language }) => language === "")) {
      assert.doesNotMatch(block, /^ *(\S*\/)?(deno|npx|docker|psql|python3?|curl|git|npm) /m, page)
    }
    const lines = blocks.filter(({ language }) => language === "cron")
      .flatMap(({ block }) => block.trim().split("\n"))
    assert.ok(lines.length >= 2)
    for (const line of lines) {
      const [, when = "", command = ""] = /^((?:\S+ +){5})(.*)$/.exec(line) ?? []
      yield* Effect.fromResult(Cron.parse(when.trim().replaceAll(/ +/g, " ")))
      const { task = "", words = [] } = lineOf(command.replace(/^cd \S+ && /, "")) ?? {}
      yield* parse([...(commandOf(task) ?? ["no command"]), ...words])
    }
  }))

test("what goes into a shell's configuration is of that shell", () =>
  Effect.promise(async () => {
    for (
      const { block, page } of documentPages.flatMap(blocksOf).filter(({ language }) =>
        language === "bash"
      )
    ) {
      const { code, stderr } = await new Deno.Command("bash", { args: ["-n", "-c", block] })
        .output()
      assert.equal(code, 0, `${page}: ${new TextDecoder().decode(stderr)}`)
    }
  }))

test("lines are found with what they should end with, and what only prepares them", () =>
  Effect.sync(() => {
    const page = [
      "<!-- before: rm data/x -->",
      "```sh",
      "# a remark",
      "deno task verify # exits with 2: it differs",
      'deno task sql "select 1" \\',
      "  --json",
      "```",
      "```sql",
      "select 1; -- one",
      "select 2;",
      "```",
    ].join("\n")
    assert.deepEqual(
      stepsOf("p.md", page).map(({ exit, kind, line, text }) => [line, text, exit, kind]),
      [
        [1, "rm data/x", 0, "hidden"],
        [4, "deno task verify", 2, "shell"],
        [5, 'deno task sql "select 1"  --json', 0, "shell"],
        [8, "select 1", 0, "sql"],
        [8, "select 2", 0, "sql"],
      ],
    )
    assert.ok(read("README.md").includes("```sh\n"))
  }))
