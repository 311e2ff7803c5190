/** Parquet files as a reader finds them: typed values, parts by year, each sample once. */
import { Effect, FileSystem, Option, Stream } from "effect"
import { parquetReadObjects } from "hyparquet"
import assert from "node:assert/strict"
import { zstdDecompressSync } from "node:zlib"
import type { Item } from "../../../schemas/Item.ts"
import { parquetSinkKind } from "../../../sinks/parquet/ParquetSink.ts"
import type { Sink } from "../../../sinks/Sink.ts"
import { contractItem } from "../../kit/items.ts"
import { test } from "../../testing.ts"

/** Reads all rows of a file, without the code of the sink. */
const rowsOf = (bytes: Uint8Array) =>
  Effect.promise(() =>
    parquetReadObjects({
      file: bytes.slice().buffer as ArrayBuffer,
      compressors: { ZSTD: (input) => new Uint8Array(zstdDecompressSync(input)) },
    })
  )

/** Returns a data directory, and the open sink in it. */
const opened = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const data = yield* fs.makeTempDirectoryScoped()
  const source = yield* parquetSinkKind.make({ data, databaseUrl: Option.none() })
  const sink: Sink = yield* source.open
  const folder = `${data}/parquet`
  const parts = Effect.map(
    fs.readDirectory(folder, { recursive: true }),
    (names) => names.filter((name) => name.includes("part-")).toSorted(),
  )
  const samples = Effect.flatMap(parts, (names) =>
    Effect.map(
      Effect.forEach(names, (name) => Effect.flatMap(fs.readFile(`${folder}/${name}`), rowsOf)),
      (rows) => rows.flat(),
    ))
  return { folder, fs, parts, samples, sink }
})

const activity = (id: number | string, year: number, more = ""): Item =>
  contractItem(
    "activities",
    String(id),
    `{"id":${id},"start_date":"${year}-05-01T08:00:00Z"${more}}`,
  )

const streams = (id: number, data: Readonly<Record<string, ReadonlyArray<unknown>>>): Item =>
  contractItem(
    "streams",
    String(id),
    JSON.stringify(
      Object.fromEntries(Object.entries(data).map(([type, data]) => [type, { data }])),
    ),
  )

test("columns are typed, ids exact, and a value that does not fit stays in the response", () =>
  Effect.gen(function* () {
    const { folder, fs, sink } = yield* opened
    const id = "9007199254740993"
    const text = `,"distance":1.50,"moving_time":"soon","start_latlng":[51.5,-0.25],"private":true`
    yield* sink.write({
      resource: "activities",
      items: [activity(id, 2026, text), activity(7, 2025)],
    })
    const [small, large] = yield* Effect.flatMap(
      fs.readFile(`${folder}/activities.parquet`),
      rowsOf,
    )
    assert.equal(small?.["id"], 7n)
    assert.equal(large?.["id"], 9007199254740993n)
    assert.equal(large?.["distance"], 1.5)
    assert.equal(large?.["moving_time"], null)
    assert.deepEqual(large?.["start_latlng"], [51.5, -0.25])
    assert.equal(large?.["private"], true)
    assert.deepEqual(large?.["start_date"], new Date("2026-05-01T08:00:00Z"))
    assert.equal(large?.["response"], activity(id, 2026, text).text)
  }))

test("samples are in the folder of their year, typed; what does not fit is in `other`", () =>
  Effect.gen(function* () {
    const { parts, samples, sink } = yield* opened
    yield* sink.write({ resource: "activities", items: [activity(1, 2024), activity(2, 2026)] })
    yield* sink.write({
      resource: "streams",
      items: [
        streams(1, { time: [0, 1], heartrate: [120, 120.5], latlng: [[51.5, -0.25], null] }),
        streams(2, { time: [0], moving: [true], new_stream: ["x"] }),
        streams(3, { time: [0] }),
      ],
    })
    assert.deepEqual((yield* parts).map((name) => name.split("/")[1]), [
      "year=2024",
      "year=2026",
      "year=__HIVE_DEFAULT_PARTITION__",
    ])
    const [first, second, third] = yield* samples
    assert.deepEqual([first?.["activity_id"], first?.["sample"], first?.["heartrate"]], [
      1n,
      0,
      120,
    ])
    assert.deepEqual([first?.["lat"], first?.["lng"]], [51.5, -0.25])
    assert.deepEqual([second?.["heartrate"], second?.["other"]], [null, `{"heartrate":120.5}`])
    assert.deepEqual([second?.["lat"], second?.["lng"]], [null, null])
    assert.deepEqual([third?.["moving"], third?.["other"]], [true, `{"new_stream":"x"}`])
  }))

test("many batches leave few parts, with each sample once, also after changes and deletions", () =>
  Effect.gen(function* () {
    const { parts, samples, sink } = yield* opened
    const ids = Array.from({ length: 20 }, (_, i) => i + 1)
    yield* sink.write({ resource: "activities", items: ids.map((id) => activity(id, 2026)) })
    for (const id of ids) {
      yield* sink.write({ resource: "streams", items: [streams(id, { time: [0, 1, 2] })] })
    }
    assert.ok((yield* parts).length <= 8, String(yield* parts))
    yield* sink.write({ resource: "streams", items: [streams(3, { time: [5] })] })
    const gone = [{ athlete: contractItem("streams", "1", "{}").athlete, id: "4", deletedAt: 0 }]
    yield* sink.write({ resource: "streams", items: [], gone })
    const found = yield* samples
    const keys = found.map((row) => `${row["activity_id"]} ${row["sample"]}`)
    assert.equal(new Set(keys).size, keys.length)
    assert.equal(found.length, 18 * 3 + 1)
    assert.deepEqual(
      found.filter((row) => row["activity_id"] === 3n).map((row) => row["time"]),
      [5],
    )
  }))

test("a changed sample, a damaged part and a lost one are found", () =>
  Effect.gen(function* () {
    const { folder, fs, parts, sink } = yield* opened
    const items = [streams(1, { time: [0, 1] }), streams(2, { time: [0, 2] })]
    for (const item of items) yield* sink.write({ resource: "streams", items: [item] })
    const differing = Effect.map(
      sink.differing({ resource: "streams", items }),
      (found) => found.map(({ detail, item }) => `${item.id} ${detail}`),
    )
    assert.deepEqual(yield* differing, [])
    const [first = "", second = ""] = yield* parts
    const [good, other] = [
      yield* fs.readFile(`${folder}/${first}`),
      yield* fs.readFile(`${folder}/${second}`),
    ]
    // The samples of one activity under the hash of the other.
    const tail = (bytes: Uint8Array) => new TextDecoder("latin1").decode(bytes)
    const [mine = "", theirs = ""] = [good, other].map((bytes) =>
      /[0-9a-f]{64}/.exec(tail(bytes))?.[0] ?? ""
    )
    const forged = Uint8Array.from(tail(good).replaceAll(mine, theirs), (c) => c.charCodeAt(0))
    yield* fs.writeFile(`${folder}/${first}`, forged)
    assert.match(String(yield* differing), /^\d another response$/)
    yield* fs.writeFile(`${folder}/${first}`, good.subarray(0, 20))
    assert.match(String(yield* differing), /^\d missing$/)
    const held = Array.from(yield* Stream.runCollect(sink.held("streams")))
    assert.equal(held.filter(({ fault }) => fault?.includes("cannot be read") === true).length, 1)
    assert.ok(Option.isSome(yield* sink.putAside("streams")))
    assert.equal((yield* parts).filter((name) => name.endsWith(".parquet")).length, 1)
  }))
