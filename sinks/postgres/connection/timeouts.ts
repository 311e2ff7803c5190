/** How long a statement of ours may take or wait; set in each transaction, for the sake of poolers. */
import { Context, Duration, Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { failLost, retryTransient } from "./client.ts"

/** How long is waited for a lock of somebody else's. */
export const LockWait = Context.Reference<Duration.Input>("paceline/sinks/postgres/LockWait", {
  defaultValue: () => "10 seconds",
})

/** Set them in the transaction that is open. */
export const setLimits = Effect.fnUntraced(function* (sql: SqlClient) {
  const wait = `${Duration.toMillis(Duration.fromInputUnsafe(yield* LockWait))}ms`
  // The last is for a run that sleeps in the middle: its locks must not outlive it by much.
  yield* sql`select set_config('statement_timeout', '60s', true),
    set_config('lock_timeout', ${wait}, true),
    set_config('idle_in_transaction_session_timeout', '60s', true)`
})

/** `body` in a transaction with these limits; again if it failed by what passes, such as a restart. */
export const transaction = <A, E, R>(
  sql: SqlClient,
  body: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | SqlError, R> =>
  Effect.andThen(setLimits(sql), body).pipe(sql.withTransaction, failLost, retryTransient)

/** The same for `body` that only reads: PostgreSQL refuses whatever would change something. */
export const reading = <A, E, R>(
  sql: SqlClient,
  body: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | SqlError, R> =>
  transaction(sql, Effect.andThen(sql`set transaction read only`, body))
