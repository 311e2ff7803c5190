/**
 * Ctrl-C and sudden death at every step of the protocol: the next run completes, nothing is lost or
 * duplicated, and only requests in flight at the crash are sent twice.
 */
import { Deferred, Effect, Exit, Fiber } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { cpSync } from "node:fs"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import type { StateFile } from "../../pipeline/state/StateFile.ts"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { markName } from "../../sinks/files/mark.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { test } from "../testing.ts"
import { testBothWays } from "../delivery/bothWays.ts"
import { type MemorySink, memorySink } from "../delivery/MemorySink.ts"
import { fileTexts, holdsAll, leastRequests } from "./model.ts"
import {
  beginTestRun,
  breathe,
  interrupt,
  requestCount,
  runFolder,
  runToEnd,
  type Setup,
  untilDone,
  untilTrue,
} from "./running.ts"

const options = { activities: 14, samples: 5, manual: 0.2, limits: "none" } as const
const simulated = (more: SimulatorOptions = {}) =>
  Effect.provide(Simulator.layer({ ...options, ...more }))

type State = StateFile["Service"]

/**
 * Steps of the protocol as seen by a state file and a sink. The tests interrupt at the sixth
 * occurrence, in the middle of a run.
 */
const boundaries = {
  "before a request is reserved (3)": (hit, state: State): State => ({
    ...state,
    saveQuota: (rows, how) =>
      Effect.andThen(how.durable ? hit : Effect.void, state.saveQuota(rows, how)),
  }),
  "when a request is reserved (3|4)": (hit, state) => ({
    ...state,
    saveQuota: (rows, how) =>
      Effect.andThen(state.saveQuota(rows, how), how.durable ? hit : Effect.void),
  }),
  "between the answer and its checkpoint (4|5)": (hit, state) => ({
    ...state,
    checkpoint: (checkpoint) => Effect.andThen(hit, state.checkpoint(checkpoint)),
  }),
  "right after a checkpoint (5|6)": (hit, state) => ({
    ...state,
    checkpoint: (checkpoint) => Effect.tap(state.checkpoint(checkpoint), () => hit),
  }),
  "between a sink's yes and its acknowledgement (6|7)": (hit, state) => ({
    ...state,
    acknowledge: (...given) => Effect.andThen(hit, state.acknowledge(...given)),
  }),
  "right after an acknowledgement (7|8)": (hit, state) => ({
    ...state,
    acknowledge: (...given) => Effect.tap(state.acknowledge(...given), () => hit),
  }),
} satisfies Record<string, (hit: Effect.Effect<void>, state: State) => State>

/** Runs `what` once, on the `at`-th call. */
const once = (at: number, what: Effect.Effect<void>) => {
  const passed = { count: 0 }
  return Effect.suspend(() => ++passed.count === at ? what : Effect.void)
}

/** Creates JSON and CSV sinks in the folder, and a sink in memory instead of the database. */
const prepared = Effect.gen(function* () {
  const data = yield* runFolder
  const memory = memorySink("postgres", [])
  return { data, memory, setup: setupOf(data, memory) }
})

const setupOf = (data: string, memory: MemorySink): Setup => ({
  data,
  sinks: [jsonSink(`${data}/json`), csvSink(`${data}/csv`), memory.source],
  options: { concurrency: 3 },
})

/** Fails unless the sinks equal those of an uninterrupted run over the same world. */
const likeUndisturbed = Effect.fnUntraced(function* (data: string, memory: MemorySink) {
  yield* holdsAll(memory)
  const other = memorySink("postgres", [])
  const clean = yield* runFolder
  yield* runToEnd(setupOf(clean, other)).pipe(
    Effect.provide(Simulator.layer(options), { local: true }),
  )
  for (const sink of ["json", "csv"]) {
    const [landed, undisturbed] = [
      yield* fileTexts(`${data}/${sink}`),
      yield* fileTexts(`${clean}/${sink}`),
    ]
    // The mark counts runs, and the interrupted folder had one more.
    for (const files of [landed, undisturbed]) assert.ok(files.delete(markName))
    assert.deepEqual(landed, undisturbed)
  }
})

