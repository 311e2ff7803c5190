/**
 * One run writes at a time. A second one meets a lock, at once; but a lock ends with its connection, and
 * a run may sleep through that. So each run also begins an epoch, and none commits after its own.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { isSqlError } from "effect/sql/SqlError"
import { transaction } from "./limits.ts"
import { codeOf, PostgresError } from "./PostgresError.ts"

/** Held by the run that writes. */
const writerLock = 7_266_173_000_002

/** The lock's own session: it may be idle for as long as it likes, but a host that vanished may not. */
const patience = `select set_config(p.name, s.value, true) from pg_settings p join (values
  ('idle_in_transaction_session_timeout', '0'), ('transaction_timeout', '0'),
  ('tcp_keepalives_idle', '30'), ('tcp_keepalives_interval', '10'), ('tcp_keepalives_count', '3')
) s(name, value) on s.name = p.name`

interface Holder {
  readonly holder: string
  readonly since: Date
}

const named = (found: ReadonlyArray<Holder>): string =>
  found.map(({ holder, since }) => ` (${holder}, since ${since.toISOString()})`).join("")

/** Somebody holds the row that tells the epoch: a batch of another run, or one who begins. */
const inTheMiddle =
  (location: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | PostgresError, R> =>
    Effect.catchIf(
      effect,
      (error) => isSqlError(error) && codeOf(error) === "55P03",
      (cause) =>
        Effect.fail(
          new PostgresError({
            reason: "locked",
            detail:
              `another run is in the middle of a batch for ${location}. Nothing was changed. ` +
              "End it, or run again in a minute",
            cause,
          }),
        ),
    )

const whoWrites = "select holder, since from strava.paceline_lease"

/** Take the lock for as long as the scope is open; fails at once, naming the holder if it is known. */
export const lock = Effect.fnUntraced(function* (sql: SqlClient, location: string) {
  const session = yield* sql.reserve
  const run = (statement: string, ...parameters: ReadonlyArray<unknown>) =>
    session.executeUnprepared(statement, parameters, undefined)
  // Of a transaction and not of the session: behind a pooler that would outlive us.
  yield* Effect.acquireRelease(run("begin"), () => Effect.ignore(run("rollback")))
  yield* run(patience)
  const [found] = yield* run("select pg_try_advisory_xact_lock($1::bigint) as ours", writerLock)
  // A question that is answered keeps its snapshot until the next statement: for as long as the lock is
  // held no row that is deleted, of anybody's, could be cleared away.
  if (found?.ours === true) {
    return yield* Effect.asVoid(run("set local application_name = 'paceline'"))
  }
  const holder: ReadonlyArray<Holder> = yield* Effect.orElseSucceed(run(whoWrites), () => [])
  return yield* new PostgresError({
    reason: "locked",
    detail: `another run is writing to ${location}${named(holder)}. Nothing was changed. Wait ` +
      "until it ends, or end it, then run again",
  })
})

/** The run that writes. */
export interface Lease {
  readonly epoch: bigint
}

/** Of one who only looks: with it nothing can be written. */
export const noLease: Lease = { epoch: -1n }

/** Begin an epoch: whatever an earlier run has not committed yet, it cannot commit any more. */
export const begin = (sql: SqlClient, location: string) =>
  transaction(
    sql,
    sql<Lease>`insert into strava.paceline_lease as l (id, epoch, holder, since)
      values (1, 1, ${`process ${Deno.pid}`} || coalesce(' at ' || host(inet_client_addr()), ''), now())
      on conflict (id) do update set epoch = l.epoch + 1, holder = excluded.holder,
        since = excluded.since
      returning epoch`,
  ).pipe(
    Effect.map(([lease]): Lease => lease ?? noLease),
    inTheMiddle(location),
  )

/** In the transaction of a batch: fails if another epoch has begun, and none begins until its end. */
export const fence = Effect.fnUntraced(function* (
  sql: SqlClient,
  { epoch }: Lease,
  location: string,
) {
  const ours = yield* sql`select 1 from strava.paceline_lease where epoch = ${epoch} for share`
    .pipe(
      inTheMiddle(location),
    )
  if (ours.length > 0) return
  const holder = yield* sql.unsafe<Holder>(whoWrites)
  return yield* new PostgresError({
    reason: "locked",
    detail: `another run has begun to write to ${location}${named(holder)}, so this one stops. ` +
      "Nothing of this batch was written. Let that one end; the next run delivers what is missing",
  })
})
