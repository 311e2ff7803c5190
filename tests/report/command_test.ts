/** `paceline report` as a process with its task's own permissions, and as a command. */
import { ConfigProvider, Effect, FileSystem } from "effect"
import { Command } from "effect/cli"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { NotWritten } from "../../pipeline/commands/report/writeReport.ts"
import { reportCommand } from "../../pipeline/commands/report.ts"
import { errorExitCode, exitCodes } from "../../pipeline/base/exit.ts"
import { activity } from "../sinks/items.ts"
import { live, test } from "../testing.ts"
import { runTask } from "../commands/driver/task.ts"
import { runWordsOf } from "../taskWords.ts"
import { folderOf, northwards, siteIn } from "./landed.ts"

const run = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>>) =>
  runTask("report", args, env)

const track = { map: { summary_polyline: northwards(40) } }

live(
  "the task writes the page without the network, and without maps if CI is set",
  () =>
    Effect.gen(function* () {
      assert.doesNotMatch(runWordsOf("report").join(" "), /--allow-net|--allow-all|-A\b/)
      const fs = yield* FileSystem.FileSystem
      const data = yield* folderOf([{ resource: "activities", items: [activity(1, track)] }])
      const made = yield* run(["--data", data, "--json"], { CI: "true", NO_COLOR: "1" })
      assert.deepEqual([made.code, made.stderr], [0, ""])
      const file = `${data}/report.html`
      const html = yield* fs.readFileString(file)
      const bytes = html.length + extra(html)
      assert.deepEqual(JSON.parse(made.stdout), {
        ...{ file, bytes, activities: 1 },
        files: [{ name: "report.html", bytes }],
      })
      assert.equal(siteIn(html).maps, false)
      assert.equal(Number((yield* fs.stat(file)).mode) & 0o777, 0o600)
    }),
)

/** Returns the number of bytes beyond one per character. */
const extra = (text: string) => new TextEncoder().encode(text).length - text.length

live(
  "the task cannot reach a server, and the error names the command that can",
  () =>
    Effect.gen(function* () {
      const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
      const { code, stderr } = yield* run(["--data", data], {
        DATABASE_URL: "postgres://me:hidden-canary@127.0.0.1:9/mine",
      })
      assert.equal(code, 78, stderr)
      assert.match(
        stderr,
        /deno task report has no network permission[^.]*\. Run: deno task paceline report --data/,
      )
      assert.doesNotMatch(stderr, /hidden-canary/)
    }),
)

const typed = (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) =>
  Command.runWith(Command.make("paceline").pipe(Command.withSubcommands([reportCommand])), {
    version: "0",
  })([
    "report",
    ...args,
  ]).pipe(Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env })), { local: true }))

test("--out, --no-maps, --maps in CI, and PACELINE_DATA take effect", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* folderOf([{ resource: "activities", items: [activity(1, track)] }])
    const out = `${data}/new/folder/page.html`
    const hasMap = Effect.map(
      fs.readFileString(out),
      (html) => siteIn(html).maps,
    )
    yield* typed(["--out", out], { PACELINE_DATA: data })
    assert.equal(yield* hasMap, true)
    assert.match(
      String((yield* TestConsole.logLines).at(-1)),
      /page\.html {2}[\d.]+ [kM]B, 1 activity$/,
    )
    yield* typed(["--data", data, "--out", out, "--no-maps"])
    assert.equal(yield* hasMap, false)
    yield* typed(["--data", data, "--out", out, "--maps"], { CI: "1" })
    assert.equal(yield* hasMap, true)
    yield* typed(["--data", data, "--out", out], { CI: "false" })
    assert.equal(yield* hasMap, true)
    assert.deepEqual(yield* fs.readDirectory(`${data}/new/folder`), ["page.html"])
  }))

test("a path that cannot be written is named, with the fix", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([{ resource: "activities", items: [activity(1, track)] }])
    const error = yield* Effect.flip(typed(["--data", data, "--out", `${data}/json`]))
    assert.ok(error instanceof NotWritten)
    assert.match(error.message, /Cannot write the report: .*json is not a file.* --out FILE$/)
    assert.equal(error[errorExitCode], exitCodes.disk)
  }))
