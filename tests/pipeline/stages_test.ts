/**
 * Stages: the requests they send, the requests they never repeat, and their handling of bad
 * responses.
 */
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { StageOutputMissing } from "../../pipeline/run/Pipeline.ts"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import * as Stage from "../../pipeline/stages/Stage.ts"
import { DifferentAthlete } from "../../pipeline/stages/athlete.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { streamTypes } from "../../schemas/StreamSet.ts"
import { test } from "../testing.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { holdsAll } from "./model.ts"
import { pagesAsked, requestCount, runFolder, runToEnd, streamsAsked } from "./running.ts"

const simulated = (options: SimulatorOptions = {}) =>
  Effect.provide(
    Simulator.layer({ activities: 12, samples: 4, manual: 0, limits: "none", ...options }),
  )

const from = (first: string) => (stage: string) =>
  ["auth", "athlete", "activities", "streams"].indexOf(stage) >=
    ["auth", "athlete", "activities", "streams"].indexOf(first)
const upToList = (stage: string) => stage !== "streams"

const prepared = Effect.gen(function* () {
  const sink = memorySink("json")
  return { sink, setup: { data: yield* runFolder, sinks: [sink.source] } }
})

const counts = (data: string) =>
  Effect.flatMap(StateFile, (state) => state.counts).pipe(
    Effect.provide(StateFile.layerReadOnly(data, []), { local: true }),
  )

test("streams are fetched newest first, all eleven types in one request, and none of manual activities", () =>
  Effect.gen(function* () {
    const { setup } = yield* prepared
    yield* runToEnd({ ...setup, options: { concurrency: 1 } })
    const { world } = yield* Simulator
    const byHand = world.outlines.filter(({ manual }) => manual).length
    assert.ok(byHand > 0)
    assert.deepEqual(
      yield* streamsAsked,
      world.outlines.filter(({ manual }) => !manual).map(({ id }) => id),
    )
    const queries = (yield* requestCount).filter(({ path }) => path.endsWith("/streams"))
      .map(({ query }) => query["keys"])
    assert.deepEqual(new Set(queries), new Set([streamTypes.join(",")]))
  }).pipe(simulated({ activities: 20, manual: 0.3 })))

test("the list is read to an empty page, with one bound for all pages", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* prepared
    yield* runToEnd({ ...setup, selected: upToList, last: "activities" })
    const pages = yield* pagesAsked
    assert.deepEqual(pages.map(({ page }) => page), ["1", "2", "3", "4"])
    assert.equal(new Set(pages.map(({ before }) => before)).size, 1)
    assert.equal(new Set(pages.map(({ per_page }) => per_page)).size, 1)
    assert.equal(sink.items.size, 451)
  }).pipe(simulated({ activities: 450 })))

test("a list that ended after page 2 continues at page 3 with the same bound", () =>
  Effect.gen(function* () {
    const { setup } = yield* prepared
    const simulator = yield* Simulator
    const list = { ...setup, selected: upToList, last: "activities" } as const
    yield* simulator.fault({ path: /page=3$/, response: { _tag: "Status", status: 500 } })
    const first = yield* runToEnd(list)
    assert.equal(first.code, 69)
    const before = (yield* pagesAsked)[0]?.["before"]
    const sofar = (yield* requestCount).length

    yield* simulator.clearFaults
    yield* TestClock.adjust("2 hours")
    const second = yield* runToEnd(list)
    assert.equal(second.code, 0)
    const pages = (yield* requestCount).slice(sofar)
    assert.deepEqual(pages.map(({ query }) => query["page"]), ["3", "4"])
    assert.deepEqual(pages.map(({ query }) => query["before"]), [before, before])
  }).pipe(simulated({ activities: 450 })))

