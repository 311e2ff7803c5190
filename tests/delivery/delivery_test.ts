/**
 * Delivery: a failing sink delays only itself, and the next run first delivers the items that it
 * lacks.
 */
import { Clock, Deferred, Effect, Exit } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { DatabaseSync } from "node:sqlite"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { StateError } from "../../pipeline/state/StateError.ts"
import { SinkError } from "../../sinks/Sink.ts"
import { testBothWays } from "./bothWays.ts"
import { memorySink, unreachable } from "./MemorySink.ts"
import { holdsAll, leastRequests } from "../pipeline/model.ts"
import {
  beginTestRun,
  breathe,
  interrupt,
  requestCount,
  runFolder,
  runToEnd,
  untilDone,
  untilTrue,
} from "../pipeline/running.ts"

const simulated = (options: SimulatorOptions = {}) =>
  Effect.provide(Simulator.layer({ activities: 15, samples: 3, limits: "none", ...options }))

const two = Effect.gen(function* () {
  const good = memorySink("json")
  const bad = memorySink("postgres", [])
  return { good, bad, setup: { data: yield* runFolder, sinks: [good.source, bad.source] } }
})

const down = Effect.suspend(() => unreachable("postgres"))

testBothWays(
  "a sink that is down from the start delays only itself, and comes first in the next run",
  () =>
    Effect.gen(function* () {
      const { bad, good, setup } = yield* two
      bad.hooks = { open: down }
      const first = yield* runToEnd(setup)
      assert.equal(first.code, 69)
      assert.deepEqual(first.summary.sinks.map(({ pending }) => pending > 0), [false, true])
      assert.match(first.summary.sinks[1]?.error ?? "", /no answer/)
      yield* holdsAll(good)
      const sofar = (yield* requestCount).length
      const simulator = yield* Simulator
      assert.equal(sofar, leastRequests(simulator.world))

      const seen: Array<number> = []
      bad.hooks = {
        before: () => Effect.map(simulator.requests, (all) => void seen.push(all.length)),
      }
      const before = (yield* simulator.requests).length
      const second = yield* runToEnd({ ...setup, options: { force: true } })
      assert.equal(second.code, 0)
      // The backlog is delivered before any request, and the refetched responses after it.
      assert.deepEqual(seen.slice(0, 3), [before, before, before])
      assert.ok(seen.slice(3).every((requests) => requests > before))
      yield* holdsAll(bad)
    }).pipe(simulated()),
)

testBothWays(
  "if a sink fails midway, the state file keeps the rest, and the next run delivers it",
  () =>
    Effect.gen(function* () {
      const { bad, good, setup } = yield* two
      bad.hooks = {
        before: () =>
          [...bad.items.keys()].some((key) => key.startsWith("streams/")) ? down : Effect.void,
      }
      const first = yield* runToEnd({ ...setup, options: { concurrency: 1 } })
      assert.equal(first.code, 69)
      yield* holdsAll(good)
      const held = bad.items.size
      assert.ok(held > 15 && held < good.items.size)
      bad.hooks = {}
      const second = yield* runToEnd(setup)
      assert.equal(second.code, 0)
      yield* holdsAll(bad)
      const { world } = yield* Simulator
      assert.equal((yield* requestCount).length, leastRequests(world))
    }).pipe(simulated()),
)

testBothWays(
  "a sink that fails temporarily is retried, and the run succeeds",
  () =>
    Effect.gen(function* () {
      const { bad, setup } = yield* two
      const tries = { count: 0 }
      bad.hooks = { before: () => tries.count++ < 2 ? down : Effect.void }
      const outcome = yield* runToEnd(setup)
      assert.equal(outcome.code, 0)
      yield* holdsAll(bad)
    }).pipe(simulated()),
)

testBothWays(
  "a sink whose disk is full ends the run with the exit code for disks",
  () =>
    Effect.gen(function* () {
      const { bad, setup } = yield* two
      bad.hooks = {
        open: Effect.suspend(() =>
          new SinkError({ sink: "postgres", reason: "disk", detail: "no space left" })
        ),
      }
      assert.equal((yield* runToEnd(setup)).code, 74)
    }).pipe(simulated()),
)

testBothWays(
  "an item that a sink refuses is reported, and neither fetched nor offered again; the rest is delivered",
  () =>
    Effect.gen(function* () {
      const { bad, good, setup } = yield* two
      const { world } = yield* Simulator
      const [id] = world.ids
      bad.hooks = { refuses: (item) => item.resource === "activities" && item.id === String(id) }
      const first = yield* runToEnd(setup)
      assert.equal(first.code, 2)
      assert.deepEqual(
        first.summary.quarantined.map(({ id, reason }) => [id, reason]),
        [[String(id), "postgres: not to my taste"]],
      )
      yield* holdsAll(good)
      assert.equal(bad.items.size, good.items.size - 1)
      const writes = bad.writes.length
      const second = yield* runToEnd(setup)
      assert.equal(second.code, 2)
      assert.equal(bad.writes.length, writes)
    }).pipe(simulated()),
)

