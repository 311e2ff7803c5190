/** The SQLite database of the state file: opened, checked and migrated. Each change is one durable transaction. */
import { Effect, Result, type Scope } from "effect"
import { existsSync } from "node:fs"
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import { type Failpoint, Failpoints } from "../../../sinks/failpoints.ts"
import { openSync } from "../../../sinks/files/regularFile.ts"
import { closing } from "../../../sinks/systemError.ts"
import { StateError, stateErrorFrom } from "../StateError.ts"
import { type InspectOptions, openInspected, schemaVersion } from "./inspect.ts"
import { migrations } from "./migrations.ts"
import { integers, type RowReader, rowReader } from "./rows.ts"
import { closeErased } from "./secureErase.ts"

/** The queries and `run` are for use inside `transaction` and `read`. */
export interface StateDatabase extends RowReader {
  /** Runs `body` inside one transaction that is on disk when the effect succeeds. */
  transaction<A>(body: () => A): Effect.Effect<A, StateError>
  /**
   * For use inside `transaction`: undoes what `body` wrote if that throws, and returns the error. An error of
   * the disk, or one that has ended the transaction, fails the transaction.
   */
  savepoint<A>(body: () => A): Result.Result<A, StateError>
  /** Copies the database to the file `to`; not durable yet. */
  copy(to: string): Effect.Effect<void, StateError>
  /** Writes the write-ahead log back into the file and empties it, as far as the disk allows. */
  readonly fold: Effect.Effect<void, StateError>
  /** Reads without a transaction. */
  read<A>(body: () => A): Effect.Effect<A, StateError>
  /** Executes a statement and returns the number of rows that it changed. */
  run(sql: string, ...values: ReadonlyArray<SQLInputValue>): number
}

const statements = (db: DatabaseSync) => {
  const prepared = new Map<string, StatementSync>()
  return (sql: string): StatementSync => {
    const known = prepared.get(sql)
    if (known !== undefined) return known
    const statement = db.prepare(sql)
    prepared.set(sql, statement)
    return statement
  }
}

/** Returns `value` as an integer; null if it is so large that SQLite or JavaScript could not represent it. */
export const storableInteger = (value: number): number | null => {
  const floor = Math.floor(value)
  return Number.isSafeInteger(floor) ? floor : null
}

/** SQL: a column of numbers, null where an earlier version stored one that JavaScript cannot represent. */
export const readableInteger = (column: string): string =>
  `case when ${column} between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}
     then ${column} end as ${column}`

/**
 * Copies a database to a file without a log next to it. `vacuum into` would attach a database, which Deno
 * allows only with all permissions.
 */
const copyTo = async (db: DatabaseSync, to: string): Promise<void> => {
  // All pages in one step: each step is a transaction with its own syncs.
  await backup(db, to, { rate: 0x7fffffff })
  const copy = new DatabaseSync(to)
  try {
    copy.exec("pragma journal_mode = delete")
  } finally {
    copy.close()
  }
}

const attempt = <A>(path: string, body: () => A) =>
  Effect.try({ try: body, catch: stateErrorFrom(path) })

const wrap = (
  db: DatabaseSync,
  path: string,
  hit: (name: Failpoint) => void,
): StateDatabase => {
  const statement = statements(db)
  return {
    ...rowReader(statement),
    run: (sql, ...values) => Number(statement(sql).run(...integers(values)).changes),
    read: (body) => attempt(path, body),
    fold: attempt(path, () => db.exec("pragma wal_checkpoint(truncate)")),
    copy: (to) => Effect.tryPromise({ try: () => copyTo(db, to), catch: stateErrorFrom(path) }),
    transaction: (body) =>
      attempt(path, () => {
        db.exec("begin immediate")
        try {
          const result = body()
          hit("state.committing")
          db.exec("commit")
          hit("state.committed")
          return result
        } catch (cause) {
          if (db.isTransaction) db.exec("rollback")
          throw cause
        }
      }),
    savepoint: (body) => {
      statement("savepoint member").run()
      try {
        const result = body()
        statement("release member").run()
        return Result.succeed(result)
      } catch (cause) {
        const error = stateErrorFrom(path)(cause)
        if (!db.isTransaction || error.reason === "disk") throw error
        statement("rollback to member").run()
        statement("release member").run()
        return Result.fail(error)
      }
    },
  }
}