test("a stage whose predecessors never ran has no input, and sends no request", () =>
  Effect.gen(function* () {
    const { setup } = yield* prepared
    const outcome = yield* runToEnd({ ...setup, selected: from("streams") })
    assert.equal(outcome.code, 65)
    assert.ok(outcome.error._tag === "Some" && outcome.error.value instanceof StageOutputMissing)
    assert.equal((yield* requestCount).length, 0)
  }).pipe(simulated()))

test("selected stages use the stored output of earlier runs, without repeating requests", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* prepared
    yield* runToEnd({ ...setup, selected: upToList, last: "activities" })
    const listed = (yield* requestCount).length
    const outcome = yield* runToEnd({ ...setup, selected: from("streams") })
    assert.equal(outcome.code, 0)
    assert.equal((yield* requestCount).length, listed + 12)
    yield* holdsAll(sink)
  }).pipe(simulated()))

test("force refetches; with a limit, only that many, and the rest is not refetched later", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* prepared
    const selected = from("streams")
    yield* runToEnd(setup)
    const first = (yield* requestCount).length
    yield* runToEnd({ ...setup, selected, options: { force: true, concurrency: 1 } })
    assert.equal((yield* requestCount).length, first + 12)
    yield* runToEnd({ ...setup, selected, options: { force: true, limit: 3, concurrency: 1 } })
    const { world } = yield* Simulator
    assert.deepEqual((yield* streamsAsked).slice(-3), world.ids.slice(0, 3))
    assert.equal((yield* requestCount).length, first + 15)
    yield* runToEnd({ ...setup, selected })
    assert.equal((yield* requestCount).length, first + 15)
    yield* holdsAll(sink)
  }).pipe(simulated()))

test("force over more items than the back-pressure limit completes, although no sink lacks any", () =>
  Effect.gen(function* () {
    const { setup } = yield* prepared
    yield* runToEnd(setup)
    const outcome = yield* runToEnd({ ...setup, options: { force: true } })
    assert.equal(outcome.code, 0)
    assert.equal(outcome.summary.resources.streams?.known, 90)
  }).pipe(simulated({ activities: 90, samples: 1 })))

test("missing streams are marked absent, or are fetched again until six hours after the activity", () =>
  Effect.gen(function* () {
    const { setup } = yield* prepared
    const simulator = yield* Simulator
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    const began = (hours: number, lasted: number) =>
      simulator.world.add({
        start: now - hours * 3_600_000,
        patch: { moving_time: lasted * 3_600, elapsed_time: lasted * 3_600 },
      })
    const young = yield* began(13, 7.5)
    const old = yield* began(7, 0.5)
    for (const id of [young, old]) {
      const path = `/activities/${id}/streams`
      yield* simulator.fault({ path, response: { _tag: "Status", status: 404 } })
    }
    const first = yield* runToEnd(setup)
    assert.equal(first.code, 0)
    assert.equal(first.summary.resources.streams?.absent, 1)
    assert.equal(first.summary.left, 1)
    const sofar = (yield* streamsAsked).length
    yield* simulator.clearFaults
    const second = yield* runToEnd(setup)
    assert.deepEqual((yield* streamsAsked).slice(sofar), [young])
    assert.equal(second.summary.left, 0)
  }).pipe(simulated()))

test("an activity that cannot be decoded is quarantined until it can; the rest of its page is stored", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* prepared
    const { world } = yield* Simulator
    const [broken = 0] = world.ids
    yield* world.edit(broken, { id: null })
    const first = yield* runToEnd(setup)
    assert.equal(first.code, 2)
    assert.match(first.summary.quarantined[0]?.id ?? "", /^unreadable-/)
    assert.equal([...sink.items.keys()].filter((key) => key.startsWith("activities/")).length, 11)
    const again = yield* runToEnd(setup)
    assert.equal(again.code, 2)
    assert.equal(again.summary.quarantined.length, 1)

    yield* world.edit(broken, { id: broken })
    const healed = yield* runToEnd(setup)
    assert.equal(healed.code, 0)
    yield* holdsAll(sink)
  }).pipe(simulated()))

