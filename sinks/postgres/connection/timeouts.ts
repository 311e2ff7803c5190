/**
 * Timeouts of our statements and of waits for locks; set in each transaction, because a pooler
 * shares sessions.
 */
import { Context, Duration, Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { failLost, retryTransient } from "./client.ts"

/** Longest wait for another session's lock. */
export const LockWait = Context.Reference<Duration.Input>("paceline/sinks/postgres/LockWait", {
  defaultValue: () => "10 seconds",
})

/** Sets the timeouts in the open transaction. */
export const setLimits = Effect.fnUntraced(function* (sql: SqlClient) {
  const wait = `${Duration.toMillis(Duration.fromInputUnsafe(yield* LockWait))}ms`
  // The last one is for a run that is suspended in a transaction: its locks must be released soon.
  yield* sql`select set_config('statement_timeout', '60s', true),
    set_config('lock_timeout', ${wait}, true),
    set_config('idle_in_transaction_session_timeout', '60s', true)`
})

/**
 * Runs `body` in a transaction with these timeouts, and again after a transient error such as a
 * restart.
 */
export const transaction = <A, E, R>(
  sql: SqlClient,
  body: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | SqlError, R> =>
  Effect.andThen(setLimits(sql), body).pipe(sql.withTransaction, failLost, retryTransient)

/** Runs `body` in a read-only transaction with these timeouts. */
export const reading = <A, E, R>(
  sql: SqlClient,
  body: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | SqlError, R> =>
  transaction(sql, Effect.andThen(sql`set transaction read only`, body))
