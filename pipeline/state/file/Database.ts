/** The SQLite file under the state: opened, checked, migrated; every change in one durable transaction. */
import { Effect, Result, type Scope } from "effect"
import { existsSync } from "node:fs"
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import { type Failpoint, Failpoints } from "../../../sinks/failpoints.ts"
import { openSync } from "../../../sinks/files/regularFile.ts"
import { closing } from "../../../sinks/systemError.ts"
import { closeErased } from "./secureErase.ts"
import { type InspectOptions, openInspected, schemaVersion } from "./inspect.ts"
import { migrations } from "./migrations.ts"
import { StateError, stateErrorFrom } from "../StateError.ts"

export type SqlRow = Readonly<Record<string, string | number | Uint8Array | null>>

export interface StateDatabase {
  /** Run `body` inside one transaction that is on disk when the effect succeeds. */
  transaction<A>(body: () => A): Effect.Effect<A, StateError>
  /**
   * For use inside `transaction`: undoes what `body` wrote if that throws, and returns the error. An error of
   * the disk, or one that has ended the transaction, fails the transaction.
   */
  savepoint<A>(body: () => A): Result.Result<A, StateError>
  /** Copy all of it to the file `to`; not durable yet. */
  copy(to: string): Effect.Effect<void, StateError>
  /** Writes the log back into the file and empties it, as far as the disk allows. */
  readonly fold: Effect.Effect<void, StateError>
  /** Read without a transaction. */
  read<A>(body: () => A): Effect.Effect<A, StateError>
  /** For use inside `transaction` and `read`: rows of a statement, prepared once. */
  all(sql: string, ...values: ReadonlyArray<SQLInputValue>): ReadonlyArray<SqlRow>
  /** Likewise: execute a statement; gives the number of rows it changed. */
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

/** Every number in the file is a whole one, but a clock may tell fractions of a millisecond. */
const whole = (value: SQLInputValue) => typeof value === "number" ? Math.floor(value) : value

/** `value` as a whole number; null if it is so large that SQLite could not store it or we could not read it. */
export const storableInteger = (value: number): number | null => {
  const floor = Math.floor(value)
  return Number.isSafeInteger(floor) ? floor : null
}

/** SQL: a column of numbers, null where an earlier version stored one that cannot be read. */
export const readableInteger = (column: string): string =>
  `case when ${column} between ${Number.MIN_SAFE_INTEGER} and ${Number.MAX_SAFE_INTEGER}
     then ${column} end as ${column}`

/**
 * A copy without a log beside it. Not by `vacuum into`: that attaches a database, which Deno allows
 * only to a program that may do anything.
 */
const copyTo = async (db: DatabaseSync, to: string): Promise<void> => {
  // All pages in one step: each step is a transaction with syncs of its own.
  await backup(db, to, { rate: 0x7fffffff })
  const copy = new DatabaseSync(to)
  try {
    copy.exec("pragma journal_mode = delete")
  } finally {
    copy.close()
  }
}

const wrap = (db: DatabaseSync, path: string, hit: (name: Failpoint) => void): StateDatabase => {
  const statement = statements(db)
  const attempt = <A>(body: () => A) => guarded(path, body)
  return {
    read: attempt,
    fold: attempt(() => db.exec("pragma wal_checkpoint(truncate)")),
    copy: (to) => Effect.tryPromise({ try: () => copyTo(db, to), catch: stateErrorFrom(path) }),
    transaction: (body) =>
      attempt(() => {
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
    all: (sql, ...values) => statement(sql).all(...values.map(whole)) as ReadonlyArray<SqlRow>,
    run: (sql, ...values) => Number(statement(sql).run(...values.map(whole)).changes),
  }
}

/** What is there before a migration is kept, so that an older Paceline has something to go back to. */
const backUp = async (db: DatabaseSync, path: string): Promise<void> => {
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

const guarded = <A>(path: string, body: () => A) =>
  Effect.try({ try: body, catch: stateErrorFrom(path) })

/** Open the file for writing, making or migrating it; closed into one file with the scope. */
export const openDatabase = Effect.fn("openDatabase")(function* (
  path: string,
  checking: InspectOptions = {},
): Effect.fn.Return<StateDatabase, StateError, Scope.Scope> {
  const hit = yield* Failpoints
  const db = yield* Effect.acquireRelease(
    Effect.tryPromise({
      catch: stateErrorFrom(path),
      try: async () => {
        // SQLite gives its log the permissions of the file, so they are set before the first byte.
        openSync(path, { create: true, write: true, mode: 0o600 }).close()
        const db = openInspected(path, { ...checking, readOnly: false })
        try {
          hit("state.opened")
          const mode = Object.values(db.prepare("pragma journal_mode = wal").get() as SqlRow)[0]
          if (mode !== "wal") {
            const detail = "its folder allows no write-ahead log"
            throw new StateError({ path, reason: "network", detail })
          }
          // Pages that a savepoint may bring back stay in memory: a temporary file would hold what was received.
          db.exec("pragma synchronous = full; pragma foreign_keys = on; pragma temp_store = memory")
          const version = schemaVersion(db)
          if (version > 0 && version < migrations.length) await backUp(db, path)
          migrate(db, hit)
          Deno.chmodSync(path, 0o600)
          return db
        } catch (cause) {
          db.close()
          throw cause
        }
      },
    }),
    (db) =>
      // Without the log's mode a closed file can be looked at and nothing is made beside it.
      Effect.try(() => db.exec("pragma journal_mode = delete")).pipe(
        Effect.andThen(Effect.try(() => closeErased(db, path))),
        // On a full disk, or beside a reader, the log stays beside the file; the next run reads both.
        Effect.catch(() => closing(() => db.isOpen ? db.close() : undefined)),
      ),
  )
  return wrap(db, path, hit)
})

/** A file in memory, as it is before the first run. */
export const openEmpty = Effect.gen(function* () {
  const db = yield* Effect.acquireRelease(
    Effect.succeed(new DatabaseSync(":memory:")),
    (db) => closing(() => db.close()),
  )
  migrate(db, () => {})
  return wrap(db, ":memory:", () => {})
})

/** Open an existing file to look at it, also while a run is writing to it. */
export const openReadOnly = Effect.fn("openReadOnly")(function* (path: string): Effect.fn.Return<
  StateDatabase,
  StateError,
  Scope.Scope
> {
  const db = yield* Effect.acquireRelease(
    guarded(path, () => openInspected(path, { readOnly: true })),
    (db) => closing(() => db.close()),
  )
  return wrap(db, path, () => {})
})
