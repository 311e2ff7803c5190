/**
 * The PostgreSQL sink: schema `strava`, one row per item, replaced by its key and left alone where it
 * holds the same answer already. A batch is one transaction; a row that PostgreSQL will never take is
 * found by halving and refused, and the others land.
 */
import { Effect, Exit, Result, Scope, Stream } from "effect"
import type { Migrator } from "effect/sql"
import { SqlClient } from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { nameBlocker } from "./postgres/blockers.ts"
import {
  type Config,
  configured,
  type Database,
  failLost,
  retryTransient,
} from "./postgres/client.ts"
import { begin, fence, type Lease, lock, noLease } from "./postgres/lease.ts"
import { transaction } from "./postgres/limits.ts"
import { differing, held, kept } from "./postgres/look.ts"
import { ensureNewest, migrate } from "./postgres/migrations.ts"
import {
  explain,
  isDataError,
  isUnexplained,
  type PostgresError,
  wordsOf,
} from "./postgres/PostgresError.ts"
import { type Row, type Table, tables } from "./postgres/tables.ts"
import { failpoint } from "./failpoint.ts"
import { type Batch, type Refusal, type Sink, SinkError, type SinkSource } from "./Sink.ts"

const byId = (a: Row, b: Row) => Number(BigInt(a.item.id) - BigInt(b.item.id))

const reasonOf = ({ reason }: PostgresError): SinkError["reason"] =>
  reason === "disk" ? "disk" : reason === "locked" ? "busy" : "unreachable"

const sinkError = (error: PostgresError) =>
  new SinkError({
    sink: "postgres",
    reason: reasonOf(error),
    detail: error.detail,
    cause: error,
  })

type LandError = SqlError | PostgresError

/** Whether a row may be at fault, and not the database. */
const isOfRow = (error: LandError): error is SqlError =>
  isSqlError(error) && (isDataError(error) || isUnexplained(error))

/** The sink on a connected and migrated database, in the epoch that `lease` began. */
const over = (
  sql: SqlClient,
  lease: Lease,
  { location, room = Effect.void }: Pick<Database, "location" | "room">,
): Sink => {
  const explained = (error: unknown) => sinkError(explain(error, location))

  /** All rows or none. A connection lost at the COMMIT leaves open which: then all come again. */
  const land = (table: Table, rows: ReadonlyArray<Row>): Effect.Effect<void, LandError> =>
    transaction(
      sql,
      Effect.gen(function* () {
        yield* fence(sql, lease, location)
        for (const parameters of table.parametersOf(rows)) {
          yield* sql.unsafe(table.insert, parameters)
        }
        yield* failpoint("postgres.written")
      }),
    ).pipe(Effect.tap(() => failpoint("postgres.committed")))

  const refuse = ({ item }: Row) => (error: SqlError): ReadonlyArray<Refusal> => [
    { item, reason: `PostgreSQL cannot hold it: ${wordsOf(error)}` },
  ]

  /** One row that failed: refused if it is at fault, which is seen by what else the database answers. */
  const landAgain = (table: Table, row: Row, error: SqlError) =>
    isDataError(error) ? Effect.succeed(refuse(row)(error)) : land(table, [row]).pipe(
      Effect.as([]),
      Effect.catchIf(isOfRow, (again) => Effect.as(sql`select 1`, refuse(row)(again))),
    )

  const landAll = (
    table: Table,
    rows: ReadonlyArray<Row>,
  ): Effect.Effect<ReadonlyArray<Refusal>, LandError> =>
    rows.length === 0 ? Effect.succeed([]) : land(table, rows).pipe(
      Effect.as([]),
      Effect.catchIf(isOfRow, (error) => {
        const [first] = rows
        if (first !== undefined && rows.length === 1) return landAgain(table, first, error)
        const half = rows.length >> 1
        return Effect.zipWith(
          landAll(table, rows.slice(0, half)),
          landAll(table, rows.slice(half)),
          (before, after) => [...before, ...after],
        )
      }),
    )

  const write = Effect.fn("PostgresSink.write")(function* ({ items, resource }: Batch) {
    const table = tables[resource]
    const rows: Array<Row> = []
    const refusals: Array<Refusal> = []
    for (const item of items) {
      const row = table.row(item)
      if (Result.isSuccess(row)) rows.push({ item, parameters: row.success })
      else refusals.push(row.failure)
    }
    yield* room
    // In one order everywhere, so that two writers wait for each other instead of deadlocking.
    const refused = yield* Effect.catch(
      landAll(table, rows.sort(byId)),
      (error) => Effect.flatMap(nameBlocker(sql, table.name, location, error), Effect.fail),
    )
    return [...refusals, ...refused]
  }, Effect.mapError(explained))

  return {
    name: "postgres",
    location,
    whole: new Set(),
    write,
    held: (resource) => Stream.mapError(held(sql, tables[resource]), explained),
    kept: (resource, ids) => Effect.mapError(kept(sql, tables[resource], ids), explained),
    differing: (batch) => Effect.mapError(differing(sql, batch), explained),
    putAside: () => Effect.succeedNone,
  }
}

/** What `resource` opens is closed again if it fails, before it is tried again in the same scope. */
const allOrNothing = <A, E, R>(resource: Effect.Effect<A, E, R | Scope.Scope>) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Scope.fork(yield* Effect.scope)
      return yield* restore(Scope.provide(resource, scope)).pipe(
        Effect.onExit((exit) => Exit.isFailure(exit) ? Scope.close(scope, exit) : Effect.void),
      )
    })
  )

/** The sink on `database`. */
export const on = ({ connect, location, room, shared = false }: Database): SinkSource => {
  const opening = <E extends SqlError | Migrator.MigrationError | PostgresError>(
    sink: Effect.Effect<Sink, E, Scope.Scope>,
  ) => Effect.mapError(allOrNothing(sink), (error) => sinkError(explain(error, location)))

  const open = opening(Effect.gen(function* () {
    const sql = yield* connect
    yield* failpoint("postgres.connected")
    if (shared) yield* lock(sql, location)
    yield* migrate.pipe(failLost, retryTransient, Effect.provideService(SqlClient, sql))
    yield* failpoint("postgres.migrated")
    const lease = yield* begin(sql, location)
    return over(sql, lease, { location, ...(room === undefined ? {} : { room }) })
  }))

  const look = opening(Effect.gen(function* () {
    const sql = yield* connect
    yield* ensureNewest(sql, location)
    return over(sql, noLease, { location })
  }))

  return { name: "postgres", location, open, ...(shared ? { look } : {}) }
}

/** The sink on the server of `url`, else on the embedded database; a bad URL is an error at once. */
export const make = (config: Config): Effect.Effect<SinkSource, PostgresError> =>
  Effect.map(configured(config), on)
