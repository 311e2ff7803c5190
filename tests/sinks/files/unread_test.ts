/** Streams in the plain form go from the response to the files as bytes: their text is neither decoded nor parsed. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { hashOf } from "../../../schemas/json/hash.ts"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { scan } from "../../../schemas/json/scan.ts"
import { ScannedItem } from "../../../schemas/json/ScannedItem.ts"
import { bytesOf } from "../../../schemas/json/utf8.ts"
import { csvSink } from "../../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../../sinks/json/JsonSink.ts"
import { test } from "../../testing.ts"

/** Item that fails the test if its text is read. */
class UnreadItem extends ScannedItem {
  override get text(): string {
    throw new Error("the text was read")
  }
}

const text =
  `{"latlng":{"data":[[51.5,-0.10],null]},"heartrate":{"data":[100,120],"original_size":2}}`

const unread = () => {
  const found = scan(bytesOf(text))
  assert.ok(found)
  return new UnreadItem(
    { athlete: AthleteId.make(7), id: "1" },
    { fetchedAt: 5, hash: hashOf(found.bytes), scan: found },
  )
}

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

for (const [name, make] of Object.entries({ json: jsonSink, csv: csvSink })) {
  test(`the ${name} sink writes scanned streams without reading their text`, () =>
    Effect.gen(function* () {
      const data = yield* folder
      const sink = yield* (yield* make(data)).open
      const batch = { resource: "streams", items: [unread()] } as const
      assert.deepEqual(yield* sink.write(batch), [])
      const file = `${data}/streams/1.${name}`
      const expected = name === "json" ? text : "lat,lng,heartrate\n51.5,-0.10,100\n,,120\n"
      assert.equal(yield* FileSystem.FileSystem.use((fs) => fs.readFileString(file)), expected)
      assert.deepEqual(yield* sink.differing(batch), [])
    }))
}

test("the state file keeps scanned streams and hands them over without reading their text", () =>
  Effect.gen(function* () {
    const item = unread()
    const run = Effect.flatMap(StateFile, (state) =>
      Effect.gen(function* () {
        yield* state.checkpoint({ arrivals: [{ item, start: 1, json: item.scan.json }] })
        const batch = yield* state.batch("json", "streams", { items: 10, bytes: 1_000_000 })
        assert.equal(batch.items[0], item)
        yield* state.acknowledge("json", batch, [])
      }))
    yield* Effect.provide(run, StateFile.layer(yield* folder, ["json"]), { local: true })
  }))
