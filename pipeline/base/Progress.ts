/** Events of a run while it is active; the listener decides how to show them. */
import { Context, Effect } from "effect"
import type { SinkName } from "../../sinks/Sink.ts"

/** Work that takes several runs. */
export interface MultiRunProgress {
  /** Start of the first of these runs, in milliseconds since 1970. */
  readonly began: number
  /** Items done by the runs before this one, and in total. */
  readonly before: number
  readonly total: number
}

/** Activities of a stage that fetches newest first. Times are their starts, in milliseconds since 1970. */
export interface Frontier {
  /** Newest activity of this run, and the oldest one such that all between the two are done. */
  readonly newest: number
  readonly oldest: number
  /** Next older activity, which is not done; undefined if all are. */
  readonly next: number | undefined
  /** Activities that failed or are fetched again later, which do not count as complete. */
  readonly except: number
}

export type ProgressEvent =
  | { readonly _tag: "StageStarted"; readonly stage: string }
  /** `total` is undefined until it is known. */
  | {
    readonly _tag: "Advanced"
    readonly stage: string
    readonly done: number
    readonly total: number | undefined
    readonly over?: MultiRunProgress | undefined
    readonly frontier?: Frontier | undefined
    /** Bytes read, and in total, of a stage that reads files. */
    readonly bytes?: { readonly done: number; readonly total: number } | undefined
  }
  | { readonly _tag: "StageEnded"; readonly stage: string }
  /** No request may be sent before `until`, in milliseconds since 1970. */
  | { readonly _tag: "Waiting"; readonly until: number; readonly why: string }
  | { readonly _tag: "Resumed" }
  | { readonly _tag: "SinkDown"; readonly sink: SinkName; readonly detail: string }
  /** Message for the user that does not affect the run. */
  | { readonly _tag: "Note"; readonly text: string }
  /** No new request is sent; those in flight can still complete. */
  | { readonly _tag: "Stopping" }

/** Listener of the events; by default they are ignored. */
export const Progress = Context.Reference<
  { readonly notify: (event: ProgressEvent) => Effect.Effect<void> }
>("paceline/Progress", { defaultValue: () => ({ notify: () => Effect.void }) })

/** Sends an event to the listener. */
export const notify = (event: ProgressEvent): Effect.Effect<void> =>
  Effect.flatMap(Progress, (progress) => progress.notify(event))
