/**
 * Secure erase: SQLite only marks deleted data as free. All rows are copied into a new file, which replaces the
 * state file and its backup; older copies are deleted. (`vacuum` would do the same, but attaches a database,
 * which Deno allows only with all permissions.)
 */
import { existsSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { basename, dirname, join } from "node:path"
import { openSync } from "../../../sinks/files/regularFile.ts"
import { isOldStateFile } from "./files.ts"
import { migrations } from "./migrations.ts"

/** Key in `meta` of a sink that can still contain bytes of items that it has deleted. */
export const eraseKey = (sink: string) => `clear ${sink}`

/** Key in `meta` of a state file that can still contain bytes of purged data. */
export const eraseStateKey = "clear state"

/** True if the file can still contain bytes of purged data. */
const needsErase = (db: DatabaseSync): boolean =>
  db.prepare("select 1 from meta where key = ?").get(eraseStateKey) !== undefined

/** Below these limits, the next runs reuse the free pages. */
const mostFree = 0.25
const fewPages = 64

/**
 * True if much of the file is free pages. They contain bytes of delivered responses, which every backup would
 * copy.
 */
const isMostlyFree = (db: DatabaseSync): boolean => {
  const pages = (name: string) => Number(Object.values(db.prepare(`pragma ${name}`).get() ?? {})[0])
  const free = pages("freelist_count")
  return free > fewPages && free > mostFree * pages("page_count")
}

const tablesOf = (db: DatabaseSync): ReadonlyArray<string> =>
  db.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%'")
    .all().map(({ name }) => String(name))

const copyRows = (from: DatabaseSync, to: DatabaseSync): void => {
  // One transaction without syncs: the file is synced as a whole before it is renamed.
  to.exec("pragma synchronous = off; begin")
  for (const migration of migrations) to.exec(migration)
  to.exec(`pragma user_version = ${migrations.length}`)
  for (const table of tablesOf(from)) {
    const rows = from.prepare(`select * from "${table}"`)
    let insert: ReturnType<typeof to.prepare> | undefined
    for (const found of rows.iterate()) {
      const values = Object.values(found)
      insert ??= to.prepare(`insert into "${table}" values (${values.map(() => "?").join(", ")})`)
      insert.run(...values)
    }
  }
  to.prepare("delete from meta where key = ?").run(eraseStateKey)
  to.exec("commit")
}

const sync = (file: string): void => {
  const handle = openSync(file, { read: true, write: true })
  handle.syncSync()
  handle.close()
}

const syncFolder = (folder: string): void => {
  if (Deno.build.os === "windows") return
  const handle = openSync(folder, { read: true })
  handle.syncSync()
  handle.close()
}

/** Creates the empty private file that is written next, and returns its path. */
const createNext = (path: string): string => {
  const next = `${path}.next`
  for (const file of [next, `${next}-journal`]) if (existsSync(file)) Deno.removeSync(file)
  openSync(next, { createNew: true, write: true, mode: 0o600 }).close()
  return next
}

/**
 * Closes the file without a log next to it. Rewrites it if it can contain bytes of purged data or is mostly
 * free. If interrupted, the old file stays, with the key that it is to be erased.
 */
export const closeErased = (db: DatabaseSync, path: string): void => {
  const erase = needsErase(db)
  if (!erase && !isMostlyFree(db)) return db.close()
  const folder = dirname(path)
  const next = createNext(path)
  try {
    const copy = new DatabaseSync(next)
    try {
      copyRows(db, copy)
    } finally {
      copy.close()
    }
    sync(next)
  } finally {
    db.close()
  }
  Deno.renameSync(next, path)
  syncFolder(folder)
  if (!erase) return
  const previous = `${path}.prev`
  if (existsSync(previous)) {
    const kept = createNext(path)
    Deno.copyFileSync(path, kept)
    sync(kept)
    Deno.renameSync(kept, previous)
  }
  for (const { name } of Deno.readDirSync(folder)) {
    if (name !== basename(path) && isOldStateFile(name)) Deno.removeSync(join(folder, name))
  }
  syncFolder(folder)
}
