/** File sinks with unrecognized or unreadable files, which are reported by name and moved aside. */
import { Effect, FileSystem, Option, Path, Stream } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import type { Resource } from "../../schemas/Item.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import type { Sink } from "../../sinks/Sink.ts"
import { live, test } from "../testing.ts"
import { activity, athleteItem, streamsItem } from "./items.ts"

/** Returns a sink with an athlete, three activities and the streams of two, and its folder. */
const written = Effect.fnUntraced(function* (make: typeof csvSink) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const directory = yield* fs.makeTempDirectoryScoped({ prefix: "paceline-" })
  const source = yield* make(directory)
  const sink = yield* source.open
  yield* sink.write({ resource: "athlete", items: [athleteItem()] })
  yield* sink.write({ resource: "activities", items: [activity(1), activity(2), activity(3)] })
  yield* sink.write({
    resource: "streams",
    items: [streamsItem(1, { time: [0, 1] }), streamsItem(2, { time: [0] })],
  })
  const file = (...parts: ReadonlyArray<string>) => path.join(directory, ...parts)
  const change = (name: string, how: (text: string) => string) =>
    Effect.flatMap(
      fs.readFileString(file(name)),
      (text) => fs.writeFileString(file(name), how(text)),
    )
  return { fs, source, sink, file, change }
})

const held = (sink: Sink, resource: Resource) =>
  Effect.map(
    Stream.runCollect(sink.held(resource)),
    (all) => [...all].map(({ fault, id }) => fault ?? id).toSorted(),
  )

live(
  "unrecognized files among the streams are reported by name, and unfinished ones are not",
  () =>
    Effect.gen(function* () {
      for (const make of [jsonSink, csvSink]) {
        const { file, fs, sink } = yield* written(make)
        const [ending] = (yield* fs.readDirectory(file("streams"))).map((name) => name.slice(1))
        for (const name of ["notes.txt", `007${ending}`, `-1${ending}`, ending!, ".x.tmp"]) {
          yield* fs.writeFileString(file("streams", name), "mine")
        }
        const alien = ["notes.txt", `007${ending}`, `-1${ending}`, ending!].map((name) =>
          `streams/${name} is not a file of Paceline`
        )
        assert.deepEqual(yield* held(sink, "streams"), ["1", "2", ...alien].toSorted())
      }
    }),
)

live(
  "a folder in place of a file is a fault of that item only",
  () =>
    Effect.gen(function* () {
      const { file, fs, sink } = yield* written(jsonSink)
      yield* fs.remove(file("streams", "1.json"))
      yield* fs.makeDirectory(file("streams", "1.json"))
      assert.deepEqual(yield* held(sink, "streams"), ["2", "streams/1.json is not a file"])
      assert.deepEqual((yield* sink.kept("streams", ["1", "2"])).map(({ id }) => id), ["2"])
      const items = [streamsItem(1, { time: [0, 1] }), streamsItem(2, { time: [0] })]
      const differences = yield* sink.differing({ resource: "streams", items })
      assert.deepEqual(differences.map(({ detail, item }) => [item.id, detail]), [
        ["1", "is not a file"],
      ])
    }),
)

live(
  "a file is returned with all its bytes, including invalid UTF-8",
  () =>
    Effect.gen(function* () {
      const { file, fs, sink } = yield* written(jsonSink)
      yield* fs.writeFile(file("streams", "1.json"), Uint8Array.of(0x22, 0xff, 0x22))
      yield* fs.writeFileString(file("streams", "2.json"), "\ufeff{}")
      const [wrong, other] = yield* sink.kept("streams", ["1", "2"])
      assert.equal(wrong?.text, '"\udcff"')
      assert.equal(other?.text, "\ufeff{}")
      assert.notEqual(other?.hash, streamsItem(2, { time: [0] }).hash)
    }),
)

live(
  "a truncated or incompletely written streams file is a fault and not a response",
  () =>
    Effect.gen(function* () {
      const { change, sink } = yield* written(jsonSink)
      const hole = (text: string) => text.replace(/^(.)..../, "$1\0\0\0\0")
      for (const damage of [hole, (text: string) => text.slice(0, 12), () => "", () => "\0\0"]) {
        yield* sink.write({ resource: "streams", items: [streamsItem(1, { time: [0, 1] })] })
        yield* change("streams/1.json", damage)
        const fault = "streams/1.json is not a complete response"
        assert.deepEqual(yield* held(sink, "streams"), ["2", fault], damage.toString())
      }
      for (const whole of ["{}", " [ ]\n"]) {
        yield* change("streams/1.json", () => whole)
        assert.deepEqual(yield* held(sink, "streams"), ["1", "2"], whole)
      }
    }),
)

