/** Imports together with runs that fetch: no request is sent for data of the export, which also outlives a purge. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { command, commandFolder } from "../../commands/driver/inProcess.ts"
import { simulatedServer, small } from "../../commands/driver/program.ts"
import { fileTexts } from "../../pipeline/model.ts"
import { streamsAsked } from "../../pipeline/running.ts"
import { live } from "../../testing.ts"
import { exportTime, importedJson } from "./importing.ts"

const day = 24 * 60 * 60_000

const withSimulator = Effect.provide(small({ activities: 6, samples: 30, manual: 0 }))

/** A data directory, the export of the served athlete, and a command that runs the pipeline. */
const bothSources = Effect.gen(function* () {
  const folder = yield* commandFolder
  const { world } = yield* Simulator
  const env = yield* simulatedServer()
  const path = `${folder}/export.zip`
  yield* writeExport(path, world, { exportedAt: exportTime })
  const data = `${folder}/data`
  const pipeline = Effect.fnUntraced(function* (later = 0, ...words: ReadonlyArray<string>) {
    const all = ["pipeline", "--data", data, "--sink", "json", "--json", ...words]
    const result = yield* command(all, env, later)
    assert.equal(result.code, 0, result.stderr)
    return JSON.parse(result.stdout)
  })
  return { folder, world, env, path, data, pipeline }
})

live(
  "after an import, a run requests the streams of exactly the files that could not be read",
  () =>
    Effect.gen(function* () {
      const { data, folder, pipeline, world } = yield* bothSources
      const path = `${folder}/damaged.zip`
      yield* writeExport(path, world, { exportedAt: exportTime, damage: ["error", "unreadable"] })
      const { problems } = yield* importedJson(2, data, path, "--sink", "json")
      yield* pipeline()
      const asked = (yield* streamsAsked).map(String)
      assert.deepEqual(asked.toSorted(), problems.map(({ id }: { id: string }) => id).toSorted())
      const again = yield* importedJson(0, data, path, "--sink", "json")
      assert.deepEqual(again.problems, [], "their streams are stored")
    }).pipe(withSimulator),
)

live(
  "an import after a run adds the export's rows and keeps the API's responses",
  () =>
    Effect.gen(function* () {
      const { data, path, pipeline, world } = yield* bothSources
      yield* pipeline()
      const before = yield* fileTexts(`${data}/json`)
      const { resources } = yield* importedJson(0, data, path, "--sink", "json")
      const after = yield* fileTexts(`${data}/json`)
      assert.equal(resources.export.fresh, world.size)
      assert.equal(resources.streams.fresh + resources.streams.changed, 0)
      assert.ok(after.delete("export.ndjson"))
      for (const files of [before, after]) assert.ok(files.delete(".paceline"))
      assert.deepEqual(after, before)
    }).pipe(withSimulator),
)

live(
  "responses of the API that are purged fall back to the export, streams to the original files",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, env, folder, path, pipeline, world } = yield* bothSources
      const alone = `${folder}/alone`
      yield* importedJson(0, alone, path, "--sink", "json")
      yield* pipeline()
      yield* importedJson(0, data, path, "--sink", "json")
      const words = ["purge", "--data", data, "--older-than", "7d", "--yes"]
      const purged = yield* command(words, env, 8 * day)
      assert.equal(purged.code, 0, purged.stderr)
      for (const id of world.ids) {
        const name = `json/streams/${id}.json`
        assert.equal(
          yield* fs.readFileString(`${data}/${name}`),
          yield* fs.readFileString(`${alone}/${name}`),
        )
      }
      assert.equal(
        yield* fs.readFileString(`${data}/json/activities.ndjson`),
        yield* fs.readFileString(`${alone}/json/activities.ndjson`),
      )
    }).pipe(withSimulator),
)

live(
  "without original files, purged streams come back with the next import",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const { data, env, path, pipeline, world } = yield* bothSources
      yield* pipeline()
      yield* importedJson(0, data, path, "--sink", "json", "--no-originals")
      const words = ["purge", "--data", data, "--older-than", "7d", "--yes"]
      assert.equal((yield* command(words, env, 8 * day)).code, 0)
      assert.deepEqual(yield* fs.readDirectory(`${data}/json/streams`), [])
      yield* importedJson(0, data, path, "--sink", "json", "--no-originals")
      assert.equal((yield* fs.readDirectory(`${data}/json/streams`)).length, world.size)
    }).pipe(withSimulator),
)

live(
  "--prefer export replaces the API's streams, and the next import keeps them",
  () =>
    Effect.gen(function* () {
      const { data, path, pipeline, world } = yield* bothSources
      yield* pipeline()
      yield* importedJson(0, data, path, "--sink", "json")
      const preferred = yield* importedJson(0, data, path, "--sink", "json", "--prefer", "export")
      assert.equal(preferred.resources.streams.changed, world.size)
      const again = yield* importedJson(0, data, path, "--sink", "json", "--prefer", "export")
      assert.equal(again.exports[0].known, world.size)
    }).pipe(withSimulator),
)
