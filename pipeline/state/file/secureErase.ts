/**
 * Clearing the state file of what was purged: SQLite only marks it as free. All rows are copied into a
 * new file, which takes the old one's place and that of its copy; older copies go. (`vacuum` would do the
 * same, but attaches a database, which Deno allows only to a program that may do anything.)
 */
import { existsSync } from "node:fs"
import { DatabaseSync, type SQLInputValue } from "node:sqlite"
import { basename, dirname, join } from "node:path"
import { openSync } from "../../../sinks/files/regularFile.ts"
import { isOldStateFile } from "./files.ts"
import { migrations } from "./migrations.ts"

/** The fact that a sink is to be cleared of what it has deleted. */
export const eraseKey = (sink: string) => `clear ${sink}`

/** The fact that the file is to be cleared. */
export const eraseStateKey = "clear state"

/** Whether the file still holds bytes of what was purged. */
const isUncleared = (db: DatabaseSync): boolean =>
  db.prepare("select 1 from meta where key = ?").get(eraseStateKey) !== undefined

/** Free pages below this share of a file are reused by the next runs. */
const mostFree = 0.25
const fewPages = 64

/**
 * True if most of the file is free: staged responses are gone, and their bytes would be kept, copied and
 * pushed with every backup.
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
  // One transaction without syncs: the file is synced as a whole before it takes the old one's name.
  to.exec("pragma synchronous = off; begin")
  for (const migration of migrations) to.exec(migration)
  to.exec(`pragma user_version = ${migrations.length}`)
  for (const table of tablesOf(from)) {
    const rows = from.prepare(`select * from "${table}"`)
    rows.setReturnArrays(true)
    let insert: ReturnType<typeof to.prepare> | undefined
    for (const row of rows.iterate() as Iterable<ReadonlyArray<SQLInputValue>>) {
      insert ??= to.prepare(`insert into "${table}" values (${row.map(() => "?").join(", ")})`)
      insert.run(...row)
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

/** An empty file for what is written next, which nobody else may read. */
const begun = (path: string): string => {
  const next = `${path}.next`
  for (const file of [next, `${next}-journal`]) if (existsSync(file)) Deno.removeSync(file)
  openSync(next, { createNew: true, write: true, mode: 0o600 }).close()
  return next
}

/**
 * Closes the file, without a log beside it, and writes it again if it holds bytes of purged data or is mostly
 * free. Whatever stops it leaves the old
 * file, and the note in it that it is to be cleared.
 */
export const closeErased = (db: DatabaseSync, path: string): void => {
  const eraseKey = isUncleared(db)
  if (!eraseKey && !isMostlyFree(db)) return db.close()
  const folder = dirname(path)
  const next = begun(path)
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
  if (!eraseKey) return
  const previous = `${path}.prev`
  if (existsSync(previous)) {
    const kept = begun(path)
    Deno.copyFileSync(path, kept)
    sync(kept)
    Deno.renameSync(kept, previous)
  }
  for (const { name } of Deno.readDirSync(folder)) {
    if (name !== basename(path) && isOldStateFile(name)) Deno.removeSync(join(folder, name))
  }
  syncFolder(folder)
}
