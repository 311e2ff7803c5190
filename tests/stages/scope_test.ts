/**
 * A wider scope fetches the data that the narrower one lacked, once, and costs no request before it
 * is known.
 */
import { Effect, FileSystem, Layer, Redacted } from "effect"
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { makePlan } from "../../pipeline/run/Plan.ts"
import type { ProgressEvent } from "../../pipeline/base/Progress.ts"
import { defaultOptions, RunOptions } from "../../pipeline/stages/RunOptions.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { simulatedRefreshToken } from "../../pipeline/simulator/Tokens.ts"
import { StateFile } from "../../pipeline/state/StateFile.ts"
import { GrantedScope, grantedScopeIn } from "../../pipeline/strava/auth/GrantedScope.ts"
import { Quota } from "../../pipeline/strava/quota/Quota.ts"
import { makeTokenText } from "../../pipeline/strava/auth/StoredTokens.ts"
import { test } from "../testing.ts"
import { simulatedDays, weeklyAthlete } from "../pipeline/daily.ts"
import { runStart } from "../pipeline/running.ts"

const hour = 60 * 60_000
const off = { turnOff: ["zones", "stats", "gear"] } as const
const withDetails = { ...off, turnOn: ["details"] } as const

const narrow = "read,activity:read"
const wide = "read,profile:read_all,activity:read_all"

const notesIn = (events: ReadonlyArray<ProgressEvent>) =>
  events.flatMap((event) => event._tag === "Note" ? [event.text] : [])

const policy = { onLimit: "wait", deadline: undefined, reserve: 0 } as const

/**
 * Fingerprint of the environment's refresh token, so that it does not take precedence over the
 * stored one.
 */
const fingerprint = createHash("sha256").update(`paceline:${simulatedRefreshToken}`)
  .digest("hex").slice(0, 32)

/** Grants this scope to the tokens in `data`, like a sign-in. */
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

test("fault 57: a wider scope queues items fetched with the narrower one last, and reports them once", () =>
  Effect.gen(function* () {
    const { counts, next, setup, sink } = yield* weeklyAthlete({ options: { ...withDetails } })
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
    const ahead = yield* makePlan(() => true, policy).pipe(
      Effect.provide(
        Quota.layer(policy).pipe(
          Layer.provideMerge(StateFile.layerReadOnly(setup.data, ["json"])),
        ),
      ),
      Effect.provideService(RunOptions, { ...defaultOptions, sweep: 7 * 24 * hour }),
      Effect.provideService(GrantedScope, known),
    )
    assert.equal(ahead.items.streams?.narrower, 6)
    assert.equal(ahead.items.details?.narrower, 6)
    assert.equal(ahead.requests.streams, 6)

    const fresh = yield* world.add({ start: runStart + 40 * hour })
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
  }).pipe(simulatedDays({ activities: 6, samples: 400, manual: 0, scope: narrow })))

test("items fetched with a wider scope are not replaced by incomplete ones, even with --force", () =>
  Effect.gen(function* () {
    const { next, setup, sink } = yield* weeklyAthlete({ options: { ...off } })
    const { world } = yield* Simulator
    for (const id of world.ids) yield* world.edit(id, { private: false, visibility: "everyone" })
    const [cut = 0] = world.ids
    yield* world.hidePlaces(cut, { from: 0.2, to: 0.74 })
    yield* signIn(setup.data, wide)
    yield* next(0)
    const before = sink.items.get(`streams/${cut}`)?.text
    yield* signIn(setup.data, narrow)
    for (let day = 0; day < 3; day++) {
      yield* next(1, { force: true })
      assert.equal(sink.items.get(`streams/${cut}`)?.text, before)
    }
    assert.equal((yield* next(1)).paths.length, 2)
  }).pipe(simulatedDays({ activities: 3, samples: 400 })))

test("the run after activity:read_all is granted fetches private activities of any age", () =>
  Effect.gen(function* () {
    const { next, setup, sink } = yield* weeklyAthlete({ options: { ...off } })
    const { world } = yield* Simulator
    const old = world.ids.at(-1) ?? 0
    for (const id of world.ids) yield* world.edit(id, { private: id === old })
    yield* signIn(setup.data, narrow)
    yield* next(0)
    yield* next(1)
    assert.ok(!sink.items.has(`activities/${old}`))
    yield* signIn(setup.data, wide)
    yield* next(1)
    assert.ok(sink.items.has(`activities/${old}`))
    assert.ok(sink.items.has(`streams/${old}`))
    assert.equal((yield* next(1)).paths.length, 2)
  }).pipe(simulatedDays({ activities: 6, scope: narrow })))

test("fault 57: the run after profile:read_all is granted fetches the complete profile and the zones", () =>
  Effect.gen(function* () {
    const { next, setup, sink } = yield* weeklyAthlete({ options: { turnOff: ["stats", "gear"] } })
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
  }).pipe(simulatedDays({ activities: 3 })))

test("responses of unknown scope count as fetched with the first scope that is known: no request", () =>
  Effect.gen(function* () {
    const { next, setup } = yield* weeklyAthlete({ options: { ...off } })
    yield* next(0)
    yield* signIn(setup.data, wide)
    assert.equal((yield* next(1)).paths.length, 2)
    yield* signIn(setup.data, narrow)
    assert.equal((yield* next(1)).paths.length, 2)
  }).pipe(simulatedDays({ activities: 3 })))
