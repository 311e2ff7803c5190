/** Progress of a verification. */
import { Context, Effect } from "effect"
import type { SinkName } from "../../sinks/Sink.ts"

/** By default, progress is discarded. */
export const VerifyProgress = Context.Reference<{
  /** Announces how many of the `total` items of a sink are checked. */
  readonly advanced: (sink: SinkName, done: number, total: number) => Effect.Effect<void>
}>("paceline/verify/VerifyProgress", { defaultValue: () => ({ advanced: () => Effect.void }) })
