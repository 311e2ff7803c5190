/** A response is stored as final only if it contains everything that the activity's summary claims. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import type { ResponsePart } from "../../pipeline/simulator/responses/partial.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { test } from "../testing.ts"
import type { MemorySink } from "../delivery/MemorySink.ts"
import { byStatus, simulatedDays, weeklyAthlete } from "./daily.ts"
import { runStart } from "./running.ts"

const minutes = (count: number) => count / (24 * 60)
const hour = 60 * 60_000
/** Summary fields of a ride that was recorded with all sensors. */
const ride = { has_heartrate: true, device_watts: true, average_temp: 12 } as const
const off = { turnOff: ["zones", "stats", "gear"] } as const

/** Returns `body` as the streams of this activity for the next `times` requests. */
const answerStreams = (id: number, body: string, times: number) =>
  Effect.flatMap(
    Simulator,
    ({ fault }) =>
      fault({ path: `/activities/${id}/streams`, times, response: { _tag: "Body", body } }),
  )

const streamsOf = (paths: ReadonlyArray<string>, id: number) =>
  paths.filter((path) => path === `/activities/${id}/streams`).length

for (const empty of ["{}", "[]", `{"time":{"data":[]},"latlng":{"data":[]}}`]) {
  test(`fault 56: streams right after an upload that are ${empty} are fetched again and not stored as final`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0, off)
      const id = yield* world.add({ start: runStart + 24 * hour - 4 * hour })
      yield* answerStreams(id, empty, 2)
      const first = yield* next(1, off)
      assert.equal(first.code, 0)
      assert.equal(streamsOf(first.paths, id), 1)
      assert.ok(!sink.items.has(`streams/${id}`))
      assert.deepEqual((yield* counts).incomplete.map(({ id, lacks }) => [id, lacks]), [[
        String(id),
        [],
      ]])
      const second = yield* next(minutes(1), off)
      assert.equal(streamsOf(second.paths, id), 1)
      assert.ok(!sink.items.has(`streams/${id}`))
      assert.equal(streamsOf((yield* next(minutes(10), off)).paths, id), 0, "not before its time")
      assert.equal(streamsOf((yield* next(minutes(6), off)).paths, id), 1)
      assert.ok(sink.items.has(`streams/${id}`))
      assert.deepEqual((yield* counts).incomplete, [])
      assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 41 })
      for (let day = 0; day < 3; day++) assert.equal((yield* next(1, off)).paths.length, 2)
    }).pipe(simulatedDays()))
}

for (const body of ["{}", `{"message":"Resource Not Found"}`]) {
  test(`fault 56: streams that are ${body} never replace samples, however often Strava sends them`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0, off)
      const [id = 0] = world.ids
      const before = sink.items.get(`streams/${id}`)?.text
      yield* world.edit(id, { distance: 12_345.5 })
      yield* answerStreams(id, body, 9)
      assert.equal(streamsOf((yield* next(1, off)).paths, id), 1)
      assert.equal(sink.items.get(`streams/${id}`)?.text, before)
      const lacks = [body === "{}" ? "samples" : "less"]
      assert.deepEqual((yield* counts).incomplete.map(({ lacks }) => lacks), [lacks])
      for (let day = 0; day < 2; day++) {
        yield* next(1, off)
        assert.equal(sink.items.get(`streams/${id}`)?.text, before)
      }
      for (let day = 0; day < 3; day++) assert.equal((yield* next(1, off)).paths.length, 2)
      const { incomplete } = yield* counts
      assert.deepEqual(incomplete.map(({ lacks, nextTry }) => [lacks, nextTry]), [[lacks, null]])
      assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 40 })
    }).pipe(simulatedDays()))
}