/** Copies the file before a migration, so that an older Paceline can be restored. */
const backUpVersion = async (db: DatabaseSync, path: string): Promise<void> => {
  const kept = `${path}.v${schemaVersion(db)}.bak`
  const next = `${kept}.next`
  for (const file of [next, `${next}-journal`]) if (existsSync(file)) Deno.removeSync(file)
  openSync(next, { createNew: true, write: true, mode: 0o600 }).close()
  await copyTo(db, next)
  const file = openSync(next, { read: true, write: true })
  file.syncSync()
  file.close()
  Deno.renameSync(next, kept)
}

const migrate = (db: DatabaseSync, hit: (name: Failpoint) => void): void => {
  for (let version = schemaVersion(db); version < migrations.length; version++) {
    db.exec(`begin immediate; ${migrations[version]}; pragma user_version = ${version + 1}`)
    hit("state.migrating")
    db.exec("commit")
  }
  hit("state.migrated")
}

const configure = (db: DatabaseSync, path: string): void => {
  const mode = Object.values(db.prepare("pragma journal_mode = wal").get() ?? {})[0]
  if (mode !== "wal") {
    const detail = "its directory does not support a write-ahead log"
    throw new StateError({ path, reason: "network", detail })
  }
  // Pages that a savepoint can restore stay in memory: a temporary file would hold responses.
  db.exec("pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory")
}

const openWritable = async (
  path: string,
  options: InspectOptions,
  hit: (name: Failpoint) => void,
): Promise<DatabaseSync> => {
  // SQLite creates its log with the permissions of the file, so they are set before the first byte.
  openSync(path, { create: true, write: true, mode: 0o600 }).close()
  const db = openInspected(path, { ...options, readOnly: false })
  try {
    hit("state.opened")
    configure(db, path)
    const version = schemaVersion(db)
    if (version > 0 && version < migrations.length) await backUpVersion(db, path)
    migrate(db, hit)
    Deno.chmodSync(path, 0o600)
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}

const closeWritable = (db: DatabaseSync, path: string): Effect.Effect<void> =>
  // Without log mode a closed file can be read and nothing is created next to it.
  Effect.try(() => db.exec("pragma journal_mode = delete")).pipe(
    Effect.andThen(Effect.try(() => closeErased(db, path))),
    // On a full disk, or with a reader, the log stays next to the file; the next run reads both.
    Effect.catch(() => closing(() => db.isOpen ? db.close() : undefined)),
  )

/** Opens the file for writing; creates or migrates it. The scope closes it into one file without a log. */
export const openDatabase = Effect.fn("openDatabase")(function* (
  path: string,
  options: InspectOptions = {},
): Effect.fn.Return<StateDatabase, StateError, Scope.Scope> {
  const hit = yield* Failpoints
  const db = yield* Effect.acquireRelease(
    Effect.tryPromise({
      try: () => openWritable(path, options, hit),
      catch: stateErrorFrom(path),
    }),
    (db) => closeWritable(db, path),
  )
  return wrap(db, path, hit)
})

/** Opens a new database in memory. */
export const openEmpty = Effect.gen(function* () {
  const db = yield* Effect.acquireRelease(
    Effect.succeed(new DatabaseSync(":memory:")),
    (db) => closing(() => db.close()),
  )
  migrate(db, () => {})
  return wrap(db, ":memory:", () => {})
})

/** Opens an existing file read-only, also during a run. */
export const openReadOnly = Effect.fn("openReadOnly")(function* (path: string): Effect.fn.Return<
  StateDatabase,
  StateError,
  Scope.Scope
> {
  const db = yield* Effect.acquireRelease(
    attempt(path, () => openInspected(path, { readOnly: true })),
    (db) => closing(() => db.close()),
  )
  return wrap(db, path, () => {})
})
