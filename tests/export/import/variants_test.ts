/** The same export in other forms: other languages, a folder, and a folder around everything. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { exportLanguages } from "../../../pipeline/simulator/export/languages.ts"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { fileTexts } from "../../pipeline/model.ts"
import { live } from "../../testing.ts"
import { exportTime, importedJson, writtenExport } from "./importing.ts"

/** Returns the imported activities and streams. */
const imported = Effect.fnUntraced(function* (data: string, path: string) {
  const fs = yield* FileSystem.FileSystem
  yield* importedJson(0, data, path, "--sink", "json", "--no-originals")
  return {
    activities: yield* fs.readFileString(`${data}/json/activities.ndjson`),
    streams: yield* fileTexts(`${data}/json/streams`),
  }
})

live(
  "an export in any language imports the same activities and streams",
  () =>
    Effect.gen(function* () {
      const { data, folder, path, world } = yield* writtenExport()
      const english = yield* imported(data, path)
      for (const language of exportLanguages) {
        const other = `${folder}/${language}.zip`
        yield* writeExport(other, world, { language, exportedAt: exportTime })
        assert.deepEqual(yield* imported(`${folder}/${language}`, other), english, language)
      }
    }),
)

live(
  "a folder, and a folder around everything, import the same activities and streams",
  () =>
    Effect.gen(function* () {
      const { data, folder, path, world } = yield* writtenExport()
      const plain = yield* imported(data, path)
      const forms = [
        { name: "folder/" },
        { name: "wrapped/", folder: "export_1" },
        { name: "wrapped.zip", folder: "export_1" },
      ]
      for (const [index, { name, ...options }] of forms.entries()) {
        const other = `${folder}/${name}`
        yield* writeExport(other, world, { exportedAt: exportTime, ...options })
        assert.deepEqual(yield* imported(`${folder}/data${index}`, other), plain, name)
      }
    }),
)

live(
  "the streams of a folder are not read again, because files are known by size and time",
  () =>
    Effect.gen(function* () {
      const { data, path, world } = yield* writtenExport({}, { name: "export/" })
      yield* importedJson(0, data, path, "--sink", "json")
      const again = yield* importedJson(0, data, path, "--sink", "json")
      assert.equal(again.exports[0].known, world.size)
    }),
)

live("an activity that a newer export lacks is named and kept", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { data, path, world } = yield* writtenExport({}, {
      name: "old.zip",
      exportedAt: exportTime - 1,
    })
    yield* importedJson(0, data, path, "--sink", "json")
    const [gone = 0] = world.ids
    yield* world.remove(gone)
    const newer = path.replace("old", "new")
    yield* writeExport(newer, world, { exportedAt: exportTime })
    const { exports } = yield* importedJson(0, data, newer, "--sink", "json")
    const said = exports[0].problems.filter((text: string) => text.includes(String(gone)))
    assert.equal(said.length, 1)
    assert.match(said[0], /lacks 1 activity of earlier exports, which are kept/)
    const activities = yield* fs.readFileString(`${data}/json/activities.ndjson`)
    assert.match(activities, new RegExp(`"id":${gone},`))
  }))

live("two exports of one name have figures of their own", () =>
  Effect.gen(function* () {
    const { data, path, world } = yield* writtenExport()
    const older = yield* writtenExport({ activities: 3 }, { exportedAt: exportTime - 1 })
    const { exports } = yield* importedJson(0, data, older.path, path, "--sink", "json")
    assert.deepEqual(
      exports.map(({ activities, archive }: Record<string, unknown>) => [archive, activities]),
      [["export_1.zip", 3], ["export_1.zip", world.size]],
    )
    const [first, second] = exports
    assert.ok(first.streams > 0 && first.streams <= 3, `${first.streams} streams`)
    assert.ok(second.streams <= world.size, `${second.streams} streams`)
  }))

live(
  "an activity whose date cannot be read begins at the first time of its file",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, folder, path } = yield* writtenExport({ manual: 0 }, {
        name: "export/",
        formats: ["gpx", "tcx"],
      })
      const plain = yield* imported(data, path)
      const table = `${folder}/export/activities.csv`
      const text = yield* fs.readFileString(table)
      const undated = text.replaceAll(/"[A-Z][a-z]{2} \d+, \d{4}, [\d:]+.[AP]M"/g, "some day")
      assert.notEqual(undated, text)
      yield* fs.writeFileString(table, undated)
      const other = yield* imported(`${folder}/undated`, path)
      const startsOf = ({ activities }: typeof plain) =>
        activities.matchAll(/"id":(\d+),.*?"start_date":"?(\w+)/g).toArray()
          .map(([, id, start]) => [id, start])
      const withFile = (starts: ReturnType<typeof startsOf>) =>
        starts.filter(([id]) => plain.streams.has(`${id}.json`)).sort()
      assert.ok(withFile(startsOf(plain)).length > 3)
      assert.deepEqual(withFile(startsOf(other)), withFile(startsOf(plain)))
    }),
)
