/** Names of the state's files in a data directory. */
import { isDamagedName } from "../../../sinks/files/atomic.ts"
import { purgingFile } from "./purgeMarker.ts"
import { reportsFile } from "./reports.ts"

/** Cache of `verify`: see `verify/Proofs.ts`. */
export const proofFile = "verified.db"

const own = new Set([
  proofFile,
  "state.db",
  "state.db.prev",
  "state.db.room",
  "state.epoch",
  "state.lock",
  purgingFile,
  reportsFile,
])

/** Files of SQLite next to a database. */
const companion = /-(wal|shm|journal)$/

/** Files that a migration or a backup creates. */
const copy = /^state\.db\.(next|v\d+\.bak|v\d+\.bak\.next)$/

/** True if `name` is a file of the state, a copy of one, or a companion of either. */
export const isStateFile = (name: string): boolean => {
  const base = name.replace(companion, "")
  return own.has(name) || base === "state.db" || base === proofFile || copy.test(base) ||
    isDamagedName(base, "state.db")
}

/** True if `name` is an older copy of the state file, which can contain purged data. */
export const isOldStateFile = (name: string): boolean => {
  const base = name.replace(companion, "")
  return /^state\.db\.v\d+\.bak(\.next)?$/.test(base) || isDamagedName(base, "state.db")
}
