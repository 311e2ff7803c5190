/**
 * One run at a time writes an athlete's rows. A second run fails at once, because a lock is held. A
 * lock ends with its connection, and a suspended run can lose it unnoticed; therefore each run also
 * begins an epoch (a fencing token), and no run commits after a newer epoch has begun. Runs of
 * different athletes do not wait for each other.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { isSqlError } from "effect/sql/SqlError"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { transaction } from "../connection/timeouts.ts"
import { PostgresError, sqlCode } from "../connection/PostgresError.ts"

/** Lock of the whole database: older versions hold it exclusively, runs of one athlete share it. */
const databaseLock = 7_266_173_000_002

/**
 * Lock of an athlete. Ids are below 2^53, so that no two athletes have the same key, and none has
 * the key of another of our locks.
 */
const athleteLock = (athlete: AthleteId): string => String(BigInt(athlete) - 2n ** 62n)

/** The athlete id for a database in the athlete's own folder, which is not shared. */
const everyone = 0

/** The session of the lock may be idle forever, but the server must notice if its host has vanished. */
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

/** Another session holds the row with the epoch: a batch of another run, or a run that begins. */
const inTheMiddle =
  (location: string) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E | PostgresError, R> =>
    Effect.catchIf(
      effect,
      (error) => isSqlError(error) && sqlCode(error) === "55P03",
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

/**
 * Locks `athlete`, or the whole database if undefined, until the scope closes. Fails at once if
 * another run holds the lock, and names that run if it is known.
 */
export const lockAthlete = Effect.fnUntraced(function* (
  sql: SqlClient,
  location: string,
  athlete: AthleteId | undefined,
) {
  const session = yield* sql.reserve
  const run = (statement: string, ...parameters: ReadonlyArray<unknown>) =>
    session.executeUnprepared(statement, parameters, undefined)
  const tried = (call: string, key: number | string) =>
    Effect.map(
      run(`select ${call}($1::text::bigint) as ours`, String(key)),
      ([found]) => found?.ours === true,
    )
  // A lock of the transaction, not of the session: behind a pooler, a session lock would outlive
  // this process.
  yield* Effect.acquireRelease(run("begin"), () => Effect.ignore(run("rollback")))
  yield* run(patience)
  const ours = athlete === undefined
    ? yield* tried("pg_try_advisory_xact_lock", databaseLock)
    : (yield* tried("pg_try_advisory_xact_lock_shared", databaseLock)) &&
      (yield* tried("pg_try_advisory_xact_lock", athleteLock(athlete)))
  // A query keeps its snapshot until the next statement: while the lock is held, no deleted row of
  // any athlete could be vacuumed.
  if (ours) return yield* Effect.asVoid(run("set local application_name = 'paceline'"))
  const writers = `select holder, since from strava.paceline_writer ${
    athlete === undefined ? "" : `where athlete_id = ${athlete} `
  }order by since desc limit 1`
  const holder: ReadonlyArray<Holder> = yield* Effect.orElseSucceed(run(writers), () => [])
  return yield* new PostgresError({
    reason: "locked",
    detail: `another run is writing to ${location}${named(holder)}. Nothing was changed. Wait ` +
      "until it ends, or end it, then run again",
  })
})

/** Permission of a run to write the rows of an athlete, or all rows if undefined. */
export interface Lease {
  readonly athlete: AthleteId | undefined
  readonly epoch: bigint
  /** Epoch of the athlete's previous run; 0 if there was none. */
  readonly before: bigint
}

/** Lease of a run that only reads: nothing can be written with it. */
export const noLease = (athlete: AthleteId | undefined): Lease => ({
  athlete,
  epoch: -1n,
  before: 0n,
})

const idOf = ({ athlete }: Pick<Lease, "athlete">): string => String(athlete ?? everyone)

/**
 * Begins an epoch: an earlier run of the athlete cannot commit after this. Each epoch is a new
 * number, which runs of older versions compare with their own. If one of those has begun since, its
 * athlete is unknown, so the epochs of all other athletes end too.
 */
export const beginEpoch = (sql: SqlClient, location: string, athlete: AthleteId | undefined) =>
  transaction(
    sql,
    Effect.gen(function* () {
      const id = idOf({ athlete })
      // The row of the athlete is locked first, so that a batch of this athlete does not delay
      // another athlete's run.
      const [last] = yield* sql<{ epoch: bigint }>`select epoch from strava.paceline_writer
        where athlete_id = ${id}::text::bigint for update`
      yield* sql`delete from strava.paceline_writer where athlete_id <> ${id}::text::bigint and (
        ${
        athlete === undefined
      } or exists (select 1 from strava.paceline_lease where epoch is distinct from ours))`
      const [found] = yield* sql<{ epoch: bigint }>`with begun as (
        insert into strava.paceline_lease as l (id, epoch, ours, holder, since) values (1, 1, 1,
          ${`process ${Deno.pid}`} || coalesce(' at ' || host(inet_client_addr()), ''), now())
        on conflict (id) do update set epoch = l.epoch + 1, ours = l.epoch + 1,
          holder = excluded.holder, since = excluded.since
        returning epoch, holder, since)
        insert into strava.paceline_writer (athlete_id, epoch, holder, since)
        select ${id}::text::bigint, epoch, holder, since from begun
        on conflict (athlete_id) do update set epoch = excluded.epoch, holder = excluded.holder,
          since = excluded.since
        returning epoch`
      return found === undefined
        ? noLease(athlete)
        : { athlete, epoch: found.epoch, before: last?.epoch ?? 0n }
    }),
  ).pipe(inTheMiddle(location))

/**
 * Fails the transaction of a batch if a newer epoch has begun, and prevents a new one until its
 * end.
 */
export const fence = Effect.fnUntraced(function* (
  sql: SqlClient,
  lease: Lease,
  location: string,
) {
  const id = idOf(lease)
  const ours = yield* sql`select 1 from strava.paceline_writer w
    where w.athlete_id = ${id}::text::bigint and w.epoch = ${lease.epoch}
      and not exists (select 1 from strava.paceline_lease where epoch is distinct from ours) for share of w`
    .pipe(inTheMiddle(location))
  if (ours.length > 0) return
  const holder = yield* sql<
    Holder
  >`select holder, since from strava.paceline_lease where epoch is distinct from ours
    union all select holder, since from strava.paceline_writer
      where athlete_id = ${id}::text::bigint limit 1`
  return yield* new PostgresError({
    reason: "locked",
    detail: `another run has begun to write to ${location}${named(holder)}, so this one stops. ` +
      "Nothing of this batch was written. Wait until that run ends; the next run delivers what is missing",
  })
})
