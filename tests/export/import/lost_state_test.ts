/** An import into a data directory whose state file is lost: recovered first, and never replaced silently. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { command } from "../../commands/driver/inProcess.ts"
import { live } from "../../testing.ts"
import { importedJson, importing, writtenExport } from "./importing.ts"

const json = ["--sink", "json"]

live(
  "a lost state file is recovered from its backup, without a sign-in",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path, world } = yield* writtenExport()
      yield* importedJson(0, data, path, ...json)
      yield* fs.remove(`${data}/state.db`)
      const { exports } = yield* importedJson(0, data, path, ...json)
      assert.equal(exports[0].known, world.size)
      assert.equal((yield* command(["verify", "--data", data])).code, 0)
    }),
)

live(
  "without a backup, an import stops, and --rebuild-state rebuilds the file from the sinks",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path, world } = yield* writtenExport()
      yield* importedJson(0, data, path, ...json)
      for (const name of ["state.db", "state.db.prev"]) yield* fs.remove(`${data}/${name}`)
      const stopped = yield* importing(data, path, ...json)
      assert.equal(stopped.code, 65)
      assert.match(stopped.stderr, /--rebuild-state/)
      yield* importedJson(0, data, path, ...json, "--rebuild-state")
      const activities = yield* fs.readFileString(`${data}/json/activities.ndjson`)
      assert.equal(activities.trimEnd().split("\n").length, world.size)
      assert.equal((yield* command(["verify", "--data", data])).code, 0)
    }),
)

live("a recovered state file of another athlete refuses the export", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, path, world } = yield* writtenExport()
    yield* importedJson(0, data, path, ...json)
    const before = yield* fs.readFileString(`${data}/json/activities.ndjson`)
    yield* fs.remove(`${data}/state.db`)
    const other = yield* writtenExport({ athleteId: 4711 }, { name: "other.zip" })
    const { code, stderr } = yield* importing(data, other.path, ...json)
    assert.equal(code, 65, stderr)
    assert.match(stderr, new RegExp(`athlete 4711, but .* athlete ${world.athleteId}`))
    assert.equal(yield* fs.readFileString(`${data}/json/activities.ndjson`), before)
  }))
