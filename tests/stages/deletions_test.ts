/**
 * Deletions: items deleted at Strava are deleted from the sinks, and an implausible number never
 * is.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { renderSummary } from "../../pipeline/output/summary/summary.ts"
import { SinkError } from "../../sinks/Sink.ts"
import { test } from "../testing.ts"
import { byStatus, orders, simulatedDays, weeklyAthlete } from "../pipeline/daily.ts"
import { runStart as today } from "../pipeline/running.ts"

const days = (count: number) => count * 24 * 60 * 60_000
const held = (sink: { readonly items: ReadonlyMap<string, unknown> }) =>
  [...sink.items.keys()].filter((key) => key.startsWith("activities/")).length

for (const afterOrder of orders) {
  test(`a deleted activity is removed with streams and details once Strava confirms it; ${afterOrder} first`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0, { turnOn: ["details"] })
      const [recent = 0] = world.ids
      const old = world.ids.at(-1) ?? 0
      yield* world.remove(recent)
      yield* world.remove(old)
      const daily = yield* next()
      assert.deepEqual(daily.paths.slice(2), [`/activities/${recent}`])
      assert.equal(daily.code, 0)
      for (const resource of ["activities", "streams", "details"]) {
        assert.ok(!sink.items.has(`${resource}/${recent}`), resource)
        assert.ok(sink.items.has(`${resource}/${old}`), resource)
        assert.equal(byStatus(yield* counts, resource)["deleted"], 1, resource)
      }
      const sweep = yield* next(7)
      assert.ok(sweep.paths.includes(`/activities/${old}`))
      for (const resource of ["activities", "streams", "details"]) {
        assert.ok(!sink.items.has(`${resource}/${old}`), resource)
        assert.equal(byStatus(yield* counts, resource)["deleted"], 2, resource)
      }
      assert.equal((yield* next()).paths.length, 2)
      assert.equal(sweep.summary.resources.activities?.deleted, 1)
    }).pipe(simulatedDays({ afterOrder, activities: 42 })))
}

test("an activity that is only missing from the list is kept", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const simulator = yield* Simulator
    yield* next(0)
    const texts = simulator.world.ids.slice(1).map((id) => simulator.world.summaryText(id))
    yield* simulator.fault({
      path: /athlete\/activities.*page=1$/,
      response: { _tag: "Body", body: `[${texts.join(",")}]` },
    })
    const { code, paths } = yield* next()
    assert.equal(code, 0)
    assert.ok(paths.includes(`/activities/${simulator.world.ids[0]}`))
    assert.equal(held(sink), 40)
    assert.equal(byStatus(yield* counts, "activities")["deleted"], undefined)
  }).pipe(simulatedDays()))

test("a deleted activity that reappears is stored again, with its streams", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    const id = yield* world.add({ start: today - days(2) })
    yield* next(0)
    const text = world.summaryText(id)
    yield* world.remove(id)
    yield* next()
    assert.equal(held(sink), 40)
    // A new upload would have another id; this activity was only hidden.
    const again = yield* world.add({ start: today - days(2), patch: { ...JSON.parse(text), id } })
    yield* next()
    assert.ok(sink.items.has(`activities/${id}`))
    assert.equal(byStatus(yield* counts, "activities")["deleted"], undefined)
    assert.equal(byStatus(yield* counts, "streams")["deleted"], undefined)
    assert.ok(again > 0)
  }).pipe(simulatedDays()))

for (
  const [what, gone] of [["more than 20", 21], ["more than 5 %", 4]] as const
) {
  test(`if ${what} are missing, none is deleted unless the user allows their number`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0)
      const all = held(sink)
      for (const id of world.ids.slice(-gone)) yield* world.remove(id)
      const sweep = yield* next(7)
      assert.equal(sweep.code, 0)
      assert.equal(held(sink), all)
      const { heldBack } = yield* counts
      assert.equal(heldBack?.count, gone)
      const named = heldBack?.ids?.map(Number) ?? []
      assert.equal(named.length, Math.min(gone, 20))
      assert.ok(named.every((id) => !world.ids.includes(id) && sink.items.has(`activities/${id}`)))
      assert.equal(sweep.paths.filter((path) => /^\/activities\/\d+$/.test(path)).length, 0)

      yield* next(1, { allowDeletions: gone - 1 })
      assert.equal(held(sink), all)
      assert.equal((yield* counts).heldBack?.count, gone)
      yield* next(1)
      assert.equal((yield* counts).heldBack?.count, gone, "a daily list takes nothing back")

      const allowed = yield* next(1, { allowDeletions: gone })
      assert.equal(allowed.code, 0)
      assert.equal(held(sink), all - gone)
      assert.equal((yield* counts).heldBack, undefined)
    }).pipe(simulatedDays({ activities: what === "more than 20" ? 500 : 60, samples: 1 })))
}

for (const [left, days_] of [[0, 1], [0, 8], [3, 8]] as const) {
  test(`fault 30: a list with ${left} of 60 activities after ${days_} days changes nothing; a warning names the fix`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* weeklyAthlete()
      const { world } = yield* Simulator
      yield* next(0)
      const gone = world.ids.slice(left)
      for (const id of gone) yield* world.remove(id)
      const { code, paths, summary } = yield* next(days_)
      assert.equal(code, 0)
      assert.equal(held(sink), 60)
      assert.deepEqual(paths.filter((path) => /^\/activities\/\d+$/.test(path)), [])
      const { heldBack } = yield* counts
      const missing = heldBack?.count ?? 0
      if (days_ === 8) assert.equal(missing, gone.length)
      const page = renderSummary(summary, "./data")
      const list = days_ === 8 ? "" : " of the last weeks"
      const warning = left === 0
        ? `  Warning: Strava's list${list} is empty. It had ${missing} activities before.\n`
        : "  Warning: 57 of 60 activities are missing from Strava's list: that is more than\n"
      assert.ok(page.includes(warning), page)
      assert.match(
        page,
        /None of them was deleted: the stored data is kept, here and in every sink/,
      )
      assert.ok(page.includes(`\n      deno task pipeline --allow-deletions ${missing}`), page)
      assert.deepEqual(page.split("\n").filter((line) => line.length > 80), [])

      yield* next(1, { allowDeletions: gone.length })
      assert.equal(held(sink), left)
      assert.equal((yield* counts).heldBack, undefined)
    }).pipe(simulatedDays({ activities: 60, samples: 1, years: 1 })))
}

test("an empty list deletes nothing", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const simulator = yield* Simulator
    yield* next(0)
    yield* simulator.fault({
      path: "/athlete/activities",
      response: { _tag: "Body", body: "[]" },
    })
    const { code } = yield* next(8)
    assert.equal(code, 0)
    assert.equal(held(sink), 40)
    assert.match((yield* counts).heldBack?.why ?? "", /empty/)
  }).pipe(simulatedDays()))

test("if the permission to read private activities is withdrawn, none of them is deleted", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weeklyAthlete()
    const simulator = yield* Simulator
    const hidden = simulator.world.ids.at(-1) ?? 0
    for (const id of simulator.world.ids) {
      const private_ = id === hidden
      yield* simulator.world.edit(id, {
        private: private_,
        visibility: private_ ? "only_me" : "everyone",
      })
    }
    yield* next(0)
    yield* simulator.grant("read,profile:read_all,activity:read")
    const { code } = yield* next(8)
    assert.equal(code, 0)
    assert.ok(sink.items.has(`activities/${hidden}`))
    assert.match((yield* counts).heldBack?.why ?? "", /permission/)
  }).pipe(simulatedDays()))

test("a deletion clears its bytes from the sinks, with retries, and deletes its facts from the state file", () =>
  Effect.gen(function* () {
    const { next, setup, sink } = yield* weeklyAthlete()
    const { world } = yield* Simulator
    yield* next(0)
    const [recent = 0] = world.ids
    yield* world.remove(recent)
    const down = new SinkError({ sink: "json", reason: "unreachable", detail: "locked" })
    let cleared = 0
    const source = {
      ...sink.source,
      open: Effect.map(sink.source.open, (opened) => ({
        ...opened,
        clear: Effect.suspend(() => ++cleared === 1 ? Effect.fail(down) : Effect.void),
      })),
    }
    const report = `${setup.data}/report.html`
    const tracks = `${setup.data}/gpx`
    mkdirSync(tracks)
    for (const [expected, isKept] of [[1, false], [2, true], [2, true]] as const) {
      writeFileSync(report, "")
      writeFileSync(`${tracks}/2026-01-02-5.gpx`, "")
      writeFileSync(`${tracks}/mine.gpx`, "")
      assert.equal((yield* next(1, {}, { sinks: [source] })).code, 0)
      assert.equal(cleared, expected)
      assert.equal(existsSync(report), isKept)
      assert.equal(existsSync(`${tracks}/2026-01-02-5.gpx`), isKept)
      assert.ok(existsSync(`${tracks}/mine.gpx`))
    }
    const db = new DatabaseSync(`${setup.data}/state.db`, { readOnly: true })
    const facts = db.prepare("select basis, sport, gear, claims, ended from summary where id = ?")
      .get(String(recent))
    const [item] = db.prepare("select status, has from item where id = ? and resource = 'streams'")
      .all(String(recent))
    db.close()
    assert.deepEqual({ ...facts }, {
      basis: null,
      sport: null,
      gear: null,
      claims: null,
      ended: null,
    })
    assert.deepEqual({ ...item }, { status: "deleted", has: null })
  }).pipe(simulatedDays()))