test("an element without an id is quarantined only while it is on the list", () =>
  Effect.gen(function* () {
    const { setup } = yield* prepared
    const simulator = yield* Simulator
    yield* simulator.fault({
      path: /page=2$/,
      times: 1,
      response: { _tag: "Body", body: `[null, {"id": -5}]` },
    })
    const first = yield* runToEnd(setup)
    assert.equal(first.code, 2)
    assert.equal(first.summary.quarantined.length, 2)
    // The start of these items is unknown, so a list of the last weeks does not cover them.
    assert.equal((yield* runToEnd(setup)).code, 2)
    const whole = { ...setup, options: { retryQuarantined: true } }
    assert.equal((yield* runToEnd(whole)).code, 0)
  }).pipe(simulated()))

test("streams that Strava refuses are quarantined, and requested again a day later", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* prepared
    const simulator = yield* Simulator
    const [broken = 0] = simulator.world.ids
    const path = `/activities/${broken}/streams`
    yield* simulator.fault({ path, response: { _tag: "Status", status: 400 } })
    const first = yield* runToEnd(setup)
    assert.equal(first.code, 2)
    assert.equal(first.summary.quarantined[0]?.id, String(broken))
    const sofar = (yield* streamsAsked).length
    yield* simulator.clearFaults
    assert.equal((yield* runToEnd(setup)).code, 2)
    assert.equal((yield* streamsAsked).length, sofar)
    yield* TestClock.adjust("25 hours")
    assert.equal((yield* runToEnd(setup)).code, 0)
    assert.deepEqual((yield* streamsAsked).slice(sofar), [broken])
    yield* holdsAll(sink)
  }).pipe(simulated()))

for (const status of [500, 403]) {
  const response = status === 403
    ? { _tag: "Status", status, body: `{"message":"Forbidden","errors":[]}` } as const
    : { _tag: "Status", status } as const

  test(`five consecutive activities that always fail with ${status} are quarantined; the others are fetched`, () =>
    Effect.gen(function* () {
      const { setup, sink } = yield* prepared
      const simulator = yield* Simulator
      const poisoned = simulator.world.ids.slice(3, 8)
      for (const id of poisoned) yield* simulator.fault({ path: `/${id}/streams`, response })
      const first = yield* runToEnd({ ...setup, options: { concurrency: 2 } })
      assert.equal(first.code, 2)
      assert.deepEqual(
        first.summary.quarantined.map(({ id }) => Number(id)).sort(),
        [...poisoned].sort(),
      )
      assert.equal([...sink.items.keys()].filter((key) => key.startsWith("streams/")).length, 7)
      const sofar = (yield* streamsAsked).length
      assert.equal((yield* runToEnd(setup)).code, 2)
      assert.equal((yield* streamsAsked).length, sofar)
    }).pipe(simulated()))
}

test("while Strava is down, nothing is quarantined, however few items are pending", () =>
  Effect.gen(function* () {
    const { setup } = yield* prepared
    const simulator = yield* Simulator
    yield* runToEnd({ ...setup, selected: upToList, last: "activities" })
    yield* simulator.fault({ path: "/api/v3/", response: { _tag: "Status", status: 500 } })
    for (const limit of [1, 12]) {
      const outcome = yield* runToEnd({ ...setup, selected: from("streams"), options: { limit } })
      assert.equal(outcome.code, 69)
      assert.deepEqual(outcome.summary.quarantined, [])
      assert.equal(outcome.summary.left, 12)
    }
    // Each run sends one probe with six attempts, however many requests failed concurrently.
    const probes = (yield* requestCount).filter(({ path, status }) =>
      path.endsWith("/athlete") && status === 500
    )
    assert.equal(probes.length, 12)
    yield* simulator.clearFaults
    assert.equal((yield* runToEnd(setup)).code, 0)
  }).pipe(simulated()))

