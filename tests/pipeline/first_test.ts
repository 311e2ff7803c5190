/** Whole runs: the cost of a first and a second run, and the stored data. */
import { Effect, FileSystem } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { holdsAll, leastRequests } from "./model.ts"
import { requestCount, runStart, runToEnd } from "./running.ts"

test("a first run fetches everything once and delivers it; a second requests only the list", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(runStart)
    const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
    const sinks = [memorySink("json"), memorySink("postgres", [])]
    const setup = { data, sinks: sinks.map(({ source }) => source) }

    const first = yield* runToEnd(setup)
    assert.equal(first.code, 0)
    for (const sink of sinks) yield* holdsAll(sink)
    const { world } = yield* Simulator
    assert.equal((yield* requestCount).length, leastRequests(world))

    yield* TestClock.adjust("1 hour")
    const second = yield* runToEnd(setup)
    assert.equal(second.code, 0)
    assert.equal((yield* requestCount).length, leastRequests(world) + 2)
  }).pipe(Effect.provide(Simulator.layer({ activities: 250, samples: 5, limits: "none" }))))
