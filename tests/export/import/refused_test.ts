/** Exports that are refused before anything is written: another athlete's, damaged ones, and other files. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { live } from "../../testing.ts"
import { filesIn, importedJson, importing, writtenExport } from "./importing.ts"

/** Fails unless the import ends with 65 and this message, and has created no data directory. */
const refused = Effect.fnUntraced(
  function* (data: string, message: RegExp, ...words: ReadonlyArray<string>) {
    const fs = yield* FileSystem.FileSystem
    const before = (yield* fs.exists(data)) ? yield* filesIn(data) : undefined
    for (const dry of [[], ["--dry-run"]]) {
      const { code, stderr } = yield* importing(data, ...words, ...dry)
      assert.equal(code, 65, stderr)
      assert.match(stderr, message)
      assert.match(stderr, /Nothing was imported/)
    }
    assert.deepEqual((yield* fs.exists(data)) ? yield* filesIn(data) : undefined, before)
  },
)

live("a file that is not an export is refused", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, folder } = yield* writtenExport()
    const text = `${folder}/text.zip`
    yield* fs.writeFileString(text, "no archive")
    yield* refused(data, /Cannot import .*text\.zip/, text)
    yield* fs.makeDirectory(`${folder}/empty`)
    yield* refused(data, /contains no activities\.csv/, `${folder}/empty`)
  }))

live("a truncated archive is refused", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, path } = yield* writtenExport()
    const bytes = yield* fs.readFile(path)
    yield* fs.writeFile(path, bytes.subarray(0, bytes.length - 200))
    yield* refused(data, /Cannot import .*export_1\.zip/, path)
  }))

live("a table of activities in no known language is refused", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, folder, path } = yield* writtenExport({}, { name: "export/" })
    yield* fs.writeFileString(`${folder}/export/activities.csv`, "a,b\n1,2\n")
    yield* refused(data, /activities\.csv cannot be read: its header/, path)
  }))

live(
  "the export of another athlete than the data directory's is refused",
  () =>
    Effect.gen(function* () {
      const { data, path, world } = yield* writtenExport()
      yield* importedJson(0, data, path, "--sink", "json")
      const other = yield* writtenExport({ athleteId: 4711 }, { name: "other.zip" })
      yield* refused(
        data,
        new RegExp(`export of athlete 4711, but .* belongs to athlete ${world.athleteId}`),
        other.path,
      )
      yield* refused(data, /export of athlete 4711/, path, other.path)
    }),
)

live("exports of two athletes are refused together", () =>
  Effect.gen(function* () {
    const { data, path } = yield* writtenExport()
    const other = yield* writtenExport({ athleteId: 4711 }, { name: "other.zip" })
    yield* refused(data, /another export is of athlete/, path, other.path)
  }))

live("an export without a profile needs the athlete's number, once", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, folder, path, world } = yield* writtenExport({}, { name: "export/" })
    yield* fs.remove(`${folder}/export/profile.csv`)
    yield* refused(data, /no profile\.csv.*--athlete ID/, path)
    const athlete = String(world.athleteId)
    yield* importedJson(0, data, path, "--sink", "json", "--athlete", athlete)
    yield* importedJson(0, data, path, "--sink", "json")
  }))

live("an export without a profile keeps the athlete that is stored", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, folder, path } = yield* writtenExport({}, { name: "export/" })
    yield* importedJson(0, data, path, "--sink", "json")
    const before = yield* fs.readFileString(`${data}/json/athlete.json`)
    assert.match(before, /"firstname"/)
    yield* fs.remove(`${folder}/export/profile.csv`)
    yield* importedJson(0, data, path, "--sink", "json")
    assert.equal(yield* fs.readFileString(`${data}/json/athlete.json`), before)
  }))

live("a path that does not exist is a usage error", () =>
  Effect.gen(function* () {
    const { data } = yield* writtenExport()
    const { code, stderr } = yield* importing(data, "/nowhere/export.zip")
    assert.equal(code, 64)
    assert.match(stderr, /there is no such file or folder/)
  }))
