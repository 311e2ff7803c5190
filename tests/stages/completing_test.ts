/**
 * Data that becomes available later is fetched then: long rides, late segments, and new claims of
 * the list.
 */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { DatabaseSync } from "node:sqlite"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { byStatus, simulatedDays, weeklyAthlete } from "../pipeline/daily.ts"
import { runStart } from "../pipeline/running.ts"

const minutes = (count: number) => count / (24 * 60)
const hour = 60 * 60_000
const off = { turnOff: ["zones", "stats", "gear"] } as const
const withDetails = { ...off, turnOn: ["details"] } as const

/** Columns that version 5 of the state file added. */
const added = {
  item: ["has", "lacks", "checks", "recheck", "scope"],
  summary: ["claims", "ended", "listed"],
}

/** Makes all streams responses of this activity empty. */
const answerStreams = (id: number) =>
  Effect.flatMap(
    Simulator,
    ({ fault }) =>
      fault({ path: `/activities/${id}/streams`, response: { _tag: "Body", body: "{}" } }),
  )

const fail = (id: number, status: number, times: number) =>
  Effect.flatMap(
    Simulator,
    ({ fault }) =>
      fault({ path: `/activities/${id}/streams`, times, response: { _tag: "Status", status } }),
  )

const requestsOf = (paths: ReadonlyArray<string>, path: string) =>
  paths.filter((one) => one === path).length

test("fault 56: a 404 does not mark streams as missing if a long ride has just ended", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, off)
    const id = yield* world.add({
      start: runStart + 24 * hour - 7.5 * hour,
      patch: { moving_time: 7 * 3_600, elapsed_time: 7 * 3_600 },
    })
    yield* fail(id, 404, 2)
    yield* next(1, off)
    yield* next(minutes(1), off)
    assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 40, listed: 1 })
    yield* next(minutes(16), off)
    assert.ok(sink.items.has(`streams/${id}`))
  }).pipe(simulatedDays()))

test("an uploaded old activity counts as new from its first appearance on a list", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, off)
    const id = yield* world.add({ start: runStart - 20 * 24 * hour })
    yield* fail(id, 404, 4)
    yield* next(1, off)
    for (const after of [minutes(1), minutes(16), minutes(70)]) yield* next(after, off)
    assert.ok(!sink.items.has(`streams/${id}`))
    assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 40, listed: 1 })
    yield* next(minutes(245), off)
    assert.ok(sink.items.has(`streams/${id}`))
  }).pipe(simulatedDays()))

test("an upload that never has streams costs a bounded number of requests, however often runs start", () =>
  Effect.gen(function* () {
    const { counts, next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, off)
    const id = yield* world.add({ start: runStart + 23.5 * hour })
    yield* fail(id, 404, 1_000)
    let requests = requestsOf((yield* next(1, off)).paths, `/activities/${id}/streams`)
    for (let quarter = 0; quarter < 40; quarter++) {
      const { paths } = yield* next(minutes(15), off)
      requests += requestsOf(paths, `/activities/${id}/streams`)
    }
    assert.equal(requests, 6)
    assert.deepEqual(byStatus(yield* counts, "streams"), { absent: 1, delivered: 3 })
  }).pipe(simulatedDays({ activities: 3 })))

test("an activity in the future does not count as new until then, and costs no request per run", () =>
  Effect.gen(function* () {
    const { next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, off)
    const id = yield* world.add({ start: Date.UTC(2033, 0, 1) })
    yield* fail(id, 404, 1_000)
    let requests = 0
    for (let quarter = 0; quarter < 60; quarter++) {
      const { paths } = yield* next(minutes(15), off)
      requests += requestsOf(paths, `/activities/${id}/streams`)
    }
    assert.ok(requests <= 6, String(requests))
  }).pipe(simulatedDays({ activities: 3 })))

