/** Full syncs: their interval, their findings, their cost, and their place in a plan. */
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { makePlan } from "../../pipeline/run/Plan.ts"
import { defaultOptions, type Options, RunOptions } from "../../pipeline/stages/RunOptions.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { Quota } from "../../pipeline/strava/quota/Quota.ts"
import { test } from "../testing.ts"
import { byStatus, dailyAthlete, simulatedDays } from "../pipeline/daily.ts"
import { runStart as today } from "../pipeline/running.ts"

const days = (count: number) => count * 24 * 60 * 60_000
const hours = (count: number) => count / 24
const few = { turnOff: ["zones", "stats", "gear"] } as const
const policy = { onLimit: "wait", deadline: undefined, reserve: 0 } as const

const planIn = (data: string, options: Partial<Options> = {}) =>
  makePlan(() => true, policy).pipe(
    Effect.provide(
      Quota.layer(policy).pipe(Layer.provideMerge(StateFile.layerReadOnly(data, []))),
      { local: true },
    ),
    Effect.provideService(RunOptions, { ...defaultOptions, ...options }),
  )

const isFull = (requests: ReadonlyArray<{ readonly query: object; readonly path: string }>) =>
  requests.some(({ path, query }) => path === "/athlete/activities" && !("after" in query))

test("fault 61: a late upload of 2022, an old edit and an old deletion are found within a day", () =>
  Effect.gen(function* () {
    const { counts, held, next, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    yield* next(0, few)
    const late = yield* world.add({ start: Date.UTC(2022, 5, 1) })
    const [edited = 0, gone = 0] = world.ids.slice(-3)
    yield* world.edit(edited, { name: "Long ago" })
    yield* world.remove(gone)
    const soon = yield* next(hours(6), few)
    assert.equal(soon.paths.length, 2)
    const found = yield* next(hours(18), few)
    assert.equal(found.code, 0)
    assert.ok(sink.items.has(`streams/${late}`))
    assert.equal(held(edited)?.["name"], "Long ago")
    assert.equal(byStatus(yield* counts, "activities")["deleted"], 1)
  }).pipe(simulatedDays()))

test("the full list is read once a day, and every other run of the day costs two requests", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    yield* next(0, few)
    const byDay = new Map<number, Array<number>>()
    for (let run = 1; run <= 16; run++) {
      const { paths } = yield* next(hours(3), few)
      const day = Math.floor((today + run * days(1) / 8) / days(1))
      byDay.set(day, [...byDay.get(day) ?? [], paths.length])
    }
    assert.deepEqual([...byDay.values()], [
      [2, 2, 2, 2],
      [6, 2, 2, 2, 2, 2, 2, 2],
      [6, 2, 2, 2],
    ])
  }).pipe(simulatedDays({ activities: 500, samples: 1, shortPages: false })))

test("a full list that ends after midnight counts for the day on which it started", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete({ policy: { onLimit: "stop" } })
    const { limit } = yield* Simulator
    yield* next(0, few, { policy: { onLimit: "wait" } })
    // At 23:55 UTC the profile is fresh, so the requests are the recent list and one page of the
    // full list.
    yield* TestClock.setTime(Date.UTC(2026, 10, 24, 23, 55))
    yield* limit({ read: { short: 3, day: 1_000 } })
    assert.equal((yield* next(0, few)).paths.length, 3)
    yield* limit({ read: { short: 400, day: 1_000 } })
    yield* TestClock.setTime(Date.UTC(2026, 10, 25, 0, 5))
    assert.ok(isFull((yield* next(0, few)).requests), "goes on")
    yield* TestClock.setTime(Date.UTC(2026, 10, 25, 23, 55))
    assert.ok(isFull((yield* next(0, few)).requests), "once a day")
    assert.ok(!isFull((yield* next(0, few)).requests))
  }).pipe(simulatedDays({ activities: 300, samples: 1, shortPages: false })))

const daily = [[1, "full"], [hours(1), "incremental"]] as const
const weekly = [[1, "incremental"], [6, "full"], [1, "incremental"]] as const

