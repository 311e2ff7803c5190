/**
 * The PostgreSQL sink: schema `strava`, one row per item, replaced by its key and left alone where it
 * holds the same answer already. A batch is one transaction; a row that PostgreSQL will never take is
 * found by halving and refused, and the others land.
 */
import { Effect, Result, Stream } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { Item, Resource } from "../schemas/Item.ts"
import {
  type Config,
  configured,
  type Database,
  failLost,
  retryTransient,
} from "./postgres/client.ts"
import { migrate } from "./postgres/migrations.ts"
import {
  explain,
  isDataError,
  isUnexplained,
  type PostgresError,
  wordsOf,
} from "./postgres/PostgresError.ts"
import { activityRow, athleteRow, insertActivities, insertAthletes } from "./postgres/rows.ts"
import { insertStreams, streamRow } from "./postgres/streams.ts"
import { failpoint } from "./failpoint.ts"
import { type Batch, type Refusal, type Sink, SinkError, type SinkSource } from "./Sink.ts"

/** An item and the statements' parameters that land it. */
interface Row {
  readonly item: Item
  readonly parameters: unknown
}

interface Table {
  row(item: Item): Result.Result<unknown, Refusal>
  /** All rows by one statement, or a statement for each: with the parameters of each. */
  readonly statement: string
  parametersOf(rows: ReadonlyArray<Row>): ReadonlyArray<ReadonlyArray<unknown>>
}

const list = (rows: ReadonlyArray<Row>) => [[
  `[${rows.map(({ parameters }) => parameters).join(",")}]`,
]]

const tables: Record<Resource, Table> = {
  athlete: { row: athleteRow, statement: insertAthletes, parametersOf: list },
  activities: { row: activityRow, statement: insertActivities, parametersOf: list },
  streams: {
    row: streamRow,
    statement: insertStreams,
    parametersOf: (rows) => rows.map(({ parameters }) => parameters as ReadonlyArray<unknown>),
  },
}

const byId = (a: Row, b: Row) => Number(BigInt(a.item.id) - BigInt(b.item.id))

const sinkError = (error: PostgresError) =>
  new SinkError({
    sink: "postgres",
    reason: error.reason === "disk" ? "disk" : "unreachable",
    detail: error.detail,
    cause: error,
  })

/** The sink on a connected and migrated database. */
const over = (
  sql: SqlClient,
  { location, room = Effect.void }: Pick<Database, "location" | "room">,
): Sink => {
  /** All rows or none. A connection lost at the COMMIT leaves open which: then all come again. */
  const land = (table: Table, rows: ReadonlyArray<Row>) =>
    Effect.gen(function* () {
      yield* sql`set local statement_timeout = '60s'`
      yield* sql`set local lock_timeout = '10s'`
      for (const parameters of table.parametersOf(rows)) {
        yield* sql.unsafe(table.statement, parameters)
      }
      yield* failpoint("postgres.written")
    }).pipe(
      sql.withTransaction,
      failLost,
      retryTransient,
      Effect.tap(() => failpoint("postgres.committed")),
    )

  const refuse = ({ item }: Row) => (error: SqlError): ReadonlyArray<Refusal> => [
    { item, reason: `PostgreSQL cannot hold it: ${wordsOf(error)}` },
  ]

  /** One row that failed: refused if it is at fault, which is seen by what else the database answers. */
  const landAgain = (table: Table, row: Row, error: SqlError) =>
    isDataError(error) ? Effect.succeed(refuse(row)(error)) : land(table, [row]).pipe(
      Effect.as([]),
      Effect.catchIf(
        (again) => isDataError(again) || isUnexplained(again),
        (again) => Effect.as(sql`select 1`, refuse(row)(again)),
      ),
    )

  const landAll = (
    table: Table,
    rows: ReadonlyArray<Row>,
  ): Effect.Effect<ReadonlyArray<Refusal>, SqlError> =>
    rows.length === 0 ? Effect.succeed([]) : land(table, rows).pipe(
      Effect.as([]),
      Effect.catchIf((error) => isDataError(error) || isUnexplained(error), (error) => {
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
    const refused = yield* Effect.mapError(
      landAll(table, rows.sort(byId)),
      (error) => explain(error, location),
    )
    return [...refusals, ...refused]
  }, Effect.mapError(sinkError))

  return {
    name: "postgres",
    location,
    whole: new Set(),
    write,
    held: () => Stream.empty,
    kept: () => Effect.succeed([]),
    differing: () => Effect.succeed([]),
    putAside: () => Effect.succeedNone,
  }
}

/** The sink on `database`. */
export const on = ({ connect, location, room }: Database): SinkSource => ({
  name: "postgres",
  location,
  open: Effect.gen(function* () {
    const sql = yield* connect
    yield* failpoint("postgres.connected")
    yield* migrate.pipe(
      failLost,
      retryTransient,
      Effect.provideService(SqlClient, sql),
      Effect.mapError((error) => explain(error, location)),
    )
    yield* failpoint("postgres.migrated")
    return over(sql, { location, ...(room === undefined ? {} : { room }) })
  }).pipe(Effect.mapError(sinkError)),
})

/** The sink on the server of `url`, else on the embedded database; a bad URL is an error at once. */
export const make = (config: Config): Effect.Effect<SinkSource, PostgresError> =>
  Effect.map(configured(config), on)
