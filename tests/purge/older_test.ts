/**
 * Purging by age: old items are deleted for good and cost no further request, even if Strava lists
 * them again.
 */
import { Effect, Exit, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import type { PurgeCounts } from "../../pipeline/state/outbox/purge.ts"
import { Failpoints } from "../../sinks/failpoints.ts"
import type { Resource } from "../../schemas/Item.ts"
import { byStatus, dailyAthlete, simulatedDays } from "../pipeline/daily.ts"
import { type MemorySink, memorySink, unreachable } from "../delivery/MemorySink.ts"
import type { Setup } from "../pipeline/running.ts"
import { edit, restoreState, stateBytes } from "../recovery/lost.ts"
import { test } from "../testing.ts"

const day = 24 * 60 * 60_000
const retention = 7 * day
const small = simulatedDays({ activities: 6, samples: 2 })

const keys = (sink: MemorySink, ...resources: ReadonlyArray<Resource>) =>
  [...sink.items.keys()].filter((key) => resources.some((one) => key.startsWith(`${one}/`)))

const ofActivities = ["activities", "streams", "details"] as const

/** Fetches six activities with streams and details, and purges them eight days later. */
const purged = (more: Parameters<typeof dailyAthlete>[0] = {}) =>
  Effect.gen(function* () {
    const years = yield* dailyAthlete(more)
    const first = yield* years.next(0, { turnOn: ["details"], retention })
    assert.deepEqual(first.summary.purged, {})
    assert.equal(keys(years.sink, ...ofActivities).length, 18)
    const before = new Map(years.sink.items)
    const today = yield* years.next(8, { retention })
    assert.equal(today.code, 0)
    return { ...years, before, today }
  })

/** Returns the counts without gear, which is purged too because unused gear is not fetched again. */
const ofTheirs = ({ gear: _, ...others }: PurgeCounts) => others

/** Returns the requests for single activities. */
const ofThem = (paths: ReadonlyArray<string>) =>
  paths.filter((path) => /^\/activities\/\d+/.test(path))

test("items received before the retention period are deleted from the sink and not requested again", () =>
  Effect.gen(function* () {
    const { counts, next, sink, today } = yield* purged()
    assert.deepEqual(ofTheirs(today.summary.purged), { activities: 6, details: 6, streams: 6 })
    assert.deepEqual(keys(sink, ...ofActivities), [])
    for (const resource of ofActivities) {
      assert.deepEqual(byStatus(yield* counts, resource), { purged: 6 }, resource)
    }
    // Resources of the athlete are fetched every week, so they never get that old.
    assert.ok(keys(sink, "athlete", "zones", "stats").length === 3)

    const quiet = yield* next(1 / 24, { retention })
    assert.equal(quiet.summary.requests, 2)
    assert.deepEqual(ofThem(quiet.paths), [])
    assert.deepEqual(keys(sink, ...ofActivities), [])
    // A full sync, and a run without a retention, restore nothing.
    const sweep = yield* next(7)
    assert.deepEqual(ofThem(sweep.paths), [])
    assert.deepEqual(keys(sink, ...ofActivities), [])
    assert.deepEqual(sweep.summary.lacks, [])
    assert.deepEqual(sweep.summary.work, [])
  }).pipe(small))

test("a wrong clock deletes nothing: Strava's clock counts, and without it nothing is purged", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    yield* next(0, { retention })
    const held = sink.items.size
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    const simulator = yield* Simulator
    yield* simulator.fault({ path: "/", response: { _tag: "Reset" } })
    const alone = yield* next(400, { retention })
    assert.deepEqual([alone.code, alone.summary.purged, sink.items.size], [69, {}, held])

    yield* simulator.clearFaults
    const date = new Date(now + day).toUTCString()
    yield* simulator.fault({ path: "/", response: { _tag: "Headers", headers: { date } } })
    const ahead = yield* next(0, { retention })
    assert.deepEqual([ahead.code, ahead.summary.purged, sink.items.size], [0, {}, held])

    yield* simulator.clearFaults
    const right = yield* next(0, { retention })
    assert.deepEqual(ofTheirs(right.summary.purged), { activities: 6, streams: 6 })
  }).pipe(small))

