/** Quarantined items: automatic retries over days, retries on demand, and the end of the quarantine. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import type { FaultResponse } from "../../pipeline/simulator/protocol.ts"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { nextTryAfter } from "../../pipeline/state/ledger/quarantine.ts"
import { exitsOf } from "../faults/matrix.ts"
import { test } from "../testing.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { holdsAll } from "../pipeline/model.ts"
import {
  requestCount,
  runFolder,
  runStart,
  runToEnd,
  type Setup,
  streamsAsked,
} from "../pipeline/running.ts"

const day = 24 * 60 * 60_000

const simulated = (options: SimulatorOptions = {}) =>
  Effect.provide(
    Simulator.layer({ activities: 6, samples: 4, manual: 0, limits: "none", ...options }),
  )

const prepared = Effect.gen(function* () {
  const sink = memorySink("json")
  const { world } = yield* Simulator
  return {
    sink,
    world,
    broken: world.ids[2] ?? 0,
    // Each run lists all activities, so that changes are seen at once.
    setup: {
      data: yield* runFolder,
      sinks: [sink.source],
      options: { overlap: 4_000 * day },
    } satisfies Setup,
  }
})

const counts = (data: string) =>
  Effect.flatMap(StateFile, (state) => state.counts).pipe(
    Effect.provide(StateFile.layerReadOnly(data, []), { local: true }),
  )

/**
 * Runs once a day at the same time and returns the days on which the streams of `id` were
 * requested.
 */
const daysAsked = Effect.fnUntraced(function* (setup: Setup, id: number, days: number) {
  const asking: Array<number> = []
  for (let i = 0; i < days; i++) {
    yield* TestClock.setTime(runStart + i * day)
    const before = (yield* streamsAsked).length
    const { code } = yield* runToEnd(setup)
    assert.ok(exitsOf(24).includes(code), `exit ${code} on day ${i}`)
    if ((yield* streamsAsked).slice(before).includes(id)) asking.push(i)
  }
  return asking
})

const failing: Readonly<Record<string, FaultResponse>> = {
  "that answer 500 for ever": { _tag: "Status", status: 500 },
  "that Strava refuses": { _tag: "Status", status: 400 },
  "that are another thing": { _tag: "Body", body: `7` },
}

test("the backoff is 1, 2, 4, 8, 16 and then 30 days, minus an hour for schedules that drift", () =>
  Effect.sync(() => {
    const days = [1, 2, 3, 4, 5, 6, 7, 2_000].map((tries) =>
      (nextTryAfter(tries, 0) + 3_600_000) / day
    )
    assert.deepEqual(days, [1, 2, 4, 8, 16, 30, 30, 30])
  }))

for (const [name, response] of Object.entries(failing)) {
  test(`fault 24: samples ${name} are tried on days 0, 1, 3 and 7 of ten daily runs, and named`, () =>
    Effect.gen(function* () {
      const { broken, setup, sink } = yield* prepared
      const simulator = yield* Simulator
      yield* simulator.fault({ path: `/${broken}/streams`, response })
      assert.deepEqual(yield* daysAsked(setup, broken, 10), [0, 1, 3, 7])
      const { quarantined: [one, ...more] } = yield* counts(setup.data)
      assert.deepEqual(more, [])
      assert.deepEqual([one?.resource, one?.id, one?.tries], ["streams", String(broken), 4])
      assert.ok(one?.reason !== "")
      assert.equal(Math.round(((one?.nextTry ?? 0) - runStart) / day), 15)
      assert.equal(sink.items.size, 1 + 6 + 5)

      yield* simulator.clearFaults
      yield* TestClock.setTime(runStart + 15 * day)
      assert.equal((yield* runToEnd(setup)).code, 0)
      yield* holdsAll(sink)
      assert.deepEqual((yield* counts(setup.data)).quarantined, [])

      // Its attempts were reset: the next failure starts the backoff from the beginning.
      yield* simulator.fault({ path: `/${broken}/streams`, response })
      const from = (stage: string) => stage === "streams"
      yield* runToEnd({ ...setup, selected: from, options: { force: true } })
      assert.equal((yield* counts(setup.data)).quarantined[0]?.tries, 1)
    }).pipe(simulated()))
}

