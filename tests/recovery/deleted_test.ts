/** What was deleted stays deleted, also where the state file is compared with the sinks again. */
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

test("a state file that was changed by others still knows what was deleted, and asks for none of it", () =>
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

test("what was deleted and comes back with a backup of the files is taken away again", () =>
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

test("a state file that is made anew knows the gear, sport and shape of what the sinks hold", () =>
  Effect.gen(function* () {
    const { next, setup } = yield* deleted
    restoreState(setup.data, new Map())
    const { code, paths } = yield* next(1, {}, { rebuild: true })
    assert.equal(code, 0)
    assert.ok(paths.every((path) => !path.endsWith("/streams")))
    // A crop that was made meanwhile is noticed by what the sinks held.
    const { world } = yield* Simulator
    yield* world.edit(world.ids[0] ?? 0, { distance: 1234.5 })
    const cropped = yield* next()
    assert.ok(cropped.paths.includes(`/activities/${world.ids[0]}/streams`))
  }).pipe(simulatedDays()))
