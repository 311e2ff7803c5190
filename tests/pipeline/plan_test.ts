/** Plans compared with their runs: the same requests in the same 15-minute windows. */
import { Effect, Layer, Schema } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { makePlan } from "../../pipeline/run/Plan.ts"
import { defaultOptions, RunOptions } from "../../pipeline/stages/RunOptions.ts"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { Quota, type QuotaPolicy } from "../../pipeline/strava/quota/Quota.ts"
import { quarterHour } from "../../pipeline/strava/quota/quotaWindow.ts"
import { test } from "../testing.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { requestCount, runFolder, runStart, runToEnd, type Setup } from "./running.ts"

const hour = 60 * 60_000

interface Asking {
  readonly policy?: Partial<QuotaPolicy>
  readonly options?: Partial<RunOptions["Service"]>
  readonly selected?: (stage: string) => boolean
  readonly assumed?: number
}

const planned = (
  state: Layer.Layer<
    StateFile,
    unknown,
    Layer.Services<ReturnType<typeof StateFile.layerReadOnly>>
  >,
  { assumed, options, policy, selected = () => true }: Asking,
) => {
  const full = { onLimit: "wait", deadline: undefined, reserve: 0, ...policy } as const
  return makePlan(selected, full, assumed).pipe(
    Effect.provide(Quota.layer(full).pipe(Layer.provideMerge(state)), { local: true }),
    Effect.provideService(RunOptions, {
      ...defaultOptions,
      ...options,
    }),
  )
}

const planIn = (data: string, asking: Asking = {}) =>
  planned(StateFile.layerReadOnly(data, []), asking)

/** Simulates tiny limits, so that few activities take many windows. */
const simulated = (options: SimulatorOptions = {}) =>
  Effect.provide(
    Layer.fresh(Simulator.layer({
      activities: 30,
      samples: 1,
      manual: 0.1,
      limits: { read: { short: 5, day: 40 } },
      ...options,
    })),
    { local: true },
  )

const prepared = Effect.gen(function* () {
  const sink = memorySink("json")
  // No request is retried here, so the clock moves only for the windows.
  return {
    data: yield* runFolder,
    sinks: [sink.source],
    last: "everything",
    step: 1,
  } satisfies Setup
})

const upToList = { selected: (stage: string) => stage !== "streams", last: "activities" } as const

const windowOf = (at: number) => Math.floor(at / quarterHour)

/** Plans a run, runs it, and fails if the two differ. Returns the plan and the requests. */
const agree = Effect.fnUntraced(function* (setup: Setup) {
  const { options = {}, policy = {}, selected = () => true } = setup
  const made = yield* planIn(setup.data, { options, policy, selected })
  const before = (yield* requestCount).length
  const outcome = yield* runToEnd(setup)
  const sent = (yield* requestCount).slice(before)
  const windows = new Set(sent.map(({ at }) => windowOf(at)))
  const last = sent.at(-1)?.at ?? made.now
  const same = {
    requests: sent.length,
    windows: windows.size,
    last: windowOf(last),
    refused: 0,
    code: 0,
  }
  assert.deepEqual({
    requests: made.requests.total,
    windows: made.windows,
    last: windowOf(made.ends),
    refused: sent.filter(({ refused }) => refused).length,
    code: outcome.code,
  }, same)
  return { made, sent }
})

const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }))

test.prop(
  "a run sends exactly the planned requests, and the last one in the planned window",
  Schema.Struct({
    activities: between(0, 45),
    quarterOfDay: between(0, 95),
    secondOfQuarter: between(2, 800),
    short: between(3, 8),
    day: between(9, 40),
    /**
     * Number of earlier requests by other programs; `first` is the number of activities fetched
     * earlier.
     */
    others: between(0, 3),
    first: between(0, 4),
    pause: between(0, 30),
    reserve: between(0, 2),
    limit: between(1, 60),
    force: Schema.Boolean,
    details: Schema.Boolean,
  }),
  (world) =>
    Effect.gen(function* () {
      const setup = yield* prepared
      const simulator = yield* Simulator
      const midnight = Date.UTC(2026, 10, 24)
      const begin = midnight + world.quarterOfDay * quarterHour + world.secondOfQuarter * 1_000
      yield* TestClock.setTime(begin)
      yield* simulator.spend(world.others)
      // A previous run stores the limits and the list, and some streams unless `first` is 0.
      const before = world.first === 0 ? upToList : { options: { limit: world.first } }
      yield* runToEnd({ ...setup, ...before })
      const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
      yield* TestClock.setTime(
        windowOf(now + world.pause * hour) * quarterHour + 90_000 + now % 7_000,
      )
      yield* agree({
        ...setup,
        policy: { reserve: world.reserve },
        options: {
          limit: world.limit,
          force: world.force,
          turnOn: world.details ? ["details"] : [],
        },
      })
      return true
    }).pipe(
      simulated({
        activities: world.activities,
        limits: { read: { short: world.short, day: world.day } },
      }),
    ),
  { runs: 10 },
)

