/** Health of a state file, read without the lock and without changes. */
import { Effect, Path } from "effect"
import { exists } from "../../../sinks/files/atomic.ts"
import { backupFacts, backupPath, stateFactsIn } from "../file/backup.ts"
import { fileDigest, readEpochMark } from "../file/epochFile.ts"
import { openInspected, schemaVersion } from "../file/inspect.ts"
import { migrations } from "../file/migrations.ts"
import { rowReader } from "../file/rows.ts"
import { stateDiskError, stateErrorFrom } from "../StateError.ts"
import { suspicion } from "./recover.ts"

export interface StateHealth {
  readonly version: number
  /** Version that this program writes. */
  readonly newest: number
  /** Reason why the next run compares the file with the sinks; undefined if it does not. */
  readonly doubt: "older" | "changed" | undefined
}

/** Reads the state file in `directory`, every page of it; undefined if it does not exist. Fails if it is damaged. */
export const healthOf = Effect.fn("healthOf")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, "state.db")
  const disk = Effect.mapError(stateDiskError(path))
  if (!(yield* exists(path).pipe(disk))) return undefined
  const { mark } = yield* readEpochMark(directory)
  const digest = typeof mark?.closed === "string" ? yield* fileDigest(path).pipe(disk) : undefined
  return yield* Effect.try({
    try: (): StateHealth => {
      const db = openInspected(path, { readOnly: true })
      try {
        const facts = stateFactsIn(rowReader((sql) => db.prepare(sql)))
        const doubt = suspicion(facts, { copy: backupFacts(backupPath(path), false), mark }, digest)
        return {
          version: schemaVersion(db),
          newest: migrations.length,
          doubt: doubt === "older" || doubt === "changed" ? doubt : undefined,
        }
      } finally {
        db.close()
      }
    },
    catch: stateErrorFrom(path),
  })
})

/** True if the backup of the state file exists and is intact, so that a damaged file can be restored. */
export const hasBackup = Effect.fn("hasBackup")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, "state.db")
  return backupFacts(backupPath(path), true) !== undefined
})
