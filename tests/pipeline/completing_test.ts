/** Data that appears later is fetched then: a long ride, late segments, a claim or a permission that is new. */
import { Effect, FileSystem, Layer, Redacted } from "effect"
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { plan } from "../../pipeline/Plan.ts"
import type { ProgressEvent } from "../../pipeline/Progress.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { simulatedRefreshToken } from "../../pipeline/simulator/Tokens.ts"
import { defaultOptions, RunOptions } from "../../pipeline/RunOptions.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { GrantedScope, grantedScopeIn } from "../../pipeline/strava/GrantedScope.ts"
import { Quota } from "../../pipeline/strava/Quota.ts"
import { makeTokenText } from "../../pipeline/strava/StoredTokens.ts"
import { test } from "../testing.ts"
import { byStatus, simulated, weekly } from "./daily.ts"
import { start } from "./running.ts"

const minutes = (count: number) => count / (24 * 60)
const hour = 60 * 60_000
const off = { turnOff: ["zones", "stats", "gear"] } as const
const withDetails = { ...off, turnOn: ["details"] } as const

const fail = (id: number, status: number, times: number) =>
  Effect.flatMap(
    Simulator,
    ({ fault }) =>
      fault({ path: `/activities/${id}/streams`, times, answer: { _tag: "Status", status } }),
  )

const requestsOf = (paths: ReadonlyArray<string>, path: string) =>
  paths.filter((one) => one === path).length

test("a ride of seven hours that has just ended is young: a 404 does not make it absent", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weekly()
    const { world } = yield* Simulator
    yield* next(0, off)
    const id = yield* world.add({
      start: start + 24 * hour - 7.5 * hour,
      patch: { moving_time: 7 * 3_600, elapsed_time: 7 * 3_600 },
    })
    yield* fail(id, 404, 2)
    yield* next(1, off)
    yield* next(minutes(1), off)
    assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 40, listed: 1 })
    yield* next(minutes(16), off)
    assert.ok(sink.items.has(`streams/${id}`))
  }).pipe(simulated()))

test("an upload of an old activity is young from when a list first had it", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weekly()
    const { world } = yield* Simulator
    yield* next(0, off)
    const id = yield* world.add({ start: start - 20 * 24 * hour })
    yield* fail(id, 404, 4)
    yield* next(1, off)
    for (const after of [minutes(1), minutes(16), minutes(70)]) yield* next(after, off)
    assert.ok(!sink.items.has(`streams/${id}`))
    assert.deepEqual(byStatus(yield* counts, "streams"), { delivered: 40, listed: 1 })
    yield* next(minutes(245), off)
    assert.ok(sink.items.has(`streams/${id}`))
  }).pipe(simulated()))

test("an upload that never gets samples costs a bounded number of requests, however often a run comes", () =>
  Effect.gen(function* () {
    const { counts, next } = yield* weekly()
    const { world } = yield* Simulator
    yield* next(0, off)
    const id = yield* world.add({ start: start + 23.5 * hour })
    yield* fail(id, 404, 1_000)
    let requests = requestsOf((yield* next(1, off)).paths, `/activities/${id}/streams`)
    for (let quarter = 0; quarter < 40; quarter++) {
      const { paths } = yield* next(minutes(15), off)
      requests += requestsOf(paths, `/activities/${id}/streams`)
    }
    assert.equal(requests, 6)
    assert.deepEqual(byStatus(yield* counts, "streams"), { absent: 1, delivered: 3 })
  }).pipe(simulated({ activities: 3 })))

test("an activity in the future is not young until then, and costs no request for each run", () =>
  Effect.gen(function* () {
    const { next } = yield* weekly()
    const { world } = yield* Simulator
    yield* next(0, off)
    const id = yield* world.add({ start: Date.UTC(2033, 0, 1) })
    yield* fail(id, 404, 1_000)
    let requests = 0
    for (let quarter = 0; quarter < 60; quarter++) {
      const { paths } = yield* next(minutes(15), off)
      requests += requestsOf(paths, `/activities/${id}/streams`)
    }
    assert.ok(requests <= 6, String(requests))
  }).pipe(simulated({ activities: 3 })))

