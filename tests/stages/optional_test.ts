/** Details, zones, stats and gear: requests, repeated requests, and withheld resources. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { dailyAthlete, simulatedDays } from "../pipeline/daily.ts"

const isDetails = (path: string) => /^\/activities\/\d+$/.test(path)
const isStreams = (path: string) => path.endsWith("/streams")
const isGear = (path: string) => path.startsWith("/gear/")
const idsOf = (paths: ReadonlyArray<string>) =>
  paths.map((path) => Number(/\/activities\/(\d+)/.exec(path)?.[1]))

/** Returns the paths of optional resources. */
const extrasOf = (paths: ReadonlyArray<string>) =>
  paths.filter((path) =>
    isDetails(path) || isGear(path) || path.endsWith("/zones") || path.endsWith("/stats")
  )

const refuse = (path: string | RegExp, status = 402) =>
  Effect.flatMap(Simulator, (simulator) =>
    simulator.fault({
      path,
      response: { _tag: "Status", status, body: `{"message":"Payment Required","errors":[]}` },
    }))

test("with details enabled, a run fetches everything once, newest first, and the next run nothing again", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const first = yield* next(0, { turnOn: ["details"], concurrency: 1 })
    assert.equal(first.code, 0)
    const details = first.requests.filter(({ path }) => isDetails(path))
    assert.deepEqual(idsOf(details.map(({ path }) => path)), world.ids)
    assert.deepEqual(
      new Set(details.map(({ query }) => query["include_all_efforts"])),
      new Set(["true"]),
    )
    assert.deepEqual(idsOf(first.paths.filter(isStreams)), world.ids)
    assert.ok(first.paths.filter(isGear).length > 2)
    assert.equal(new Set(first.paths.filter(isGear)).size, first.paths.filter(isGear).length)
    const held = (resource: string) =>
      [...sink.items.keys()].filter((key) => key.startsWith(`${resource}/`)).length
    assert.deepEqual(
      ["athlete", "zones", "stats", "activities", "details", "streams"].map(held),
      [1, 1, 1, 6, 6, 6],
    )
    assert.equal(held("gear"), first.paths.filter(isGear).length)
    const { paths } = yield* next(1)
    assert.deepEqual(new Set(paths), new Set(["/athlete/activities"]))
  }).pipe(simulatedDays({ activities: 6 })))

test("details are off by default; the choice is stored, and a year later they are fetched for all", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    assert.equal((yield* next(0)).paths.filter(isDetails).length, 0)
    const turned = yield* next(360, { turnOn: ["details"], limit: 4, turnOff: ["zones"] })
    assert.equal(turned.paths.filter(isDetails).length, 4)
    assert.deepEqual(turned.summary.work.map(({ before, total }) => [before, total]), [[4, 9]])
    const remembered = yield* next(1)
    assert.equal(remembered.paths.filter(isDetails).length, 5)
    assert.ok(!remembered.paths.includes("/athlete/zones"))
    assert.deepEqual(remembered.summary.work, [])
    const { world } = yield* Simulator
    yield* world.add({ start: Date.UTC(2027, 10, 18, 12) })
    const off = yield* next(1, { turnOff: ["details"], turnOn: ["zones"] })
    assert.deepEqual([off.paths.filter(isDetails).length, off.paths.filter(isStreams).length], [
      0,
      1,
    ])
    assert.ok(off.paths.includes("/athlete/zones"))
    const on = yield* next(1, { turnOn: ["details"] })
    assert.deepEqual(idsOf(on.paths.filter(isDetails)), world.ids.slice(0, 1))
    assert.equal([...sink.items.keys()].filter((key) => key.startsWith("details/")).length, 10)
  }).pipe(simulatedDays({ activities: 9 })))

test("zones and stats are fetched once a week, gear when it is new and again after it was used", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    const { world } = yield* Simulator
    const first = yield* next(0)
    const gear = first.paths.filter(isGear)
    assert.deepEqual(extrasOf((yield* next(3)).paths), [])
    const week = yield* next(4)
    assert.deepEqual(extrasOf(week.paths).toSorted(), [
      "/athlete/zones",
      `/athletes/${world.athleteId}/stats`,
    ])
    // Gear that was used within a week of its last request is not requested again.
    const [used = ""] = gear
    const id = yield* world.add({
      start: Date.UTC(2026, 11, 1),
      patch: { gear_id: used.slice("/gear/".length) },
    })
    const after = yield* next(1)
    assert.deepEqual(extrasOf(after.paths), [used])
    assert.deepEqual(idsOf(after.paths.filter(isStreams)), [id])
    yield* world.add({
      start: Date.UTC(2026, 11, 2),
      patch: { gear_id: used.slice("/gear/".length) },
    })
    assert.deepEqual(extrasOf((yield* next(1)).paths), [])
    const later = yield* next(6)
    assert.deepEqual(later.paths.filter(isGear), [used])
    yield* world.add({ start: Date.UTC(2026, 11, 8), patch: { gear_id: "g987654" } })
    const gone = yield* next(1)
    assert.deepEqual(gone.paths.filter(isGear), ["/gear/g987654"])
    assert.equal(gone.summary.resources.gear?.absent, 1)
    assert.deepEqual((yield* next(1)).paths.filter(isGear), [])
  }).pipe(simulatedDays({ activities: 6 })))

