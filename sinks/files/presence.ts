/** Detects a sink that was removed, as opposed to one on a disk that is not mounted. */
import { Effect, FileSystem } from "effect"
import { exists } from "./atomic.ts"
import type { SinkSource } from "../Sink.ts"

/** Returns `source` with a check that its location exists. */
export const withPresence = Effect.fnUntraced(function* (source: SinkSource) {
  const fs = yield* FileSystem.FileSystem
  const { location } = source
  // A link that leads nowhere, such as to a disk that is not mounted, was not removed.
  const isLink = Effect.isSuccess(fs.readLink(location))
  const there = Effect.orElseSucceed(exists(location), () => true).pipe(
    Effect.flatMap((found) => found ? Effect.succeed(true) : isLink),
    Effect.provideService(FileSystem.FileSystem, fs),
  )
  return { ...source, there }
})
