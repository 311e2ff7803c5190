/**
 * A failure that concerns one item does not end the run: the item is quarantined and the others are
 * delivered.
 */
import { Effect } from "effect"
import assert from "node:assert/strict"
import type { FaultResponse } from "../../pipeline/simulator/protocol.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { exitsOf } from "../faults/matrix.ts"
import { posts } from "../strava/client.ts"
import { test } from "../testing.ts"
import { dailyAthlete, simulatedDays } from "../pipeline/daily.ts"

const forbidden = `{"message":"Forbidden","errors":[]}`

const statuses: Readonly<Record<string, FaultResponse>> = {
  "401": { _tag: "Status", status: 401 },
  "401 without a body": { _tag: "Status", status: 401, body: "" },
  "401 for a missing permission": {
    _tag: "Status",
    status: 401,
    body:
      `{"errors":[{"resource":"AccessToken","field":"activity:read_permission","code":"missing"}]}`,
  },
  "403": { _tag: "Status", status: 403, body: forbidden },
  "403 of an inactive application": { _tag: "Status", status: 403 },
  "204": { _tag: "Status", status: 204, body: "" },
  "205": { _tag: "Status", status: 205, body: "" },
  "304": { _tag: "Status", status: 304, body: "" },
  "202 without a body": { _tag: "Status", status: 202, body: "" },
  "301 without an address": { _tag: "Status", status: 301, body: "" },
  "400": { _tag: "Status", status: 400, body: "" },
  "410": { _tag: "Status", status: 410, body: "" },
  "451": { _tag: "Status", status: 451, body: "" },
  "500": { _tag: "Status", status: 500 },
  "a connection that breaks": { _tag: "Reset" },
  "a body that breaks off": { _tag: "Truncate", bytes: 3 },
}

const resources = ["streams", "details", "zones", "stats", "gear"] as const

for (const [name, response] of Object.entries(statuses)) {
  test(`fault 53: ${name} for one item of each resource affects only that item`, () =>
    Effect.gen(function* () {
      const { next, sink } = yield* dailyAthlete()
      const { fault, world } = yield* Simulator
      const one = world.ids[2]
      const gear = "/gear/b"
      const refused = {
        streams: `/activities/${one}/streams`,
        details: `/activities/${one}?`,
        zones: "/athlete/zones",
        stats: "/stats",
        gear,
      }
      for (const path of Object.values(refused)) yield* fault({ path, response })
      const { code, paths, summary } = yield* next(0, { turnOn: ["details"], concurrency: 2 })
      const held = (resource: string) =>
        [...sink.items.keys()].filter((key) => key.startsWith(`${resource}/`)).length
      assert.ok(code === 2 || code === 0, `exit ${code}`)
      assert.deepEqual([held("activities"), held("streams"), held("details")], [6, 5, 5])
      assert.ok(held("gear") > 0)
      for (const resource of resources) {
        const tally = summary.resources[resource]
        const not = (tally?.quarantined ?? 0) + (tally?.skipped ?? 0)
        assert.ok(not > 0, `${resource} is neither quarantined nor skipped`)
      }
      assert.equal(summary.quarantined.some(({ resource }) => resource === "streams"), true)
      // One request for the athlete, and at most one probe per suspicious response. There are three
      // bikes.
      const probes = paths.filter((path) => path === "/athlete").length
      assert.ok(probes <= 1 + 4 + 3, `${probes} requests for the athlete`)
      assert.ok((yield* posts).length <= 2)
    }).pipe(simulatedDays({ activities: 6 })))
}

test("fault 53: many activities refused with 401 cost a request each, and one probe", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { fault, world } = yield* Simulator
    const refused = world.ids.filter((_, i) => i % 3 === 1)
    for (const id of refused) {
      yield* fault({ path: `/activities/${id}/streams`, response: { _tag: "Status", status: 401 } })
    }
    const { code, paths, summary } = yield* next(0, { concurrency: 1 })
    assert.deepEqual([code], exitsOf(53))
    assert.deepEqual(
      summary.quarantined.map(({ id }) => id).sort(),
      refused.map(String).sort(),
    )
    assert.match(summary.quarantined[0]?.reason ?? "", /^Strava returned 401 \(Authorization Error/)
    const held = [...sink.items.keys()].filter((key) => key.startsWith("streams/")).length
    assert.equal(held, world.ids.length - refused.length)
    const streams = paths.filter((path) => path.endsWith("/streams")).length
    // The first of them is requested again with a new token.
    assert.equal(streams, world.ids.length + 1)
    assert.equal(paths.filter((path) => path === "/athlete").length, 2)
    assert.equal((yield* posts).length, 2)
    assert.deepEqual((yield* next(0)).paths.filter((path) => path.endsWith("/streams")), [])
  }).pipe(simulatedDays({ activities: 30 })))

test("fault 53: if the check of a deletion returns 401 or 204, the activity stays and the run continues", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { fault, world } = yield* Simulator
    yield* next(0)
    const [one = 0, two = 0] = world.ids
    for (const [id, status] of [[one, 401], [two, 204]] as const) {
      yield* fault({ path: `/activities/${id}?`, response: { _tag: "Status", status, body: "" } })
      yield* world.remove(id)
    }
    const { code } = yield* next(1)
    assert.equal(code, 0)
    assert.ok(sink.items.has(`activities/${one}`) && sink.items.has(`activities/${two}`))
  }).pipe(simulatedDays({ activities: 60 })))

test("fault 53: an activity that always gets a rate-limit refusal is quarantined and does not end the run", () =>
  Effect.gen(function* () {
    const { next, sink } = yield* dailyAthlete()
    const { fault, world } = yield* Simulator
    const path = `/activities/${world.ids[1]}/streams`
    yield* fault({ path, response: { _tag: "Status", status: 429 } })
    const { code, paths, summary } = yield* next(0)
    assert.equal(code, 2)
    assert.match(summary.quarantined[0]?.reason ?? "", /^Strava returned 429/)
    assert.equal(paths.filter((one) => one.endsWith(path)).length, 4)
    assert.equal([...sink.items.keys()].filter((key) => key.startsWith("streams/")).length, 5)
  }).pipe(simulatedDays({ activities: 6 })))

test("fault 53: a 401 for the list alone is not reported as a problem of the sign-in", () =>
  Effect.gen(function* () {
    const { next } = yield* dailyAthlete()
    const { fault } = yield* Simulator
    yield* next(0)
    yield* fault({ path: "/athlete/activities", response: { _tag: "Status", status: 401 } })
    const { code, error } = yield* next(1)
    assert.equal(code, 69)
    assert.ok(error._tag === "Some" && error.value instanceof Error)
    assert.match(error.value.message, /^Cannot list activities \(page 1\): Strava returned 401/)
  }).pipe(simulatedDays({ activities: 6 })))
