/** The facts that the state file keeps by name, each a text. */
import type { StateDatabase } from "./Database.ts"

export const metaIn = (all: StateDatabase["all"], key: string): string | undefined => {
  const value = all(`select value from meta where key = ?`, key)[0]?.["value"]
  return value === undefined ? undefined : String(value)
}

/** Inside a transaction. */
export const setMetaIn = (db: StateDatabase, key: string, value: string): void =>
  void db.run(`insert or replace into meta values (?, ?)`, key, value)