test("--retry-quarantined retries quarantined items at once, one time, and counts the attempt", () =>
  Effect.gen(function* () {
    const { broken, setup, sink } = yield* prepared
    const simulator = yield* Simulator
    yield* simulator.fault({
      path: `/${broken}/streams`,
      response: { _tag: "Status", status: 400 },
    })
    yield* runToEnd(setup)
    const retry = { ...setup, options: { retryQuarantined: true } }
    const sofar = (yield* streamsAsked).length
    assert.equal((yield* runToEnd(retry)).code, 2)
    assert.deepEqual((yield* streamsAsked).slice(sofar), [broken])
    const [failed] = (yield* counts(setup.data)).quarantined
    assert.equal(failed?.tries, 2)
    assert.equal(Math.round(((failed?.nextTry ?? 0) - runStart) / day), 2)
    yield* simulator.clearFaults
    assert.equal((yield* runToEnd(setup)).code, 2)
    assert.equal((yield* runToEnd(retry)).code, 0)
    yield* holdsAll(sink)
    assert.equal((yield* streamsAsked).length, sofar + 2)
  }).pipe(simulated()))

test("fault 24: an item that a sink refuses is offered again after the backoff, without a request", () =>
  Effect.gen(function* () {
    const { broken, setup, sink, world } = yield* prepared
    const refused: Array<number> = []
    const today = { day: 0 }
    sink.hooks = {
      refuses: ({ id, resource }) => {
        const mine = resource === "streams" && id === String(broken)
        if (mine) refused.push(today.day)
        return mine
      },
    }
    for (; today.day < 10; today.day++) {
      yield* TestClock.setTime(runStart + today.day * day)
      const { code, summary } = yield* runToEnd(setup)
      assert.ok(exitsOf(24).includes(code))
      assert.deepEqual(summary.quarantined.map(({ tries }) => tries), [refused.length])
    }
    assert.deepEqual(refused, [0, 1, 3, 7])
    const [one] = (yield* counts(setup.data)).quarantined
    assert.match(one?.reason ?? "", /^json: not to my taste$/)
    assert.equal(Math.round(((one?.nextTry ?? 0) - runStart) / day), 15)
    sink.hooks = {}
    yield* TestClock.setTime(runStart + 15 * day)
    assert.equal((yield* runToEnd(setup)).code, 0)
    assert.equal((yield* streamsAsked).length, world.ids.length)
    yield* holdsAll(sink)
  }).pipe(simulated()))

test("--retry-quarantined offers refused items to the sink at once, without a request", () =>
  Effect.gen(function* () {
    const { broken, setup, sink, world } = yield* prepared
    const picky = memorySink("csv")
    picky.hooks = { refuses: ({ id }) => id === String(broken) }
    const both = { ...setup, sinks: [sink.source, picky.source] }
    assert.equal((yield* runToEnd(both)).code, 2)
    picky.hooks = {}
    const writes = sink.writes.length
    assert.equal((yield* runToEnd(both)).code, 2)
    const outcome = yield* runToEnd({ ...both, options: { retryQuarantined: true } })
    assert.equal(outcome.code, 0)
    assert.deepEqual(outcome.summary.quarantined, [])
    assert.equal((yield* streamsAsked).length, world.ids.length)
    assert.equal(sink.writes.length, writes)
    yield* holdsAll(picky)
  }).pipe(simulated()))

test("an item that one sink refused stays quarantined for it; a refusal with another sink is counted", () =>
  Effect.gen(function* () {
    const { broken, setup, sink } = yield* prepared
    const picky = memorySink("csv")
    picky.hooks = { refuses: ({ id, resource }) => resource === "streams" && id === `${broken}` }
    yield* runToEnd({ ...setup, sinks: [picky.source] })
    yield* TestClock.setTime(runStart + day)
    // A run without that sink offers it nothing, but still reports the quarantined item.
    assert.equal((yield* runToEnd(setup)).code, 2)
    assert.equal((yield* counts(setup.data)).quarantined[0]?.tries, 1)
    assert.equal((yield* runToEnd({ ...setup, sinks: [sink.source, picky.source] })).code, 2)
    assert.equal((yield* counts(setup.data)).quarantined[0]?.tries, 2)
  }).pipe(simulated()))

