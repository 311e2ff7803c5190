/** An empty sink, in place of one that was never created or no longer exists. */
import { Effect, Stream } from "effect"
import type { Sink, SinkName } from "./Sink.ts"

/**
 * Returns an empty sink `name` in place of one that does not exist in `location`. It accepts
 * nothing.
 */
export const emptySink = (name: SinkName, location: string): Sink => ({
  name,
  location,
  whole: new Set(),
  write: () => Effect.succeed([]),
  contents: () => Effect.succeed(new Map()),
  held: () => Stream.empty,
  kept: () => Effect.succeed([]),
  differing: ({ items }) => Effect.succeed(items.map((item) => ({ item, detail: "missing" }))),
  clear: Effect.void,
  putAside: () => Effect.succeedNone,
})