test("details that were read before the segments were matched are fetched once more when it has settled", () =>
  Effect.gen(function* () {
    const { counts, next, sink } = yield* weekly()
    const { fault, world } = yield* Simulator
    yield* next(0, withDetails)
    const id = yield* world.add({
      start: start + 22 * hour,
      sport_type: "Ride",
      patch: { achievement_count: 0, pr_count: 0 },
    })
    const path = `/activities/${id}`
    yield* fault({
      path: `${path}?`,
      times: 1,
      answer: { _tag: "Part", without: ["segment_efforts"] },
    })
    const efforts = () => JSON.parse(sink.items.get(`details/${id}`)?.text ?? "{}").segment_efforts
    assert.equal(requestsOf((yield* next(1, withDetails)).paths, path), 1)
    assert.deepEqual(efforts(), [])
    assert.deepEqual((yield* counts).incomplete.map(({ lacks }) => lacks), [["efforts"]])
    assert.equal(requestsOf((yield* next(minutes(60), off)).paths, path), 0)
    assert.equal(requestsOf((yield* next(minutes(300), off)).paths, path), 1)
    assert.ok(efforts().length > 0)
    assert.deepEqual((yield* counts).incomplete, [])
    for (let day = 0; day < 2; day++) assert.equal((yield* next(1, off)).paths.length, 2)
  }).pipe(simulated({ samples: 40 })))

test("complete details cost one request each, of an upload as well", () =>
  Effect.gen(function* () {
    const { counts, next } = yield* weekly()
    const { world } = yield* Simulator
    yield* next(0, withDetails)
    const id = yield* world.add({ start: start + 22 * hour, sport_type: "Ride" })
    const { paths } = yield* next(1, off)
    assert.deepEqual(paths.toSorted(), [
      `/activities/${id}`,
      `/activities/${id}/streams`,
      "/athlete/activities",
      "/athlete/activities",
    ])
    assert.deepEqual((yield* counts).incomplete, [])
    for (let day = 0; day < 2; day++) assert.equal((yield* next(1, off)).paths.length, 2)
  }).pipe(simulated({ samples: 40 })))

for (
  const [what, hidden, shown] of [
    ["heart rate", { has_heartrate: false }, { has_heartrate: true }],
    ["power", { device_watts: false }, { device_watts: true }],
    ["position", { start_latlng: [] }, { start_latlng: [51.5, -0.1] }],
  ] as const
) {
  test(`${what} that becomes visible is fetched then, once`, () =>
    Effect.gen(function* () {
      const { counts, next, sink } = yield* weekly()
      const { fault, world } = yield* Simulator
      const type = { "heart rate": "heartrate", power: "watts", position: "latlng" }[what]
      const id = yield* world.add({ start: start - 3 * 24 * hour, sport_type: "Ride" })
      yield* world.edit(id, hidden)
      yield* fault({
        path: `/activities/${id}/streams`,
        times: 1,
        answer: { _tag: "Part", without: [type] },
      })
      yield* next(0, off)
      assert.deepEqual((yield* counts).incomplete, [])
      assert.equal((yield* next(1, off)).paths.length, 2)
      yield* world.edit(id, shown)
      const { paths } = yield* next(1, off)
      assert.equal(requestsOf(paths, `/activities/${id}/streams`), 1)
      const streams = JSON.parse(sink.items.get(`streams/${id}`)?.text ?? "{}")
      assert.ok(type in streams || what === "heart rate" && (yield* counts).incomplete.length > 0)
      yield* next(1, off)
      for (let day = 0; day < 2; day++) assert.equal((yield* next(1, off)).paths.length, 2)
    }).pipe(simulated({ samples: 40 })))
}

const narrow = "read,activity:read"
const wide = "read,profile:read_all,activity:read_all"

const notesIn = (events: ReadonlyArray<ProgressEvent>) =>
  events.flatMap((event) => event._tag === "Note" ? [event.text] : [])

const policy = { onLimit: "wait", deadline: undefined, reserve: 0 } as const

/** Keeps the refresh token of the environment from winning over the stored one. */
const fingerprint = createHash("sha256").update(`paceline:${simulatedRefreshToken}`)
  .digest("hex").slice(0, 32)

/** The tokens of `data` are granted this scope, as a sign-in would leave them. */
const signIn = Effect.fnUntraced(function* (data: string, scope: string) {
  const { grant } = yield* Simulator
  yield* grant(scope)
  const fs = yield* FileSystem.FileSystem
  const path = `${data}/tokens.json`
  const text = makeTokenText([])
  const stored = (yield* fs.exists(path))
    ? (yield* text.read(yield* fs.readFileString(path))).tokens
    : {
      refresh_token: Redacted.make(simulatedRefreshToken),
      previous_refresh_token: null,
      seeds: [fingerprint],
    }
  yield* fs.writeFileString(
    path,
    yield* text.write({ ...stored, access_token: null, expires_at: 0, scope }),
    { mode: 0o600 },
  )
})

