/**
 * Deleting everything of a folder. The permission at Strava is withdrawn first, as long as there are
 * tokens to do it with. Then the mark of the purge is on disk before anything goes, and goes last; the
 * rows in a database come before the files, while it is known whose they are.
 */
import { Effect } from "effect"
import { type Purging, writePurging } from "../state/file/purgeMarker.ts"
import { stateDiskError } from "../state/StateError.ts"
import { deleteFiles } from "./erase.ts"
import type { Inventory } from "./inventory.ts"

/** What is to be deleted, and how what is elsewhere is. */
interface Everything<E, R, E2, R2> {
  readonly folder: string
  readonly inventory: Inventory
  /** What is noted of it. */
  readonly mark: Purging
  /** Withdraw the permission at Strava, if that was asked for. */
  readonly revoke: Effect.Effect<unknown, E, R>
  /** Delete the rows in the database; done where the mark says so. */
  readonly deleteRows: Effect.Effect<unknown, E2, R2>
}

/** Under the lock of the folder. Killed anywhere, the same again ends it. Returns the files that stay. */
export const purgeEverything = Effect.fn("purgeEverything")(
  function* <E, R, E2, R2>(
    { deleteRows, folder, inventory, mark, revoke }: Everything<E, R, E2, R2>,
  ) {
    const note = (mark: Purging) =>
      Effect.mapError(writePurging(folder, mark), stateDiskError(folder))
    yield* revoke
    yield* note(mark)
    if (mark.database === "to delete") {
      yield* deleteRows
      yield* note({ ...mark, database: "deleted" })
    }
    return yield* deleteFiles(folder, inventory)
  },
)
