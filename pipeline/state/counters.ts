/** The counters of Strava's limits alone, for a request that is of no run: nothing else is touched. */
import { Effect, type FileSystem, Path, type Scope } from "effect"
import { openDatabase } from "./file/Database.ts"
import { type EpochMark, fileDigest, readEpochMark, writeEpochMark } from "./file/epochFile.ts"
import { metaIn } from "./file/meta.ts"
import { quotaIn, saveQuotaIn } from "./ledger/quota.ts"
import { stateDiskError, type StateError } from "./StateError.ts"
import type { StateFile } from "./StateFile.ts"

type Counters = Pick<StateFile["Service"], "quota" | "meta" | "saveQuota">

/**
 * Open them in the state file of `directory`, which is made if need be. Afterwards the file is known as
 * unchanged, if it was so before. Only for a file that `healthOf` has nothing against, and while
 * `lockFolder` keeps runs away: of what two write at once, one loses.
 */
export const openCounters = Effect.fn("openCounters")(function* (
  directory: string,
): Effect.fn.Return<Counters, StateError, FileSystem.FileSystem | Path.Path | Scope.Scope> {
  const path = (yield* Path.Path).join(directory, "state.db")
  const disk = Effect.mapError(stateDiskError(path))
  const { mark } = yield* readEpochMark(directory)
  const asLeft = typeof mark?.closed === "string" &&
    mark.closed === (yield* fileDigest(path).pipe(disk))
  const services = yield* Effect.context<FileSystem.FileSystem | Path.Path>()
  const note = (closed: string | null) =>
    asLeft ? writeEpochMark(directory, { ...mark as EpochMark, closed }) : Effect.void
  // Closed when the database is: finalizers run in the opposite order.
  yield* Effect.addFinalizer(() =>
    Effect.flatMap(fileDigest(path), (digest) => digest === undefined ? Effect.void : note(digest))
      .pipe(Effect.ignore, Effect.provideContext(services))
  )
  yield* note(null).pipe(disk)
  const db = yield* openDatabase(path, { deep: !asLeft })
  return {
    quota: db.read(() => quotaIn(db.all)),
    meta: (key) => db.read(() => metaIn(db.all, key)),
    saveQuota: (quota) => db.transaction(() => saveQuotaIn(db, quota())),
  }
})
