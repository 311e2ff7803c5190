/** A long history with little memory: memory does not grow with the fetched data. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { World } from "../../pipeline/simulator/world/World.ts"
import { program, simulatedServer } from "../commands/driver/program.ts"
import { live } from "../testing.ts"

const activities = 190
const heap = 64

/** Streams of an hour, repeated: 0.7 MB. */
const body = () => {
  const list = (value: (i: number) => number) =>
    `{"data":[${Array.from({ length: 70_000 }, (_, i) => value(i)).join(",")}]}`
  return `{"time":${list((i) => i)},"heartrate":${list((i) => 100 + i % 80)}}`
}

live(
  "fault 52: completes with more than twice as much data as fits in the heap",
  () =>
    Effect.gen(function* () {
      const fs = yield* FileSystem.FileSystem
      const data = yield* fs.makeTempDirectoryScoped()
      const text = body()
      assert.ok(activities * text.length > 2 * heap * 1e6, `${text.length}`)
      const simulator = yield* Simulator
      yield* simulator.fault({
        path: "/streams",
        response: { _tag: "Status", status: 200, body: text },
      })
      const env = { ...yield* simulatedServer(), DENO_V8_FLAGS: `--max-old-space-size=${heap}` }
      const run = yield* program(["pipeline", "--data", data, "--sink", "json"], env)
      assert.equal(run.code, 0, run.stderr)
      assert.equal((yield* fs.readDirectory(`${data}/json/streams`)).length, activities)
    }).pipe(
      Effect.provide(
        Simulator.layer({
          world: World.make({ activities, samples: 2, manual: 0 }),
          limits: "none",
        }),
      ),
    ),
)