test("streams of an old activity that stay empty are marked absent after two more requests", () =>
  Effect.gen(function* () {
    const { counts, next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    const id = world.ids[20] ?? 0
    yield* answerStreams(id, "{}", 9)
    assert.equal(streamsOf((yield* next(0, off)).paths, id), 1)
    for (let day = 0; day < 2; day++) assert.equal(streamsOf((yield* next(1, off)).paths, id), 1)
    for (let day = 0; day < 3; day++) assert.equal((yield* next(1, off)).paths.length, 2)
    assert.deepEqual(byStatus(yield* counts, "streams"), { absent: 1, delivered: 39 })
    assert.deepEqual((yield* counts).incomplete, [])
  }).pipe(simulatedDays()))

/** Returns a part of the true streams of this activity for the next `times` requests. */
const answerPart = (id: number, part: ResponsePart, times: number, path = "/streams") =>
  Effect.flatMap(
    Simulator,
    ({ fault }) =>
      fault({ path: `/activities/${id}${path}`, times, response: { _tag: "Part", ...part } }),
  )

const typesIn = (sink: MemorySink, id: number) =>
  Object.keys(JSON.parse(sink.items.get(`streams/${id}`)?.text ?? "{}"))

for (
  const [what, types, part, lacks] of [
    ["only the times", streamTypes.filter((type) => type !== "time"), 1, undefined],
    ["no heart rate", ["heartrate"], 1, ["heartrate"]],
    ["no position", ["latlng"], 1, ["latlng"]],
    ["no distance", ["distance"], 1, ["distance"]],
    ["no power", ["watts"], 1, ["watts"]],
    ["no altitude", ["altitude"], 1, ["altitude"]],
    ["only the first half of the samples", [], 0.5, ["length"]],
  ] as const
) {
  test(`fault 56: streams with ${what} are kept, shown as incomplete, and fetched again`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0, off)
      const id = yield* world.add({ start: runStart + 22 * hour, sport_type: "Ride", patch: ride })
      yield* answerPart(id, { without: types, to: part }, 1)
      yield* next(1, off)
      const before = sink.items.get(`streams/${id}`)?.text.length ?? 0
      assert.ok(before > 0)
      for (const type of types) assert.ok(!typesIn(sink, id).includes(type))
      const { incomplete } = yield* counts
      assert.equal(incomplete.length, 1)
      if (lacks !== undefined) assert.deepEqual(incomplete[0]?.lacks, lacks)
      assert.equal(streamsOf((yield* next(minutes(20), off)).paths, id), 1)
      assert.ok((sink.items.get(`streams/${id}`)?.text.length ?? 0) > before)
      assert.deepEqual((yield* counts).incomplete, [])
      for (let day = 0; day < 2; day++) assert.equal((yield* next(1, off)).paths.length, 2)
    }).pipe(simulatedDays({ samples: 40 })))
}

test("a claim that is never fulfilled costs one request for an old activity, and stays visible", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    const id = world.ids[20] ?? 0
    yield* world.edit(id, { has_heartrate: true, device_watts: true, average_temp: 9 })
    yield* answerPart(id, { without: ["heartrate", "watts", "temp"] }, 9)
    yield* next(0, off)
    assert.equal(streamsOf((yield* next(1, off)).paths, id), 1)
    for (let day = 0; day < 3; day++) assert.equal((yield* next(1, off)).paths.length, 2)
    assert.ok(sink.items.has(`streams/${id}`))
    const { incomplete } = yield* counts
    assert.deepEqual(incomplete.map(({ lacks, nextTry }) => [lacks, nextTry]), [
      [["heartrate", "watts", "temp"], null],
    ])
    assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 40 })
  }).pipe(simulatedDays()))

test("fault 56: a refetched response that lacks stored content replaces it only when confirmed", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, off)
    const id = world.ids[0] ?? 0
    const before = sink.items.get(`streams/${id}`)?.text
    yield* world.edit(id, { distance: 12_345.5 })
    yield* answerPart(id, { without: ["latlng", "moving"] }, 2)
    assert.equal(streamsOf((yield* next(1, off)).paths, id), 1)
    assert.equal(sink.items.get(`streams/${id}`)?.text, before)
    assert.deepEqual((yield* counts).incomplete.map(({ lacks }) => lacks), [["less"]])
    assert.equal(streamsOf((yield* next(1, off)).paths, id), 1)
    assert.ok(!typesIn(sink, id).includes("moving"))
    for (let day = 0; day < 2; day++) assert.equal((yield* next(1, off)).paths.length, 2)
  }).pipe(simulatedDays()))

test("a complete activity costs one request for its streams, and a crop one more", () =>
  Effect.gen(function* () {
    const { counts, next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    assert.equal(
      (yield* next(0, off)).paths.filter((path) => path.endsWith("/streams")).length,
      world.size,
    )
    const id = yield* world.add({ start: runStart + 22 * hour })
    assert.equal(streamsOf((yield* next(1, off)).paths, id), 1)
    yield* world.crop(id, 0.4)
    assert.equal(streamsOf((yield* next(1, off)).paths, id), 1)
    for (let day = 0; day < 3; day++) assert.equal((yield* next(1, off)).paths.length, 2)
    assert.deepEqual((yield* counts).incomplete, [])
  }).pipe(simulatedDays({ samples: 40 })))

test("empty zones and stats never replace stored ones", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete({ options: { turnOff: ["gear"] } })
    const { clearFaults, fault, world } = yield* Simulator
    yield* next(0)
    const keys = [`zones/${world.athleteId}`, `stats/${world.athleteId}`]
    const before = keys.map((key) => sink.items.get(key)?.text)
    for (const path of ["/athlete/zones", "/stats"]) {
      yield* fault({ path, response: { _tag: "Body", body: "{}" } })
    }
    yield* next(8)
    assert.deepEqual(keys.map((key) => sink.items.get(key)?.text), before)
    assert.deepEqual((yield* counts).incomplete.map(({ lacks }) => lacks), [["content"], [
      "content",
    ]])
    yield* clearFaults
    yield* next(8)
    assert.deepEqual((yield* counts).incomplete, [])
  }).pipe(simulatedDays({ activities: 3 })))