testBothWays(
  "a refusal is reported also while another sink is down",
  () =>
    Effect.gen(function* () {
      const { bad, good, setup } = yield* two
      bad.hooks = { open: down }
      good.hooks = { refuses: ({ resource }) => resource === "athlete" }
      const { summary } = yield* runToEnd(setup)
      assert.deepEqual(summary.quarantined.map(({ resource }) => resource), ["athlete"])
    }).pipe(simulated()),
)

testBothWays(
  "fetching pauses if a sink lags far behind, and continues when it has caught up",
  () =>
    Effect.gen(function* () {
      const { bad, setup } = yield* two
      const stuck = yield* Deferred.make<void>()
      const gate = yield* Deferred.make<void>()
      const stick = Effect.andThen(Deferred.succeed(stuck, undefined), Deferred.await(gate))
      bad.hooks = { before: ({ resource }) => resource === "streams" ? stick : Effect.void }
      const { fiber } = yield* beginTestRun({ ...setup, options: { concurrency: 4 } })
      const simulator = yield* Simulator
      yield* untilTrue(() => Deferred.isDoneUnsafe(stuck))
      let last = -1
      for (let quiet = 0; quiet < 50;) {
        yield* breathe
        yield* TestClock.adjust(50)
        const now = (yield* simulator.requests).length
        quiet = now === last ? quiet + 1 : 0
        last = now
      }
      yield* Deferred.succeed(gate, undefined)
      assert.ok(last < 85, `${last} requests went out while the sink stood still`)
      const exit = yield* untilDone(fiber)
      assert.ok(Exit.isSuccess(exit) && exit.value.code === 0)
      yield* holdsAll(bad)
    }).pipe(simulated({ activities: 150, samples: 1, manual: 0 })),
)

testBothWays(
  "a state file that fails under a worker ends the run with its own error",
  () =>
    Effect.gen(function* () {
      const { setup } = yield* two
      const broken = new StateError({ path: "state.db", reason: "disk", detail: "full" })
      const { fiber } = yield* beginTestRun({
        ...setup,
        state: (state) => ({ ...state, acknowledge: () => Effect.fail(broken) }),
      })
      const exit = yield* untilDone(fiber)
      assert.ok(Exit.isFailure(exit))
      assert.match(String(exit.cause), /full/)
    }).pipe(simulated()),
)

testBothWays(
  "a sink that stalls is abandoned after two minutes; the others get everything",
  () =>
    Effect.gen(function* () {
      const { bad, good, setup: patient } = yield* two
      const setup = { ...patient, impatient: true }
      bad.hooks = { before: () => Effect.never }
      const outcome = yield* runToEnd(setup)
      assert.equal(outcome.code, 69)
      assert.match(outcome.summary.sinks[1]?.error ?? "", /no response within two minutes/)
      yield* holdsAll(good)
      bad.hooks = {}
      assert.equal((yield* runToEnd(setup)).code, 0)
      yield* holdsAll(bad)
    }).pipe(simulated()),
)

testBothWays(
  "Ctrl-C while a sink stalls ends the run within seconds",
  () =>
    Effect.gen(function* () {
      const { bad, setup } = yield* two
      const writing = yield* Deferred.make<void>()
      bad.hooks = {
        before: () => Effect.andThen(Deferred.succeed(writing, undefined), Effect.never),
      }
      const { fiber } = yield* beginTestRun({ ...setup, impatient: true })
      yield* untilTrue(() => Deferred.isDoneUnsafe(writing))
      const before = yield* Clock.currentTimeMillis
      assert.ok(yield* interrupt(fiber))
      assert.ok((yield* Clock.currentTimeMillis) - before < 40_000)
    }).pipe(simulated()),
)

testBothWays(
  "a sink with another identity counts as empty, and gets the responses of the run",
  () =>
    Effect.gen(function* () {
      const data = yield* runFolder
      const one = memorySink("postgres")
      const other = memorySink("postgres")
      yield* runToEnd({ data, sinks: [{ ...one.source, identity: "embedded" }] })
      const moved = yield* runToEnd({ data, sinks: [{ ...other.source, identity: "a server" }] })
      assert.ok([...other.items.keys()].some((key) => key.startsWith("activities/")))
      assert.ok([...other.items.keys()].some((key) => key.startsWith("athlete/")))
      assert.deepEqual(moved.summary.lacks.map(({ resource }) => resource), [
        "activities",
        "streams",
      ])
    }).pipe(simulated()),
)

