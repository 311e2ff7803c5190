/**
 * What a checkpoint costs with 1,000, 10,000 and 100,000 items in the state file: it should not grow.
 * `deno run -A tools/checkpoint_cost.ts`
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, FileSystem } from "effect"
import { itemFrom } from "../pipeline/state/item.ts"
import { StateFile } from "../pipeline/state/StateFile.ts"
import { AthleteId } from "../schemas/Athlete.ts"

const athlete = AthleteId.make(7)
const text = JSON.stringify({ time: { data: Array.from({ length: 2_000 }, (_, i) => i) } })

/** One activity's streams, as a stage checkpoints them, delivered to one sink. */
const arrivals = (from: number, count: number, body: string) =>
  Array.from({ length: count }, (_, i) => ({
    item: itemFrom({ athlete, resource: "streams", id: String(from + i) }, body, 1),
    start: from + i,
  }))

const drain = Effect.gen(function* () {
  const state = yield* StateFile
  for (;;) {
    const batch = yield* state.batch("json", "streams", { items: 500, bytes: 8_000_000 })
    if (batch.items.length === 0) return
    yield* state.acknowledge("json", batch, [])
  }
})

const measure = Effect.fnUntraced(function* (from: number) {
  const state = yield* StateFile
  const samples: Array<number> = []
  for (const arrival of arrivals(from, 200, text)) {
    const start = performance.now()
    yield* state.checkpoint({ arrivals: [arrival] })
    samples.push(performance.now() - start)
    yield* drain
  }
  samples.sort((a, b) => a - b)
  return { median: samples[100] ?? 0, worst: samples.at(-1) ?? 0 }
})

const main = Effect.gen(function* () {
  const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  yield* Effect.gen(function* () {
    const state = yield* StateFile
    for (let items = 1; items < 100_000;) {
      const size = items < 1_000 ? 1_000 : items < 10_000 ? 10_000 : 100_000
      while (items < size) {
        const count = Math.min(1_000, size - items)
        yield* state.checkpoint({ arrivals: arrivals(items, count, "{}") })
        items += count
      }
      yield* drain
      const { median, worst } = yield* measure(items)
      items += 200
      yield* Console.log(
        `${String(size).padStart(7)} items: ${median.toFixed(2)} ms a checkpoint (worst ${
          worst.toFixed(1)
        })`,
      )
    }
  }).pipe(Effect.provide(StateFile.layer(data, ["json"])))
})

await Effect.runPromise(main.pipe(Effect.scoped, Effect.provide(NodeServices.layer)))
