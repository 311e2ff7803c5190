/** A dry run reads everything and writes nothing. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { live } from "../../testing.ts"
import { filesIn, importedJson, importing, writtenExport } from "./importing.ts"

live(
  "a dry run prints what an import would store, and creates no file",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, folder, path, world } = yield* writtenExport(
        { manual: 0 },
        { damage: ["unreadable"] },
      )
      const before = yield* fs.readDirectory(folder)
      const preview = yield* importedJson(2, data, path, "--dry-run")
      assert.deepEqual(yield* fs.readDirectory(folder), before)
      const [only] = preview.exports
      assert.deepEqual([only.activities, only.fresh, only.known], [world.size, world.size, 0])
      assert.equal(preview.problems.length, 1)
      assert.ok(preview.originals.files > 0)

      const imported = yield* importedJson(2, data, path, "--sink", "json")
      assert.deepEqual(imported.problems, preview.problems)
      assert.equal(imported.resources.streams.fresh, only.streams)
      assert.equal(imported.exports[0].originals, preview.originals.files)
    }),
)

live(
  "a dry run of a known export finds nothing to store, and changes no file",
  () =>
    Effect.gen(function* () {
      const { data, path, world } = yield* writtenExport()
      yield* importedJson(0, data, path, "--sink", "json")
      const before = yield* filesIn(data)
      const preview = yield* importedJson(0, data, path, "--dry-run")
      assert.equal(preview.exports[0].known, world.size)
      assert.deepEqual(preview.originals, { files: 0, bytes: 0 })
      assert.deepEqual(yield* filesIn(data), before)
      const page = yield* importing(data, path, "--dry-run")
      assert.match(page.stdout, /Dry run: nothing was written/)
    }),
)

live("a dry run of two exports counts each activity once", () =>
  Effect.gen(function* () {
    const { data, path, world } = yield* writtenExport()
    const older = yield* writtenExport({}, {
      name: "older.zip",
      exportedAt: Date.UTC(2026, 10, 16),
    })
    const preview = yield* importedJson(0, data, path, older.path, "--dry-run")
    assert.deepEqual(
      preview.exports.map(({ archive, fresh, known }: Record<string, unknown>) => [
        archive,
        fresh,
        known,
      ]),
      [["older.zip", 0, world.size], ["export_1.zip", world.size, 0]],
    )
  }))