testBothWays(
  "a table that is rewritten as a whole is rewritten once per run, and only after a change",
  () =>
    Effect.gen(function* () {
      const { good, setup } = yield* two
      const rewrites = () => good.writes.filter(({ resource }) => resource === "activities").length
      yield* runToEnd({ ...setup, last: "activities", selected: (stage) => stage !== "streams" })
      assert.equal(rewrites(), 1)
      yield* runToEnd(setup)
      assert.equal(rewrites(), 1)
      const { world } = yield* Simulator
      yield* world.edit(world.ids[3] ?? 0, { name: "Another name" })
      yield* runToEnd(setup)
      assert.equal(rewrites(), 2)
      assert.deepEqual(good.writes.at(-1)?.ids, [String(world.ids[3])])
    }).pipe(simulated({ activities: 450, samples: 1, manual: 1 })),
)

testBothWays(
  "a sink that is enabled later is filled in the first run with another sink, without an extra request",
  () =>
    Effect.gen(function* () {
      const data = yield* runFolder
      const json = memorySink("json")
      const csv = memorySink("csv")
      yield* runToEnd({ data, sinks: [json.source] })
      const sofar = (yield* requestCount).length
      const second = yield* runToEnd({ data, sinks: [csv.source] })
      assert.equal(second.code, 0)
      assert.equal((yield* requestCount).length, sofar + 2)
      assert.ok([...csv.items.keys()].every((key) => !key.startsWith("streams/")))
      const samples = [...json.items.keys()].filter((key) => key.startsWith("streams/")).length
      assert.deepEqual(
        second.summary.lacks.find(({ resource }) => resource === "streams"),
        { sink: "csv", resource: "streams", count: samples, kept: samples },
      )
      const { world } = yield* Simulator
      yield* world.edit(world.ids[0] ?? 0, { name: "Another name" })
      yield* runToEnd({ data, sinks: [json.source, csv.source] })
      const name = `activities/${world.ids[0]}`
      assert.equal(csv.items.get(name)?.text, world.summaryText(world.ids[0] ?? 0))
      for (const sink of [json, csv]) yield* holdsAll(sink)
    }).pipe(simulated()),
)

testBothWays(
  "undelivered items of a sink outside of the run are kept up to date",
  () =>
    Effect.gen(function* () {
      const { bad, good, setup } = yield* two
      bad.hooks = { open: down }
      yield* runToEnd(setup)
      const { world } = yield* Simulator
      yield* world.edit(world.ids[0] ?? 0, { name: "Another name" })
      yield* runToEnd({ ...setup, sinks: [good.source], options: { force: true } })
      yield* holdsAll(good)
      bad.hooks = {}
      const sofar = (yield* requestCount).length
      yield* runToEnd({ ...setup, selected: () => false })
      assert.equal((yield* requestCount).length, sofar)
      yield* holdsAll(bad)
    }).pipe(simulated()),
)

testBothWays(
  "on interruption, the resources of a sink are closed only after its current write",
  () =>
    Effect.gen(function* () {
      const { bad, setup } = yield* two
      bad.hooks = { open: down }
      yield* runToEnd(setup)
      const events: Array<string> = []
      const hold = yield* Deferred.make<void>()
      bad.hooks = {
        before: () => Effect.andThen(Effect.sync(() => events.push("write")), Deferred.await(hold)),
        after: () => Effect.sync(() => void events.push("written")),
      }
      const closes = Effect.acquireRelease(
        Effect.void,
        () => Effect.sync(() => void events.push("closed")),
      )
      const source = { ...bad.source, open: Effect.andThen(closes, bad.source.open) }
      const { fiber } = yield* beginTestRun({ ...setup, sinks: [source] })
      yield* untilTrue(() => events.includes("write"))
      fiber.interruptUnsafe()
      for (let i = 0; i < 20; i++) yield* breathe
      yield* Deferred.succeed(hold, undefined)
      assert.ok(Exit.hasInterrupts(yield* untilDone(fiber)))
      // More batches can be written while the run copies its state file.
      assert.deepEqual(events.slice(-2), ["written", "closed"])
      assert.equal(events.indexOf("closed"), events.length - 1)
    }).pipe(simulated()),
)

testBothWays(
  "a damaged undelivered item is copied from another sink, and not fetched again",
  () =>
    Effect.gen(function* () {
      const { bad, good, setup } = yield* two
      bad.hooks = { open: down }
      yield* runToEnd(setup)
      const { world } = yield* Simulator
      const id = world.ids.find((id) => good.items.has(`streams/${id}`))
      const db = new DatabaseSync(`${setup.data}/state.db`)
      db.exec(`update staged set body = cast(substr(body, 1, 20) || x'00' as blob)
               where id in ('${id}', '${world.athleteId}') and resource <> 'activities'`)
      db.close()
      bad.hooks = {}
      const sofar = (yield* requestCount).length
      assert.equal((yield* runToEnd(setup)).code, 0)
      assert.equal((yield* requestCount).length, sofar)
      yield* holdsAll(bad)
    }).pipe(simulated()),
)
