/** Losses: the state file is rebuilt with sources and origins, and lost imports come back with the next import. */
import { Effect, FileSystem } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { reasons } from "../../../pipeline/state/ledger/reasons.ts"
import { sourceOf } from "../../../schemas/export/source.ts"
import { jsonSink } from "../../../sinks/json/JsonSink.ts"
import { byStatus, simulatedDays } from "../../pipeline/daily.ts"
import { runStart } from "../../pipeline/running.ts"
import { cell, edit, restoreState, runSetup } from "../../recovery/lost.ts"
import { test } from "../../testing.ts"
import { exportOf, importAll } from "./importedRows.ts"
import { mergedAthlete, nowOnClock } from "./mergedAthlete.ts"

const small = simulatedDays({ activities: 6, rotation: "never" })

test("a lost state file is rebuilt from the sinks with sources and origins, and costs no streams", () =>
  Effect.gen(function* () {
    const { importNow, inState, next, owner, setup, sink, sources, streamRequests, world } =
      yield* mergedAthlete()
    const now = yield* nowOnClock
    yield* importNow(now)
    yield* next(0)
    const [unlisted = 0] = world.ids
    const before = yield* inState((state) => state.imports.known(owner))
    restoreState(setup.data, new Map())
    const { code } = yield* runSetup({ ...setup, rebuild: true })
    assert.equal(code, 0)
    assert.equal(yield* streamRequests, 0)
    assert.equal(cell(setup.data, "select count(*) from item where recheck is not null"), 0)
    const after = yield* inState((state) => state.imports.known(owner))
    assert.deepEqual([...after.keys()].toSorted(), [...before.keys()].toSorted())
    for (const [id, { origin, ...items }] of after) {
      const { origin: known, ...others } = before.get(id) ?? {}
      assert.deepEqual(items, others)
      // The next import reads the row again, and finds that nothing changed.
      assert.deepEqual(origin, { ...known, rowHash: "" })
    }
    const written = sink.writes.length
    yield* importNow(now)
    assert.equal(sink.writes.length, written)
    yield* world.edit(unlisted, { distance: 12 })
    yield* next(8)
    assert.equal(yield* streamRequests, 0)
    assert.deepEqual(new Set(sources("streams")), new Set(["export"]))
  }).pipe(small))

test("a state file that is rebuilt from files knows the time of the export", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const data = yield* fs.makeTempDirectoryScoped()
    const sinks = [yield* jsonSink(`${data}/json`)]
    const { world } = yield* Simulator
    yield* TestClock.setTime(runStart)
    const exported = runStart - 86_400_000
    yield* importAll(data, sinks, exportOf(world, exported))
    restoreState(data, new Map())
    yield* TestClock.adjust("10 days")
    yield* runSetup({ data, sinks, rebuild: true })
    const times = cell(
      data,
      `select group_concat(distinct fetched) from item where source = 'export'`,
    )
    assert.equal(times, `${exported}`)
    assert.equal(cell(data, "select group_concat(distinct exported) from origin"), `${exported}`)
  }).pipe(small))

test("imports that no list has survive a lost state file, and are not missed", () =>
  Effect.gen(function* () {
    const { counts, importNow, next, setup, sink, world } = yield* mergedAthlete()
    yield* importNow(yield* nowOnClock)
    for (const id of world.ids.slice(1)) yield* world.remove(id)
    yield* next(0)
    restoreState(setup.data, new Map())
    yield* runSetup({ ...setup, rebuild: true })
    // Only the activity that a list has can be compared with the next list.
    assert.equal(cell(setup.data, "select count(*) from summary where basis is not null"), 1)
    yield* next(8)
    assert.deepEqual(byStatus(yield* counts, "activities"), { delivered: 6 })
    assert.equal((yield* counts).heldBack, undefined)
    assert.deepEqual(
      (yield* counts).sources.filter(({ resource }) => resource === "activities"),
      [
        { resource: "activities", source: "api", count: 1 },
        { resource: "activities", source: "export", count: 5 },
      ],
    )
    assert.equal([...sink.items.keys()].filter((key) => key.startsWith("export/")).length, 6)
  }).pipe(small))

test("imported streams that every sink lost are pending with a reason, and the next import stores them", () =>
  Effect.gen(function* () {
    const { importNow, inState, next, owner, setup, sink, streamRequests, world } =
      yield* mergedAthlete()
    const now = yield* nowOnClock
    yield* importNow(now)
    yield* next(0)
    const [one = 0, two = 0] = world.ids
    for (const resource of ["streams", "export"]) sink.items.delete(`${resource}/${one}`)
    sink.items.delete(`streams/${two}`)
    const { notes } = yield* runSetup({ ...setup, last: "activities" })
    assert.match(notes, /deno task import FILE/)
    const pending = yield* inState((state) => state.pendingItems(owner, "streams"))
    assert.deepEqual(
      pending.map(({ id, reason }) => [Number(id), reason]),
      [one, two].map((id) => [id, reasons.lostImport]),
    )
    yield* importNow(now)
    for (const id of [one, two]) {
      for (const resource of ["activities", "streams", "export"]) {
        assert.ok(sink.items.has(`${resource}/${id}`), `${resource}/${id}`)
      }
    }
    yield* next(1)
    assert.equal(yield* streamRequests, 0)
  }).pipe(small))

test("imported streams that were lost come from the API if no import is made", () =>
  Effect.gen(function* () {
    const { importNow, next, sink, streamRequests, world } = yield* mergedAthlete()
    yield* importNow(yield* nowOnClock)
    yield* next(0)
    const [id = 0] = world.ids
    sink.items.delete(`streams/${id}`)
    yield* next(1)
    assert.equal(yield* streamRequests, 1)
    const item = sink.items.get(`streams/${id}`)
    assert.equal(item && sourceOf(item), "api")
  }).pipe(small))

test("a staged import that is damaged is forgotten, so that the next import stores it", () =>
  Effect.gen(function* () {
    const { importNow, next, setup, sink, world } = yield* mergedAthlete()
    const now = yield* nowOnClock
    sink.hooks = { refuses: () => true }
    yield* importNow(now)
    edit(setup.data, "update staged set body = x'00'")
    sink.hooks = {}
    yield* next(2)
    assert.equal(cell(setup.data, "select count(*) from origin"), 0)
    assert.equal(cell(setup.data, "select count(*) from item where resource = 'export'"), 0)
    yield* importNow(now)
    for (const id of world.ids) assert.ok(sink.items.has(`export/${id}`))
  }).pipe(small))
