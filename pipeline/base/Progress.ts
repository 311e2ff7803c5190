/** What a run tells of itself while it goes on; who listens decides what is shown. */
import { Context, Effect } from "effect"
import type { SinkName } from "../../sinks/Sink.ts"

/** Work that takes several runs. */
export interface Over {
  /** When the first of them began it, in milliseconds since 1970. */
  readonly began: number
  /** What those before this one have done, and all there is, in items. */
  readonly before: number
  readonly total: number
}

export type ProgressEvent =
  | { readonly _tag: "StageStarted"; readonly stage: string }
  /** `total` once it is known. */
  | {
    readonly _tag: "Advanced"
    readonly stage: string
    readonly done: number
    readonly total: number | undefined
    readonly over?: Over | undefined
  }
  | { readonly _tag: "StageEnded"; readonly stage: string }
  /** No request may be sent before `until`, in milliseconds since 1970. */
  | { readonly _tag: "Waiting"; readonly until: number; readonly why: string }
  | { readonly _tag: "Resumed" }
  | { readonly _tag: "SinkDown"; readonly sink: SinkName; readonly detail: string }
  /** Something the user should know that changes nothing of the run. */
  | { readonly _tag: "Note"; readonly text: string }
  /** No request begins any more; those under way may still arrive. */
  | { readonly _tag: "Stopping" }

/** By default nobody listens. */
export const Progress = Context.Reference<
  { readonly notify: (event: ProgressEvent) => Effect.Effect<void> }
>("paceline/Progress", { defaultValue: () => ({ notify: () => Effect.void }) })

/** Tell whoever listens. */
export const notify = (event: ProgressEvent): Effect.Effect<void> =>
  Effect.flatMap(Progress, (progress) => progress.notify(event))
