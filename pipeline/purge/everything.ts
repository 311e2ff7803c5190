/**
 * Purges a whole data directory. Access at Strava is withdrawn first, while there are tokens. The marker of the
 * purge is written before anything is deleted and deleted last. Rows in a database are deleted before the
 * files, which say whose rows these are.
 */
import { Effect } from "effect"
import { type Purging, writePurging } from "../state/file/purgeMarker.ts"
import { stateDiskError } from "../state/StateError.ts"
import { deleteFiles } from "./erase.ts"
import type { Inventory } from "./inventory.ts"

/** A purge, with the effects for data outside of the directory. */
interface Everything<E, R, E2, R2> {
  readonly folder: string
  readonly inventory: Inventory
  /** Marker of the purge. */
  readonly mark: Purging
  /** Withdraws access at Strava, if requested. */
  readonly revoke: Effect.Effect<unknown, E, R>
  /** Deletes the rows in the database, if the marker says so. */
  readonly deleteRows: Effect.Effect<unknown, E2, R2>
}

/** Runs under the lock of the directory. If it is killed, running it again completes it. Returns the files that stay. */
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
