/** The backup of the state file that the last run left, `state.db.prev`. A damaged file is restored from it. */
import { Effect, FileSystem, Path, type PlatformError, Schema } from "effect"
import { failpoint } from "../../../sinks/failpoints.ts"
import { syncDirectory } from "../../../sinks/files/atomic.ts"
import type { StateError } from "../StateError.ts"
import type { StateDatabase } from "./Database.ts"
import { openInspected } from "./inspect.ts"
import { metaIn } from "./meta.ts"
import { row, type RowReader, rowReader } from "./rows.ts"

export const backupPath = (path: string) => `${path}.prev`

/** Facts by which two versions of a state file are compared. */
export interface BackupFacts {
  /** Epoch of the last run that used the file. */
  readonly epoch: number
  readonly pipelineId: string | undefined
  /** Epoch of the last run that changed more than its own entry. */
  readonly changed: string | undefined
}

const EpochRow = row({ epoch: Schema.NullOr(Schema.Int) })

export const stateFactsIn = (db: RowReader): BackupFacts => ({
  epoch: db.first(EpochRow, `select max(epoch) as epoch from run`)?.epoch ?? 0,
  pipelineId: metaIn(db, "pipeline_id"),
  changed: metaIn(db, "changed"),
})

/**
 * Reads the facts of a state file that is not open; undefined if it cannot be read. With `deep`, also if any
 * of its pages is damaged.
 */
export const backupFacts = (path: string, deep: boolean): BackupFacts | undefined => {
  try {
    const db = openInspected(path, { readOnly: true, deep })
    try {
      return stateFactsIn(rowReader((sql) => db.prepare(sql)))
    } finally {
      db.close()
    }
  } catch {
    return undefined
  }
}

/** Creates a copy of `path` as `to`: durable and complete, or not at all. */
const copyDurably = Effect.fnUntraced(function* (
  path: string,
  to: string,
  copy: (next: string) => Effect.Effect<void, StateError | PlatformError.PlatformError>,
) {
  const fs = yield* FileSystem.FileSystem
  const next = `${path}.next`
  yield* Effect.gen(function* () {
    yield* fs.remove(next, { force: true })
    yield* Effect.scoped(fs.open(next, { flag: "wx", mode: 0o600 }))
    yield* copy(next)
    yield* failpoint("state.copied")
    yield* Effect.scoped(Effect.flatMap(fs.open(next, { flag: "r+" }), (file) => file.sync))
    yield* fs.rename(next, to)
    yield* syncDirectory((yield* Path.Path).dirname(path))
  }).pipe(Effect.ensuring(Effect.ignore(fs.remove(next, { force: true }))))
})

/** Backs up the state file, unless the existing backup has all changes. */
export const backUpState = Effect.fn("backUpState")(function* (db: StateDatabase, path: string) {
  yield* failpoint("state.closing")
  const current = yield* db.read(() => stateFactsIn(db))
  const existing = backupFacts(backupPath(path), false)
  if (existing?.pipelineId === current.pipelineId && existing?.changed === current.changed) return
  yield* copyDurably(path, backupPath(path), db.copy)
  yield* failpoint("state.kept")
})

/** Restores the state file from its backup. The state file must not exist. */
export const restoreBackup = Effect.fn("restoreBackup")(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  yield* copyDurably(
    path,
    path,
    // `next` exists already, so its permissions stay.
    (next) => Effect.flatMap(fs.readFile(backupPath(path)), (bytes) => fs.writeFile(next, bytes)),
  )
})

/** Returns the note for the user if the backup could not be written. */
export const backupFailed = (path: string, { message }: Error) =>
  `Cannot update the backup of the state file, ${path}.prev: ${message}. No data is lost`
