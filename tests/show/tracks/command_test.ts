/** `paceline export` on the command line: files, conditions, activities without a track, and privacy. */
import { ConfigProvider, Effect, FileSystem } from "effect"
import { Command } from "effect/cli"
import { TestConsole } from "effect/testing"
import assert from "node:assert/strict"
import { exportCommand } from "../../../pipeline/commands/export.ts"
import { readXml } from "../../../pipeline/export/xml/readXml.ts"
import { jsonSink } from "../../../sinks/json/JsonSink.ts"
import { runTask } from "../../commands/driver/task.ts"
import { simulatedDays } from "../../pipeline/daily.ts"
import { runFolder, runToEnd } from "../../pipeline/running.ts"
import { runWordsOf } from "../../taskWords.ts"
import { folderOf } from "../../report/landed.ts"
import { activity, streamsItem } from "../../sinks/items.ts"
import { live, test } from "../../testing.ts"
import { assertValidGpx } from "./schema.ts"

const typed = Effect.fnUntraced(function* (data: string, ...args: ReadonlyArray<string>) {
  yield* Command.runWith(Command.make("paceline").pipe(Command.withSubcommands([exportCommand])), {
    version: "0",
  })(["export", ...args, "--data", data]).pipe(
    Effect.provide(ConfigProvider.layer(ConfigProvider.fromEnv({ env: {} })), { local: true }),
  )
  return String((yield* TestConsole.logLines).at(-1))
})

/** A walk of 9 km to the north, and of 200 m. */
const walk = (steps: number) => ({
  latlng: Array.from({ length: steps }, (_, i) => [50 + i / 1_000, 10]),
  time: Array.from({ length: steps }, (_, i) => i * 60),
})

const written = folderOf([
  {
    resource: "activities",
    items: [
      activity(3, { sport_type: "Hike" }),
      activity(1),
      activity(2, { sport_type: "Hike" }),
      activity(4),
      activity(5),
      activity(6),
    ],
  },
  {
    resource: "streams",
    items: [
      streamsItem(1, walk(90)),
      streamsItem(2, walk(3)),
      streamsItem(3, walk(90)),
      streamsItem(4, { time: [0, 1], heartrate: [100, 101] }),
      streamsItem(5, walk(3)),
    ],
  },
])

/** The streams of activity 5 are damaged. */
const landed = Effect.gen(function* () {
  const data = yield* written
  yield* (yield* FileSystem.FileSystem).writeFileString(`${data}/json/streams/5.json`, `{"latlng`)
  return data
})

test("a GPX file per activity is written, and activities without a track are named", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* landed
    const page = yield* typed(data, "gpx")
    assert.equal(
      page.replaceAll(/\n {9}/g, " "),
      [
        `${data}/gpx  3 tracks in 3 files, 15.8 kB (3 new or changed)`,
        "",
        "Activities without a track (all of them: --json):",
        "      1  recorded without positions (indoors): 4",
        `      1  streams are not fetched yet: 6. Run: deno task streams --data ${data}`,
        `      1  streams cannot be read: 5. Run: deno task verify --data ${data}`,
        "",
        "The files show where you live. To leave out both ends of each track: --trim",
      ].join("\n"),
    )
    const names = ["2026-01-01-1.gpx", "2026-01-01-2.gpx", "2026-01-01-3.gpx"]
    assert.deepEqual((yield* fs.readDirectory(`${data}/gpx`)).toSorted(), names)
    for (const name of names) assertValidGpx(yield* fs.readFile(`${data}/gpx/${name}`))
    if (Deno.build.os !== "windows") {
      assert.equal((yield* fs.stat(`${data}/gpx/${names[0]}`)).mode & 0o777, 0o600)
    }
  }))

test("a second export writes only what has changed, and touches no other file", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* landed
    const out = `${data}/elsewhere`
    yield* fs.makeDirectory(out)
    yield* fs.writeFileString(`${out}/mine.gpx`, "mine")
    for (const format of ["gpx", "geojson"]) {
      const options = [format, "--out", out, "--json"] as const
      const { unchanged, ...first } = JSON.parse(yield* typed(data, ...options))
      assert.equal(unchanged, 0)
      const again = JSON.parse(yield* typed(data, ...options))
      assert.deepEqual(again, { ...first, unchanged: first.files })
      assert.deepEqual(first.without, { positionless: ["4"], unreadable: ["5"], listed: ["6"] })
    }
    yield* fs.writeFileString(`${out}/2026-01-01-1.gpx`, "damaged")
    assert.match(yield* typed(data, "gpx", "--out", out), /3 files, .* \(1 new or changed\)/)
    assert.equal(yield* fs.readFileString(`${out}/mine.gpx`), "mine")
    assert.equal((yield* fs.readDirectory(out)).length, 5)
  }))

