/** Names of the state's files, and of exported tracks, in a data directory. */
import { isDamagedName } from "../../../sinks/files/atomic.ts"
import { purgingFile } from "./purgeMarker.ts"
import { reportsFile } from "./reports.ts"

/** Cache of `verify`: see `verify/Proofs.ts`. */
export const proofFile = "verified.db"

/** Result of the last run of `watch`. */
export const healthFile = "health.json"

/** Resources of scripts: see `scriptResources.ts`. */
export const scriptsFile = "scripts.json"

/** Cache of `report`: see `landed/derivedCache.ts`. */
export const derivedFile = "report.db"

const caches: ReadonlyArray<string> = [proofFile, derivedFile]

const own = new Set([
  healthFile,
  ...caches,
  "state.db",
  "state.db.prev",
  "state.db.room",
  "state.epoch",
  "state.lock",
  purgingFile,
  reportsFile,
  scriptsFile,
])

/** Files of SQLite next to a database. */
const companion = /-(wal|shm|journal)$/

/** Files that a migration or a backup creates. */
const copy = /^state\.db\.(next|v\d+\.bak|v\d+\.bak\.next)$/

/** True if `name` is a file of the state, a copy of one, or a companion of either. */
export const isStateFile = (name: string): boolean => {
  const base = name.replace(companion, "")
  return own.has(name) || base === "state.db" || caches.includes(base) || copy.test(base) ||
    isDamagedName(base, "state.db")
}

/** True if `name` is the cache of reports, or a companion of it. */
export const isDerivedFile = (name: string): boolean => name.replace(companion, "") === derivedFile

/** True if `name` is an older copy of the state file, which can contain purged data. */
export const isOldStateFile = (name: string): boolean => {
  const base = name.replace(companion, "")
  return /^state\.db\.v\d+\.bak(\.next)?$/.test(base) || isDamagedName(base, "state.db")
}

/**
 * Formats of exported tracks; each has a folder of the same name in the data directory. A purge deletes them, and
 * `keep` does not save them.
 */
export const trackFormats = ["gpx", "geojson"] as const
export type TrackFormat = typeof trackFormats[number]

/** True if exported tracks are in the folder of this name. */
export const isTrackFolder = (name: string): boolean =>
  (trackFormats as ReadonlyArray<string>).includes(name)

/** File with all tracks in the folder `geojson`. */
export const collectionFile = "activities.geojson"

/** Returns the name of the GPX file of an activity; `local` is its local start, null if unknown. */
export const gpxFile = (id: string, local: string | null): string =>
  `${local?.slice(0, 10) ?? "undated"}-${id}.gpx`

/** True if an export writes a file of this name into the folder `folder` of the data directory. */
export const isTrackFile = (folder: string, name: string): boolean =>
  folder === "gpx"
    ? /^(\d{4}-\d\d-\d\d|undated)-\d{1,19}\.gpx$/.test(name)
    : folder === "geojson" && name === collectionFile
