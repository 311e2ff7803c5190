/** Deleted activities stay deleted when the state file is compared with the sinks again. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { byStatus, dailyAthlete, simulatedDays } from "../pipeline/daily.ts"
import { test } from "../testing.ts"
import { edit, restoreState, stateBytes } from "./lost.ts"

const deleted = Effect.gen(function* () {
  const years = yield* dailyAthlete()
  yield* years.next(0)
  const { world } = yield* Simulator
  const before = new Map(years.sink.items)
  const [id = 0] = world.ids
  yield* world.remove(id)
  yield* years.next()
  assert.equal(byStatus(yield* years.counts, "activities")["deleted"], 1)
  return { ...years, before, id }
})

test("deleted activities are not fetched again after another program changed the state file", () =>
  Effect.gen(function* () {
    const { counts, id, next, setup, sink } = yield* deleted
    edit(setup.data, "update item set tries = 0")
    const { code, paths } = yield* next()
    assert.equal(code, 0)
    assert.ok(paths.every((path) => !path.includes(`${id}`)))
    for (const resource of ["activities", "streams"]) {
      assert.equal(byStatus(yield* counts, resource)["deleted"], 1)
      assert.ok(!sink.items.has(`${resource}/${id}`))
    }
  }).pipe(simulatedDays()))

test("deleted activities that come back with a backup of the files are deleted again", () =>
  Effect.gen(function* () {
    const { before, counts, id, next, setup, sink } = yield* deleted
    for (const [key, item] of before) sink.items.set(key, item)
    const { code, paths } = yield* next(1, {}, { rebuild: true })
    assert.equal(code, 0)
    assert.ok(paths.every((path) => !path.includes(`${id}`)))
    assert.ok(!sink.items.has(`activities/${id}`) && !sink.items.has(`streams/${id}`))
    assert.equal(byStatus(yield* counts, "activities")["deleted"], 1)
    assert.ok(stateBytes(setup.data).size > 0)
  }).pipe(simulatedDays()))

test("a rebuilt state file knows gear, sport and basis of the activities in the sinks", () =>
  Effect.gen(function* () {
    const { next, setup } = yield* deleted
    restoreState(setup.data, new Map())
    const { code, paths } = yield* next(1, {}, { rebuild: true })
    assert.equal(code, 0)
    assert.ok(paths.every((path) => !path.endsWith("/streams")))
    // A crop in the meantime is detected from the responses in the sinks.
    const { world } = yield* Simulator
    yield* world.edit(world.ids[0] ?? 0, { distance: 1234.5 })
    const cropped = yield* next()
    assert.ok(cropped.paths.includes(`/activities/${world.ids[0]}/streams`))
  }).pipe(simulatedDays()))
