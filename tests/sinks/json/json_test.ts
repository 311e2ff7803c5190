/** The JSON sink: the contract, and its own behavior. */
import { Effect, FileSystem, Path } from "effect"
import assert from "node:assert/strict"
import { bytesOf, textOf } from "../../../schemas/json/utf8.ts"
import type { Item, Resource } from "../../../schemas/Item.ts"
import { jsonSink } from "../../../sinks/json/JsonSink.ts"
import type { SinkError } from "../../../sinks/Sink.ts"
import { live } from "../../testing.ts"
import { fullContract, type SinkSubject } from "../contract.ts"
import { damageFiles } from "../files/damage.ts"
import { snapshot } from "../files/folder.ts"
import { activity, item } from "../items.ts"
import { fieldsOf, responseRows, type TableName } from "../rows.ts"

const read = (...parts: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const file = path.join(...parts)
    return (yield* fs.exists(file)) ? yield* fs.readFileString(file) : undefined
  })

/** Returns the stored responses that a table is derived from, by id. The athlete is 7. */
const answersOf = (directory: string, table: TableName) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    if (table === "zones" || table === "stats") {
      const text = yield* read(directory, `${table}.json`)
      return text === undefined ? [] : [["7", text] as const]
    }
    const folder = path.join(directory, table === "gear" ? table : "details")
    if (!(yield* fs.exists(folder))) return []
    return yield* Effect.forEach(
      yield* fs.readDirectory(folder),
      (name) =>
        Effect.map(
          fs.readFileString(path.join(folder, name)),
          (text) => [path.basename(name, ".json"), text] as const,
        ),
    )
  })

const subject: SinkSubject = {
  name: "json",
  source: jsonSink,
  keepsAnswers: true,
  damage: damageFiles({
    tables: { activities: "activities.ndjson", export: "export.ndjson" },
    extension: ".json",
    lineOf: (id) => (line) =>
      line.startsWith(`{"id":${id},`) || line.startsWith(`{"activity_id":${id},`),
    word: /Ride(?= )/,
  }),
  text: (sent) => sent,
  landed: (directory) => ({
    athlete: Effect.map(
      read(directory, "athlete.json"),
      (text) => text === undefined ? undefined : fieldsOf(text),
    ),
    activities: Effect.map(
      read(directory, "activities.ndjson"),
      (text = "") => text.split("\n").slice(0, -1).map(fieldsOf),
    ),
    streams: (id) =>
      Effect.map(read(directory, "streams", `${id}.json`), (text) => {
        if (text === undefined) return undefined
        const set: object = JSON.parse(text)
        return new Map(
          Object.entries(set).map(([key, stream]) => [
            Array.isArray(set) ? stream?.type : key,
            stream?.data ?? [],
          ]),
        )
      }),
    table: (name) =>
      Effect.map(
        answersOf(directory, name),
        (answers) => answers.flatMap(([id, text]) => responseRows(name, id, text)),
      ),
    snapshot: snapshot(directory),
  }),
}

fullContract(subject, live)

/** Opens the sink in a new folder, writes the batches and passes a reader of its files to `see`. */
const writing = <E>(
  batches: ReadonlyArray<readonly [Resource, ReadonlyArray<Item>]>,
  see: (
    text: (
      ...parts: ReadonlyArray<string>
    ) => Effect.Effect<string, unknown, FileSystem.FileSystem>,
    write: (resource: Resource, items: ReadonlyArray<Item>) => Effect.Effect<unknown, SinkError>,
    directory: string,
  ) => Effect.Effect<unknown, E, FileSystem.FileSystem | Path.Path>,
) =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const directory = yield* fs.makeTempDirectoryScoped({ prefix: "paceline-" })
    const sink = yield* (yield* jsonSink(directory)).open
    const write = (resource: Resource, items: ReadonlyArray<Item>) =>
      sink.write({ resource, items })
    for (const [resource, items] of batches) assert.deepEqual(yield* write(resource, items), [])
    yield* see((...parts) => fs.readFileString(path.join(directory, ...parts)), write, directory)
  })

