/** Counters of the rate limit, for requests outside a run. Changes nothing else in the state file. */
import { Effect, type FileSystem, Path, type Scope } from "effect"
import { openDatabase } from "./file/Database.ts"
import { fileDigest, readEpochMark, writeEpochMark } from "./file/epochFile.ts"
import { metaIn } from "./file/meta.ts"
import { quotaIn, saveQuotaIn } from "./ledger/quota.ts"
import { stateDiskError, type StateError } from "./StateError.ts"
import type { StateFile } from "./StateFile.ts"

type Counters = Pick<StateFile["Service"], "quota" | "meta" | "saveQuota">

/**
 * Opens the counters in the state file of `directory`, which is created if needed. A file that was unchanged since
 * the last run still counts as unchanged afterwards. Requires a file that `healthOf` accepts, and the lock of
 * `lockDataDirectory`, because two writers would overwrite each other's counters.
 */
export const openCounters = Effect.fn("openCounters")(function* (
  directory: string,
): Effect.fn.Return<Counters, StateError, FileSystem.FileSystem | Path.Path | Scope.Scope> {
  const path = (yield* Path.Path).join(directory, "state.db")
  const disk = Effect.mapError(stateDiskError(path))
  const { mark } = yield* readEpochMark(directory)
  const isUnchanged = mark !== undefined && mark.closed !== null &&
    mark.closed === (yield* fileDigest(path).pipe(disk))
  const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const note = (closed: string | null) =>
    isUnchanged ? writeEpochMark(directory, { ...mark, closed }) : Effect.void
  // Runs after the database is closed, because finalizers run in reverse order.
  yield* Effect.addFinalizer(() =>
    Effect.flatMap(fileDigest(path), (digest) => digest === undefined ? Effect.void : note(digest))
      .pipe(Effect.ignore, Effect.provideContext(services))
  )
  yield* note(null).pipe(disk)
  const db = yield* openDatabase(path, { deep: !isUnchanged })
  return {
    quota: db.read(() => quotaIn(db)),
    meta: (key) => db.read(() => metaIn(db, key)),
    saveQuota: (quota) => db.transaction(() => saveQuotaIn(db, quota())),
  }
})
