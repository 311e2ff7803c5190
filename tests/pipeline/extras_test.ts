/** Details, zones, totals and gear: what is asked for, when again, and what is withheld. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import * as MemorySink from "./MemorySink.ts"
import { asked, folder, runToEnd, type Setup } from "./running.ts"

const simulated = (options: SimulatorOptions = {}) =>
  Effect.provide(
    Simulator.layer({ activities: 12, samples: 4, manual: 0.2, limits: "none", ...options }),
  )

const prepared = Effect.gen(function* () {
  const sink = MemorySink.make("json")
  const setup: Setup = { data: yield* folder, sinks: [sink.source], last: "everything" }
  return { sink, setup }
})

test("everything comes in one run, and nothing of it again in the next", () =>
  Effect.gen(function* () {
    const { setup, sink } = yield* prepared
    const first = yield* runToEnd({ ...setup, options: { turnOn: ["details"] } })
    console.log(first.code, first.error, first.summary.resources, [...sink.items.keys()].length)
    const before = (yield* asked).length
    console.log((yield* asked).map((a) => a.path).join("\n"))
    yield* runToEnd(setup)
    console.log((yield* asked).slice(before).map((a) => a.path))
    assert.ok(true)
  }).pipe(simulated()))
