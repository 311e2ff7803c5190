import * as NodeServices from "@effect/platform-node/NodeServices"
import { Effect, Stream } from "effect"
import * as CsvSink from "../../sinks/CsvSink.ts"
import { details } from "./items.ts"
const n = 5000
const seg = Array.from({ length: 25 }, (_, i) => ({ id: 2817697759509711 + i, name: `Segment ${i}`, elapsed_time: 100, moving_time: 99, distance: 1234.5, start_index: 1, end_index: 2, segment: { id: 5, name: "x", city: "y", climb_category: 0, distance: 123.4 } }))
const laps = seg.slice(0, 5)
const items = Array.from({ length: n }, (_, i) => details(i + 1, { segment_efforts: seg, laps, splits_metric: laps, best_efforts: laps }))
const time = (name: string) => <A, E, R>(self: Effect.Effect<A, E, R>) => Effect.gen(function* () {
  const t = Date.now(); const a = yield* self
  console.log(name, Date.now() - t, "ms", Math.round(Deno.memoryUsage().rss / 1e6), "MB"); return a
})
await Effect.runPromise(Effect.scoped(Effect.gen(function* () {
  const sink = yield* (yield* CsvSink.make(Deno.args[0]!)).open
  console.log("text", items.reduce((s, i) => s + i.text.length, 0) / 1e6, "MB")
  yield* sink.write({ resource: "details", items }).pipe(time("first"))
  yield* sink.write({ resource: "details", items: [details(7)] }).pipe(time("one more"))
  yield* sink.differing({ resource: "details", items: items.slice(0, 1000) }).pipe(time("differing 1000"))
  yield* Stream.runCollect(sink.held("details")).pipe(time("held"))
})).pipe(Effect.provide(NodeServices.layer)))