for (const sport of ["Ride", "Run"]) {
  test(`fault 56: details of a ${sport} that were fetched before its segments were matched are fetched again, once`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* weeklyAthlete()
      const { fault, world } = yield* Simulator
      yield* next(0, withDetails)
      const id = yield* world.add({
        start: runStart + 22 * hour,
        sport_type: sport,
        patch: { achievement_count: 0, pr_count: 0 },
      })
      const path = `/activities/${id}`
      yield* fault({
        path: `${path}?`,
        times: 1,
        response: { _tag: "Part", without: ["segment_efforts"] },
      })
      const efforts = () =>
        JSON.parse(sink.items.get(`details/${id}`)?.text ?? "{}").segment_efforts
      assert.equal(requestsOf((yield* next(1, withDetails)).paths, path), 1)
      assert.deepEqual(efforts(), [])
      assert.deepEqual((yield* counts).incomplete.map(({ lacks }) => lacks), [["segments"]])
      assert.equal(requestsOf((yield* next(minutes(60), off)).paths, path), 0)
      assert.equal(requestsOf((yield* next(minutes(300), off)).paths, path), 1)
      assert.ok(efforts().length > 0)
      assert.deepEqual((yield* counts).incomplete, [])
      for (let day = 0; day < 2; day++) assert.equal((yield* next(1, off)).paths.length, 2)
    }).pipe(simulatedDays({ samples: 40 })))
}

test("complete details cost one request each, even for an upload", () =>
  Effect.gen(function* () {
    const { counts, next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, withDetails)
    const id = yield* world.add({ start: runStart + 22 * hour, sport_type: "Ride" })
    const { paths } = yield* next(1, off)
    assert.deepEqual(paths.toSorted(), [
      `/activities/${id}`,
      `/activities/${id}/streams`,
      "/athlete/activities",
      "/athlete/activities",
    ])
    assert.deepEqual((yield* counts).incomplete, [])
    for (let day = 0; day < 2; day++) assert.equal((yield* next(1, off)).paths.length, 2)
  }).pipe(simulatedDays({ samples: 40 })))

for (
  const [what, hidden, shown] of [
    ["heart rate", { has_heartrate: false }, { has_heartrate: true }],
    ["power", { device_watts: false }, { device_watts: true }],
    ["position", { start_latlng: [] }, { start_latlng: [51.5, -0.1] }],
  ] as const
) {
  test(`${what} that becomes visible is then fetched once`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* weeklyAthlete()
      const { fault, world } = yield* Simulator
      const type = { "heart rate": "heartrate", power: "watts", position: "latlng" }[what]
      const id = yield* world.add({ start: runStart - 3 * 24 * hour, sport_type: "Ride" })
      yield* world.edit(id, hidden)
      yield* fault({
        path: `/activities/${id}/streams`,
        times: 1,
        response: { _tag: "Part", without: [type] },
      })
      yield* next(0, off)
      assert.deepEqual((yield* counts).incomplete, [])
      assert.equal((yield* next(1, off)).paths.length, 2)
      yield* world.edit(id, shown)
      const { paths } = yield* next(1, off)
      assert.equal(requestsOf(paths, `/activities/${id}/streams`), 1)
      const streams = JSON.parse(sink.items.get(`streams/${id}`)?.text ?? "{}")
      assert.ok(type in streams || what === "heart rate" && (yield* counts).incomplete.length > 0)
      yield* next(1, off)
      for (let day = 0; day < 2; day++) assert.equal((yield* next(1, off)).paths.length, 2)
    }).pipe(simulatedDays({ samples: 40 })))
}