test("new items are fetched as usual, and purged later", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* purged()
    const { world } = yield* Simulator
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    const id = yield* world.add({ start: now - day })
    const { paths } = yield* next(1, { retention })
    assert.equal(ofThem(paths).length, 2)
    assert.deepEqual(
      keys(sink, ...ofActivities).toSorted(),
      ofActivities.map((one) => `${one}/${id}`).toSorted(),
    )
    const later = yield* next(8, { retention })
    assert.deepEqual(ofTheirs(later.summary.purged), { activities: 1, details: 1, streams: 1 })
    assert.deepEqual(keys(sink, ...ofActivities), [])
  }).pipe(small))

test("a purged activity that is renamed, cropped or deleted at Strava costs no request and stays purged", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* purged()
    const { world } = yield* Simulator
    const [renamed = 0, cropped = 0, deleted = 0, unreadable = 0] = world.ids
    yield* world.edit(renamed, { name: "Another" })
    yield* world.edit(cropped, { distance: 1, moving_time: 1, elapsed_time: 1 })
    yield* world.edit(unreadable, { start_date: 5 })
    yield* world.remove(deleted)
    for (const days of [1, 7, 1]) {
      const { code, paths, summary } = yield* next(days, { retention })
      assert.equal(code, 0)
      assert.deepEqual(ofThem(paths), [])
      assert.deepEqual(keys(sink, ...ofActivities), [])
      assert.equal(summary.heldBack, null)
    }
    assert.deepEqual(byStatus(yield* counts, "activities"), { purged: 6 })
  }).pipe(small))

test("--force restores all items, and a later retention purges them again", () =>
  Effect.gen(function* () {
    const { before, next, sink } = yield* purged()
    const { world } = yield* Simulator
    const back = yield* next(1, { force: true, retention })
    assert.equal(back.code, 0)
    assert.equal(ofThem(back.paths).length, 12)
    assert.deepEqual(
      keys(sink, ...ofActivities).toSorted(),
      [...before.keys()].filter((key) => /^(activities|streams|details)/.test(key)).toSorted(),
    )
    yield* world.edit(world.ids[0] ?? 0, { name: "Another" })
    const known = yield* next(1, { retention })
    assert.equal(known.summary.resources.activities?.changed, 1)
    const again = yield* next(8, { retention })
    assert.deepEqual(ofTheirs(again.summary.purged), { activities: 6, details: 6, streams: 6 })
  }).pipe(small))

test("pending requests of a purged activity are canceled", () =>
  Effect.gen(function* () {
    const { counts, next } = yield* dailyAthlete()
    yield* next(0, { turnOn: ["details"], limit: 2 })
    assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 2, listed: 4 })
    const { paths } = yield* next(8, { retention, limit: 1 })
    assert.deepEqual(byStatus(yield* counts, "activities"), { purged: 6 })
    // One of the streams was fetched in this run, and is not old yet.
    assert.equal(ofThem(paths).length, 2)
    assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 1, purged: 5 })
    assert.deepEqual(ofThem((yield* next(1)).paths), [])
  }).pipe(small))

test("a refetched response has its own age, and an edited activity keeps items that are not old", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const [id = 0] = world.ids
    yield* next(0)
    yield* world.edit(id, { name: "Another" })
    yield* next(5)
    const { summary } = yield* next(3, { retention })
    assert.deepEqual(ofTheirs(summary.purged), { activities: 5, streams: 6 })
    assert.deepEqual(keys(sink, "activities", "streams"), [`activities/${id}`])
    // The streams were purged, so cropping the activity does not fetch them again.
    yield* world.edit(id, { distance: 1 })
    const { paths } = yield* next(1, { retention })
    assert.deepEqual(ofThem(paths), [])
    assert.deepEqual(byStatus(yield* counts, "streams"), { purged: 6 })
    assert.equal((yield* next(5, { retention })).summary.purged.activities, undefined)
    assert.equal((yield* next(2, { retention })).summary.purged.activities, 1)
  }).pipe(small))

test("a sink that is down purges when it is back, and a new sink gets no purged items", () =>
  Effect.gen(function* () {
    const csv = memorySink("csv")
    const postgres = memorySink("postgres", [])
    const { counts, next, setup, sink } = yield* dailyAthlete()
    const both = { sinks: [...setup.sinks, csv.source] }
    yield* next(0, {}, both)
    csv.hooks = { open: Effect.fail(unreachable("csv")) }
    const down = yield* next(8, { retention }, both)
    assert.equal(down.code, 69)
    assert.deepEqual(keys(sink, "activities", "streams"), [])
    assert.equal(keys(csv, "activities", "streams").length, 12)
    csv.hooks = {}
    const up = yield* next(1, {}, { sinks: [...both.sinks, postgres.source] })
    assert.equal(up.code, 0)
    assert.deepEqual(keys(csv, "activities", "streams"), [])
    assert.deepEqual(keys(postgres, "activities", "streams"), [])
    assert.deepEqual(up.summary.lacks, [])
    assert.deepEqual(ofThem(up.paths), [])
    assert.equal(byStatus(yield* counts, "streams")["purged"], 6)
  }).pipe(small))