live("the json sink stores a response byte for byte", () => {
  const text = `{\n  "id": 7,\r\n  "b": 1.0e2, "a": "\\u00e9\u2028\\ud800 é",\n\n "a": [ ]\n}\n`
  const samples = `{ "time" : {"data": [0, 1.50,\n 2e0] } }\n`
  return writing([
    ["athlete", [item({ resource: "athlete", id: "7", text })]],
    ["activities", [item({ resource: "activities", id: "7", text })]],
    ["streams", [item({ resource: "streams", id: "7", text: samples })]],
  ], (read) =>
    Effect.gen(function* () {
      assert.equal(yield* read("athlete.json"), text)
      assert.equal(yield* read("streams", "7.json"), samples)
      assert.equal(yield* read("activities.ndjson"), text.replaceAll(/[\r\n]/g, "") + "\n")
    }))
})

live("the json sink writes bytes that are not UTF-8 as they were sent", () => {
  const text = textOf(
    Uint8Array.from([...new TextEncoder().encode(`{"id":7,"a":"Caf`), 0xe9, 0x22, 0x7d]),
  )
  return writing([
    ["athlete", [item({ resource: "athlete", id: "7", text })]],
    ["activities", [item({ resource: "activities", id: "7", text })]],
    ["details", [item({ resource: "details", id: "7", text })]],
  ], (_read, _write, directory) =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      for (const name of ["athlete.json", "details/7.json", "activities.ndjson"]) {
        const end = name.endsWith("ndjson") ? "\n" : ""
        const bytes = new Uint8Array(yield* fs.readFile(`${directory}/${name}`))
        assert.deepEqual(bytes, bytesOf(text + end), name)
      }
    }))
})

live(
  "the json sink leaves unreadable lines in place",
  () =>
    writing(
      [["activities", [activity(1), activity(3)]]],
      (read, write, directory) =>
        Effect.gen(function* () {
          const fs = yield* FileSystem.FileSystem
          const path = yield* Path.Path
          const [third = "", first = ""] = (yield* read("activities.ndjson")).split("\n")
          const bytes = Uint8Array.from([
            ...new TextEncoder().encode(`${third}\n{"id":2,`),
            0xff,
            0x0a,
          ])
          const file = path.join(directory, "activities.ndjson")
          yield* fs.writeFile(file, bytes)
          yield* fs.writeFileString(file, `\n"x"\n\n${first}\n{"id":9,"na`, { flag: "a" })

          yield* write("activities", [activity(2), activity(1)])

          const lines = (yield* read("activities.ndjson")).split("\n")
          assert.deepEqual(lines, [
            third,
            '{"id":2,\ufffd',
            '"x"',
            activity(2).text,
            first,
            '{"id":9,"na',
            "",
          ])
          const kept = yield* fs.readFile(file)
          assert.ok(kept.includes(0xff))
          yield* write("activities", [activity(2), activity(1)])
          assert.deepEqual(yield* fs.readFile(file), kept)
        }),
    ),
)

live("the json sink merges into a file longer than one chunk", () => {
  const padding = "x".repeat(300)
  const many = Array.from({ length: 1000 }, (_, i) => activity(2 * i + 1, { padding }))
  return writing([["activities", many]], (read, write) =>
    Effect.gen(function* () {
      yield* write("activities", [activity(1000), activity(999, { name: "New" })])
      const lines = (yield* read("activities.ndjson")).trimEnd().split("\n")
      const rows = lines.map((line): { id: number; name: string } => JSON.parse(line))
      assert.deepEqual(
        rows.map(({ id }) => id),
        [...many.map(({ id }) => Number(id)), 1000].toSorted((a, b) => b - a),
      )
      assert.equal(rows.find(({ id }) => id === 999)?.name, "New")
    }))
})
