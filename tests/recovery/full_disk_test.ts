/** The real program with a full disk under the state file. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { program, simulatedServer } from "../commands/driver/program.ts"
import { exitsOf } from "../faults/matrix.ts"
import { leastOfProgram } from "../pipeline/model.ts"
import { requestCount } from "../pipeline/running.ts"
import { live } from "../testing.ts"

/** Bytes of the disk. Each response is far smaller, but not the log of all of them. */
const blocks = 2 * 560
const concurrency = 2

live(
  "fault 7: a full disk under the state file ends the run with an error, and the next run continues with space",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* fs.makeTempDirectoryScoped()
      const env = yield* simulatedServer()
      const words = [
        "pipeline",
        "--data",
        data,
        "--sink",
        "json",
        "--concurrency",
        `${concurrency}`,
      ]
      const full = yield* program(words, env, { blocks })
      assert.ok(exitsOf(7).includes(full.code), full.stderr)
      assert.match(full.stderr, /Cannot use the state file .*state\.db/)
      const before = (yield* fs.readDirectory(`${data}/json/streams`)).length
      const paid = (yield* requestCount).length
      const whole = yield* program(words, env)
      assert.equal(whole.code, 0, whole.stderr)
      const { world } = yield* Simulator
      const samples = world.outlines.filter(({ manual }) => !manual).length
      assert.ok(before < samples && paid > 3, `${before} of ${samples} landed, ${paid} paid`)
      assert.equal((yield* fs.readDirectory(`${data}/json/streams`)).length, samples)
      // Responses in flight when the disk became full were stored too: nothing is requested twice.
      assert.equal((yield* requestCount).length, leastOfProgram(world))
    }).pipe(
      Effect.provide(Simulator.layer({ activities: 40, samples: 500, limits: "none" })),
    ),
)