live("an athlete that cannot be read is reported", () =>
  Effect.gen(function* () {
    for (
      const [make, name, text] of [
        [jsonSink, "athlete.json", "{"],
        [csvSink, "athlete.csv", 'id\n"7'],
        [csvSink, "athlete.csv", ""],
      ] as const
    ) {
      const { change, sink } = yield* written(make)
      yield* change(name, () => text)
      assert.deepEqual(yield* held(sink, "athlete"), [`${name} cannot be read as an athlete`])
      const differences = yield* sink.differing({ resource: "athlete", items: [athleteItem()] })
      assert.equal(differences.length, 1)
    }
  }))

live(
  "lines and rows that are not activities are reported by number",
  () =>
    Effect.gen(function* () {
      const json = yield* written(jsonSink)
      yield* json.change("activities.ndjson", (text) => `{"id":\n${text}{"id":9,"na`)
      assert.deepEqual(yield* held(json.sink, "activities"), [
        "1",
        "2",
        "3",
        "line 1 cannot be read as an activity",
        "line 5 cannot be read as an activity",
      ])
      const csv = yield* written(csvSink)
      yield* csv.change("activities.csv", (text) => `${text},sum\n`)
      assert.deepEqual(yield* held(csv.sink, "activities"), [
        "1",
        "2",
        "3",
        "row 5 has no activity's id",
      ])
      // The row stays in its file, so no file is moved aside.
      assert.deepEqual(yield* csv.sink.putAside("activities"), Option.none())
    }),
)

test("a table that cannot be read back is moved aside under a name with the time", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2026, 1, 3, 4, 5, 6))
    for (
      const [make, name] of [
        [jsonSink, "activities.ndjson"],
        [csvSink, "activities.csv"],
      ] as const
    ) {
      const { change, file, fs, sink } = yield* written(make)
      for (const ending of ["", "-2", "-3"]) {
        yield* sink.write({ resource: "activities", items: [activity(1), activity(2)] })
        yield* change(name, (text) => `${text}"torn`)
        const damaged = yield* fs.readFileString(file(name))
        const differences = yield* sink.differing({ resource: "activities", items: [activity(2)] })
        assert.equal(differences.length, name.endsWith(".csv") ? 1 : 0)

        const aside = `${name}.damaged-2026-02-03T04-05-06Z${ending}`
        assert.deepEqual(yield* sink.putAside("activities"), Option.some(aside))
        assert.equal(yield* fs.readFileString(file(aside)), damaged)
        assert.deepEqual(yield* held(sink, "activities"), [])
        assert.deepEqual(yield* sink.putAside("activities"), Option.none())
      }
      for (const resource of ["athlete", "streams"] as const) {
        assert.deepEqual(yield* sink.putAside(resource), Option.none())
      }
    }
  }))

live(
  "reading a sink creates no file and deletes no temporary file of a run",
  () =>
    Effect.gen(function* () {
      for (const make of [jsonSink, csvSink]) {
        const fs = yield* FileSystem.FileSystem
        const path = yield* Path.Path
        const parent = yield* fs.makeTempDirectoryScoped({ prefix: "paceline-" })
        const source = yield* make(path.join(parent, "sink"))
        const sink = yield* source.look ?? Effect.die("no look")
        for (const resource of ["athlete", "activities", "streams"] as const) {
          assert.deepEqual(yield* held(sink, resource), [])
          assert.deepEqual(yield* sink.kept(resource, ["1"]), [])
        }
        const items = [activity(1)]
        assert.equal((yield* sink.differing({ resource: "activities", items })).length, 1)
        assert.deepEqual(yield* fs.readDirectory(parent), [])

        const there = yield* written(make)
        const half = `.athlete.${crypto.randomUUID()}.tmp`
        yield* there.fs.writeFileString(there.file(half), "half")
        yield* there.source.look ?? Effect.die("no look")
        assert.equal(yield* there.fs.readFileString(there.file(half)), "half")
      }
    }),
)
