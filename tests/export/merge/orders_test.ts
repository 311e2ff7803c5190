/** Imports and runs with the API in any order: the same rows, and no request for what an export contains. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { itemFrom } from "../../../schemas/json/ParsedItem.ts"
import { simulatedDays } from "../../pipeline/daily.ts"
import { streamsAsked } from "../../pipeline/running.ts"
import { rounds, test } from "../../testing.ts"
import { day } from "../../../pipeline/strava/quota/quotaWindow.ts"
import { mergedAthlete, nowOnClock } from "./mergedAthlete.ts"

test("after an import, the API sends a full list and no streams", () =>
  Effect.gen(function* () {
    const { importNow, next, sink, world } = yield* mergedAthlete()
    const now = yield* nowOnClock
    yield* importNow(now)
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

test("an activity that changes at Strava costs no request if its streams come from an export", () =>
  Effect.gen(function* () {
    const { importNow, next, sink, streamRequests, world } = yield* mergedAthlete()
    yield* importNow(yield* nowOnClock)
    yield* next(0)
    const [id = 0] = world.ids
    yield* world.edit(id, { distance: 1, elapsed_time: 9_999, has_heartrate: true })
    yield* next(8)
    assert.equal(sink.items.get(`activities/${id}`)?.text, world.summaryText(id))
    assert.equal(yield* streamRequests, 0)
  }).pipe(simulatedDays()))

test("imported gear is requested no more often than gear of the API", () =>
  Effect.gen(function* () {
    const { importNow, next, owner, setup, world } = yield* mergedAthlete()
    const now = yield* nowOnClock
    yield* importNow(now)
    const ids = new Set(
      world.ids.flatMap((id) => /"gear_id":"(\w+)"/.exec(world.summaryText(id))?.[1] ?? []),
    )
    assert.ok(ids.size > 0)
    const arrivals = [...ids].map((id) => ({
      item: itemFrom(
        { athlete: owner, resource: "gear", id },
        `{"id":"${id}","name":"x","source":"export"}`,
        now - 90 * day,
      ),
      start: 0,
    }))
    yield* Effect.flatMap(StateFile, (state) => state.checkpoint({ arrivals })).pipe(
      Effect.provide(StateFile.layer(setup.data, ["json"]), { local: true }),
    )
    const gearIn = (paths: ReadonlyArray<string>) =>
      paths.flatMap((path) => /^\/gear\/(\w+)$/.exec(path)?.[1] ?? []).filter((id) => ids.has(id))
    assert.deepEqual(gearIn((yield* next(0, { turnOn: ["gear"] })).paths), [])
    yield* world.add({ start: now + 7 * day, patch: { gear_id: [...ids][0] ?? "" } })
    assert.deepEqual(gearIn((yield* next(8)).paths), [...ids].slice(0, 1))
    assert.deepEqual(gearIn((yield* next(1)).paths), [])
  }).pipe(simulatedDays()))

const Step = Schema.Literals(["older export", "newer export", "API", "newer export again"])

test.prop(
  "imports and runs in any order end with the same rows",
  Schema.Array(Step).check(Schema.isMinLength(2), Schema.isMaxLength(5)),
  (before) =>
    Effect.gen(function* () {
      const { importNow, next, sink, sources, streamRequests, world } = yield* mergedAthlete()
      const now = yield* nowOnClock
      // Everything happens at least once, and the API last, because its list has the newest rows.
      const steps = [...before, "newer export", "API"] as const
      for (const step of steps) {
        if (step === "API") yield* next(0)
        else {
          yield* importNow(step === "older export" ? now - 40 * day : now, (row) => ({
            ...row,
            name: `${step === "older export" ? "older" : "newer"} ${row.id}`,
          }))
        }
      }
      const first = steps[0]
      for (const id of world.ids) {
        assert.equal(sink.items.get(`activities/${id}`)?.text, world.summaryText(id))
        assert.match(sink.items.get(`export/${id}`)?.text ?? "", new RegExp(`"newer ${id}"`))
      }
      for (const resource of ["activities", "streams", "export"]) {
        const held = [...sink.items.keys()].filter((key) => key.startsWith(`${resource}/`))
        assert.equal(held.length, world.ids.length, resource)
      }
      // The first source of streams stays, so that only a run before every import requests them.
      assert.deepEqual(
        new Set(sources("streams")),
        new Set([first === "API" ? "api" : "export"]),
      )
      assert.equal(yield* streamRequests, first === "API" ? world.ids.length : 0)
      const written = sink.writes.length
      yield* importNow(now, (row) => ({ ...row, name: `newer ${row.id}` }))
      assert.equal(sink.writes.length, written, "a known export writes nothing")
      return true
    }).pipe(simulatedDays({ activities: 6 })),
  { runs: rounds(12, 200) },
)
