/** Writes a batch to a sink, with a span and a metric. */
import { Effect } from "effect"
import { sizeOfItem } from "../../schemas/Item.ts"
import type { Batch, Sink } from "../../sinks/Sink.ts"
import { metrics, recordMetric } from "../base/metrics.ts"

/** Returns the size of the items of a batch, in bytes or characters. */
const sizeOf = ({ items }: Batch): number => {
  let sum = 0
  for (const item of items) sum += sizeOfItem(item)
  return sum
}

/** Writes the batch, and returns the items that the sink refused. */
export const writeTraced = (sink: Sink, batch: Batch): ReturnType<Sink["write"]> =>
  sink.write(batch).pipe(
    Effect.tap(() =>
      recordMetric(metrics.delivered, batch.items.length, {
        sink: sink.name,
        resource: batch.resource,
      })
    ),
    Effect.withSpan(`deliver ${sink.name}`, {
      attributes: {
        "paceline.sink": sink.name,
        "paceline.resource": batch.resource,
        "paceline.items": batch.items.length,
        "paceline.bytes": sizeOf(batch),
      },
    }),
  )
