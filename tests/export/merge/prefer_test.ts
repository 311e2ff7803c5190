/** Choosing the source of streams that both sources have: `--prefer api` and `--prefer export`. */
import { Effect, Layer } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { makePlan } from "../../../pipeline/run/Plan.ts"
import { defaultOptions, RunOptions } from "../../../pipeline/stages/RunOptions.ts"
import { StateFile } from "../../../pipeline/state/StateFile.ts"
import { Quota } from "../../../pipeline/strava/quota/Quota.ts"
import type { Source } from "../../../schemas/export/source.ts"
import { simulatedDays } from "../../pipeline/daily.ts"
import { test } from "../../testing.ts"
import { mergedAthlete, nowOnClock } from "./mergedAthlete.ts"

const policy = { onLimit: "wait", deadline: undefined, reserve: 0 } as const

/** Returns the plan of the next run for streams. */
const planned = (data: string, prefer: Source) =>
  makePlan(() => true, policy).pipe(
    Effect.map(({ items: { streams }, requests }) => ({ ...streams, requests: requests.streams })),
    Effect.provide(
      Quota.layer(policy).pipe(Layer.provideMerge(StateFile.layerReadOnly(data, ["json"]))),
    ),
    Effect.provideService(RunOptions, { ...defaultOptions, prefer }),
  )

test("--prefer api fetches the streams of an export once, and the plan names the cost", () =>
  Effect.gen(function* () {
    const { importNow, next, setup, sources, streamRequests } = yield* mergedAthlete()
    yield* importNow(yield* nowOnClock)
    yield* next(0)
    const without = yield* planned(setup.data, "export")
    assert.deepEqual([without.imported, without.preferred, without.requests], [12, 0, 0])
    const ahead = yield* planned(setup.data, "api")
    assert.deepEqual([ahead.imported, ahead.preferred, ahead.requests], [0, 12, 12])
    yield* next(0, { prefer: "api", limit: 5 })
    assert.equal(yield* streamRequests, 5)
    yield* next(0, { prefer: "api" })
    assert.equal(yield* streamRequests, 12)
    assert.deepEqual(new Set(sources("streams")), new Set(["api"]))
    yield* next(0, { prefer: "api" })
    assert.equal(yield* streamRequests, 12)
  }).pipe(simulatedDays({ activities: 12 })))

test("streams of an export stay if the API has none, and are requested only once", () =>
  Effect.gen(function* () {
    const { importNow, inState, next, owner, sources, streamRequests } = yield* mergedAthlete()
    yield* importNow(yield* nowOnClock)
    yield* next(0)
    const simulator = yield* Simulator
    yield* simulator.fault({ path: /streams/, response: { _tag: "Status", status: 404 } })
    yield* next(0, { prefer: "api" })
    const after = yield* streamRequests
    assert.ok(after >= 6)
    yield* next(0, { prefer: "api" })
    assert.equal(yield* streamRequests, after)
    assert.deepEqual(new Set(sources("streams")), new Set(["export"]))
    const known = yield* inState((state) => state.imports.known(owner))
    for (const { streams } of known.values()) assert.equal(streams?.status, "delivered")
  }).pipe(simulatedDays({ activities: 6 })))

test("streams of an export stay if the API fails, and only the next --prefer api requests them again", () =>
  Effect.gen(function* () {
    const { importNow, inState, next, owner, sources, streamRequests } = yield* mergedAthlete()
    yield* importNow(yield* nowOnClock)
    yield* next(0)
    const simulator = yield* Simulator
    yield* simulator.fault({ path: /streams/, response: { _tag: "Status", status: 500 } })
    yield* next(0, { prefer: "api" })
    const known = yield* inState((state) => state.imports.known(owner))
    for (const { streams } of known.values()) assert.equal(streams?.status, "delivered")
    yield* simulator.clearFaults
    const after = yield* streamRequests
    yield* next(40)
    assert.equal(yield* streamRequests, after)
    yield* next(0, { prefer: "api" })
    assert.equal(yield* streamRequests, after + 3)
    assert.deepEqual(new Set(sources("streams")), new Set(["api"]))
  }).pipe(simulatedDays({ activities: 3 })))

test("an import replaces streams of the API only with --prefer export", () =>
  Effect.gen(function* () {
    const { importNow, next, sources } = yield* mergedAthlete()
    yield* next(0)
    const now = yield* nowOnClock
    yield* importNow(now)
    assert.deepEqual(new Set(sources("streams")), new Set(["api"]))
    yield* importNow(now, (row) => row, "export")
    assert.deepEqual(new Set(sources("streams")), new Set(["export"]))
    assert.deepEqual(new Set(sources("activities")), new Set(["api"]))
  }).pipe(simulatedDays({ activities: 6 })))
