/** Whether a SQLite file is a state file, sound, and of a version that this program knows. */
import { existsSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { openSync, refuseSpecialSync } from "../../../sinks/files/regularFile.ts"
import { migrations } from "./migrations.ts"
import { StateError } from "../StateError.ts"

/** Of the schema: how many migrations were done. */
export const schemaVersion = (db: DatabaseSync): number =>
  Number(
    (db.prepare("pragma user_version").get() as Record<string, unknown> | undefined)
      ?.["user_version"] ?? 0,
  )

/** What the database is made of, as text that two of them can be compared by. */
const schemaOf = (db: DatabaseSync): string =>
  JSON.stringify(
    db.prepare(`select type, name, tbl_name, sql from sqlite_schema order by name`).all(),
  )

/** The schema of each version, made in memory. */
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

/** No Paceline will ever write a version as high: such a number is damage. */
const plausible = 1_000

/** Refuse a file that is damaged or from the future, before anything is written to it. */
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
  if (version === 0 && !blank) throw damaged("it is empty")
  if (schemaOf(db) !== schemaAt(version)) throw damaged("its tables are not those of its version")
  if (!deep) return
  const verdict = Object.values(db.prepare("pragma integrity_check(1)").get() ?? {})[0]
  if (verdict !== "ok") throw damaged(String(verdict).replaceAll(/\s+/g, " "))
}

export interface InspectOptions {
  /** Whether a file with nothing in it will do. */
  readonly blank?: boolean
  /** Read all of it: not where its digest says already that it is as it was left. */
  readonly deep?: boolean
}

/**
 * SQLite takes a file as read-only where a byte of its header tells of a way of writing that it does not
 * know; to whoever wants to write, that would look like a fault of the disk.
 */
const checkHeader = (path: string): void => {
  if (!existsSync(path)) return
  const file = openSync(path, { read: true })
  const header = new Uint8Array(20)
  const length = file.readSync(header) ?? 0
  file.close()
  const [write = 0, read = 0] = header.subarray(18)
  if (length === header.length && (write < 1 || write > 2 || read < 1 || read > 2)) {
    throw new StateError({ path, reason: "damaged", detail: "its header is not one of SQLite" })
  }
}

/** The file, opened and checked; throws what `stateErrorFrom` knows. */
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
