/** The files of the state in a folder, by their names. */
import { isAside } from "../../../sinks/files/atomic.ts"
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

/** What SQLite keeps beside a file of its own. */
const beside = /-(wal|shm|journal)$/

/** What a migration or a copy makes. */
const made = /^state\.db\.(next|v\d+\.bak|v\d+\.bak\.next)$/

/** Whether `name` is a file of the state, a copy of it, or left beside it. */
export const isStateFile = (name: string): boolean => {
  const base = name.replace(beside, "")
  return own.has(name) || base === "state.db" || base === proofFile || made.test(base) ||
    isAside(base, "state.db")
}

/** Whether `name` is an older copy of the state, which holds what was in it then. */
export const isOldStateFile = (name: string): boolean => {
  const base = name.replace(beside, "")
  return /^state\.db\.v\d+\.bak(\.next)?$/.test(base) || isAside(base, "state.db")
}
