/** Requests of a first sync, compared with the minimum that any program needs. */
import { Clock, Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { requestCount, runFolder, runToEnd } from "../pipeline/running.ts"
import { test } from "../testing.ts"

const activities = 450

/** Minimum: the athlete, three pages of 200, the empty last page, and the streams. */
const fewest = 1 + 3 + 1 + activities

test("a first run costs the minimum of requests, a run without news two, a new activity one more", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { world } = yield* Simulator
    const run = Effect.gen(function* () {
      const before = (yield* requestCount).length
      yield* runToEnd({ data, sinks: [jsonSink(`${data}/json`)] })
      return (yield* requestCount).length - before
    })
    assert.equal(yield* run, fewest)
    assert.equal(yield* run, 2)
    yield* world.add({ start: (yield* Clock.currentTimeMillis) - 86_400_000 })
    assert.equal(yield* run, 3)
  }).pipe(
    Effect.provide(
      Simulator.layer({ activities, samples: 2, manual: 0, shortPages: false, limits: "none" }),
    ),
  ))