test("a withheld resource does not end the run, and is requested again after 30 days or with a flag", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    const { world, grant } = yield* Simulator
    yield* refuse("/stats")
    yield* refuse(/\/gear\//)
    yield* refuse(new RegExp(`/activities/${world.ids[3]}\\?`))
    yield* grant("read,activity:read_all")
    const first = yield* next(0, { turnOn: ["details"] })
    assert.equal(first.code, 0)
    assert.deepEqual(
      first.summary.withheld.map(({ reason, resource }) => [resource, reason]).toSorted(),
      [
        ["details", "available to Strava subscribers only (402)"],
        ["gear", "available to Strava subscribers only (402)"],
        ["stats", "available to Strava subscribers only (402)"],
        ["zones", "the token lacks a permission (profile:read_all_permission)"],
      ],
    )
    assert.equal(first.summary.resources.details?.fresh, 8)
    assert.deepEqual(extrasOf((yield* next(8)).paths), [])
    const told = yield* next(1, { retryQuarantined: true })
    assert.ok(extrasOf(told.paths).length >= 4)
    assert.deepEqual(extrasOf((yield* next(20)).paths), [])
    yield* Effect.flatMap(Simulator, ({ clearFaults }) => clearFaults)
    yield* grant("read,profile:read_all,activity:read_all")
    const month = yield* next(11)
    assert.ok(month.paths.includes("/athlete/zones"))
    assert.deepEqual(idsOf(month.paths.filter(isDetails)), [world.ids[3]])
    assert.deepEqual(month.summary.withheld, [])
  }).pipe(simulatedDays({ activities: 9 })))

test("if no details are permitted, few are requested, and none for 30 days", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    yield* refuse("include_all_efforts")
    const first = yield* next(0, { turnOn: ["details"], concurrency: 2 })
    assert.equal(first.code, 0)
    assert.deepEqual(first.summary.work, [])
    assert.ok(first.paths.filter(isDetails).length <= 5, `${first.paths.filter(isDetails).length}`)
    assert.equal(first.paths.filter(isStreams).length, 12)
    assert.equal((yield* next(1)).paths.filter(isDetails).length, 0)
    yield* Effect.flatMap(Simulator, ({ clearFaults }) => clearFaults)
    assert.equal((yield* next(27)).paths.filter(isDetails).length, 0)
    assert.equal((yield* next(3)).paths.filter(isDetails).length, 12)
  }).pipe(simulatedDays({ activities: 12, samples: 1 })))

test("details that are unreadable or of another activity are quarantined; the others are delivered", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    const { fault, world } = yield* Simulator
    const [one = 0, two = 0] = world.ids
    const wrong = (id: number, body: string) =>
      fault({ path: new RegExp(`/activities/${id}\\?`), response: { _tag: "Body", body } })
    yield* wrong(one, `{"id":null,"laps":7}`)
    yield* wrong(two, `{"id":${one}}`)
    const first = yield* next(0, { turnOn: ["details"] })
    assert.equal(first.code, 2)
    assert.deepEqual(
      first.summary.quarantined.map(({ id, resource }) => [resource, Number(id)]).toSorted(),
      [["details", one], ["details", two]].toSorted(),
    )
    assert.ok(first.summary.quarantined.some(({ reason }) => /different id/.test(reason)))
    assert.equal(first.summary.resources.details?.fresh, 4)
  }).pipe(simulatedDays({ activities: 6 })))

test("stages next to a failed one complete, and then the run fails", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { fault } = yield* Simulator
    const body =
      `{"message":"Forbidden","errors":[{"resource":"Application","field":"Status","code":"Inactive"}]}`
    yield* fault({ path: "/athlete/zones", response: { _tag: "Status", status: 403, body } })
    yield* fault({ path: /athlete$/, after: 1, response: { _tag: "Status", status: 403, body } })
    // Delays the checkpoints of streams, so that the failure occurs while many requests are in
    // flight.
    const first = yield* next(0, { turnOn: ["details"] }, {
      state: (state) => ({
        ...state,
        checkpoint: (checkpoint) =>
          checkpoint.arrivals?.some(({ item }) => item.resource === "streams")
            ? Effect.delay(state.checkpoint(checkpoint), "2 seconds")
            : state.checkpoint(checkpoint),
      }),
    })
    assert.equal(first.code, 77)
    const held = (resource: string) =>
      [...sink.items.keys()].filter((key) => key.startsWith(`${resource}/`)).length
    assert.deepEqual([held("streams"), held("details"), held("zones")], [8, 8, 0])
  }).pipe(simulatedDays({ activities: 8 })))
