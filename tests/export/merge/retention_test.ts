/** Retention: what came from an export stays, and purged responses of the API fall back to it. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Failpoints } from "../../../sinks/failpoints.ts"
import { memorySink } from "../../delivery/MemorySink.ts"
import { byStatus, simulatedDays } from "../../pipeline/daily.ts"
import { restoreState, stateBytes } from "../../recovery/lost.ts"
import { test } from "../../testing.ts"
import { day } from "../../../pipeline/strava/quota/quotaWindow.ts"
import { mergedAthlete, nowOnClock } from "./mergedAthlete.ts"

const retention = 7 * day

test("purged activities fall back to the export, and only --force fetches them again", () =>
  Effect.gen(function* () {
    const { counts, importNow, next, sink, sources, streamRequests, world } = yield* mergedAthlete()
    // The age of an export does not count.
    yield* importNow((yield* nowOnClock) - 100 * day)
    const fresh = new Map(sink.items)
    yield* next(0, { retention })
    assert.deepEqual(new Set(sources("activities")), new Set(["api"]))
    const old = yield* next(8, { retention })
    assert.equal(old.summary.purged.activities, 6)
    assert.equal(old.summary.purged.streams, undefined)
    assert.equal(old.code, 0)
    for (const resource of ["activities", "streams", "export"]) {
      for (const id of world.ids) {
        const key = `${resource}/${id}`
        assert.equal(sink.items.get(key)?.text, fresh.get(key)?.text, key)
      }
      assert.deepEqual(byStatus(yield* counts, resource), { delivered: 6 }, resource)
    }
    for (const days of [0, 1, 8]) yield* next(days, { retention })
    yield* next(8)
    assert.deepEqual(new Set(sources("activities")), new Set(["export"]))
    assert.equal(yield* streamRequests, 0)
    yield* next(0, { force: true })
    assert.deepEqual(new Set(sources("activities")), new Set(["api"]))
  }).pipe(simulatedDays({ activities: 6 })))

test("an import fills what was purged, and a list does not replace it", () =>
  Effect.gen(function* () {
    const { importNow, next, sources, streamRequests } = yield* mergedAthlete()
    yield* next(0, { retention })
    yield* next(8, { retention })
    assert.deepEqual(new Set(sources("activities")), new Set([undefined]))
    yield* importNow(yield* nowOnClock)
    yield* next(8)
    assert.deepEqual(new Set(sources("activities")), new Set(["export"]))
    assert.deepEqual(new Set(sources("streams")), new Set(["export"]))
    assert.equal(yield* streamRequests, 6)
  }).pipe(simulatedDays({ activities: 6 })))

test("purged streams of an imported activity are offered to be read from its file", () =>
  Effect.gen(function* () {
    const { importNow, inState, next, owner, world } = yield* mergedAthlete()
    yield* next(0)
    const now = yield* nowOnClock
    yield* importNow(now)
    yield* next(8, { retention })
    const fallbacks = yield* inState((state) => state.imports.fallbacks(owner))
    assert.deepEqual(
      fallbacks.map(({ archive, exported, file, resource }) => ({
        archive,
        exported,
        file,
        resource,
      })),
      world.ids.map((id) => ({
        archive: "export.zip",
        exported: now,
        file: `activities/${id}.fit.gz`,
        resource: "streams",
      })),
    )
  }).pipe(simulatedDays({ activities: 3 })))

test("a purge that is killed at any commit is completed by the next run", () =>
  Effect.gen(function* () {
    const { importNow, next, setup, sink } = yield* mergedAthlete()
    yield* importNow(yield* nowOnClock)
    yield* next(0, { retention })
    const deaths: Array<[ReturnType<typeof stateBytes>, Map<string, unknown>]> = []
    const die = (name: string) => {
      if (name !== "state.committed" && name !== "batch.written") return
      deaths.push([stateBytes(setup.data), new Map(sink.items)])
    }
    const whole = yield* Effect.provideService(next(8, { retention }), Failpoints, die)
    assert.equal(whole.summary.purged.activities, 4)
    const undisturbed = [...sink.items].filter(([key]) => !/^(athlete|gear|stats|zones)/.test(key))
      .map(([key, { text }]) => [key, text]).toSorted()
    const last = stateBytes(setup.data)
    assert.ok(deaths.length > 5)
    for (const [state, items] of deaths) {
      restoreState(setup.data, state)
      const copy = memorySink("json", undefined, items as typeof sink.items)
      yield* next(0, { retention }, { sinks: [copy.source] })
      assert.deepEqual(
        [...copy.items].filter(([key]) => !/^(athlete|gear|stats|zones)/.test(key))
          .map(([key, { text }]) => [key, text]).toSorted(),
        undisturbed,
      )
    }
    restoreState(setup.data, last)
  }).pipe(simulatedDays({ activities: 4, rotation: "never" })))
