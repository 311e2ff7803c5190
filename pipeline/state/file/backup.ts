/** The copy of the state file that the last run left, `state.db.prev`: what a damaged one is mended by. */
import { Effect, FileSystem, Path, type PlatformError } from "effect"
import { failpoint } from "../../../sinks/failpoints.ts"
import { syncDirectory } from "../../../sinks/files/atomic.ts"
import type { SqlRow, StateDatabase } from "./Database.ts"
import { openInspected } from "./inspect.ts"
import { metaIn } from "./meta.ts"
import type { StateError } from "../StateError.ts"

export const backupPath = (path: string) => `${path}.prev`

/** What a state file says of itself. */
export interface BackupFacts {
  /** Of the last run that used it. */
  readonly epoch: number
  readonly pipelineId: string | undefined
  /** The last run that changed more than its own entry. */
  readonly changed: string | undefined
}

export const stateFactsIn = (all: StateDatabase["all"]): BackupFacts => ({
  epoch: Number(all(`select max(epoch) as epoch from run`)[0]?.["epoch"] ?? 0),
  pipelineId: metaIn(all, "pipeline_id"),
  changed: metaIn(all, "changed"),
})

/** Of a state file that is not open; none where it cannot be read. With `deep`, it is sound as well. */
export const backupFacts = (path: string, deep: boolean): BackupFacts | undefined => {
  try {
    const db = openInspected(path, { readOnly: true, deep })
    try {
      return stateFactsIn((sql, ...values) =>
        db.prepare(sql).all(...values) as ReadonlyArray<SqlRow>
      )
    } finally {
      db.close()
    }
  } catch {
    return undefined
  }
}

/** A copy of `path` under its name `to`, durable and whole or not at all. */
const copied = Effect.fnUntraced(function* (
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

/** Keep the state as it is now, unless the copy that is there holds all that matters of it. */
export const backUpState = Effect.fn("keepGeneration")(function* (db: StateDatabase, path: string) {
  yield* failpoint("state.closing")
  const now = yield* db.read(() => stateFactsIn(db.all))
  const kept = backupFacts(backupPath(path), false)
  if (kept?.pipelineId === now.pipelineId && kept?.changed === now.changed) return
  yield* copied(path, backupPath(path), db.copy)
  yield* failpoint("state.kept")
})

/** Put the copy in the place of the state file, which must not be there. */
export const restoreBackup = Effect.fn("putBack")(function* (path: string) {
  const fs = yield* FileSystem.FileSystem
  yield* copied(
    path,
    path,
    // By `next` being there already, its permissions stay as they are.
    (next) => Effect.flatMap(fs.readFile(backupPath(path)), (bytes) => fs.writeFile(next, bytes)),
  )
})

/** The note for the user if the copy could not be made. */
export const backupFailed = (path: string, { message }: Error) =>
  `The copy of the state file, ${path}.prev, could not be renewed: ${message}. Nothing is lost`