for (
  const [what, hidden, shown, without] of [
    ["a map", { map: { summary_polyline: "" } }, { map: { summary_polyline: "abc" } }, ["map"]],
    ["an achievement", { achievement_count: 0, pr_count: 0 }, { achievement_count: 3 }, [
      "segment_efforts",
      "best_efforts",
    ]],
  ] as const
) {
  test(`details without ${what} are fetched again, once, when the list has it`, () =>
    Effect.gen(function* () {
      const { counts, next } = yield* weeklyAthlete({ options: { ...withDetails } })
      const { fault, world } = yield* Simulator
      const id = yield* world.add({ start: runStart - 3 * 24 * hour })
      yield* world.edit(id, hidden)
      yield* fault({
        path: `/activities/${id}?`,
        times: 1,
        response: { _tag: "Part", without },
      })
      yield* next(0)
      assert.deepEqual((yield* counts).incomplete, [])
      assert.equal((yield* next(1)).paths.length, 2)
      yield* world.edit(id, shown)
      assert.equal(requestsOf((yield* next(1)).paths, `/activities/${id}`), 1)
      for (let day = 0; day < 2; day++) assert.equal((yield* next(1)).paths.length, 2)
      assert.deepEqual((yield* counts).incomplete, [])
    }).pipe(simulatedDays({ samples: 40 })))
}

test("streams that an older version stored as empty are fetched by the first run of this version", () =>
  Effect.gen(function* () {
    const { counts, next, setup, sink } = yield* weeklyAthlete({ options: { ...off } })
    const { world } = yield* Simulator
    yield* next(0)
    const [id = 0, gone = 0] = world.ids
    const before = sink.items.get(`streams/${id}`)?.text
    const db = new DatabaseSync(`${setup.data}/state.db`)
    for (const [table, columns] of Object.entries(added)) {
      for (const column of columns) db.exec(`alter table ${table} drop column ${column}`)
    }
    const hash = createHash("sha256").update("{}").digest("hex")
    for (const one of [id, gone]) {
      const item = sink.items.get(`streams/${one}`)
      assert.ok(item !== undefined)
      sink.items.set(`streams/${one}`, { ...item, text: "{}", hash })
    }
    for (const table of ["item", "landed"]) {
      db.prepare(`update ${table} set hash = ? where resource = 'streams' and id in (?, ?)`)
        .run(hash, String(id), String(gone))
    }
    db.exec("pragma user_version = 4")
    db.close()
    yield* answerStreams(gone)
    const { paths } = yield* next(1)
    assert.equal(requestsOf(paths, `/activities/${id}/streams`), 1)
    assert.equal(requestsOf(paths, `/activities/${gone}/streams`), 1)
    assert.equal(sink.items.get(`streams/${id}`)?.text, before)
    for (let day = 0; day < 3; day++) yield* next(1)
    assert.deepEqual(byStatus(yield* counts, "streams"), { absent: 1, delivered: 5 })
    assert.equal((yield* next(1)).paths.length, 2)
  }).pipe(simulatedDays({ activities: 6 })))

test("a state file that is rebuilt still knows that a response is incomplete, and fetches it a day later", () =>
  Effect.gen(function* () {
    const { counts, next, setup, sink } = yield* weeklyAthlete({ options: { ...off } })
    const { fault, world } = yield* Simulator
    const id = world.ids[2] ?? 0
    const path = `/activities/${id}/streams`
    yield* fault({ path, times: 1, response: { _tag: "Part", without: ["time"] } })
    yield* next(0)
    const fs = yield* FileSystem.FileSystem
    for (const name of yield* fs.readDirectory(setup.data)) {
      if (name.startsWith("state.")) yield* fs.remove(`${setup.data}/${name}`)
    }
    const rebuilt = yield* next(0, {}, { rebuild: true })
    assert.equal(requestsOf(rebuilt.paths, path), 0)
    assert.deepEqual((yield* counts).incomplete.map(({ id, lacks }) => [id, lacks]), [
      [String(id), ["time"]],
    ])
    assert.equal(requestsOf((yield* next(1)).paths, path), 1)
    assert.ok("time" in JSON.parse(sink.items.get(`streams/${id}`)?.text ?? "{}"))
    assert.deepEqual((yield* counts).incomplete, [])
  }).pipe(simulatedDays({ activities: 6 })))