test("--where chooses activities, --trim leaves out the ends, and the oldest is first", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* landed
    yield* typed(data, "geojson", "--where", "sport=Hike")
    const file = `${data}/geojson/activities.geojson`
    const whole = JSON.parse(yield* fs.readFileString(file))
    assert.deepEqual(whole.features.map(({ id }: { id: number }) => id), [2, 3])
    assert.equal(whole.features[1].geometry.coordinates.length, 90)
    const page = yield* typed(data, "geojson", "--where", "sport=Hike", "--trim")
    assert.match(page, /1 track in 1 file/)
    assert.match(page, /\n {6}1 {2}shorter than the ends that --trim leaves out: 2$/)
    const trimmed = JSON.parse(yield* fs.readFileString(file))
    assert.equal(trimmed.type, "FeatureCollection")
    assert.ok(trimmed.features[0].geometry.coordinates.length < 88)
    yield* typed(data, "geojson", "--where", "sport=Swim")
    assert.deepEqual(JSON.parse(yield* fs.readFileString(file)).features, [])
  }))

test("errors name the column, the folder and the fix, and nothing is written", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* landed
    const failing = (...args: ReadonlyArray<string>) =>
      Effect.map(Effect.flip(typed(data, ...args)), String)
    assert.match(yield* failing("gpx", "--where", "sprot=Run"), /did you mean sport\?/)
    assert.equal(
      yield* Effect.option(fs.stat(`${data}/gpx`)).pipe(Effect.map(({ _tag }) => _tag)),
      "None",
    )
    yield* fs.writeFileString(`${data}/file`, "mine")
    assert.match(
      yield* failing("gpx", "--out", `${data}/file`),
      /Cannot write the tracks: .*\. Use another folder: --out FOLDER/,
    )
    const empty = yield* fs.makeTempDirectoryScoped()
    assert.match(String(yield* Effect.flip(typed(empty, "gpx"))), /Run first: deno task pipeline/)
  }))

test("the tracks of a simulated athlete are valid and have the fetched samples", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* runFolder
    yield* runToEnd({ data, sinks: [yield* jsonSink(`${data}/json`)], last: "everything" })
    const { tracks, without } = JSON.parse(yield* typed(data, "gpx", "--json"))
    assert.ok(tracks > 3, JSON.stringify({ tracks, without }))
    for (const name of yield* fs.readDirectory(`${data}/gpx`)) {
      const bytes = yield* fs.readFile(`${data}/gpx/${name}`)
      assertValidGpx(bytes)
      const [, id] = /-(\d+)\.gpx$/.exec(name) ?? []
      const streams = JSON.parse(yield* fs.readFileString(`${data}/json/streams/${id}.json`))
      const { columns, notes } = readXml(bytes)
      assert.deepEqual(notes, [])
      const placed = (data: ReadonlyArray<unknown>) =>
        data.filter((_, i) => streams.latlng.data[i] !== null)
      for (const type of ["altitude", "velocity_smooth", "watts", "temp"] as const) {
        if (streams[type] === undefined) continue
        assert.deepEqual(
          Array.from<string | number | undefined, number | null>(
            columns[type]?.values ?? [],
            (value) => value === undefined ? null : Number(value),
          ),
          placed(streams[type].data),
          `${name} ${type}`,
        )
      }
    }
  }).pipe(simulatedDays({ activities: 20 })))

live(
  "the task writes tracks with only its own permissions, and without the network",
  () =>
    Effect.gen(function* () {
      const data = yield* landed
      const { code, stderr, stdout } = yield* runTask("export", ["gpx", "--data", data], {
        DATABASE_URL: "postgres://me:hidden-canary@127.0.0.1:9/mine",
      })
      assert.deepEqual([code, stderr], [0, ""])
      assert.match(stdout, /3 tracks in 3 files/)
      assert.doesNotMatch(
        runWordsOf("export").join(" "),
        /--allow-(net|run|all|ffi|import)|-A\b|deno task/,
      )
    }),
)
