/** The file sinks as subjects of a trial: batches that add, replace and grow. */
import { Effect } from "effect"
import { csvSink } from "../../sinks/csv/CsvSink.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import type { Batch } from "../../sinks/Sink.ts"
import { activity, athleteItem, streamsItem } from "../sinks/items.ts"
import type { TrialSubject } from "./trial.ts"

export const directory = "/disk/ada/data/sink"

const batches: ReadonlyArray<Batch> = [
  { resource: "athlete", items: [athleteItem({ city: "York" })] },
  { resource: "activities", items: [activity(1), activity(2)] },
  { resource: "streams", items: [streamsItem(1, { time: [0, 1] }), streamsItem(2, { time: [0] })] },
  { resource: "activities", items: [activity(3), activity(1, { name: "New", gear_id: "b1" })] },
  {
    resource: "streams",
    items: [streamsItem(3, { time: [7] }), streamsItem(1, { time: [0, 1], watts: [100, 110] })],
  },
  { resource: "athlete", items: [athleteItem({ city: "Bath" })] },
]

export type Make = typeof jsonSink

/** Returns a subject that writes the first `steps` batches, or all. */
export const sinkSubject = (name: string, make: Make, steps = batches.length): TrialSubject => ({
  name,
  run: (from, done) =>
    Effect.scoped(Effect.gen(function* () {
      const source = yield* make(directory)
      const sink = yield* source.open
      for (const batch of batches.slice(from, steps)) {
        const refused = yield* sink.write(batch)
        if (refused.length > 0) return yield* Effect.die(new Error("a good item was refused"))
        done()
      }
    })),
  // The class cannot be compared, because a mutant has its own.
  isTyped: (error) =>
    typeof error === "object" && error !== null && "_tag" in error && "reason" in error &&
    error._tag === "SinkError" && error.reason === "disk",
})

export const makes = [jsonSink, csvSink] as const

export const sinkSubjects: ReadonlyArray<TrialSubject> = [
  sinkSubject("json", jsonSink),
  sinkSubject("csv", csvSink),
]
