/** Writes a batch to a sink, with a span and a metric. */
import { Effect } from "effect"
import type { Batch, Sink } from "../../sinks/Sink.ts"
import { metrics, recordMetric } from "../base/metrics.ts"

/** Writes the batch, and returns the items that the sink refused. */
export const writeTraced = (sink: Sink, batch: Batch): ReturnType<Sink["write"]> =>
  sink.write(batch).pipe(
    Effect.tap((refused) =>
      recordMetric(metrics.delivered, batch.items.length - refused.length, {
        sink: sink.name,
        resource: batch.resource,
      })
    ),
    Effect.withSpan(`deliver ${sink.name}`, {
      attributes: {
        "paceline.sink": sink.name,
        "paceline.resource": batch.resource,
        "paceline.items": batch.items.length,
      },
    }),
  )
