/** The body of a staged response: read as this version or an earlier one wrote it. */
import { Effect, FileSystem, Option } from "effect"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { gzipSync } from "node:zlib"
import { packed, unpacked } from "../../schemas/json/compress.ts"
import { itemFrom } from "../../schemas/json/ParsedItem.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { bytesOf } from "../../schemas/json/utf8.ts"
import { test } from "../testing.ts"

const text = `{"time":{"data":[0,1,2]},"name":"Zürich \udcff"}`

test("a body is unpacked to its bytes, from zstd and from the gzip of earlier versions", () =>
  Effect.sync(() => {
    for (const bytes of [bytesOf(text), new Uint8Array()]) {
      for (const body of [packed(bytes), new Uint8Array(gzipSync(bytes, { level: 1 }))]) {
        assert.deepEqual(Option.map(unpacked(body), (found) => [...found]), Option.some([...bytes]))
      }
    }
  }))

test("a damaged body is never mistaken for the response", () =>
  Effect.sync(() => {
    const bytes = bytesOf(text)
    const whole = [packed(bytes), new Uint8Array(gzipSync(bytes)), bytes, new Uint8Array()]
    for (const body of whole.map((body) => body.slice(0, -3))) {
      assert.notDeepEqual(Option.getOrElse(unpacked(body), () => new Uint8Array()), bytes)
    }
  }))

test("a response that an earlier version stored with gzip is delivered", () =>
  Effect.gen(function* () {
    const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const athlete = AthleteId.make(7)
    const run = <A, E, R>(body: (state: StateFile["Service"]) => Effect.Effect<A, E, R>) =>
      Effect.provide(Effect.flatMap(StateFile, body), StateFile.layer(data, ["json"]), {
        local: true,
      })
    yield* run((state) =>
      state.checkpoint({
        arrivals: [{
          item: itemFrom({ athlete, resource: "streams", id: "1" }, text, 5),
          start: 1,
        }],
      })
    )
    const db = new DatabaseSync(`${data}/state.db`)
    db.prepare("update staged set body = ?").run(gzipSync(bytesOf(text), { level: 1 }))
    db.close()
    const limits = { items: 10, bytes: 1_000_000 }
    const { items } = yield* run((state) => state.batch("json", "streams", limits))
    assert.deepEqual(items.map((item) => item.text), [text])
  }))
