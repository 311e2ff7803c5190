/** Facts that the state file stores by name, each a text. */
import { Schema } from "effect"
import type { StateDatabase } from "./Database.ts"
import { row, type RowReader } from "./rows.ts"

const ValueRow = row({ value: Schema.String })

/** Returns the value of `key`; undefined if it is not set. */
export const metaIn = (db: RowReader, key: string): string | undefined =>
  db.first(ValueRow, `select value from meta where key = ?`, key)?.value

/** Inside a transaction: sets `key`. */
export const setMetaIn = (db: StateDatabase, key: string, value: string): void =>
  void db.run(`insert or replace into meta values (?, ?)`, key, value)

/** Inside a transaction: removes `key`. */
export const deleteMetaIn = (db: StateDatabase, key: string): void =>
  void db.run(`delete from meta where key = ?`, key)
