/** Whole runs whose tokens fail: how often Strava is asked, what is kept, how the user gets on. */
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
/** So late that as many requests are in flight as may be: they come in eights. */
const slow = Effect.provide(Simulator.layer({ world, limits: "none", latency: "500 millis" }))

const sinkIn = Effect.gen(function* () {
  const sink = memorySink("json")
  return { sink, setup: { data: yield* runFolder, sinks: [sink.source] } }
})

const athlete = Effect.flatMap(Strava, (strava) => strava.athlete)

test("fault 31: tokens that die in the middle of a run cost one refresh and the requests under way", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* sinkIn
    const simulator = yield* Simulator
    yield* simulator.fault({
      path: "/streams",
      answer: { _tag: "Status", status: 401 },
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

test("fault 31: 401 for ever ends a run after one refresh and one repetition of what was under way", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* sinkIn
    const simulator = yield* Simulator
    yield* simulator.fault({ path: "/streams", answer: { _tag: "Status", status: 401 }, after: 20 })
    yield* simulator.fault({ path: /athlete$/, answer: { _tag: "Status", status: 401 }, after: 1 })
    const { code, says } = yield* runEnding(setup)
    assert.equal(code, onlyCode(exitsOf(31)))
    assert.match(says, /also a fresh one.*Sign in again: deno task auth/)
    const refused = (yield* requestCount).filter(({ status }) => status === 401)
    // For all of them one `GET /athlete`, sent twice, tells that the application is concerned.
    assert.ok(refused.length >= 2 && refused.length <= 2 * 8 + 2, String(refused.length))
    assert.equal((yield* client.posts).length, 2)
    const held = [...sink.items.values()].filter(({ resource }) => resource === "streams")
    assert.equal(held.length, 20)

    yield* simulator.clearFaults
    assert.equal((yield* runEnding(setup)).code, 0)
    yield* holdsAll(sink)
  }).pipe(simulated))

test("fault 32: access withdrawn in the middle of a run ends it; what came is kept", () =>
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
      /^Strava refused the refresh token.*Sign in again: deno task auth.*kept$/,
    )
    assert.equal(sink.items.size, before)
    assert.deepEqual((yield* client.posts).map(({ status }) => status), [200, 400])
  }).pipe(simulated))

test("fault 32: of two folders with one seed the second says that another used it up", () =>
  Effect.gen(function* () {
    const [first, second] = [yield* client.clientFolder, yield* client.clientFolder]
    yield* client.ended(athlete.pipe(Effect.provide(client.layerRun({ data: first }))))
    const error = yield* client.failureOf(
      athlete.pipe(Effect.provide(client.layerRun({ data: second }))),
    )
    assert.equal(error._tag, "RefreshTokenRefused")
    assert.match(error.message, /Most likely another program used it/)
    yield* client.ended(athlete.pipe(Effect.provide(client.layerRun({ data: first }))))
    assert.deepEqual((yield* client.posts).map(({ status }) => status), [200, 400])
  }).pipe(Effect.provide(client.simulatedStrava())))

for (const [name, life] of [["is alive", 1], ["has ended too", 0]] as const) {
  test(`fault 33: a pair that another program put into tokens.json and that ${name} is used in place of ours`, () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* client.clientFolder
      yield* Effect.gen(function* () {
        yield* client.ended(athlete)
        const ours = yield* client.stored(data)
        // Another program refreshes: by that our refresh token is dead, and so is our access token.
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
