/** An import followed by runs with the API: no request for data that the export contains. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { dailyAthlete, simulatedDays } from "../../pipeline/daily.ts"
import { streamsAsked } from "../../pipeline/running.ts"
import { test } from "../../testing.ts"
import { exportOf, importAll } from "./importing.ts"

test("after an import, the API sends the list and no streams", () =>
  Effect.gen(function* () {
    const { next, setup, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    yield* importAll(setup.data, [sink.source], exportOf(world, now))
    const first = yield* next(0)
    assert.deepEqual(yield* streamsAsked, [])
    // A full list: one page, and the empty page that ends it.
    assert.equal(first.paths.filter((path) => path === "/athlete/activities").length, 2)
    for (const id of world.ids) {
      assert.equal(sink.items.get(`activities/${id}`)?.text, world.summaryText(id))
      assert.match(sink.items.get(`streams/${id}`)?.text ?? "", /"source":"export"/)
    }
    const added = yield* world.add({ start: now })
    yield* next()
    yield* next(8)
    assert.deepEqual(yield* streamsAsked, [added])
  }).pipe(simulatedDays()))
