/** SQLite files that are only caches: without them, everything is read again. */
import { Schema } from "effect"
import { existsSync, rmSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { openSync } from "../../sinks/files/regularFile.ts"
import { row, rowReader } from "./file/rows.ts"

/** Tables of a cache. A file of another version is not read, and is created again by the next write. */
export interface CacheTables {
  readonly version: number
  readonly sql: string
}

const VersionRow = row({ user_version: Schema.Int })

export const cacheReader = (db: DatabaseSync) => rowReader((sql) => db.prepare(sql))

const versionIn = (db: DatabaseSync): number | undefined =>
  cacheReader(db).first(VersionRow, "pragma user_version")?.user_version

/** Opens the file read-only; undefined if it does not exist or has another version. */
export const openCache = (file: string, { version }: CacheTables): DatabaseSync | undefined => {
  if (!existsSync(file)) return undefined
  const db = new DatabaseSync(file, { readOnly: true })
  if (versionIn(db) === version) return db
  db.close()
  return undefined
}

/** Opens the file for writing. Replaces a file that cannot be read. */
export const makeCache = (file: string, { sql, version }: CacheTables): DatabaseSync => {
  const open = () => {
    // The journal of SQLite gets the permissions of the file.
    openSync(file, { create: true, write: true, mode: 0o600 }).close()
    const db = new DatabaseSync(file)
    try {
      const found = versionIn(db)
      // After a power failure the file might be damaged; it is then created again.
      db.exec("pragma synchronous = off")
      if (found === 0) {
        db.exec(`begin immediate; ${sql}; pragma user_version = ${version}; commit`)
      }
      if (found === 0 || found === version) return db
    } catch (error) {
      db.close()
      const unreadable = error instanceof Error && "errcode" in error &&
        (error.errcode === 11 || error.errcode === 26)
      if (unreadable) return undefined
      throw error
    }
    db.close()
    return undefined
  }
  const first = open()
  if (first !== undefined) return first
  for (const end of ["", "-journal"]) rmSync(file + end, { force: true })
  const second = open()
  if (second === undefined) throw new Error("it cannot be created")
  return second
}

/** Uses an open cache and closes it; undefined without one. */
export const usingCache = <A>(
  db: DatabaseSync | undefined,
  use: (db: DatabaseSync) => A,
): A | undefined => {
  try {
    return db && use(db)
  } finally {
    db?.close()
  }
}

/** Runs `body` in one transaction. */
export const inTransaction = (db: DatabaseSync, body: () => void): void => {
  db.exec("begin immediate")
  try {
    body()
    db.exec("commit")
  } catch (error) {
    if (db.isTransaction) db.exec("rollback")
    throw error
  }
}
