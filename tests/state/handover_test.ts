/** Handover of streams in memory: the contents of a batch, and the time when the bytes are freed. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Handover, HandoverLimit } from "../../pipeline/state/outbox/Handover.ts"
import { itemFromScan } from "../../schemas/json/ScannedItem.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import type { Item } from "../../schemas/Item.ts"
import { scan } from "../../schemas/json/scan.ts"
import { bytesOf } from "../../schemas/json/utf8.ts"
import type { SinkName } from "../../sinks/Sink.ts"
import { test } from "../testing.ts"

const athlete = AthleteId.make(7)
const limits = { items: 100, bytes: 1_000_000 }

const streams = (id: number, heartrate: number): Item => {
  const found = scan(bytesOf(`{"heartrate":{"data":[${heartrate},${heartrate}]}}`))
  assert.ok(found)
  return itemFromScan({ athlete, id: String(id) }, found, 5)
}

const using = <A, E, R>(
  data: string,
  sinks: ReadonlyArray<SinkName>,
  body: (state: StateFile["Service"]) => Effect.Effect<A, E, R>,
) => Effect.provide(Effect.flatMap(StateFile, body), StateFile.layer(data, sinks), { local: true })

const folder = FileSystem.FileSystem.use((fs) => fs.makeTempDirectoryScoped())

const keep = (state: StateFile["Service"], ...items: ReadonlyArray<Item>) =>
  state.checkpoint({ arrivals: items.map((item) => ({ item, start: Number(item.id) })) })

const batch = (state: StateFile["Service"], sink: SinkName) => state.batch(sink, "streams", limits)

const isSame = (items: ReadonlyArray<Item>, ...expected: ReadonlyArray<Item>): boolean =>
  items.length === expected.length && items.every((item, i) => item === expected[i])

test("each sink gets the very response that was committed", () =>
  Effect.gen(function* () {
    yield* using(yield* folder, ["json", "csv"], (state) =>
      Effect.gen(function* () {
        const [first, second] = [streams(2, 100), streams(1, 120)]
        yield* keep(state, first, second)
        for (const sink of ["json", "csv"] as const) {
          const taken = yield* batch(state, sink)
          assert.ok(isSame(taken.items, first, second), sink)
          yield* state.acknowledge(sink, taken, [])
        }
      }))
  }))

test("only the newest response of an item is handed over, and only under its own hash", () =>
  Effect.sync(() => {
    const handover = new Handover(1_000)
    const [old, newest] = [streams(1, 100), streams(1, 120)]
    handover.put([{ item: old }])
    handover.put([{ item: newest }])
    assert.equal(handover.get(newest, newest.hash), newest)
    assert.equal(handover.get(newest, old.hash), undefined)
  }))

test("a response whose checkpoint fails is not handed over", () =>
  Effect.gen(function* () {
    yield* using(yield* folder, ["json"], (state) =>
      Effect.gen(function* () {
        const kept = streams(1, 100)
        yield* keep(state, kept)
        const cursor = { athlete, stage: "streams", value: 1n }
        yield* Effect.exit(
          state.checkpoint({ arrivals: [{ item: streams(1, 120), start: 1 }], cursor }),
        )
        const { items } = yield* batch(state, "json")
        assert.deepEqual(items.map(({ hash }) => hash), [kept.hash])
      }))
  }))

test("a later run reads the response back from the state file", () =>
  Effect.gen(function* () {
    const data = yield* folder
    const item = streams(1, 100)
    yield* using(data, ["json"], (state) => keep(state, item))
    const { items } = yield* using(data, ["json"], (state) => batch(state, "json"))
    assert.ok(!isSame(items, item))
    assert.deepEqual(items.map(({ hash, text }) => [hash, text]), [[item.hash, item.text]])
    assert.ok(items.every(({ scan }) => scan !== undefined))
  }))

test("responses beyond the limit are read from the state file, until others are delivered", () =>
  Effect.gen(function* () {
    const [first, second, third] = [streams(3, 100), streams(2, 120), streams(1, 140)]
    const run = using(yield* folder, ["json", "csv"], (state) =>
      Effect.gen(function* () {
        yield* keep(state, first)
        yield* keep(state, second)
        const taken = yield* batch(state, "json")
        assert.ok(isSame(taken.items.slice(0, 1), first))
        assert.ok(!isSame(taken.items.slice(1), second))
        assert.equal(taken.items[1]?.text, second.text)
        yield* state.acknowledge("json", taken, [])
        // One sink still lacks the item.
        yield* keep(state, third)
        assert.ok(!isSame((yield* batch(state, "json")).items, third))
        const refusals = [{ item: first, reason: "no" }]
        yield* state.acknowledge("csv", yield* batch(state, "csv"), refusals)
        const last = streams(4, 150)
        yield* keep(state, last)
        assert.ok((yield* batch(state, "json")).items.includes(last))
      }))
    yield* Effect.provideService(run, HandoverLimit, first.text.length)
  }))

test("without a limit above 0 every batch is read from the state file", () =>
  Effect.gen(function* () {
    const item = streams(1, 100)
    const run = using(yield* folder, ["json"], (state) =>
      Effect.gen(function* () {
        yield* keep(state, item)
        const { items } = yield* batch(state, "json")
        assert.ok(!isSame(items, item))
        assert.deepEqual(items.map(({ text }) => text), [item.text])
      }))
    yield* Effect.provideService(run, HandoverLimit, 0)
  }))

test("the bytes of a response are freed once every sink holds it, and not before", () =>
  Effect.gen(function* () {
    yield* using(yield* folder, ["json", "csv"], (state) =>
      Effect.gen(function* () {
        const item = streams(1, 100)
        const { length } = item.scan?.bytes ?? []
        yield* keep(state, item)
        const [first, second] = [yield* batch(state, "json"), yield* batch(state, "csv")]
        yield* state.acknowledge("json", first, [])
        const bytes = item.scan?.bytes
        assert.equal(bytes?.length, length)
        yield* state.acknowledge("csv", second, [])
        assert.equal(bytes?.length, 0)
        assert.throws(() => item.scan, /released/)
      }))
  }))

test("the bytes of a response that one sink refuses stay for the others", () =>
  Effect.gen(function* () {
    yield* using(yield* folder, ["json", "csv"], (state) =>
      Effect.gen(function* () {
        const item = streams(1, 100)
        yield* keep(state, item)
        const [first, second] = [yield* batch(state, "json"), yield* batch(state, "csv")]
        yield* state.acknowledge("json", first, [{ item, reason: "not to my taste" }])
        assert.deepEqual(second.items.map(({ text }) => text), [
          `{"heartrate":{"data":[100,100]}}`,
        ])
      }))
  }))

test("the bytes of a response that was fetched again meanwhile are not freed", () =>
  Effect.sync(() => {
    const handover = new Handover(1_000)
    const [old, newest] = [streams(1, 100), streams(1, 120)]
    handover.put([{ item: old }])
    handover.put([{ item: newest }])
    handover.settle({ delivered: [old], quarantined: [] })
    assert.ok((old.scan?.bytes.length ?? 0) > 0)
  }))
