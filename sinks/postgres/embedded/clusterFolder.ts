/** The folder of an embedded PostgreSQL: created, followed if it is a link, and locked. */
import { Effect } from "effect"
import { existsSync, mkdirSync, realpathSync, statSync } from "node:fs"
import { openSync } from "../../files/regularFile.ts"
import { closing } from "../../systemError.ts"
import { isLink, messageOf } from "./clusterError.ts"
import { cannotWrite, PostgresError } from "../connection/PostgresError.ts"

/** Returns the folder that `dataDir` links to, or `dataDir`: PGlite itself follows no links. */
export const followLink = (dataDir: string) =>
  Effect.try({ try: () => isLink(dataDir), catch: (cause) => cannotWrite(dataDir, cause) }).pipe(
    Effect.flatMap((link) =>
      !link ? Effect.succeed(dataDir) : Effect.try({
        try: () => realpathSync(dataDir),
        catch: (cause) =>
          new PostgresError({
            reason: "unreachable",
            detail:
              `${dataDir} is a link that cannot be followed (${messageOf(cause)}). Nothing was ` +
              "changed. Mount the disk that it points to, or delete the link, then run again",
            cause,
          }),
      })
    ),
  )

/** Creates the folder of a database unless it, or a link to it, exists. */
export const makeFolder = (dataDir: string) =>
  Effect.andThen(
    followLink(dataDir),
    Effect.suspend(() => {
      const found = statSync(dataDir, { throwIfNoEntry: false })
      if (found === undefined || found.isDirectory()) return Effect.void
      return new PostgresError({
        reason: "disk",
        detail: `${dataDir} is not a directory, but the database needs a directory there. ` +
          "Nothing was changed. Move it away, then run again",
      })
    }),
  ).pipe(
    Effect.andThen(Effect.try({
      try: () => mkdirSync(dataDir, { recursive: true, mode: 0o700 }),
      catch: (cause) => cannotWrite(dataDir, cause),
    })),
  )

/**
 * Locks the folder: two processes in one PGlite folder corrupt it silently. The kernel drops the
 * lock with its process. Several processes can read at the same time. Reading creates no file:
 * without a lock file, no process ever wrote there.
 */
export const lockCluster = (dataDir: string, use: "write" | "read" = "write") => {
  const write = use === "write"
  return Effect.acquireRelease(
    Effect.gen(function* () {
      const path = `${yield* followLink(dataDir)}.lock`
      if (!write && !existsSync(path)) return undefined
      const file = yield* Effect.try({
        try: () => openSync(path, { create: write, read: true, write, mode: 0o600 }),
        catch: (cause) => cannotWrite(path, cause),
      })
      if (!file.tryLockSync(write)) {
        file.close()
        return yield* new PostgresError({
          reason: "locked",
          detail: `${dataDir} is open in another process, and two at once would corrupt it. ` +
            "Nothing was changed. Wait until the other process ends, then run again",
        })
      }
      return file
    }),
    (file) => closing(() => file?.close()),
  )
}
