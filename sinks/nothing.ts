/** A sink that holds nothing, for what was never made or is there no more. */
import { Effect, Stream } from "effect"
import type { Sink, SinkName } from "./Sink.ts"

/** Stands for a sink `name` that does not exist in `location`: it is empty and accepts nothing. */
export const nothingIn = (name: SinkName, location: string): Sink => ({
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