test("if no streams arrive, few items are quarantined before the run stops", () =>
  Effect.gen(function* () {
    const { setup } = yield* prepared
    const simulator = yield* Simulator
    yield* simulator.fault({ path: "/streams", response: { _tag: "Status", status: 402 } })
    const outcome = yield* runToEnd(setup)
    assert.equal(outcome.code, 69)
    assert.ok(outcome.summary.quarantined.length < 40)
  }).pipe(simulated({ activities: 60, samples: 1 })))

for (const later of ["1 hour", "8 days"] as const) {
  test(`another athlete's data stops the run ${later} later and changes nothing`, () =>
    Effect.gen(function* () {
      const { setup, sink } = yield* prepared
      yield* runToEnd(setup)
      const held = new Map(sink.items)
      const { lastRun: _, ...before } = yield* counts(setup.data)
      yield* TestClock.adjust(later)
      Deno.removeSync(`${setup.data}/tokens.json`)
      const outcome = yield* runToEnd(setup).pipe(
        Effect.provide(
          Layer.fresh(Simulator.layer({
            activities: 9,
            samples: 4,
            seed: 5,
            athleteId: 77,
            limits: "none",
          })),
        ),
      )
      assert.equal(outcome.code, 78)
      assert.ok(outcome.error._tag === "Some" && outcome.error.value instanceof DifferentAthlete)
      const { lastRun: __, ...after } = yield* counts(setup.data)
      assert.deepEqual(after, before)
      assert.deepEqual(sink.items, held)
    }).pipe(simulated()))
}

test("a stage sees the outputs of exactly the stages it needs, and the order follows", () =>
  Effect.sync(() => {
    const nothing = () => Effect.succeedNone
    const one = Stage.make({
      name: "one",
      needs: {},
      run: () => Effect.succeed(1),
      recall: nothing,
    })
    const two = Stage.make({
      name: "two",
      needs: { one },
      run: ({ one }) => Effect.succeed(`${one + 1}`),
      recall: nothing,
    })
    const forgetful = Stage.make({
      name: "forgetful",
      needs: { two },
      // @ts-expect-error: `one` is not in `needs`.
      run: ({ one }) => Effect.succeed(one),
      recall: nothing,
    })
    Stage.make({
      name: "mistaken",
      needs: { two },
      // @ts-expect-error: `two` returns a string.
      run: ({ two }) => Effect.succeed(two * 2),
      recall: nothing,
    })
    const names = [...Stage.ordered(forgetful)].map(({ name }) => name)
    assert.deepEqual(names, ["one", "two", "forgetful"])
  }))

test("two stages of one name do not compile, and the second throws when it is made", () =>
  Effect.sync(() => {
    const recall = () => Effect.succeedNone
    const run = () => Effect.succeed(1)
    const one = Stage.make({ name: "one", needs: {}, run, recall })
    const two = Stage.make({ name: "two", needs: { one }, run, recall })
    const twice = /Two stages are named "one". Rename one of them./
    // @ts-expect-error: the stage needs another stage of the same name.
    assert.throws(() => Stage.make({ name: "one", needs: { one }, run, recall }), twice)
    // @ts-expect-error: the stage needs one of the same name indirectly.
    assert.throws(() => Stage.make({ name: "one", needs: { two }, run, recall }), twice)

    const other = Stage.make({ name: "one", needs: {}, run, recall })
    assert.throws(
      // @ts-expect-error: keys of `needs` are stage names, so two cannot have one name.
      () => Stage.make({ name: "three", needs: { one, other }, run, recall }),
      twice,
    )
    const below = Stage.make({ name: "below", needs: { one: other }, run, recall })
    // The type checker cannot distinguish these two.
    assert.throws(() => Stage.make({ name: "four", needs: { two, below }, run, recall }), twice)

    const three = Stage.make({ name: "three", needs: { one, two }, run, recall })
    assert.equal(Stage.ordered(three).size, 3)
  }))