test("tombstones of activities deleted at Strava are purged too", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const [id = 0] = world.ids
    yield* next(0)
    yield* world.remove(id)
    yield* next(1, { allowDeletions: 1 })
    const goneOf: Array<string> = []
    sink.hooks = {
      before: ({ gone = [], resource }) =>
        Effect.sync(() => {
          for (const one of gone) {
            assert.equal(one.purged, true)
            goneOf.push(`${resource}/${one.id}`)
          }
        }),
    }
    yield* next(8, { retention })
    assert.ok(goneOf.includes(`activities/${id}`) && goneOf.includes(`streams/${id}`))
  }).pipe(small))

test("items restored with a copy of the sinks are purged again; items fetched since are not", () =>
  Effect.gen(function* () {
    const { before, counts, next, setup, sink } = yield* purged()
    for (const [key, item] of before) sink.items.set(key, item)
    // Changes the state file as another program would, so that the run compares the sinks with it.
    edit(setup.data, "update item set updated = updated + 1")
    const { code, paths } = yield* next(1)
    assert.equal(code, 0)
    assert.deepEqual(ofThem(paths), [])
    assert.deepEqual(keys(sink, ...ofActivities), [])
    assert.equal(byStatus(yield* counts, "streams")["purged"], 6)

    const files = stateBytes(setup.data)
    yield* next(1, { force: true })
    restoreState(setup.data, files)
    const older = yield* next(1)
    assert.deepEqual(ofThem(older.paths), [])
    assert.equal(keys(sink, ...ofActivities).length, 18)
  }).pipe(small))

test("the next run completes a purge killed anywhere, and nothing else is lost or requested", () =>
  Effect.gen(function* () {
    const fs = yield* FileSystem.FileSystem
    const { world } = yield* Simulator
    const years = yield* dailyAthlete()
    yield* years.next(0)
    const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
    const young = yield* world.add({ start: now + 5 * day })
    yield* years.next(6)
    yield* years.next(2)
    const whole = new Map(years.sink.items)
    const { data } = years.setup
    const place = Effect.gen(function* () {
      const copy = yield* fs.makeTempDirectoryScoped()
      yield* fs.copy(data, copy, { overwrite: true })
      const sink = memorySink("json", ["activities"], whole)
      return { sink, setup: { data: copy, sinks: [sink.source] } }
    })
    /** Runs without requests: drains and purges, and dies at the `at`-th failpoint. */
    const quiet = Effect.fnUntraced(function* (setup: Partial<Setup>, at = Infinity) {
      const passed: Array<string> = []
      const hit = (name: string) => {
        if (passed.push(name) >= at) throw new Error("killed")
      }
      const exit = yield* years.next(0, { retention }, { ...setup, selected: () => false }).pipe(
        Effect.provideService(Failpoints, hit),
        Effect.exit,
      )
      return { exit, passed }
    })
    const { passed } = yield* quiet((yield* place).setup)
    // Every read-only transaction also passes two commit failpoints, so every fifth position is
    // enough for those.
    const moments = passed.flatMap((name, i) =>
      i > passed.indexOf("run.drained") && (!/^state\.commit/.test(name) || i % 5 === 0)
        ? [i + 1]
        : []
    )
    assert.ok(moments.length > 15)
    for (const at of moments) {
      const { setup, sink } = yield* place
      yield* quiet(setup, at)
      // Any run completes a recorded purge; a run with the flag purges the rest.
      const last = at === moments.at(-1)
      const exit = last
        ? yield* Effect.exit(years.next(0, { retention }, setup))
        : (yield* quiet(setup)).exit
      assert.ok(Exit.isSuccess(exit) && exit.value.code === 0, `killed at ${passed[at - 1]}`)
      assert.deepEqual(ofThem(exit.value.paths), [])
      assert.deepEqual(
        keys(sink, "activities", "streams").toSorted(),
        [`activities/${young}`, `streams/${young}`],
        `killed at ${passed[at - 1]}`,
      )
    }
  }).pipe(small))
