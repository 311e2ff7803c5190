/** Whole runs with failing tokens: number of requests, kept data, and the fix in the message. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { Strava } from "../../pipeline/strava/Strava.ts"
import { test } from "../testing.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { holdsAll, leastRequests } from "../pipeline/model.ts"
import { requestCount, runFolder } from "../pipeline/running.ts"
import * as client from "../strava/client.ts"
import { onlyCode, runEnding } from "./ending.ts"
import { exitsOf } from "./matrix.ts"

const world = World.make({ activities: 40, samples: 2, manual: 0 })
const simulated = Effect.provide(Simulator.layer({ world, limits: "none" }))
/** Strava with a latency at which the maximum of eight requests is in flight. */
const slow = Effect.provide(Simulator.layer({ world, limits: "none", latency: "500 millis" }))

const sinkIn = Effect.gen(function* () {
  const sink = memorySink("json")
  return { sink, setup: { data: yield* runFolder, sinks: [sink.source] } }
})

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)

test("fault 31: tokens that expire during a run cost one refresh and the requests in flight", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* sinkIn
    const simulator = yield* Simulator
    yield* simulator.fault({
      path: "/streams",
      response: { _tag: "Status", status: 401 },
      after: 24,
      times: 8,
    })
    assert.equal((yield* runEnding(setup)).code, 0)
    yield* holdsAll(sink)
    const refused = (yield* requestCount).filter(({ status }) => status === 401).length
    assert.equal(refused, 8)
    assert.equal((yield* requestCount).length, leastRequests(simulator.world) + refused)
    assert.equal((yield* client.posts).length, 2)
  }).pipe(slow))

test("fault 31: repeated 401 ends a run after one refresh and one retry of the requests in flight", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* sinkIn
    const simulator = yield* Simulator
    yield* simulator.fault({
      path: "/streams",
      response: { _tag: "Status", status: 401 },
      after: 20,
    })
    yield* simulator.fault({
      path: /athlete$/,
      response: { _tag: "Status", status: 401 },
      after: 1,
    })
    const { code, says } = yield* runEnding(setup)
    assert.equal(code, onlyCode(exitsOf(31)))
    assert.match(says, /and a new one.*Sign in again: deno task auth/)
    const refused = (yield* requestCount).filter(({ status }) => status === 401)
    // One `GET /athlete` for all of them, sent twice, shows that the sign-in itself is affected.
    assert.ok(refused.length >= 2 && refused.length <= 2 * 8 + 2, String(refused.length))
    assert.equal((yield* client.posts).length, 2)
    const held = [...sink.items.values()].filter(({ resource }) => resource === "streams")
    assert.equal(held.length, 20)

    yield* simulator.clearFaults
    assert.equal((yield* runEnding(setup)).code, 0)
    yield* holdsAll(sink)
  }).pipe(simulated))

test("fault 32: access withdrawn during a run ends it; everything fetched is kept", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* sinkIn
    const simulator = yield* Simulator
    assert.equal((yield* runEnding({ ...setup, last: "activities" })).code, 0)
    const before = sink.items.size
    yield* simulator.revoke
    const { code, says } = yield* runEnding(setup)
    assert.equal(code, onlyCode(exitsOf(32)))
    assert.match(
      says,
      /^Strava refused the refresh token.*so far is kept\. Sign in again: deno task auth/,
    )
    assert.equal(sink.items.size, before)
    assert.deepEqual((yield* client.posts).map(({ status }) => status), [200, 400])
  }).pipe(simulated))

test("fault 32: of two data directories with one refresh token, the second says that it was used elsewhere", () =>
  Effect.gen(function* () {
    const [first, second] = [yield* client.clientFolder, yield* client.clientFolder]
    yield* client.ended(athlete.pipe(Effect.provide(client.layerRun({ data: first }))))
    const error = yield* client.failureOf(
      athlete.pipe(Effect.provide(client.layerRun({ data: second }))),
    )
    assert.equal(error._tag, "RefreshTokenRefused")
    assert.match(error.message, /Another program has probably used it/)
    yield* client.ended(athlete.pipe(Effect.provide(client.layerRun({ data: first }))))
    assert.deepEqual((yield* client.posts).map(({ status }) => status), [200, 400])
  }).pipe(Effect.provide(client.simulatedStrava())))

for (const [name, life] of [["is valid", 1], ["has expired", 0]] as const) {
  test(`fault 33: a token pair that another program stored in tokens.json and that ${name} replaces ours`, () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* client.clientFolder
      yield* Effect.gen(function* () {
        yield* client.ended(athlete)
        const ours = yield* client.stored(data)
        // Another program refreshes, which invalidates this refresh token and access token.
        yield* (yield* Simulator).expire
        const elsewhere = yield* client.clientFolder
        yield* fs.copyFile(`${data}/tokens.json`, `${elsewhere}/tokens.json`)
        const stale = { ...ours, expires_at: 0 }
        yield* fs.writeFileString(`${elsewhere}/tokens.json`, JSON.stringify(stale))
        yield* client.ended(
          athlete.pipe(Effect.provide(client.layerRun({ data: elsewhere }), { local: true })),
        )
        const theirs = yield* client.stored(elsewhere)
        assert.notEqual(theirs["refresh_token"], ours["refresh_token"])
        const given = { ...theirs, expires_at: life * Number(theirs["expires_at"]) }
        yield* fs.writeFileString(`${data}/tokens.json`, JSON.stringify(given))
        yield* client.ended(athlete)
      }).pipe(Effect.provide(client.layerRun({ data })))
      const statuses = (yield* client.posts).map(({ status }) => status)
      assert.deepEqual(statuses, life === 1 ? [200, 200] : [200, 200, 200])
    }).pipe(Effect.provide(client.simulatedStrava())))
}
