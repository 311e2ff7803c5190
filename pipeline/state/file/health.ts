/** How a state file is, looked at without the lock and without changing anything. */
import { Effect, Path } from "effect"
import { exists } from "../../../sinks/files/atomic.ts"
import { backupFacts, backupPath, stateFactsIn } from "./backup.ts"
import { openInspected, schemaVersion } from "./inspect.ts"
import { fileDigest, readEpochMark } from "./epochFile.ts"
import { suspicion } from "../recovery/recover.ts"
import { migrations } from "./migrations.ts"
import { stateDiskError, stateErrorFrom } from "../StateError.ts"

export interface StateHealth {
  readonly version: number
  /** The version that this program writes. */
  readonly newest: number
  /** Why the next run will compare the file with the sinks before it believes it. */
  readonly doubt: "older" | "changed" | undefined
}

/** Of the state file in `directory`, if it is sound to its last page; none where there is no such file. */
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
        const facts = stateFactsIn((sql, ...values) => db.prepare(sql).all(...values) as never)
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

/** True if the backup of the state file is there and intact, so that a damaged file can be restored. */
export const hasBackup = Effect.fn("hasCopy")(function* (directory: string) {
  const path = (yield* Path.Path).join(directory, "state.db")
  return backupFacts(backupPath(path), true) !== undefined
})
