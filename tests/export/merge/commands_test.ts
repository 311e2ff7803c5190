/** The real import and pipeline, by their commands: no request for the export's data, and falling back to it. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { writeExport } from "../../../pipeline/simulator/export/writeExport.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { command, commandFolder } from "../../commands/driver/inProcess.ts"
import { simulatedServer } from "../../commands/driver/program.ts"
import { streamsAsked } from "../../pipeline/running.ts"
import { live } from "../../testing.ts"

const sinks = ["--sink", "json"]

/** Runs the command, which must succeed. */
const succeed = Effect.fnUntraced(function* (
  words: ReadonlyArray<string>,
  env: Parameters<typeof command>[1] = {},
  later = 0,
) {
  const result = yield* command(words, env, later)
  assert.equal(result.code, 0, `${words.join(" ")}: ${result.stderr}`)
  return result
})

/** Returns the texts of the files in a folder, by name. */
const textsIn = Effect.fnUntraced(function* (folder: string) {
  const fs = yield* FileSystem.FileSystem
  const names = (yield* fs.readDirectory(folder)).toSorted()
  return yield* Effect.forEach(
    names,
    (name) => Effect.map(fs.readFileString(`${folder}/${name}`), (text) => [name, text] as const),
  )
})

const simulated = Effect.provide(
  Simulator.layer({ activities: 8, samples: 40, manual: 0.2, rotation: "never" }),
)

live(
  "an imported export costs the API no streams; purged ones are read from the original files",
  () =>
    Effect.gen(function* () {
      const folder = yield* commandFolder
      const env = yield* simulatedServer()
      const { world } = yield* Simulator
      const file = `${folder}/export_1.zip`
      yield* writeExport(file, world, {})
      const imported = `${folder}/imported`
      yield* succeed(["import", "--data", imported, file, ...sinks])
      const streams = yield* textsIn(`${imported}/json/streams`)
      assert.ok(streams.length > 4)
      yield* succeed(["pipeline", "--data", imported, ...sinks], env)
      assert.deepEqual(yield* streamsAsked, [])
      assert.deepEqual(yield* textsIn(`${imported}/json/streams`), streams)

      // The other way round: the API's streams are stored first, and purged.
      const fetched = `${folder}/fetched`
      yield* succeed(["pipeline", "--data", fetched, ...sinks], env)
      assert.equal((yield* streamsAsked).length, streams.length)
      yield* succeed(["import", "--data", fetched, file, ...sinks])
      assert.notDeepEqual(yield* textsIn(`${fetched}/json/streams`), streams)
      yield* succeed(["purge", "--data", fetched, "--older-than", "1 milli", "--yes"])
      assert.deepEqual(yield* textsIn(`${fetched}/json/streams`), streams)
      const fs = yield* FileSystem.FileSystem
      const rows = yield* fs.readFileString(`${fetched}/json/activities.ndjson`)
      assert.equal(rows.split('"source":"export"').length - 1, world.ids.length)
      yield* succeed(["verify", "--data", fetched])

      const survey = yield* succeed(["purge", "--data", fetched, "--yes"])
      assert.match(survey.stdout, /originals/)
      assert.equal(yield* fs.exists(`${fetched}/originals`), false)
    }).pipe(simulated),
)

live(
  "an activity that is deleted at Strava loses its original file, and an older export restores nothing",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      const { world } = yield* Simulator
      const file = `${data}.zip`
      yield* writeExport(file, world, {})
      yield* succeed(["import", "--data", data, file, ...sinks])
      yield* succeed(["pipeline", "--data", data, ...sinks], env)
      const before = yield* fs.readDirectory(`${data}/originals`)
      const recorded = world.outlines.findIndex(({ manual }) => !manual)
      const [id = 0] = world.ids.slice(recorded)
      yield* world.remove(id)
      yield* succeed(["pipeline", "--data", data, "--allow-deletions", "1", ...sinks], env)
      const after = yield* fs.readDirectory(`${data}/originals`)
      assert.equal(after.length, before.length - 1)
      const again = yield* succeed(["import", "--data", data, file, "--json", ...sinks])
      assert.equal(JSON.parse(again.stdout).resources.streams?.fresh ?? 0, 0)
      assert.deepEqual(yield* fs.readDirectory(`${data}/originals`), after)
      assert.equal(yield* fs.exists(`${data}/json/streams/${id}.json`), false)
      const rows = yield* fs.readFileString(`${data}/json/export.ndjson`)
      assert.ok(!rows.includes(String(id)))
    }).pipe(simulated),
)

live(
  "purged activities that no sink keeps as text come back with the next import",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* commandFolder
      const env = yield* simulatedServer()
      const { world } = yield* Simulator
      const file = `${data}.zip`
      const csv = ["--data", data, "--sink", "csv"]
      yield* writeExport(file, world, {})
      yield* succeed(["import", file, ...csv])
      yield* succeed(["pipeline", ...csv], env)
      const count = Effect.map(
        fs.readFileString(`${data}/csv/activities.csv`),
        (text) => text.split("\n").filter((line) => /^\d/.test(line)).length,
      )
      assert.equal(yield* count, world.ids.length)
      yield* succeed(["purge", "--data", data, "--older-than", "1h", "--yes"], {}, 7_200_000)
      assert.equal(yield* count, 0)
      yield* succeed(["import", file, ...csv])
      assert.equal(yield* count, world.ids.length)
    }).pipe(simulated),
)
