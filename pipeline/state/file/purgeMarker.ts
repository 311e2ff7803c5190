/**
 * `state.purging`: marks a data directory in which everything is being deleted. The file is durable before the
 * first deletion and is deleted last, so that no run tries to recover a half-deleted directory.
 */
import { Effect, FileSystem, Option, Path, Schema } from "effect"
import { exists, syncDirectory, writeFileAtomic } from "../../../sinks/files/atomic.ts"
import { stateDiskError, StateError } from "../StateError.ts"

export const purgingFile = "state.purging"

const Purging = Schema.Struct({
  /** Start of the purge, in milliseconds since 1970. */
  began: Schema.Finite,
  /** Athlete of the data; null if unknown. */
  athlete: Schema.NullOr(Schema.Finite),
  /** State of the rows in the database server. */
  database: Schema.Literals(["to delete", "deleted", "left"]),
})
export type Purging = typeof Purging.Type

const Text = Schema.fromJsonString(Purging)

/** Reads the mark in `directory`. `begun` is true if the file exists, even if it cannot be decoded. */
export const readPurging = Effect.fn("readPurging")(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  const path = (yield* Path.Path).join(directory, purgingFile)
  const text = yield* fs.readFileString(path).pipe(
    Effect.asSome,
    Effect.catchReason("PlatformError", "NotFound", () => Effect.succeedNone),
    Effect.mapError(stateDiskError(path)),
  )
  const mark = Option.flatMap(text, (text) => Schema.decodeOption(Text)(text))
  return { begun: Option.isSome(text), mark: Option.getOrUndefined(mark) }
})

/** Writes the mark. Durable when it succeeds. */
export const writePurging = Effect.fn("writePurging")(function* (directory: string, mark: Purging) {
  const path = (yield* Path.Path).join(directory, purgingFile)
  const content = new TextEncoder().encode(JSON.stringify(mark) + "\n")
  yield* writeFileAtomic(path, content, { mode: 0o600 })
  yield* syncDirectory(directory)
})

/** Fails with `purging` if a purge of all of `directory` is unfinished. */
export const refuseUnfinishedPurge = Effect.fn("refusePurged")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, purgingFile)
  const begun = yield* exists(path).pipe(Effect.mapError(stateDiskError(path)))
  if (!begun) return
  return yield* new StateError({ path: directory, reason: "purging", detail: "" })
})
