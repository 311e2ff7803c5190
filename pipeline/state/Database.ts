/** The SQLite file under the state: opened, checked, migrated; every change in one durable transaction. */
import { Effect, type Scope } from "effect"
import { existsSync } from "node:fs"
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import { type Failpoint, Failpoints } from "../../sinks/failpoint.ts"
import { migrations } from "./schema.ts"
import { StateError, stateErrorFrom } from "./StateError.ts"

export type Row = Readonly<Record<string, string | number | Uint8Array | null>>

export interface Database {
  /** Run `body` inside one transaction that is on disk when the effect succeeds. */
  transaction<A>(body: () => A): Effect.Effect<A, StateError>
  /** Read without a transaction. */
  read<A>(body: () => A): Effect.Effect<A, StateError>
  /** For use inside `transaction` and `read`: rows of a statement, prepared once. */
  all(sql: string, ...values: ReadonlyArray<SQLInputValue>): ReadonlyArray<Row>
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

const wrap = (db: DatabaseSync, path: string, hit: (name: Failpoint) => void): Database => {
  const statement = statements(db)
  const attempt = <A>(body: () => A) => guarded(path, body)
  return {
    read: attempt,
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
    all: (sql, ...values) => statement(sql).all(...values.map(whole)) as ReadonlyArray<Row>,
    run: (sql, ...values) => Number(statement(sql).run(...values.map(whole)).changes),
  }
}

const versionOf = (db: DatabaseSync): number =>
  Number((db.prepare("pragma user_version").get() as Row | undefined)?.["user_version"] ?? 0)

/** Refuse a file that is damaged or from the future, before anything is written to it. */
const check = (db: DatabaseSync, path: string): void => {
  const version = versionOf(db)
  if (version > migrations.length) {
    throw new StateError({ path, reason: "newer", detail: `version ${version}` })
  }
  const verdict = Object.values(db.prepare("pragma quick_check(1)").get() as Row)[0]
  if (verdict !== "ok") throw new StateError({ path, reason: "damaged", detail: String(verdict) })
}

const migrate = (db: DatabaseSync, hit: (name: Failpoint) => void): void => {
  for (let version = versionOf(db); version < migrations.length; version++) {
    db.exec(`begin immediate; ${migrations[version]}; pragma user_version = ${version + 1}`)
    hit("state.migrating")
    db.exec("commit")
  }
  hit("state.migrated")
}

const guarded = <A>(path: string, body: () => A) =>
  Effect.try({ try: body, catch: stateErrorFrom(path) })

/** Open the file for writing, making or migrating it; closed into one file with the scope. */
export const openDatabase = Effect.fn("openDatabase")(function* (path: string): Effect.fn.Return<
  Database,
  StateError,
  Scope.Scope
> {
  const hit = yield* Failpoints
  const db = yield* Effect.acquireRelease(
    guarded(path, () => {
      // Opening a pipe would wait for its other end, and nothing else could go on.
      if (existsSync(path) && !Deno.statSync(path).isFile) {
        throw new StateError({ path, reason: "disk", detail: "it is not a file; move it away" })
      }
      // The log beside it takes its permissions from the file: nobody else's from the first byte.
      Deno.openSync(path, { create: true, write: true, mode: 0o600 }).close()
      const db = new DatabaseSync(path)
      try {
        check(db, path)
        hit("state.opened")
        db.exec("pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on")
        migrate(db, hit)
        Deno.chmodSync(path, 0o600)
        return db
      } catch (cause) {
        db.close()
        throw cause
      }
    }),
    (db) =>
      // Without the log's mode a closed file can be looked at and nothing is made beside it.
      Effect.try(() => db.exec("pragma journal_mode = delete")).pipe(
        // On a full disk, or beside a reader, the log stays beside the file; the next run reads both.
        Effect.ignore,
        Effect.andThen(Effect.sync(() => db.close())),
      ),
  )
  return wrap(db, path, hit)
})

/** Open an existing file to look at it, also while a run is writing to it. */
export const openReadOnly = Effect.fn("openReadOnly")(function* (path: string): Effect.fn.Return<
  Database,
  StateError,
  Scope.Scope
> {
  const db = yield* Effect.acquireRelease(
    guarded(path, () => {
      const db = new DatabaseSync(path, { readOnly: true })
      check(db, path)
      return db
    }),
    (db) => Effect.sync(() => db.close()),
  )
  return wrap(db, path, () => {})
})
