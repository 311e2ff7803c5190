/** Activities that a wrong clock dated in the future, and lists that shift while they are read. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { byStatus, dailyAthlete, orders, simulatedDays, weeklyAthlete } from "./daily.ts"
import { runStart as today, type Setup } from "./running.ts"

const hours = (count: number) => count * 60 * 60_000
const days = (count: number) => count * 24 * 60 * 60_000
const few = { turnOff: ["zones", "stats", "gear"] } as const

const activitiesIn = (sink: { readonly items: ReadonlyMap<string, unknown> }) =>
  [...sink.items.keys()].filter((key) => key.startsWith("activities/")).length

for (const afterOrder of orders) {
  test(`fault 60: activities dated in the future are copied with their samples; lists come ${afterOrder} first`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      const first = [
        yield* world.add({ start: today + hours(9) }),
        yield* world.add({ start: Date.UTC(2033, 0, 1) }),
      ]
      yield* next(0, few)
      for (const id of first) assert.ok(sink.items.has(`streams/${id}`), "the first list has it")

      const later = [
        yield* world.add({ start: Date.UTC(2033, 0, 2) }),
        yield* world.add({ start: Date.UTC(2150, 0, 1) }),
        yield* world.add({ start: today }),
      ]
      const { code, requests } = yield* next(1, { ...few, overlap: days(2) })
      assert.equal(code, 0)
      for (const id of later) assert.ok(sink.items.has(`streams/${id}`), "so has the next one")
      assert.ok(Number(requests[0]?.query["after"]) * 1_000 < today + days(1))
      assert.equal((yield* next(1, few)).paths.length, 2)
      yield* next(8, few)
      assert.equal(activitiesIn(sink), world.size)
    }).pipe(simulatedDays({ afterOrder })))
}

test("an activity dated nine hours ahead does not hide the activities that began before it", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* world.add({ start: today + hours(9) })
    yield* next(0, few)
    const real = yield* world.add({ start: today + hours(2) })
    yield* next(3 / 24, { ...few, overlap: 0 })
    assert.ok(sink.items.has(`streams/${real}`))
  }).pipe(simulatedDays()))

test("an activity in the future that is deleted at Strava is deleted here, and one that is kept costs nothing", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    const id = yield* world.add({ start: Date.UTC(2033, 0, 1) })
    const kept = yield* world.add({ start: Date.UTC(2034, 0, 1) })
    yield* next(0, few)
    yield* world.remove(id)
    assert.deepEqual((yield* next(1, few)).paths.slice(2), [`/activities/${id}`])
    assert.equal(byStatus(yield* counts, "activities")["deleted"], 1)
    assert.ok(sink.items.has(`activities/${kept}`))
    assert.equal((yield* next(1, few)).paths.length, 2)
  }).pipe(simulatedDays()))

test("an account with only future activities costs two requests per run", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    for (const id of world.ids) yield* world.remove(id)
    const id = yield* world.add({ start: Date.UTC(2033, 0, 1) })
    yield* next(0, few)
    assert.ok(sink.items.has(`streams/${id}`))
    for (let day = 0; day < 3; day++) assert.equal((yield* next(1, few)).paths.length, 2)
  }).pipe(simulatedDays({ activities: 2 })))

/** Runs `change` at Strava once, after the first page of a list is committed. */
const afterFirstPage = (change: Effect.Effect<unknown>): Partial<Setup> => {
  let done = false
  return {
    state: (state) => ({
      ...state,
      checkpoint: (checkpoint) =>
        Effect.tap(state.checkpoint(checkpoint), () => {
          const { cursor } = checkpoint
          const value = cursor?.value
          const isFirst = typeof value === "object" && value !== null && "page" in value &&
            value.page === 2
          if (done || !isFirst) return Effect.void
          done = true
          return change
        }),
    }),
  }
}

test("fault 60: a page of activities that is added while the list is read does not end it", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const before = world.ids
    const add = Effect.forEach(
      Array.from({ length: 200 }, (_, i) => today - i * 1_000),
      (start) => world.add({ start }),
    )
    yield* next(0, { ...few, limit: 1 }, afterFirstPage(add))
    for (const id of before) assert.ok(sink.items.has(`activities/${id}`))
    yield* next(1, { ...few, limit: 1 })
    assert.equal(activitiesIn(sink), world.size)
  }).pipe(simulatedDays({ activities: 450, samples: 1, shortPages: false })))

test("fault 60: an activity that a deletion moves to a page that was read is kept, or found by the next full sync", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const [gone = 0] = world.ids
    const hidden = world.ids[200] ?? 0
    yield* next(0, { ...few, limit: 1 }, afterFirstPage(world.remove(gone)))
    assert.ok(!sink.items.has(`activities/${hidden}`), "no page had it")
    yield* next(1, { ...few, limit: 1 })
    assert.ok(sink.items.has(`activities/${hidden}`))
    assert.equal(activitiesIn(sink), world.size)

    const second = world.ids[0] ?? 0
    const known = world.ids[200] ?? 0
    yield* next(
      1,
      { ...few, limit: 1, force: true },
      afterFirstPage(world.remove(second)),
    )
    assert.ok(sink.items.has(`activities/${known}`))
    yield* next(1, { ...few, limit: 1 })
    assert.equal(byStatus(yield* counts, "activities")["deleted"], 2)
    assert.equal(activitiesIn(sink), world.size)
  }).pipe(simulatedDays({ activities: 450, samples: 1, shortPages: false })))

test("a server that ignores `page` ends the list", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { fault, world } = yield* Simulator
    const body = `[${world.ids.map((id) => world.summaryText(id)).join(",")}]`
    yield* fault({ path: "/athlete/activities", response: { _tag: "Body", body } })
    const { code, paths } = yield* next(0, few)
    assert.equal(code, 0)
    assert.equal(paths.filter((path) => path === "/athlete/activities").length, 3)
    assert.equal(activitiesIn(sink), world.size)
  }).pipe(simulatedDays({ activities: 5 })))
