/**
 * Checks that the disk has room for the embedded PostgreSQL, which writes its log in segments of 16
 * MB: if one does not fit, it loops forever and receives no signal. The check is therefore before
 * the write.
 */
import { Context, Effect } from "effect"
import { existsSync } from "node:fs"
import { statfs } from "node:fs/promises"
import { dirname } from "node:path"
import { cannotWrite, PostgresError } from "./PostgresError.ts"

const megabyte = 2 ** 20
/** Megabytes: four segments, more than a batch fills and than a new database takes. */
const needed = 64

/** Returns the free bytes on the disk of an existing folder. */
export const FreeSpace = Context.Reference<(folder: string) => Promise<number>>(
  "paceline/sinks/postgres/FreeSpace",
  {
    defaultValue: () => async (folder) => {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
  },
)

/** Fails with a `disk` error unless the disk of `dataDir` has the needed room and `bytes` more. */
export const ensureFreeSpace = Effect.fnUntraced(function* (dataDir: string, more = 0) {
  const free = yield* FreeSpace
  const bytes = yield* Effect.tryPromise({
    // The folder itself might be on another disk: a mount point, or a link.
    try: () => free(existsSync(dataDir) ? dataDir : dirname(dataDir)),
    catch: (cause) => cannotWrite(dataDir, cause),
  })
  const least = needed + Math.ceil(more / megabyte)
  if (bytes >= least * megabyte) return
  return yield* new PostgresError({
    reason: "disk",
    detail: `less than ${least} MB free on the disk of ${dataDir}, which PostgreSQL needs to ` +
      "write safely. Nothing is lost: all items are kept in the state file. Free space, then run again",
  })
})
