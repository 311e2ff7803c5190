/**
 * What recovery costs a run with 1,000, 10,000 and 100,000 items in the state file: its copy, the check of
 * a file that was not closed, and the digest of one that was. `deno run -A tools/generation_cost.ts`
 */
import * as NodeServices from "@effect/platform-node/NodeServices"
import { Console, Effect, FileSystem } from "effect"
import { DatabaseSync } from "node:sqlite"
import { itemFrom } from "../pipeline/state/item.ts"
import { digestOf } from "../pipeline/state/mark.ts"
import { StateFile } from "../pipeline/state/StateFile.ts"
import { AthleteId } from "../schemas/Athlete.ts"

const athlete = AthleteId.make(7)

const fill = Effect.fnUntraced(function* (from: number, to: number) {
  const state = yield* StateFile
  for (let id = from; id < to; id += 1_000) {
    const arrivals = Array.from({ length: Math.min(1_000, to - id) }, (_, i) => ({
      item: itemFrom({ athlete, resource: "streams", id: String(id + i) }, `{"n":${id + i}}`, 1),
      start: id + i,
    }))
    yield* state.checkpoint({ arrivals })
    for (const sink of ["json", "csv", "postgres"] as const) {
      const batch = yield* state.batch(sink, "streams", { items: 1_000, bytes: 1e9 })
      yield* state.acknowledge(sink, batch, [])
    }
  }
})

const timed = Effect.fnUntraced(function* <A, E, R>(effect: Effect.Effect<A, E, R>) {
  const start = performance.now()
  yield* effect
  return `${(performance.now() - start).toFixed(1)} ms`
})

const main = Effect.gen(function* () {
  const data = yield* (yield* FileSystem.FileSystem).makeTempDirectoryScoped()
  let had = 1
  for (const items of [1_000, 10_000, 100_000]) {
    const [changed, unchanged] = yield* StateFile.use((state) =>
      Effect.gen(function* () {
        yield* fill(had, items)
        return [yield* timed(state.ended(0)), yield* timed(state.ended(0))]
      })
    ).pipe(Effect.provide(StateFile.layer(data, ["json", "csv", "postgres"]), { local: true }))
    had = items
    const file = `${data}/state.db`
    const digest = yield* timed(digestOf(file))
    const db = new DatabaseSync(file, { readOnly: true })
    const pragma = (name: string) => timed(Effect.sync(() => db.prepare(`pragma ${name}`).all()))
    const whole = yield* pragma("integrity_check(1)")
    const quick = yield* pragma("quick_check(1)")
    db.close()
    const open = yield* timed(
      Effect.provide(Effect.void, StateFile.layer(data, ["json"]), { local: true }),
    )
    const size = (Deno.statSync(file).size / 1e6).toFixed(1)
    yield* Console.log(
      `${
        String(items).padStart(7)
      } items, ${size} MB: copy ${changed}, none needed ${unchanged}; ` +
        `digest ${digest}, integrity_check ${whole}, quick_check ${quick}; open and close ${open}`,
    )
  }
})

await Effect.runPromise(main.pipe(Effect.scoped, Effect.provide(NodeServices.layer)))
