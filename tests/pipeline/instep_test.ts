/** Incremental syncs: late uploads, edits, moved and renamed activities, and their cost in requests. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { byStatus, orders, simulatedDays, weeklyAthlete } from "./daily.ts"
import { runStart as today } from "./running.ts"

const days = (count: number) => count * 24 * 60 * 60_000
const isoSeconds = (at: number) => new Date(at).toISOString().replace(/\.\d+/, "")

for (const activities of [30, 900]) {
  test(`a quiet daily run costs two requests, with ${activities} activities`, () =>
    Effect.gen(function* () {
      const { next } = yield* weeklyAthlete()
      yield* next(0)
      for (let day = 1; day < 7; day++) {
        const { code, paths } = yield* next()
        assert.equal(code, 0)
        assert.deepEqual(paths, ["/athlete/activities", "/athlete/activities"])
      }
    }).pipe(simulatedDays({ activities, samples: 1 })))
}

test("a new activity costs one request for its streams, and the list is read from the overlap on", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0)
    const newest = world.outlines[0]?.start ?? 0
    const id = yield* world.add({ start: today })
    const { paths, requests } = yield* next()
    assert.deepEqual(paths.slice(2), [`/activities/${id}/streams`])
    const after = Number(requests[0]?.query["after"]) * 1_000
    assert.ok(Math.abs(newest - days(30) - after) < 1_000)
    assert.ok(sink.items.has(`streams/${id}`))

    const short = yield* next(1, { overlap: days(3) })
    assert.equal(Number(short.requests[0]?.query["after"]) * 1_000, today - days(3))
  }).pipe(simulatedDays()))

for (const afterOrder of orders) {
  test(`a late upload of any age is found by the next full sync; lists come ${afterOrder} first`, () =>
    Effect.gen(function* () {
      const { held, next, sink } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0)
      const recent = yield* world.add({ start: today - days(20), sport_type: "Ride" })
      const old = yield* world.add({ start: today - days(700) })
      const second = yield* next()
      assert.deepEqual(second.paths.slice(2), [`/activities/${recent}/streams`])
      assert.equal(held(old), undefined)
      for (let day = 2; day < 7; day++) assert.equal((yield* next()).paths.length, 2)

      const sweep = yield* next()
      assert.ok(sweep.paths.includes(`/activities/${old}/streams`))
      assert.equal(sweep.paths.filter((path) => path.endsWith("/streams")).length, 1)
      assert.deepEqual(
        [...sink.items.keys()].filter((key) => key.startsWith("activities/")).length,
        world.size,
      )
      assert.equal((yield* next()).paths.length, 2)
    }).pipe(simulatedDays({ afterOrder, activities: 260, samples: 1 })))
}

for (const afterOrder of orders) {
  test(`a change of name or visibility rewrites the row and fetches nothing; ${afterOrder} first`, () =>
    Effect.gen(function* () {
      const { held, next } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0, { turnOn: ["details"] })
      const [newest = 0] = world.ids
      const oldest = world.ids.at(-1) ?? 0
      yield* world.edit(newest, { name: "Later", visibility: "followers_only" })
      yield* world.edit(oldest, { name: "Long ago", kudos_count: 99 })
      const daily = yield* next()
      assert.equal(daily.paths.length, 2)
      assert.equal(held(newest)?.["name"], "Later")
      assert.notEqual(held(oldest)?.["name"], "Long ago")
      const sweep = yield* next(7, { turnOff: ["zones", "stats", "gear"] })
      assert.ok(sweep.paths.every((path) => path.startsWith("/athlete")))
      assert.equal(held(oldest)?.["name"], "Long ago")
      assert.equal(held(oldest)?.["kudos_count"], 99)
    }).pipe(simulatedDays({ afterOrder, activities: 8 })))
}

test("volatile fields update the row without another request", () =>
  Effect.gen(function* () {
    const { held, next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0, { turnOn: ["details"] })
    const [newest = 0] = world.ids
    const volatile = {
      kudos_count: 5_000,
      comment_count: 70,
      achievement_count: 3,
      pr_count: 1,
      athlete_count: 9,
      total_photo_count: 4,
      has_kudoed: true,
      suffer_score: 12,
    }
    yield* world.edit(newest, volatile)
    assert.equal((yield* next()).paths.length, 2)
    assert.equal(held(newest)?.["kudos_count"], 5_000)
  }).pipe(simulatedDays({ activities: 8 })))

for (
  const [what, patch] of [
    ["distance", { distance: 4_321.5 }],
    ["times", { moving_time: 77, elapsed_time: 78 }],
    ["upload", { upload_id: 17_300_000_001 }],
    ["sport", { sport_type: "Hike", type: "Hike" }],
    ["start, as by a crop", { start_date: isoSeconds(today - days(9)), elapsed_time: 50 }],
    ["end, by a crop", undefined],
  ] as const
) {
  test(`a changed ${what} refetches the streams and the details`, () =>
    Effect.gen(function* () {
      const { counts, next } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0, { turnOn: ["details"] })
      const [newest = 0] = world.ids
      yield* (patch === undefined ? world.crop(newest) : world.edit(newest, patch))
      const { paths } = yield* next()
      assert.deepEqual(paths.slice(2).toSorted(), [
        `/activities/${newest}`,
        `/activities/${newest}/streams`,
      ])
      assert.equal((yield* next()).paths.length, 2)
      assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 5 })
    }).pipe(simulatedDays({ activities: 5, afterOrder: "shuffled" })))
}

for (const afterOrder of orders) {
  test(`a hidden start, two activities in one second, and one moved in time are each stored once; ${afterOrder} first`, () =>
    Effect.gen(function* () {
      const { held, next, sink } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0)
      const at = today - days(3)
      const midnight = `${isoSeconds(at).slice(0, 10)}T00:00:01Z`
      const twins = [yield* world.add({ start: at }), yield* world.add({ start: at })]
      const [, moved = 0, hidden = 0] = world.ids.filter((id) => !twins.includes(id))
      yield* world.edit(hidden, { start_date: midnight, start_date_local: midnight })
      yield* next()
      for (const id of twins) assert.ok(sink.items.has(`streams/${id}`), String(id))
      assert.equal(held(hidden)?.["start_date"], midnight)

      // Moves the activity out of the weeks that each daily run reads.
      const longAgo = isoSeconds(today - days(900))
      yield* world.edit(moved, { start_date: longAgo })
      yield* next()
      assert.ok(held(moved), "it is nowhere on the daily list, but not deleted")
      yield* next(7)
      assert.equal(held(moved)?.["start_date"], longAgo)
      const activities = [...sink.items.keys()].filter((key) => key.startsWith("activities/"))
      assert.equal(activities.length, world.size)
      assert.equal(new Set(activities).size, world.size)
    }).pipe(simulatedDays({ afterOrder, activities: 12 })))
}

test("a full sync uses only the remaining quota, continues in the next run, and never waits", () =>
  Effect.gen(function* () {
    const { held, next } = yield* weeklyAthlete({ policy: { onLimit: "stop" } })
    const simulator = yield* Simulator
    yield* next(0)
    const old = yield* simulator.world.add({ start: today - days(700) })
    const off = { turnOff: ["zones", "stats", "gear"] } as const
    // Allows three requests for the athlete and today's list, and two of the four pages of the full
    // sync.
    yield* simulator.limit({ read: { short: 5, day: 1_000 } })
    const first = yield* next(7, off)
    assert.deepEqual([first.code, first.paths.length], [0, 5])
    assert.deepEqual(first.requests.slice(3).map(({ query }) => query["page"]), ["1", "2"])

    const second = yield* next(1 / 24, off)
    assert.equal(second.code, 0)
    assert.equal(second.paths[2], `/activities/${old}/streams`)
    assert.deepEqual(second.requests.slice(3).map(({ query }) => query["page"]), ["3", "4"])
    const bounds = [...first.requests.slice(3), ...second.requests.slice(3)]
    assert.equal(new Set(bounds.map(({ query }) => query["before"])).size, 1)

    assert.ok(held(old))
    assert.equal((yield* next(1 / 24, off)).paths.length, 2)
  }).pipe(simulatedDays({ activities: 450, samples: 1 })))

test("an activity dated in the future does not move the start of the list into the future", () =>
  Effect.gen(function* () {
    const { next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* world.add({ start: today + days(2_000) })
    yield* next(0)
    const { code, requests } = yield* next()
    assert.equal(code, 0)
    assert.ok(Number(requests[0]?.query["after"]) * 1_000 < today)
  }).pipe(simulatedDays({ activities: 5 })))

test("a new field is reported once, with the number of activities that have it, and kept", () =>
  Effect.gen(function* () {
    const { counts, held, next } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0)
    const known = (yield* counts).drift.length
    for (const id of world.ids.slice(0, 3)) {
      yield* world.edit(id, { x_y: 1, sport_type: "Quidditch" })
    }
    yield* next(1, { overlap: days(2_000) })
    const drift = (yield* counts).drift.slice(
      0,
      (yield* counts).drift.length - known,
    )
    assert.deepEqual(drift.map(({ items, name, resource }) => [resource, name, items]), [
      ["activities", "sport_type: Quidditch", 3],
      ["activities", "x_y", 3],
    ])
    assert.equal(held(world.ids[0] ?? 0)?.["x_y"], 1)
    yield* world.edit(world.ids[0] ?? 0, { kudos_count: 7_777 })
    yield* next()
    assert.equal((yield* counts).drift.find(({ name }) => name === "x_y")?.items, 3)
  }).pipe(simulatedDays({ activities: 6 })))

test("a late upload whose streams are not ready gets them in the next run", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* weeklyAthlete()
    const { fault, world } = yield* Simulator
    yield* next(0)
    const id = yield* world.add({ start: today - days(10) })
    yield* fault({
      path: `/activities/${id}/streams`,
      times: 1,
      response: { _tag: "Status", status: 404 },
    })
    yield* next()
    assert.ok(!sink.items.has(`streams/${id}`))
    yield* next()
    assert.ok(sink.items.has(`streams/${id}`))
  }).pipe(simulatedDays()))

test("after a run with a clock a year ahead, full syncs and the athlete are due as before", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0)
    yield* next(400)
    yield* TestClock.setTime(today + days(2))
    const old = yield* world.add({ start: today - days(700) })
    let profiles = 0
    for (let run = 0; run < 5; run++) {
      const { paths } = yield* next(7)
      profiles += paths.filter((path) => path === "/athlete").length
    }
    assert.ok(sink.items.has(`activities/${old}`))
    assert.ok(profiles > 0)
  }).pipe(simulatedDays()))
