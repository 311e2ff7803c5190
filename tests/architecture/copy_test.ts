/** A copy of the repository with one change of each kind compiles, and the program has every change. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { dirname } from "node:path"
import { files } from "../../tools/files.ts"
import { live } from "../testing.ts"
import { changes, edited, withImports } from "./changes.ts"

const parts = /^(schemas|sinks|pipeline)\/|^deno\.(json|lock)$/

/** Copies the program to `folder`, with all changes. */
const copyTo = (folder: string) => {
  const texts = new Map<string, string>()
  for (const path of files().filter((path) => parts.test(path))) {
    Deno.mkdirSync(dirname(`${folder}/${path}`), { recursive: true })
    if (/\.(ts|json|sql)$/.test(path)) texts.set(path, Deno.readTextFileSync(path))
    else Deno.copyFileSync(path, `${folder}/${path}`)
  }
  for (const { edits } of Object.values(changes)) {
    for (const edit of edits) texts.set(edit.path, edited(texts.get(edit.path), edit))
  }
  for (const [path, text] of texts) {
    Deno.mkdirSync(dirname(`${folder}/${path}`), { recursive: true })
    Deno.writeTextFileSync(`${folder}/${path}`, text)
  }
}

/** Script that prints the features of the program as JSON. */
const script = `
@import { stages } from "./pipeline/stages/all.ts"
@import { defaultOptions } from "./pipeline/stages/RunOptions.ts"
@import { overviewPage } from "./pipeline/report/pages/overview/overviewPage.ts"
@import { registeredNames } from "./sinks/registry.ts"
@import { versions } from "./sinks/postgres/schema/migrations.ts"
@import { postgresTables } from "./sinks/postgres/write/tables.ts"
@import { pacelineCommand } from "./pipeline/commands/paceline.ts"

console.log(JSON.stringify({
  stages: Object.keys(stages),
  sinks: registeredNames,
  versions: Object.keys(versions),
  tables: Object.keys(postgresTables),
  columns: postgresTables.gear.content,
  concurrency: defaultOptions.concurrency,
  panels: String(overviewPage.panels),
  commands: pacelineCommand.subcommands.flatMap(({ commands }) => commands.map(({ name }) => name)),
}))
`

const deno = (folder: string, ...args: ReadonlyArray<string>) => {
  const { code, stderr, stdout } = new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: folder,
    env: { NO_COLOR: "1" },
  }).outputSync()
  const decoder = new TextDecoder()
  return { code, stderr: decoder.decode(stderr), stdout: decoder.decode(stdout) }
}

live(
  "a copy with one change of each kind compiles and has every change",
  () =>
    Effect.acquireUseRelease(
      Effect.sync(() => Deno.makeTempDirSync({ prefix: "paceline-" })),
      (folder) =>
        Effect.sync(() => {
          copyTo(folder)
          Deno.writeTextFileSync(`${folder}/has.ts`, withImports(script))
          const checked = deno(folder, "check", "--quiet", "pipeline/main.ts", "has.ts")
          assert.equal(checked.code, 0, checked.stderr)
          const { code, stderr, stdout } = deno(folder, "run", "--quiet", "-A", "has.ts")
          assert.equal(code, 0, stderr)
          const has = JSON.parse(stdout)
          assert.ok(
            has.stages.includes("activity_kudos") && has.commands.includes("activity_kudos"),
          )
          assert.equal(has.stages.at(-1), "sweep")
          assert.deepEqual(has.sinks, ["json", "csv", "postgres", "text", "parquet"])
          assert.ok(has.tables.includes("activity_kudos") && has.columns.includes("color"))
          assert.ok(
            ["0098_color", "0099_kudos"].every((version) => has.versions.includes(version)),
          )
          assert.equal(has.concurrency, 4)
          assert.ok(has.panels.includes("manualPanel"))
        }),
      (folder) => Effect.sync(() => Deno.removeSync(folder, { recursive: true })),
    ),
)
