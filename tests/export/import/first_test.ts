/** A first import: everything in the export is in each sink, and a second import changes nothing. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { live } from "../../testing.ts"
import { command } from "../../commands/driver/inProcess.ts"
import { filesIn, importedJson, importing, writtenExport } from "./importing.ts"

const count = (lines: string) => lines.split("\n").filter((line) => line !== "").length

live(
  "an export is imported into every sink, without a sign-in, and verify finds no difference",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, path, world } = yield* writtenExport()
      const summary = yield* importedJson(0, data, path)
      assert.equal(summary.resources.activities.fresh, world.size)
      assert.deepEqual(summary.problems, [])
      const manual = world.outlines.filter((outline) => outline.manual).length
      assert.ok(manual > 0)
      assert.equal(summary.resources.streams.fresh, world.size - manual)
      assert.equal(count(yield* fs.readFileString(`${data}/json/activities.ndjson`)), world.size)
      assert.equal((yield* fs.readDirectory(`${data}/json/streams`)).length, world.size - manual)
      const sql = yield* command([
        "sql",
        "--data",
        data,
        "--json",
        "select (select count(*)::int from strava.activities) as activities," +
        " (select count(*)::int from strava.export) as rows," +
        " (select count(distinct activity_id)::int from strava.streams) as streams",
      ])
      assert.deepEqual(JSON.parse(sql.stdout), [
        { activities: world.size, rows: world.size, streams: world.size - manual },
      ])
      const verified = yield* command(["verify", "--data", data])
      assert.equal(verified.code, 0, verified.stdout)
    }),
)

live(
  "original files are kept byte for byte, unless the user declines",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, folder, path, world } = yield* writtenExport({}, { name: "export/" })
      const summary = yield* importedJson(0, data, path, "--sink", "json", "--no-originals")
      assert.equal(yield* fs.exists(`${data}/originals`), false)
      assert.equal(summary.exports[0].originals, 0)
      const again = yield* importedJson(0, data, path, "--sink", "json")
      const names = yield* fs.readDirectory(`${folder}/export/activities`)
      assert.equal(names.length, world.outlines.filter(({ manual }) => !manual).length)
      assert.equal(again.exports[0].originals, names.length)
      for (const name of names) {
        assert.deepEqual(
          yield* fs.readFile(`${data}/originals/${name}`),
          yield* fs.readFile(`${folder}/export/activities/${name}`),
        )
      }
    }),
)

live(
  "a second import changes no file of a sink, and no original file",
  () =>
    Effect.gen(function* () {
      const { data, path, world } = yield* writtenExport()
      yield* importedJson(0, data, path, "--sink", "json", "--sink", "csv")
      const kept = ["originals", "json", "csv"]
      const before = yield* Effect.forEach(kept, (name) => filesIn(`${data}/${name}`))
      const summary = yield* importedJson(0, data, path, "--sink", "json", "--sink", "csv")
      assert.equal(summary.resources.activities.known, world.size)
      assert.equal(summary.resources.activities.fresh, 0)
      assert.equal(summary.exports[0].known, world.size)
      const after = yield* Effect.forEach(kept, (name) => filesIn(`${data}/${name}`))
      assert.deepEqual(after, before)
    }),
)

live(
  "the page names the export, its figures, and the next commands",
  () =>
    Effect.gen(function* () {
      const { data, path, world } = yield* writtenExport()
      const { code, stdout } = yield* importing(data, path, "--sink", "json")
      assert.equal(code, 0)
      assert.match(stdout, new RegExp(`export_1.zip of 2026-11-20: ${world.size} activities, `))
      assert.match(stdout, /\nNext: deno task report --data /)
    }),
)
