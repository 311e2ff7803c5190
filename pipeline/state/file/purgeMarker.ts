/**
 * `state.purging`: marks a data directory in which everything is being deleted. The file is durable before the
 * first deletion and is deleted last, so that no run tries to recover a half-deleted directory.
 */
import { Effect, Path, Schema } from "effect"
import { exists } from "../../../sinks/files/atomic.ts"
import { jsonFile } from "../jsonFile.ts"
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

const file = jsonFile(purgingFile, Purging)

/** Reads the mark in `directory`. `begun` is true if the file exists, even if it cannot be decoded. */
export const readPurging = Effect.fn("readPurging")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, purgingFile)
  const { exists, value } = yield* Effect.mapError(file.read(directory), stateDiskError(path))
  return { begun: exists, mark: value }
})

/** Writes the mark. Durable when it succeeds. */
export const writePurging = file.write

/** Fails with `purging` if a purge of all of `directory` is unfinished. */
export const refuseUnfinishedPurge = Effect.fn("refusePurged")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, purgingFile)
  const begun = yield* exists(path).pipe(Effect.mapError(stateDiskError(path)))
  if (!begun) return
  return yield* new StateError({ path: directory, reason: "purging", detail: "" })
})
