/**
 * Cache of what reports derive from the streams and details of each activity, in `report.db` in the data
 * directory. A row counts only for its key, which contains the hashes of these responses.
 */
import { Effect, Path, Schema } from "effect"
import { createHash } from "node:crypto"
import type { SQLOutputValue } from "node:sqlite"
import {
  type CacheTables,
  inTransaction,
  makeCache,
  openCache,
  usingCache,
} from "../state/cacheDatabase.ts"
import { derivedFile } from "../state/file/files.ts"

/** Values derived from one activity. */
export interface DerivedRow {
  readonly key: string
  /** JSON. */
  readonly facts: string
  readonly block: Uint8Array
  /** Form of `packed`, such as its number of steps; empty if there is none. */
  readonly form: string
  /** The block in a smaller form. */
  readonly packed: Uint8Array
}

type DerivedRows = ReadonlyMap<string, DerivedRow>

const tables: CacheTables = {
  version: 2,
  sql: `
    create table derived (
      id text primary key, key text not null, facts text not null, block blob not null,
      form text not null, packed blob not null, digest text not null
    ) strict, without rowid`,
}

const isBytes = Schema.is(Schema.Uint8Array)

/** SQLite does not notice if a power failure has left some pages of a row as they were. */
const digestOf = (id: string, { block, facts, form, key, packed }: DerivedRow): string =>
  createHash("sha256").update(JSON.stringify([id, key, facts, form, block.length]))
    .update(block).update(packed).digest("base64url")

const rowFrom = (
  { block, digest, packed, ...texts }: Readonly<Record<string, SQLOutputValue>>,
): ReadonlyArray<readonly [id: string, row: DerivedRow]> => {
  if (!isBytes(block) || !isBytes(packed)) return []
  const [id = "", key = "", facts = "", form = ""] = ["id", "key", "facts", "form"]
    .map((name) => String(texts[name]))
  const row = { key, facts, block, form, packed }
  return digest === digestOf(id, row) ? [[id, row]] : []
}

const fileIn = Effect.fnUntraced(function* (directory: string) {
  return (yield* Path.Path).join(directory, derivedFile)
})

/** Returns the rows by activity; empty if the file cannot be read. */
export const readDerived = Effect.fn("readDerived")(function* (directory: string) {
  const file = yield* fileIn(directory)
  return yield* Effect.try((): DerivedRows | undefined =>
    usingCache(
      openCache(file, tables),
      (db) => new Map(db.prepare("select * from derived").all().flatMap(rowFrom)),
    )
  ).pipe(
    Effect.orElseSucceed(() => undefined),
    Effect.map((found): DerivedRows => found ?? new Map()),
  )
})

/** Rows to write, and all activities that may stay. */
interface NewRows {
  readonly rows: DerivedRows
  readonly known: ReadonlySet<string>
}

/** Writes rows and deletes those of other activities. If it cannot, the next report reads the streams again. */
export const writeDerived = Effect.fn("writeDerived")(function* (
  directory: string,
  { known, rows }: NewRows,
) {
  const file = yield* fileIn(directory)
  yield* Effect.ignore(
    Effect.try(() =>
      usingCache(makeCache(file, tables), (db) =>
        inTransaction(db, () => {
          const ids = JSON.stringify([...known])
          db.prepare("delete from derived where id not in (select value from json_each(?))").run(
            ids,
          )
          const add = db.prepare("insert or replace into derived values (?, ?, ?, ?, ?, ?, ?)")
          for (const [id, row] of rows) {
            const { block, facts, form, key, packed } = row
            add.run(id, key, facts, block, form, packed, digestOf(id, row))
          }
        }))
    ),
  )
})
