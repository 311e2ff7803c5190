/** Runs every command of README and docs/ in the order of its page, and compares the exit code. */
import { Context, Cron, Effect, Layer, Redacted } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { writeExport } from "../../pipeline/simulator/export/writeExport.ts"
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

/** Runs statements that change the database in one transaction, and rolls it back. */
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

/** Name of the export that the pages import. */
const exportFile = "export_12345.zip"

/** Returns the variables for an import, whose task has no network for a database server. */
const offline = ({ DATABASE_URL: _, ...env }: Environment): Environment => env

/** State at the start of a page: a clone, an export in it, and a simulated Strava. */
const beginning = Effect.gen(function* () {
  const runner = yield* Shared
  const url = yield* Effect.flatMap(TestServer, freshDatabase)
  const env: Environment = { ...(yield* simulatedServer()), DATABASE_URL: Redacted.value(url) }
  yield* Effect.promise(() =>
    Deno.remove(`${runner.folder}/data`, { recursive: true }).catch(() => {})
  )
  const file = `${runner.folder}/${exportFile}`
  yield* Effect.promise(() => Deno.remove(file).catch(() => {}))
  yield* writeExport(file, world, { until: world.outlines[3]!.start })
  const fill = Effect.fnUntraced(function* (...words: ReadonlyArray<string>) {
    const { code, stderr } = yield* Effect.promise(() =>
      runner.program(["pipeline", "--quiet", ...words], env)
    )
    assert.equal(code, 0, stderr)
  })
  return { env, fill, runner, url }
})

/** Page that starts without data and runs each task as typed, in its own process. */
const tutorial = "docs/first-sync.md"

/** Characters and words that need a shell. */
const ofShell = /[|><$&;*]|^(?!deno task )/

/** Pattern of a line that needs a shell only to write its output to a file. */
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
 * Steps to run, by page. A line of an earlier page is not run again, except on a page that prepares
 * problems (hidden steps): there every line runs in its place.
 */
const plan = (): ReadonlyMap<string, ReadonlyArray<Step>> => {
  const seen = new Set<string>()
  const order = [...new Set([tutorial, "README.md", ...documentPages])]
  return new Map(order.map((page) => {
    const steps = stepsOf(page).filter(({ text }) => exemptionOf(text) === undefined)
    const troubled = steps.some(({ kind }) => kind === "hidden")
    const own = steps.filter(({ exit, text }) => {
      const known = seen.has(`${exit} ${text}`)
      seen.add(`${exit} ${text}`)
      return troubled || !known
    })
    return [page, own]
  }))
}

const live = liveWith(Layer.merge(TestServer.layer, Shared.layer))

for (const [page, steps] of plan()) {
  if (steps.length === 0) continue
  live(
    `the commands of ${page} end with the exit code that it says`,
    () =>
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
            : yield* Effect.promise(() =>
              run(runner, step, task === "import" ? offline(env) : env, asTyped)
            )
          const where = `${page}:${step.line}: ${step.text}`
          assert.equal(code, step.exit, `${where}\n${stdout}\n${stderr}`)
          if (task === "purge") yield* fill()
        }
      }).pipe(Effect.provide(strava)),
  )
}

/** Replaces the id in the name of a file per activity or gear with `ID`, as the pages do. */
const generic = (path: string) => path.replace(/^(\w+\/\w+)\/[^/]+\.(\w+)$/, "$1/ID.$2")

/** Returns the files in `folder` and below it, as paths from `root`. */
const filesBelow = (root: string, folder: string): ReadonlyArray<string> =>
  [...Deno.readDirSync(`${root}/${folder}`)].flatMap(({ isDirectory, name }) =>
    isDirectory ? filesBelow(root, `${folder}/${name}`) : [`${folder}/${name}`]
  )

live(
  "the pages name exactly the files that a run and an import write",
  () =>
    Effect.gen(function* () {
      const { env, fill, runner } = yield* beginning
      yield* fill("--with", "details,activity_zones")
      const { code, stderr } = yield* Effect.promise(() =>
        runner.program(["import", exportFile], offline(env))
      )
      assert.equal(code, 0, stderr)
      const landed = new Set(
        ["json", "csv"].flatMap((sink) => filesBelow(`${runner.folder}/data`, sink)).map(generic),
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
    }).pipe(Effect.provide(strava)),
)

test("the program accepts the command lines that are not run here, and another file covers them", () =>
  Effect.gen(function* () {
    const exempt = documentPages.flatMap((page) => stepsOf(page)).filter(({ text }) =>
      exemptionOf(text)
    )
    for (const { line, page, text } of exempt) {
      const { task = "", words = [] } = lineOf(text) ?? {}
      const before = commandOf(task)
      if (before === undefined) continue
      // The image runs the pipeline by default.
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

/** Code blocks of a page with their languages. */
const blocksOf = (page: string) =>
  [...read(page).matchAll(/^ *```(\w*)\n([^]*?)^ *```/gm)].map(([, language, block]) => ({
    page,
    language: language!,
    block: block!,
  }))

test("blocks without a language have no command, and cron lines are valid", () =>
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

test("blocks for bash are valid bash", () =>
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

test("finds lines with their exit codes, and hidden steps", () =>
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
