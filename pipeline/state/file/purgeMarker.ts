/**
 * `state.purging`: a mark that everything in the folder is being deleted. It is durable before the first
 * byte goes and goes last, so that no run takes what is half deleted for something to mend.
 */
import { Effect, FileSystem, Option, Path, Schema } from "effect"
import { exists, syncDirectory, writeFileAtomic } from "../../../sinks/files/atomic.ts"
import { stateDiskError, StateError } from "../StateError.ts"

export const purgingFile = "state.purging"

const Purging = Schema.Struct({
  /** When it began, in milliseconds since 1970. */
  began: Schema.Finite,
  /** Whose data it is, as far as that was known. */
  athlete: Schema.NullOr(Schema.Finite),
  /** Whether the rows in the server's database are to go, or have gone, or stay. */
  database: Schema.Literals(["to delete", "deleted", "left"]),
})
export type Purging = typeof Purging.Type

const Text = Schema.fromJsonString(Purging)

/** Returns the mark in `directory`; `begun` is true also if its text makes no sense. */
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

/** Durable when it succeeds. */
export const writePurging = Effect.fn("writePurging")(function* (directory: string, mark: Purging) {
  const path = (yield* Path.Path).join(directory, purgingFile)
  const content = new TextEncoder().encode(JSON.stringify(mark) + "\n")
  yield* writeFileAtomic(path, content, { mode: 0o600 })
  yield* syncDirectory(directory)
})

/** Fails where a purge of all of `directory` was begun and not finished. */
export const refuseUnfinishedPurge = Effect.fn("refusePurged")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, purgingFile)
  const begun = yield* exists(path).pipe(Effect.mapError(stateDiskError(path)))
  if (!begun) return
  return yield* new StateError({ path: directory, reason: "purging", detail: "" })
})