test("a changed response is offered at once to a sink that refused the previous one", () =>
  Effect.gen(function* () {
    const { broken, setup, sink, world } = yield* prepared
    sink.hooks = { refuses: ({ id, resource }) => resource === "activities" && id === `${broken}` }
    yield* runToEnd(setup)
    assert.equal((yield* runToEnd(setup)).code, 2)
    sink.hooks = {}
    assert.equal((yield* runToEnd(setup)).code, 2)
    yield* world.edit(broken, { name: "another" })
    assert.equal((yield* runToEnd(setup)).code, 0)
    yield* holdsAll(sink)
  }).pipe(simulated()))

test("streams stay quarantined if their activity changes on the list; the change is delivered", () =>
  Effect.gen(function* () {
    const { broken, setup, sink, world } = yield* prepared
    const simulator = yield* Simulator
    yield* simulator.fault({
      path: `/${broken}/streams`,
      response: { _tag: "Status", status: 500 },
    })
    yield* runToEnd(setup)
    const sofar = (yield* streamsAsked).length
    yield* world.edit(broken, { name: "another" })
    assert.equal((yield* runToEnd(setup)).code, 2)
    assert.equal((yield* streamsAsked).length, sofar)
    assert.match(sink.items.get(`activities/${broken}`)?.text ?? "", /another/)
    assert.equal((yield* counts(setup.data)).quarantined[0]?.tries, 1)
  }).pipe(simulated()))

test("fault 34: quarantined streams are missing (404) at the next attempt if Strava no longer has them", () =>
  Effect.gen(function* () {
    const { broken, setup } = yield* prepared
    const simulator = yield* Simulator
    const path = `/${broken}/streams`
    yield* simulator.fault({ path, response: { _tag: "Status", status: 400 } })
    yield* runToEnd(setup)
    yield* simulator.clearFaults
    yield* simulator.fault({ path, response: { _tag: "Status", status: 404 } })
    yield* TestClock.setTime(runStart + day)
    assert.equal((yield* runToEnd(setup)).code, 0)
    const { items, quarantined } = yield* counts(setup.data)
    assert.deepEqual(quarantined, [])
    const row = { resource: "streams", status: "absent", count: 1 } as const
    assert.deepEqual(items.filter(({ status }) => status === "absent"), [row])
    const sofar = (yield* streamsAsked).length
    yield* TestClock.setTime(runStart + 40 * day)
    yield* runToEnd({ ...setup, options: { retryQuarantined: true } })
    assert.equal((yield* streamsAsked).length, sofar)
  }).pipe(simulated()))

test("fault 34: streams of a new activity that fail, are then missing and then available are delivered", () =>
  Effect.gen(function* () {
    const { setup, sink, world } = yield* prepared
    const simulator = yield* Simulator
    const young = yield* world.add({ start: runStart - 3_600_000 })
    const path = `/${young}/streams`
    yield* simulator.fault({ path, response: { _tag: "Status", status: 500 } })
    assert.equal((yield* runToEnd(setup)).code, 2)
    yield* simulator.clearFaults
    yield* simulator.fault({ path, response: { _tag: "Status", status: 404 } })
    const retry = { ...setup, options: { retryQuarantined: true } }
    const later = yield* runToEnd(retry)
    assert.equal(later.code, 0)
    assert.deepEqual([later.summary.left, later.summary.quarantined], [1, []])
    yield* simulator.clearFaults
    yield* TestClock.adjust("1 hour")
    const had = yield* runToEnd(setup)
    assert.deepEqual([had.code, had.summary.left], [0, 0])
    yield* holdsAll(sink)
  }).pipe(simulated()))

test("--force fetches quarantined items like all others and counts attempts; --limit skips them", () =>
  Effect.gen(function* () {
    const { setup, world } = yield* prepared
    const simulator = yield* Simulator
    const [newest = 0, second = 0] = world.ids
    yield* simulator.fault({
      path: `/${newest}/streams`,
      response: { _tag: "Status", status: 400 },
    })
    const one = { ...setup, options: { limit: 1 } }
    yield* runToEnd(one)
    yield* runToEnd(one)
    assert.deepEqual(yield* streamsAsked, [newest, second])
    const selected = (stage: string) => stage === "streams"
    yield* runToEnd({ ...setup, selected, options: { force: true } })
    assert.equal((yield* streamsAsked).length, 2 + 6)
    assert.equal((yield* counts(setup.data)).quarantined[0]?.tries, 2)
  }).pipe(simulated()))

