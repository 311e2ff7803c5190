/** examples/scripts/segments.ts: a stage of a script that fetches what the details name. */
import { Effect, Layer } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { pipeline } from "../../examples/scripts/segments.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { test } from "../testing.ts"
import { prepareScript } from "./running.ts"

const simulated = Effect.provide(Layer.fresh(Simulator.layer({ activities: 5, samples: 2 })), {
  local: true,
})

test("a script's stage fetches each item once, and every sink has it", () =>
  Effect.gen(function* () {
    const { files, run, text } = yield* prepareScript(pipeline)
    const first = yield* run(["details"])
    assert.equal(first.code, 0)
    const asked = first.paths.filter((path) => path.includes("/segments/"))
    assert.ok(asked.length > 1)
    assert.deepEqual(asked, [...new Set(asked)])
    const ids = asked.map((path) => path.slice(path.lastIndexOf("/") + 1)).toSorted()
    const written = (yield* files("json/segments")).map((name) => name.replace(".json", ""))
    assert.deepEqual(written.toSorted(), ids)
    const [header = "", ...rows] = (yield* text("csv/segments.csv")).trim().split("\n")
    assert.match(header, /^id,name,distance,effort_count,/)
    assert.deepEqual(rows.map((row) => row.slice(0, row.indexOf(","))).toSorted(), ids)
    const id = ids[0] ?? ""
    const response = yield* text(`json/segments/${id}.json`)
    const { distance } = JSON.parse(response)
    assert.ok(response.includes(`"id":${id}`))
    assert.ok(rows.some((row) => row.startsWith(`${id},`) && row.includes(String(distance))))

    yield* TestClock.adjust("1 hour")
    const second = yield* run()
    assert.equal(second.code, 0)
    assert.deepEqual(second.paths.filter((path) => path.includes("/segments/")), [])
  }).pipe(simulated))
