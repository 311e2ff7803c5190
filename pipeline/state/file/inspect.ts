/** Checks that a SQLite file is a state file, intact, and of a version that this program knows. */
import { existsSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { openSync, refuseSpecialSync } from "../../../sinks/files/regularFile.ts"
import { StateError } from "../StateError.ts"
import { migrations } from "./migrations.ts"

/** Returns the version of the schema: the number of migrations that were applied. */
export const schemaVersion = (db: DatabaseSync): number =>
  Number(db.prepare("pragma user_version").get()?.["user_version"] ?? 0)

/** Returns the definitions of all tables and indexes, as text to be compared. */
const schemaOf = (db: DatabaseSync): string =>
  JSON.stringify(
    db.prepare(`select type, name, tbl_name, sql from sqlite_schema order by name`).all(),
  )

/** Schema of each version, created in memory. */
const schemas = new Map<number, string>()

const schemaAt = (version: number): string => {
  const known = schemas.get(version)
  if (known !== undefined) return known
  const db = new DatabaseSync(":memory:")
  for (const migration of migrations.slice(0, version)) db.exec(migration)
  const schema = schemaOf(db)
  db.close()
  schemas.set(version, schema)
  return schema
}

/** No Paceline will write a version this high, so that such a number is damage. */
const plausible = 1_000

/** Throws if the file is damaged or newer than this program, before anything is written to it. */
const check = (
  db: DatabaseSync,
  path: string,
  { blank = true, deep = true }: InspectOptions,
): void => {
  const damaged = (detail: string) => new StateError({ path, reason: "damaged", detail })
  const version = schemaVersion(db)
  if (version > migrations.length && version < plausible) {
    throw new StateError({ path, reason: "newer", detail: `version ${version}` })
  }
  if (version < 0 || version >= plausible) throw damaged(`version ${version}`)
  if (version === 0 && !blank) throw damaged("the file is empty")
  if (schemaOf(db) !== schemaAt(version)) throw damaged("its tables do not match its version")
  if (!deep) return
  const verdict = Object.values(db.prepare("pragma integrity_check(1)").get() ?? {})[0]
  if (verdict !== "ok") throw damaged(String(verdict).replaceAll(/\s+/g, " "))
}

export interface InspectOptions {
  /** True if an empty file is accepted. */
  readonly blank?: boolean
  /** True if every page is checked. Not needed if the digest of the file is known. */
  readonly deep?: boolean
}

/**
 * Throws if a version byte in the header is invalid: SQLite would open such a file read-only, and the next write
 * would look like a failure of the disk.
 */
const checkHeader = (path: string): void => {
  if (!existsSync(path)) return
  const file = openSync(path, { read: true })
  const header = new Uint8Array(20)
  const length = file.readSync(header) ?? 0
  file.close()
  const [write = 0, read = 0] = header.subarray(18)
  if (length === header.length && (write < 1 || write > 2 || read < 1 || read > 2)) {
    throw new StateError({ path, reason: "damaged", detail: "its header is not a SQLite header" })
  }
}

/** Opens and checks the file. Throws an exception that `stateErrorFrom` converts. */
export const openInspected = (
  path: string,
  { readOnly, ...checking }: InspectOptions & { readonly readOnly: boolean },
): DatabaseSync => {
  // SQLite opens the files next to it as well.
  for (const end of ["", "-wal", "-shm", "-journal"]) refuseSpecialSync(path + end)
  checkHeader(path)
  const db = new DatabaseSync(path, { readOnly })
  try {
    check(db, path, checking)
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}