for (const [name, hook] of Object.entries(boundaries)) {
  test(`Ctrl-C ${name}: requests in flight finish, and the next run completes`, () =>
    Effect.gen(function* () {
      const { data, memory, setup } = yield* prepared
      const reached = yield* Deferred.make<void>()
      const { fiber } = yield* beginTestRun({
        ...setup,
        state: (state) => hook(once(6, Effect.asVoid(Deferred.succeed(reached, undefined))), state),
      })
      yield* untilTrue(() => Deferred.isDoneUnsafe(reached))
      assert.ok(yield* interrupt(fiber))
      const outcome = yield* runToEnd(setup)
      assert.equal(outcome.code, 0)
      const { world } = yield* Simulator
      assert.equal((yield* requestCount).length, leastRequests(world))
      yield* likeUndisturbed(data, memory)
    }).pipe(simulated()))

  testBothWays(
    `sudden death ${name}: the next run completes, and repeats at most the requests in flight`,
    () =>
      Effect.gen(function* () {
        const { data, memory, setup } = yield* prepared
        const left = `${yield* runFolder}/left`
        const at = { requests: 0, items: new Map(memory.items), taken: false }
        const requests = (yield* Simulator).requests
        // A kill leaves the disk and the database as they are at that moment.
        const die = Effect.map(requests, (seen) => {
          cpSync(data, left, { recursive: true })
          Object.assign(at, {
            taken: true,
            items: new Map(memory.items),
            requests: seen.filter(({ path }) => path.startsWith("/api/")).length,
          })
        })
        const { fiber } = yield* beginTestRun({
          ...setup,
          state: (state) => hook(once(6, die), state),
        })
        yield* untilTrue(() => at.taken)
        yield* interrupt(fiber)
        const sofar = (yield* requestCount).length

        const survivor = memorySink("postgres", [], at.items)
        const outcome = yield* runToEnd(setupOf(left, survivor))
        assert.equal(outcome.code, 0)
        const { world } = yield* Simulator
        const paid = at.requests + (yield* requestCount).length - sofar
        assert.ok(paid >= leastRequests(world))
        assert.ok(paid <= leastRequests(world) + 3, `${paid} requests`)
        yield* likeUndisturbed(left, survivor)
      }).pipe(simulated()),
  )
}

test("Ctrl-C with requests in flight: their responses are committed, and no other request begins", () =>
  Effect.gen(function* () {
    const { memory, setup } = yield* prepared
    const { requests, world } = yield* Simulator
    const { fiber } = yield* beginTestRun(setup)
    const underWay = Effect.map(
      requests,
      (seen) => seen.filter(({ path, status }) => path.endsWith("/streams") && status === 0).length,
    )
    while ((yield* underWay) < 3) {
      yield* breathe
      yield* TestClock.adjust(10)
    }
    const sofar = (yield* requestCount).length
    assert.ok(yield* interrupt(fiber))
    assert.equal((yield* requestCount).length, sofar)
    assert.equal((yield* runToEnd(setup)).code, 0)
    assert.equal((yield* requestCount).length, leastRequests(world))
    yield* holdsAll(memory)
  }).pipe(simulated({ latency: "3 seconds" })))

test("Ctrl-C with a request that gets no response: the run ends after the grace period, and repeats only that one", () =>
  Effect.gen(function* () {
    const { memory, setup } = yield* prepared
    const simulator = yield* Simulator
    yield* simulator.fault({ path: "/streams", after: 5, times: 1, response: { _tag: "Hang" } })
    const { fiber } = yield* beginTestRun({ ...setup, options: { concurrency: 1 } })
    const hanging = Effect.map(
      simulator.requests,
      (seen) => seen.filter(({ path }) => path.endsWith("/streams")).length === 6,
    )
    while (!(yield* hanging)) {
      yield* breathe
      yield* TestClock.adjust(10)
    }
    const before = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    assert.ok(yield* interrupt(fiber))
    const after = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    assert.ok(after - before >= 14_000 && after - before <= 25_000, `${after - before} ms`)
    assert.equal((yield* runToEnd(setup)).code, 0)
    assert.equal((yield* requestCount).length, leastRequests(simulator.world) + 1)
    yield* holdsAll(memory)
  }).pipe(simulated()))

