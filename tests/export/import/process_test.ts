/** The task as a process: its permissions suffice, it has no network, and Ctrl-C loses nothing. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { runTask } from "../../commands/driver/task.ts"
import { makeCrashStand, runProgram } from "../../crash/stand.ts"
import { live } from "../../testing.ts"
import { importedJson, writtenExport } from "./importing.ts"

/** Creates a folder on disk, because Deno denies programs those in memory. */
const onDisk = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

live("the permissions of the task suffice for every sink", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, path, world } = yield* writtenExport({ activities: 4 }, {}, onDisk)
    const { code, stderr, stdout } = yield* runTask("import", [path, "--data", data, "--json"], {})
    assert.equal(code, 0, stderr)
    const { resources, sinks } = JSON.parse(stdout)
    assert.equal(resources.activities.fresh, world.size)
    assert.deepEqual(
      sinks.map(({ error, pending }: Record<string, unknown>) => [error, pending]),
      [[undefined, 0], [undefined, 0], [undefined, 0]],
    )
    assert.deepEqual(
      (yield* fs.readDirectory(data)).filter((name) => /^[a-z]+$/.test(name)).sort(),
      ["csv", "json", "originals", "postgres"],
    )
  }))

live(
  "a database server needs the network, which the task does not have",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path } = yield* writtenExport({ activities: 4 }, {}, onDisk)
      const env = { DATABASE_URL: "postgres://paceline@localhost/nowhere" }
      const { code, stderr } = yield* runTask("import", [path, "--data", data], env)
      assert.equal(code, 78, stderr)
      assert.match(stderr, /no network permission\. .* deno task paceline import /)
      assert.equal(yield* fs.exists(data), false)
      const files = yield* runTask("import", [path, "--data", data, "--sink", "json"], env)
      assert.equal(files.code, 0, files.stderr)
    }),
)

live("after Ctrl-C, the same import continues", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, folder, path, world } = yield* writtenExport({ activities: 50 }, {}, onDisk)
    const { root } = yield* makeCrashStand()
    const trace = `${folder}/trace`
    yield* fs.writeFileString(trace, "")
    const words = ["import", path, "--data", data, "--sink", "json"]
    // The athlete and the first of several batches of activities are delivered.
    const stop = { at: "batch.acknowledged", hit: 2, signal: "SIGINT" } as const
    const { code, stderr } = yield* runProgram({ root, trace, env: {}, words, stop })
    assert.equal(code, 130, stderr)
    assert.match(stderr, /Stopped\. Everything imported so far is kept/)
    const { resources } = yield* importedJson(0, data, path, "--sink", "json")
    const { fresh, known } = resources.activities
    assert.equal(fresh + known, world.size)
    assert.ok(known > 0 && fresh > 0, `${known} were imported before, ${fresh} after`)
    const files = yield* fs.readDirectory(`${data}/originals`)
    assert.equal((yield* fs.readDirectory(`${data}/json/streams`)).length, files.length)
  }))