test("many activities that fail again do not end the run: it continues and exits with 2", () =>
  Effect.gen(function* () {
    const { setup } = yield* prepared
    const simulator = yield* Simulator
    for (const id of simulator.world.ids.filter((_, i) => i % 3 > 0)) {
      yield* simulator.fault({
        path: `/${id}/streams`,
        response: { _tag: "Status", status: 403, body: `{"message":"Forbidden","errors":[]}` },
      })
    }
    const first = yield* runToEnd(setup)
    assert.equal(first.code, 2)
    const again = yield* runToEnd({ ...setup, options: { retryQuarantined: true } })
    assert.equal(again.code, 2)
    assert.equal(again.summary.resources.streams?.quarantined, 40)
  }).pipe(simulated({ activities: 60, samples: 1 })))

test("fault 30: each list counts an attempt for an unreadable activity until it is readable or removed", () =>
  Effect.gen(function* () {
    const { broken, setup: any, sink, world } = yield* prepared
    const setup = { ...any, options: { ...any.options, retryQuarantined: true } }
    yield* world.edit(broken, { id: null })
    for (const tries of [1, 2, 3]) {
      const { code, summary } = yield* runToEnd(setup)
      assert.equal(code, 2)
      assert.deepEqual(
        summary.quarantined.map(({ nextTry, tries }) => [tries, nextTry]),
        [[tries, null]],
      )
      assert.match(summary.quarantined[0]?.id ?? "", /^unreadable-/)
    }
    yield* world.edit(broken, { id: broken })
    assert.equal((yield* runToEnd(setup)).code, 0)
    yield* holdsAll(sink)

    yield* world.edit(broken, { id: null })
    assert.equal((yield* runToEnd(setup)).code, 2)
    const simulator = yield* Simulator
    yield* simulator.fault({ path: /page=1$/, response: { _tag: "Body", body: "[]" } })
    // The activity is no longer on the list: its stored data stays, and it is no longer
    // quarantined.
    assert.equal((yield* runToEnd(setup)).code, 0)
    assert.equal(sink.items.size, 13)
  }).pipe(simulated()))

test("--retry-quarantined reads the list again for an unreadable activity, even after a stopped run", () =>
  Effect.gen(function* () {
    const { broken, setup, sink, world } = yield* prepared
    const simulator = yield* Simulator
    yield* world.edit(broken, { id: null })
    yield* simulator.fault({ path: "/streams", response: { _tag: "Status", status: 500 } })
    yield* simulator.fault({
      path: /\/athlete$/,
      after: 1,
      response: { _tag: "Status", status: 500 },
    })
    assert.equal((yield* runToEnd(setup)).code, 69)
    yield* simulator.clearFaults
    yield* world.edit(broken, { id: broken })
    assert.equal((yield* runToEnd({ ...setup, options: { retryQuarantined: true } })).code, 0)
    yield* holdsAll(sink)
  }).pipe(simulated()))

test("fault 39: an outage of Strava quarantines nothing, however long, and counts no attempts", () =>
  Effect.gen(function* () {
    const { broken, setup, sink } = yield* prepared
    const simulator = yield* Simulator
    yield* simulator.fault({
      path: `/${broken}/streams`,
      response: { _tag: "Status", status: 400 },
    })
    yield* runToEnd(setup)
    yield* simulator.clearFaults
    yield* simulator.fault({ path: "/api/v3/", response: { _tag: "Status", status: 503 } })
    for (const i of [1, 2, 3]) {
      yield* TestClock.setTime(runStart + i * day)
      assert.ok(exitsOf(39).includes((yield* runToEnd(setup)).code))
    }
    assert.equal((yield* counts(setup.data)).quarantined[0]?.tries, 1)
    yield* simulator.clearFaults
    assert.equal((yield* runToEnd(setup)).code, 0)
    yield* holdsAll(sink)
    assert.ok((yield* requestCount).length > 0)
  }).pipe(simulated()))