test("Ctrl-C ends a run that waits for a window at once", () =>
  Effect.gen(function* () {
    const { memory, setup } = yield* prepared
    const { events, fiber } = yield* beginTestRun(setup)
    yield* untilTrue(() => events.some(({ _tag }) => _tag === "Waiting"))
    assert.ok(yield* interrupt(fiber, 0))
    assert.equal((yield* runToEnd(setup)).code, 0)
    const { world } = yield* Simulator
    assert.equal((yield* requestCount).length, leastRequests(world))
    yield* holdsAll(memory)
  }).pipe(simulated({ limits: { read: { short: 8, day: 1_000 } } })))

test("Ctrl-C between two pages of the list: the next run continues with the next page", () =>
  Effect.gen(function* () {
    const { memory, setup } = yield* prepared
    const { requests } = yield* Simulator
    const list: Setup = { ...setup, last: "activities", selected: (stage) => stage !== "streams" }
    const { fiber } = yield* beginTestRun(list)
    const pages = Effect.map(
      requests,
      (seen) =>
        seen.flatMap(({ path, query }) => path.endsWith("/activities") ? [query["page"]] : []),
    )
    while ((yield* pages).length < 2) yield* breathe
    assert.ok(yield* interrupt(fiber))
    assert.equal((yield* runToEnd(list)).code, 0)
    assert.deepEqual(yield* pages, ["1", "2", "3", "4"])
    assert.equal(memory.items.size, 451)
  }).pipe(simulated({ activities: 450 })))

test("Ctrl-C in a sink's write, and in drain: the write ends, and nothing is written twice", () =>
  Effect.gen(function* () {
    const { memory, setup } = yield* prepared
    for (let round = 0; round < 3; round++) {
      const writing = yield* Deferred.make<void>()
      const hold = yield* Deferred.make<void>()
      memory.hooks = {
        before: () => Effect.andThen(Deferred.succeed(writing, undefined), Deferred.await(hold)),
      }
      const { fiber } = yield* beginTestRun(setup)
      yield* untilTrue(() => Deferred.isDoneUnsafe(writing))
      const stopping = yield* Effect.forkChild(interrupt(fiber))
      for (let i = 0; i < 5; i++) yield* breathe
      yield* Deferred.succeed(hold, undefined)
      assert.ok(yield* Fiber.join(stopping))
    }
    memory.hooks = {}
    assert.equal((yield* runToEnd(setup)).code, 0)
    const { world } = yield* Simulator
    assert.equal((yield* requestCount).length, leastRequests(world))
    const written = memory.writes.flatMap(({ ids, resource }) =>
      ids.map((id) => `${resource}/${id}`)
    )
    assert.equal(written.length, new Set(written).size)
    yield* holdsAll(memory)
  }).pipe(simulated()))

test("a run that ends leaves one closed state file and no lock, also when it was interrupted", () =>
  Effect.gen(function* () {
    const { data, setup } = yield* prepared
    const stateFiles = () =>
      [...Deno.readDirSync(data)].map(({ name }) => name).filter((name) => name.startsWith("state"))
    const running: { fiber?: Fiber.Fiber<unknown, unknown> } = {}
    running.fiber = (yield* beginTestRun({
      ...setup,
      state: (state) => {
        assert.ok(stateFiles().includes("state.db-wal"))
        running.fiber?.interruptUnsafe()
        return state
      },
    })).fiber
    assert.ok(Exit.hasInterrupts(yield* untilDone(running.fiber)))
    const closed = ["state.db", "state.db.prev", "state.epoch"]
    // The interrupt came before there was anything to back up.
    assert.deepEqual(stateFiles().sort(), closed.filter((name) => name !== "state.db.prev"))
    yield* runToEnd(setup)
    assert.deepEqual(stateFiles().sort(), closed)
  }).pipe(simulated()))