test("a scope that widens queues what was fetched with the narrower one, last, counted and said once", () =>
  Effect.gen(function* () {
    const { counts, next, setup, sink } = yield* weekly({ options: { ...withDetails } })
    const { world } = yield* Simulator
    for (const id of world.ids) yield* world.edit(id, { private: false, visibility: "everyone" })
    const [cut = 0] = world.ids
    yield* world.hidePlaces(cut, { from: 0.2, to: 0.74 })
    const samples = () =>
      JSON.parse(sink.items.get(`streams/${cut}`)?.text ?? "{}").time.data.length as number
    yield* signIn(setup.data, narrow)
    yield* next(0)
    assert.equal(samples(), 216)
    assert.deepEqual((yield* counts).incomplete, [])
    const quiet = yield* next(1)
    assert.equal(quiet.paths.length, 2)

    yield* signIn(setup.data, wide)
    const known = yield* grantedScopeIn(setup.data)
    assert.equal(known, wide)
    const ahead = yield* plan(() => true, policy).pipe(
      Effect.provide(
        Quota.layer(policy).pipe(
          Layer.provideMerge(StateFile.layerReadOnly(setup.data, ["json"])),
        ),
      ),
      Effect.provideService(RunOptions, { ...defaultOptions, sweep: 7 * 24 * hour }),
      Effect.provideService(GrantedScope, known),
    )
    assert.equal(ahead.streams.narrower, 6)
    assert.equal(ahead.details.narrower, 6)
    assert.equal(ahead.requests.streams, 6)

    const fresh = yield* world.add({ start: start + 40 * hour })
    const { events, paths } = yield* next(1)
    assert.equal(samples(), 400)
    const streams = paths.flatMap((path) => /(\d+)\/streams$/.exec(path)?.[1] ?? [])
    assert.equal(streams[0], String(fresh), "new activities first")
    assert.equal(streams.length, 7)
    assert.equal(paths.filter((path) => /^\/activities\/\d+$/.test(path)).length, 7)
    const notes = notesIn(events).filter((text) => text.includes("permissions"))
    assert.equal(notes.length, 1)
    assert.match(notes[0] ?? "", /streams of 6 activities.*details of 6 activities/)
    assert.deepEqual((yield* counts).incomplete, [])
    for (let day = 0; day < 2; day++) {
      const later = yield* next(1)
      assert.equal(later.paths.length, 2)
      assert.deepEqual(notesIn(later.events).filter((text) => text.includes("permissions")), [])
    }
  }).pipe(simulated({ activities: 6, samples: 400, manual: 0, scope: narrow })))

test("profile:read_all that is granted later brings the whole profile and the zones with the next run", () =>
  Effect.gen(function* () {
    const { next, setup, sink } = yield* weekly({ options: { turnOff: ["stats", "gear"] } })
    const profile = () =>
      JSON.parse([...sink.items].find(([key]) => key.startsWith("athlete/"))?.[1].text ?? "{}")
    const zones = () => [...sink.items.keys()].filter((key) => key.startsWith("zones/")).length
    yield* signIn(setup.data, "read,activity:read_all")
    yield* next(0)
    assert.deepEqual([profile().resource_state, zones()], [2, 0])
    yield* signIn(setup.data, wide)
    const { paths } = yield* next(1)
    assert.deepEqual(paths.toSorted(), [
      "/athlete",
      "/athlete/activities",
      "/athlete/activities",
      "/athlete/zones",
    ])
    assert.deepEqual([profile().resource_state, zones()], [3, 1])
    assert.equal((yield* next(1)).paths.length, 2)
  }).pipe(simulated({ activities: 3 })))

test("responses of unknown scope count as fetched with the first scope that is known: no request", () =>
  Effect.gen(function* () {
    const { next, setup } = yield* weekly({ options: { ...off } })
    yield* next(0)
    yield* signIn(setup.data, wide)
    assert.equal((yield* next(1)).paths.length, 2)
    yield* signIn(setup.data, narrow)
    assert.equal((yield* next(1)).paths.length, 2)
  }).pipe(simulated({ activities: 3 })))