test("in the window of the previous run, the plan includes the usage of that run and of others", () =>
  Effect.gen(function* () {
    const setup = yield* prepared
    yield* Effect.flatMap(Simulator, (simulator) => simulator.spend(1))
    yield* runToEnd({ ...setup, ...upToList })
    const { made } = yield* agree(setup)
    assert.deepEqual(made.quota.quarter, { ...made.quota.quarter, used: 4, cap: 5 })
    assert.equal(made.run.stops, "nothing")
  }).pipe(simulated()))

test("the plan includes the rest of an unfinished list, a week-old athlete and other due requests", () =>
  Effect.gen(function* () {
    const setup = yield* prepared
    const simulator = yield* Simulator
    const [broken = 0, young = 0] = simulator.world.ids
    const fault = (id: number) =>
      simulator.fault({ path: `/${id}/streams`, response: { _tag: "Status", status: 400 } })
    yield* fault(broken)
    yield* runToEnd({ ...setup, options: { limit: 1 } })
    yield* TestClock.setTime(runStart + 48 * hour)
    yield* simulator.clearFaults
    yield* fault(young)
    yield* runToEnd({ ...setup, options: { limit: 3 } })
    yield* simulator.clearFaults
    const soon = yield* planIn(setup.data)
    assert.deepEqual([soon.items.streams?.due, soon.items.streams?.later], [0, 1])
    const hurried = yield* planIn(setup.data, { options: { retryQuarantined: true } })
    assert.equal(hurried.requests.total, soon.requests.total + 1)

    yield* TestClock.setTime(runStart + 10 * 24 * hour)
    const { made } = yield* agree(setup)
    assert.equal(made.requests.athlete, 1)
    assert.equal(made.items.streams?.due, 1)
  }).pipe(simulated()))

test("the plan of a list that stopped at page 3 has at least the remaining pages", () =>
  Effect.gen(function* () {
    const setup = yield* prepared
    const simulator = yield* Simulator
    yield* simulator.fault({ path: /page=3$/, response: { _tag: "Status", status: 500 } })
    yield* runToEnd({ ...setup, ...upToList })
    yield* simulator.clearFaults
    const made = yield* planIn(setup.data)
    const { known } = made.activities
    assert.ok(known > 390 && known <= 400 && !made.activities.whole)
    const { activities, gear, stats, streams, total, zones } = made.requests
    assert.deepEqual([activities, streams, stats, zones, gear > 0], [1, known, 1, 1, true])
    assert.equal(total, known + 3 + gear)
    yield* runToEnd({ ...setup, ...upToList })
    assert.equal((yield* planIn(setup.data)).requests.activities, 2)
    yield* runToEnd({ ...setup, ...upToList })
    assert.deepEqual((yield* planIn(setup.data)).activities, { known: 450, whole: true })
  }).pipe(simulated({ activities: 450, manual: 0, limits: "none" })))

test("the plan of a run that continues earlier work omits the list, which is not read again", () =>
  Effect.gen(function* () {
    const setup = { ...yield* prepared, policy: { onLimit: "stop" } as const }
    assert.equal((yield* runToEnd(setup)).code, 75)
    const soon = yield* planIn(setup.data)
    assert.equal(soon.requests.activities, 0)
    yield* TestClock.adjust("2 hours")
    assert.equal((yield* planIn(setup.data)).requests.activities, 2)
  }).pipe(simulated()))

test("a run that stops at the limit or the deadline sends the planned requests", () =>
  Effect.gen(function* () {
    const setup = yield* prepared
    yield* runToEnd({ ...setup, ...upToList })
    for (const hours of [0, 1, 2, 30]) {
      yield* TestClock.setTime(runStart + hours * hour)
      const now = runStart + hours * hour
      const policy = hours < 2
        ? { onLimit: "stop" } as const
        : { onLimit: "wait", deadline: now + 30 * 60_000, reserve: 0 } as const
      const { run } = yield* planIn(setup.data, { policy })
      const before = (yield* requestCount).length
      const { code } = yield* runToEnd({ ...setup, policy })
      assert.equal((yield* requestCount).length - before, run.requests)
      assert.equal(code, run.stops === "nothing" ? 0 : 75)
      assert.equal(run.stops, hours < 2 ? "limit" : hours === 2 ? "deadline" : run.stops)
    }
  }).pipe(simulated({ activities: 40, manual: 0 })))

