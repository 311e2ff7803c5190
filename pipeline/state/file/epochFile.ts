/**
 * `state.epoch`, next to the state file: detects a state file that is older than the last run, that belongs to
 * another data directory, or that was changed while no run was using it.
 */
import { Effect, FileSystem, Path, Schema, Stream } from "effect"
import { createHash } from "node:crypto"
import { exists } from "../../../sinks/files/atomic.ts"
import { jsonFile } from "../jsonFile.ts"
import { stateDiskError } from "../StateError.ts"

/** A higher epoch is damage: no run could increment it. */
const mostRuns = 2 ** 40

const EpochMark = Schema.Struct({
  pipeline_id: Schema.String,
  /** Epoch of the last run that began. */
  epoch: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: mostRuns })),
  /** SHA-256 of the state file when that run closed it, in hexadecimal; null while it is open. */
  closed: Schema.NullOr(Schema.String),
})
export type EpochMark = typeof EpochMark.Type

const name = "state.epoch"
const file = jsonFile(name, EpochMark)

/** Reads the mark in `directory`. `history` is true if the file exists, even if it cannot be decoded. */
export const readEpochMark = Effect.fn("readMark")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, name)
  const { exists, value } = yield* Effect.mapError(file.read(directory), stateDiskError(path))
  return { history: exists, mark: value }
})

/** Writes the mark. Durable when it succeeds. */
export const writeEpochMark = file.write

/** Returns the SHA-256 of a closed file; undefined if it does not exist or a log is next to it. */
export const fileDigest = Effect.fn("digestOf")(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  const logs = yield* Effect.all(["-wal", "-journal"].map((end) => exists(path + end)))
  if (logs.includes(true) || !(yield* exists(path))) return undefined
  const hash = createHash("sha256")
  yield* Stream.runForEach(
    fs.stream(path, { chunkSize: 1 << 20 }),
    (chunk) => Effect.sync(() => hash.update(chunk)),
  )
  return hash.digest("hex")
})
