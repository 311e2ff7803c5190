/** Whole runs over a failing network: no partial response is stored, and the next run completes. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import type { FaultResponse } from "../../pipeline/simulator/protocol.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { test } from "../testing.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { holdsAll, leastRequests } from "../pipeline/model.ts"
import { requestCount, runFolder } from "../pipeline/running.ts"
import { runEnding } from "./ending.ts"
import { exitsOf } from "./matrix.ts"

const world = World.make({ activities: 210, samples: 2, manual: 0.95 })
const simulated = Effect.provide(Simulator.layer({ world, limits: "none" }))

const sinkIn = Effect.gen(function* () {
  const sink = memorySink("json")
  return { sink, setup: { data: yield* runFolder, sinks: [sink.source] } }
})

interface NetworkFault {
  readonly name: string
  readonly response: FaultResponse
  readonly codes: ReadonlyArray<number>
  /** Requests for one page that never arrives complete. */
  readonly tries?: number
}

/** The exit codes of the rows (`exitsOf(26)`, …) apply to faults that never end. */
const networkFaults: ReadonlyArray<NetworkFault> = [
  { name: "fault 26: a connection that breaks", response: { _tag: "Reset" }, codes: exitsOf(26) },
  {
    name: "fault 26: a connection that breaks during the response",
    response: { _tag: "Truncate", bytes: 999 },
    codes: exitsOf(26),
  },
  { name: "fault 27: a byte a second", response: { _tag: "Drip" }, codes: exitsOf(27) },
  {
    name: "fault 28: a response that ends early",
    response: { _tag: "Cut" },
    codes: exitsOf(28),
    tries: 2,
  },
  { name: "fault 29: an HTML page", response: { _tag: "Html" }, codes: exitsOf(29), tries: 2 },
  { name: "fault 39: 503", response: { _tag: "Status", status: 503 }, codes: exitsOf(39) },
]

for (const { response, codes, name, tries = 6 } of networkFaults) {
  test(`${name}, once for each kind of request: the run completes, and each try is counted`, () =>
    Effect.gen(function* () {
      const { setup, sink } = yield* sinkIn
      const simulator = yield* Simulator
      for (const path of [/athlete$/, /activities\?.*page=2$/, /\/streams/]) {
        yield* simulator.fault({ path, response, times: 1 })
      }
      assert.deepEqual(yield* runEnding(setup), { code: 0, says: "" })
      yield* holdsAll(sink)
      assert.equal((yield* requestCount).length, leastRequests(simulator.world) + 3)
    }).pipe(simulated))

  test(`${name}, permanently from page 2 on: page 1 is kept, page 2 is not, and the next run continues`, () =>
    Effect.gen(function* () {
      const { setup, sink } = yield* sinkIn
      const simulator = yield* Simulator
      yield* simulator.fault({ path: /activities\?.*page=2$/, response })
      const { code, says } = yield* runEnding(setup)
      assert.ok(codes.includes(code), `${code}: ${says}`)
      assert.match(says, /^Cannot list activities \(page 2\): .*Run the same command again later/)
      const lists = (yield* requestCount).filter(({ path }) => path.endsWith("/athlete/activities"))
      assert.equal(lists.length, 1 + tries)
      const held = [...sink.items.values()].filter(({ resource }) => resource === "activities")
      // Strava omits activities from a page and sends them on the next one.
      assert.ok(held.length > 190 && held.length <= 200, String(held.length))

      yield* simulator.clearFaults
      assert.deepEqual(yield* runEnding(setup), { code: 0, says: "" })
      yield* holdsAll(sink)
      const requests = yield* requestCount
      assert.equal(requests.filter(({ query }) => query["page"] === "1").length, 1)
      assert.equal(requests.length, leastRequests(simulator.world) + tries)
    }).pipe(simulated))
}

test("fault 29: an HTML page never empties a history, not even a stored one", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* sinkIn
    const simulator = yield* Simulator
    assert.equal((yield* runEnding(setup)).code, 0)
    const before = new Map(sink.items)
    yield* simulator.fault({ path: "/api/v3", response: { _tag: "Html" } })
    assert.deepEqual([(yield* runEnding(setup)).code], exitsOf(29))
    assert.deepEqual(sink.items, before)
  }).pipe(simulated))