test("the plan of a backfill counts items that a new sink lacks and no sink keeps", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const csv = memorySink("csv")
    const json = memorySink("json")
    yield* runToEnd({ data, sinks: [csv.source], last: "everything" })
    const added = { data, sinks: [csv.source, json.source], last: "everything" } as const
    const state = StateFile.layerReadOnly(data, ["csv", "json"])
    const options = { backfill: true }
    yield* TestClock.adjust("1 day")
    const without = yield* planned(state, {})
    const { requests } = yield* planned(state, { options })
    const before = (yield* requestCount).length
    yield* runToEnd({ ...added, options })
    assert.equal((yield* requestCount).length - before, requests.total)
    assert.deepEqual([without.requests.streams, requests.streams], [0, 12])
    assert.equal([...json.items.keys()].length, [...csv.items.keys()].length)
  }).pipe(simulated({ activities: 12, manual: 0, limits: "none" })))

test("before the first run, a plan for a given number of activities uses Strava's limits", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(Date.UTC(2026, 10, 24, 0, 0, 2))
    const made = yield* planned(StateFile.layerEmpty, { assumed: 1_243 })
    const of = { zones: 1, stats: 1, gear: 0, details: 0, activity_zones: 0, sweep: 0 }
    const first = { athlete: 1, activities: 8, ...of, streams: 1_243, total: 1_254 }
    assert.deepEqual(made.requests, first)
    assert.deepEqual([made.items.details?.on, made.items.details?.price], [false, 1_243])
    const without = ["zones", "stats"] as const
    const options = { turnOn: ["details"], turnOff: without } as const
    const detailed = yield* planned(StateFile.layerEmpty, { assumed: 1_243, options })
    assert.deepEqual(detailed.requests.total, 9 + 2 * 1_243)
    assert.equal(detailed.ends, made.items.details?.ends)
    assert.equal(made.windows, 13)
    assert.equal(windowOf(made.ends - Date.UTC(2026, 10, 25)), 2)
    const few = yield* planned(StateFile.layerEmpty, { assumed: 1_243, options: { limit: 10 } })
    assert.equal(few.requests.total, 21)
    const nothing = yield* planned(StateFile.layerEmpty, {})
    assert.deepEqual(nothing.activities, { known: 0, whole: false })
  }))

test("a plan for more activities than are known has a longer list and new streams", () =>
  Effect.gen(function* () {
    const setup = yield* prepared
    yield* runToEnd(setup)
    const made = yield* planIn(setup.data, { assumed: 230 })
    const { activities, streams, total } = made.requests
    assert.deepEqual([activities, streams, total], [3, 200, 203])
    assert.deepEqual((yield* planIn(setup.data, { assumed: 4 })).requests.total, 2)
  }).pipe(simulated()))

test("only the selected stages are planned", () =>
  Effect.gen(function* () {
    const setup = yield* prepared
    yield* runToEnd({ ...setup, ...upToList })
    const selected = (stage: string) => stage === "streams"
    const { made } = yield* agree({ ...setup, selected })
    assert.equal(made.requests.total, made.requests.streams)
  }).pipe(simulated()))

test("the plan includes an incomplete response only when it is due", () =>
  Effect.gen(function* () {
    const setup = yield* prepared
    const { fault, world } = yield* Simulator
    const path = `/activities/${world.ids[1]}/streams`
    yield* fault({ path, times: 1, response: { _tag: "Part", without: ["time"] } })
    yield* runToEnd(setup)
    const before = yield* planIn(setup.data)
    assert.deepEqual([before.items.streams?.again, before.items.streams?.againLater], [0, 1])
    assert.equal(before.requests.streams, 0)
    yield* TestClock.adjust("1 day")
    const { made } = yield* agree({ ...setup, options: { sweep: 7 * 24 * hour } })
    assert.deepEqual([made.items.streams?.again, made.requests.streams], [1, 1])
    const after = yield* planIn(setup.data)
    assert.deepEqual([after.items.streams?.again, after.items.streams?.againLater], [0, 0])
  }).pipe(simulated({ activities: 4, samples: 5, manual: 0, limits: "none" })))
