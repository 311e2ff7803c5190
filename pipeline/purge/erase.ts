/** Deletes the files of an inventory, in an order that leaves the marker of the purge after a crash. */
import { Effect, FileSystem, Path, Schema } from "effect"
import type { PlatformError } from "effect"
import { describeFileError, syncDirectory } from "../../sinks/files/atomic.ts"
import { advanced } from "../base/CommandProgress.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { purgingFile } from "../state/file/purgeMarker.ts"
import type { Inventory } from "./inventory.ts"

/** A file could not be deleted. */
class NotErased extends Schema.TaggedError<NotErased>()("NotErased", {
  folder: Schema.String,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot delete everything in ${this.folder}: ${this.detail}. No run starts there until ` +
      "the purge is complete. Fix the cause, then run the same command again"
  }
  override readonly [errorExitCode] = exitCodes.disk
}

/** True of the lock of this process and the marker of the purge, which are deleted last. */
const isKept = (name: string) => name === "state.lock" || name === purgingFile

/**
 * Deletes the files of `inventory`, and the folders that are empty then. The marker of the purge is deleted last,
 * when all other deletions are durable. Returns the reports elsewhere that cannot be deleted; these do not
 * fail the purge.
 */
export const deleteFiles = Effect.fn("erase")(
  function* (data: string, { folders, parts }: Inventory) {
    const fs = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const total = parts.reduce((sum, { files }) => sum + files.length, 0)
    let removed = 0
    const remove = Effect.fnUntraced(function* (files: ReadonlyArray<string>) {
      for (const file of files) {
        yield* fs.remove(file, { force: true })
        yield* advanced("files", Math.min(++removed, total), total)
      }
      for (const folder of new Set(files.map((file) => path.dirname(file)))) {
        yield* syncDirectory(folder)
      }
    })
    const kept: Array<string> = []
    for (const { files, name } of parts) {
      const elsewhere = files.filter((file) =>
        name === "report" && path.resolve(path.dirname(file)) !== path.resolve(data)
      )
      for (const file of elsewhere) {
        yield* Effect.catch(remove([file]), () => Effect.sync(() => kept.push(file)))
      }
      yield* remove(
        files.filter((file) => !elsewhere.includes(file) && !isKept(path.basename(file))),
      )
    }
    for (const folder of folders) {
      // A folder that is also reached by a link might have been deleted already.
      const left = yield* fs.readDirectory(folder).pipe(
        Effect.catchReason("PlatformError", "NotFound", () => Effect.undefined),
      )
      if (left?.length === 0) yield* fs.remove(folder, { recursive: true })
    }
    yield* syncDirectory(data)
    yield* remove([path.join(data, purgingFile)])
    return kept
  },
  (effect, data) =>
    Effect.mapError(
      effect,
      (error: PlatformError.PlatformError) =>
        new NotErased({ folder: data, detail: describeFileError(error, data) }),
    ),
)
