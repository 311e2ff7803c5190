/**
 * Commits rows: a batch in one transaction; if PostgreSQL refuses a row for good, the row is found
 * by halving and all others are committed.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { failpoint } from "../../failpoints.ts"
import type { Refusal } from "../../Sink.ts"
import { fence, type Lease } from "./lease.ts"
import { transaction } from "../connection/timeouts.ts"
import { deleteMissing } from "./missing.ts"
import {
  isDataError,
  isUnexplained,
  type PostgresError,
  serverMessage,
} from "../connection/PostgresError.ts"
import type { PostgresRow, PostgresTable, Statement } from "./tables.ts"

/** A connected and migrated database, and the epoch of the run that writes to it. */
export interface Target {
  readonly sql: SqlClient
  readonly lease: Lease
  readonly location: string
}

export type WriteError = SqlError | PostgresError

/** True if a row might be the cause of the error, not the database. */
const isOfRow = (error: WriteError): error is SqlError =>
  isSqlError(error) && (isDataError(error) || isUnexplained(error))

/** Writes all rows or none. Fails if another epoch has begun. */
export const writing = (
  { lease, location, sql }: Target,
  statements: ReadonlyArray<Statement>,
): Effect.Effect<void, WriteError> =>
  transaction(
    sql,
    Effect.gen(function* () {
      yield* fence(sql, lease, location)
      for (const { parameters, text } of statements) yield* sql.unsafe(text, parameters)
      yield* failpoint("postgres.written")
    }),
  ).pipe(Effect.tap(() => failpoint("postgres.committed")))

interface Landing {
  readonly target: Target
  readonly table: PostgresTable
  /** Write only the columns that are made from the stored responses of existing rows. */
  readonly again?: boolean
}

const byId = (a: PostgresRow, b: PostgresRow) =>
  a.item.id.length - b.item.id.length || (a.item.id < b.item.id ? -1 : 1)

/**
 * Writes all rows or none. If the connection is lost at COMMIT, the result is unknown, and all rows
 * are sent again.
 */
const land = ({ again = false, table, target }: Landing, rows: ReadonlyArray<PostgresRow>) => {
  // The same order everywhere, so that two writers wait for each other instead of deadlocking.
  const sorted = rows.toSorted(byId)
  return writing(target, [
    ...table.landing(sorted, again),
    ...(again ? [] : deleteMissing(table.resource, sorted.map(({ item }) => item.id))),
  ])
}

const refuse = ({ item }: PostgresRow) => (error: SqlError): ReadonlyArray<Refusal> => [
  { item, reason: `PostgreSQL cannot store it: ${serverMessage(error)}` },
]

/**
 * Handles one row that failed: refuses it if the row is the cause, which other statements of the
 * database show.
 */
const landAgain = (landing: Landing, row: PostgresRow, error: SqlError) =>
  isDataError(error) ? Effect.succeed(refuse(row)(error)) : land(landing, [row]).pipe(
    Effect.as([]),
    Effect.catchIf(
      isOfRow,
      (again) => Effect.as(landing.target.sql`select 1`, refuse(row)(again)),
    ),
  )

/** Writes rows; returns those that PostgreSQL refuses for good. */
export const writeRows = (
  landing: Landing,
  rows: ReadonlyArray<PostgresRow>,
): Effect.Effect<ReadonlyArray<Refusal>, WriteError> =>
  rows.length === 0 ? Effect.succeed([]) : land(landing, rows).pipe(
    Effect.as([]),
    Effect.catchIf(isOfRow, (error) => {
      const [first] = rows
      if (first !== undefined && rows.length === 1) return landAgain(landing, first, error)
      const half = rows.length >> 1
      return Effect.zipWith(
        writeRows(landing, rows.slice(0, half)),
        writeRows(landing, rows.slice(half)),
        (before, after) => [...before, ...after],
      )
    }),
  )
