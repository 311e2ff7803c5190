/** Deletions: a list deletes what it once had, and says nothing of activities that only an export has. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { byStatus, simulatedDays } from "../../pipeline/daily.ts"
import { test } from "../../testing.ts"
import { exportOf, importAll } from "./importedRows.ts"
import { day } from "../../../pipeline/strava/quota/quotaWindow.ts"
import { mergedAthlete, nowOnClock } from "./mergedAthlete.ts"

test("an activity that no list ever had is neither missed nor counted as known", () =>
  Effect.gen(function* () {
    const { counts, importNow, inState, next, owner, sink, world } = yield* mergedAthlete()
    const now = yield* nowOnClock
    // All but three were deleted at Strava after the export.
    yield* importNow(now - 2 * day)
    for (const id of world.ids.slice(3)) yield* world.remove(id)
    for (const days of [0, 1, 8]) {
      const { code, paths } = yield* next(days)
      assert.equal(code, 0)
      assert.deepEqual(paths.filter((path) => /^\/activities\/\d+$/.test(path)), [])
    }
    assert.equal((yield* counts).heldBack, undefined)
    assert.equal(byStatus(yield* counts, "activities")["deleted"], undefined)
    assert.equal([...sink.items.keys()].filter((key) => key.startsWith("activities/")).length, 40)
    const { count, listed } = yield* inState((state) => state.lists.known(owner))
    assert.deepEqual([count, listed], [3, 3])
  }).pipe(simulatedDays()))

test("an activity that a list had and that was deleted at Strava is deleted with all of its items", () =>
  Effect.gen(function* () {
    const { inState, next, owner, setup, sink, world } = yield* mergedAthlete()
    const now = yield* nowOnClock
    const rows = exportOf(world, now)
    yield* importAll(setup.data, [sink.source], rows)
    yield* next(0)
    const [id = 0] = world.ids
    yield* world.remove(id)
    yield* next(1)
    for (const resource of ["activities", "streams", "export"]) {
      assert.ok(!sink.items.has(`${resource}/${id}`), resource)
    }
    const known = yield* inState((state) => state.imports.known(owner))
    assert.equal(known.get(String(id))?.origin, undefined)
    // The export was made before the deletion, so that it does not bring the activity back.
    yield* importAll(setup.data, [sink.source], rows)
    assert.ok(!sink.items.has(`activities/${id}`))
    const newer = rows.map((row) => ({ ...row, exported: now + 3 * day }))
    yield* importAll(setup.data, [sink.source], newer)
    for (const resource of ["activities", "streams", "export"]) {
      assert.ok(sink.items.has(`${resource}/${id}`), resource)
    }
  }).pipe(simulatedDays()))