for (
  const [activities, read, every] of [
    [1_800, 1_000, "day"],
    [1_801, 1_000, "week"],
    [1_801, 1_100, "day"],
    [1, 199, "week"],
    [1, 200, "day"],
  ] as const
) {
  test(`with ${activities} activities and ${read} reads per day, a full sync runs once a ${every}`, () =>
    Effect.gen(function* () {
      const { next, setup } = yield* dailyAthlete()
      // No streams are fetched, because those of thousands of activities would take too long.
      const options = { ...few, limit: 1 }
      const selected = (stage: string) => stage !== "streams"
      yield* next(0, options, { selected })
      for (const [wait, expected] of every === "day" ? daily : weekly) {
        yield* TestClock.adjust(days(wait))
        const made = yield* planIn(setup.data, options)
        assert.equal(made.sync?.kind, expected, "planned")
        const { requests } = yield* next(0, options, { selected })
        assert.equal(isFull(requests) ? "full" : "incremental", expected, "run")
        const athletes = requests.filter(({ path }) => path === "/athlete").length
        assert.equal(requests.length - athletes, made.requests.sweep + made.requests.activities)
      }
    }).pipe(
      simulatedDays({
        activities,
        samples: 1,
        shortPages: false,
        limits: { read: { short: read, day: read } },
      }),
    ))
}

test("--sweep sets the interval: 0 for every run, never for none", () =>
  Effect.gen(function* () {
    const { next, setup } = yield* dailyAthlete()
    const first = yield* next(0, { ...few, sweep: 0 })
    assert.equal(first.paths.filter((path) => path === "/athlete/activities").length, 2)
    for (let run = 0; run < 3; run++) {
      assert.ok(isFull((yield* next(hours(1), { ...few, sweep: 0 })).requests))
    }
    const never = { ...few, sweep: Infinity }
    for (const wait of [1, 8, 400]) {
      assert.ok(!isFull((yield* next(wait, never)).requests), `${wait} days`)
    }
    const { schedule } = (yield* planIn(setup.data, never)).sync ?? {}
    assert.deepEqual([schedule?.due, schedule?.auto], [Infinity, false])
    assert.ok(!isFull((yield* next(1, { ...few, sweep: days(1_000) })).requests))
  }).pipe(simulatedDays({ activities: 8, samples: 1, shortPages: false })))

test("a full sync is planned as postponed if the rate limit leaves no request for it", () =>
  Effect.gen(function* () {
    const { next, setup } = yield* dailyAthlete({ policy: { onLimit: "stop" } })
    const { limit } = yield* Simulator
    yield* next(0, few)
    yield* limit({ read: { short: 2, day: 1_000 } })
    yield* next(hours(1), few)
    yield* TestClock.adjust(days(1))
    const made = yield* planIn(setup.data, few)
    assert.deepEqual([made.sync?.kind, made.sync?.postponed], ["incremental", true])
    assert.equal((yield* next(0, few)).paths.length, 2)
    assert.equal((yield* planIn(setup.data, few)).sync?.kind, "incremental")
  }).pipe(simulatedDays({ activities: 8, samples: 1, shortPages: false })))

test("after a run with a clock a year ahead, full syncs run once a day as before", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    yield* next(0, few)
    yield* next(400, few)
    yield* TestClock.setTime(today + days(2))
    yield* next(0, few)
    for (let day = 0; day < 3; day++) {
      assert.ok(isFull((yield* next(1, few)).requests), `day ${day}`)
      assert.ok(!isFull((yield* next(hours(1), few)).requests), `day ${day}`)
    }
  }).pipe(simulatedDays({ activities: 8, samples: 1 })))

test("a run that waits past midnight ends with the full sync that was planned", () =>
  Effect.gen(function* () {
    const { next, setup } = yield* dailyAthlete({ step: 1 })
    const { world } = yield* Simulator
    yield* next(0, few)
    yield* TestClock.setTime(Date.UTC(2026, 10, 23, 23, 41))
    for (let hour = 0; hour < 12; hour++) yield* world.add({ start: today + hour * 1_000 })
    yield* next(0, few, { selected: (stage) => stage !== "streams", last: "activities" })
    const made = yield* planIn(setup.data, few)
    assert.equal(made.sync?.kind, "full")
    const { code, requests } = yield* next(0, few)
    assert.equal(code, 0)
    assert.ok(isFull(requests))
    assert.equal(requests.length, made.requests.total)
  }).pipe(
    simulatedDays({
      activities: 6,
      samples: 1,
      shortPages: false,
      limits: { read: { short: 7, day: 1_000 } },
    }),
  ))
