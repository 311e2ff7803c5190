/** The file sinks, with a power cut or a kill before each of their calls to the disk. */
import { Array as Arr, Effect } from "effect"
import assert from "node:assert/strict"
import { test } from "../testing.ts"
import { sinkSubjects } from "./sinkSubjects.ts"
import { interruptTrial, none, repeatedly } from "./trial.ts"

for (const subject of sinkSubjects) {
  test(`fault 4: after a power cut at any call the ${subject.name} sink has everything it acknowledged, nothing half-written, and a replay adds the rest`, () =>
    Effect.gen(function* () {
      const { calls, ends, faults } = yield* interruptTrial(subject, Arr.range(0, 11))
      none(faults)
      assert.ok(calls.length > 90, `${calls.length} calls`)
      assert.ok(ends > 50, `${ends} different disks`)
    }))

  test(`fault 4: the ${subject.name} sink loses nothing after repeated power cuts, also during its repair`, () =>
    Effect.gen(function* () {
      none(yield* repeatedly(subject, Arr.range(1, 40)))
    }))
}
