/** Counts and deletes all rows of one athlete in a database. */
import { Effect } from "effect"
import { PgTypes } from "@effect/sql-pg"
import type { SqlClient as Sql } from "effect/sql/SqlClient"
import { SqlClient } from "effect/sql/SqlClient"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import {
  connectOrMake,
  failLost,
  type PostgresDatabase,
  retryTransient,
} from "../connection/client.ts"
import { compact, ofAthletes } from "./compact.ts"
import { beginEpoch, fence, lockAthlete } from "./lease.ts"
import { localName } from "../connection/schemaName.ts"
import { transaction } from "../connection/timeouts.ts"
import { migrate } from "../schema/migrations.ts"
import { explained } from "../connection/PostgresError.ts"

interface Census {
  /** Number of rows of the athlete, for each table that has any. */
  readonly rows: ReadonlyArray<{ readonly table: string; readonly rows: number }>
  /** Number of other athletes with rows. */
  readonly others: number
}

const nothing: Census = { rows: [], others: 0 }

/** Rows deleted per transaction: the streams of a day-long ride take a megabyte. */
const pageSize = 500

const there = (sql: Sql) =>
  Effect.map(
    sql<{ name: string }>`select relname::text as name from pg_class
      where relnamespace = (select oid from pg_namespace where nspname = 'strava')`,
    (found) => new Set(found.map(({ name }) => name)),
  )

const censusIn = Effect.fnUntraced(function* (sql: Sql, athlete: AthleteId) {
  const tables = yield* there(sql)
  const known = ofAthletes().filter(({ name }) => tables.has(localName(name)))
  if (known.length === 0) return nothing
  const rows = yield* sql.unsafe<{ table: string; rows: number }>(
    known.map(({ athlete, name }) =>
      `select '${name}' as table, count(*)::int4 as rows from ${name} where ${athlete} = $1`
    ).join(" union all "),
    [PgTypes.int8(BigInt(athlete))],
  )
  const [others] = yield* sql.unsafe<{ n: number }>(
    `select count(*)::int4 as n from (${
      known.map(({ athlete, name }) => `select ${athlete} as id from ${name}`).join(" union ")
    }) as all_of_them where id <> $1`,
    [PgTypes.int8(BigInt(athlete))],
  )
  return { rows: rows.filter(({ rows }) => rows > 0), others: others?.n ?? 0 } satisfies Census
})

/** Counts the athlete's rows; changes nothing and creates no table. */
export const census = Effect.fn("postgres.census")(
  function* ({ connect, location }: PostgresDatabase, athlete: AthleteId) {
    const sql = yield* connect
    return yield* censusIn(sql, athlete).pipe(failLost, explained(location))
  },
  Effect.scoped,
)

/**
 * Deletes all rows of the athlete, and every byte of them that is ours to clear. Rows of others
 * stay. After a kill, the same call completes the work. Refused while a run writes to the database.
 */
export const deleteAthlete = Effect.fn("postgres.erase")(
  function* (database: PostgresDatabase, athlete: AthleteId) {
    const { location, shared = false } = database
    const { sql } = yield* connectOrMake(database)
    const all = explained(location)
    const before = yield* censusIn(sql, athlete).pipe(failLost, all)
    const tables = yield* all(there(sql))
    if (!tables.has("activities")) return before
    if (shared) yield* all(lockAthlete(sql, location, athlete))
    yield* migrate.pipe(failLost, retryTransient, Effect.provideService(SqlClient, sql), all)
    const lease = yield* all(beginEpoch(sql, location, athlete))
    for (const { athlete: column, name } of ofAthletes()) {
      for (let more = true; more;) {
        const deleted = yield* transaction(
          sql,
          Effect.andThen(
            fence(sql, lease, location),
            sql.unsafe(
              `delete from ${name} where ctid = any(array(
                 select ctid from ${name} where ${column} = $1 limit ${pageSize})) returning 1`,
              [PgTypes.int8(BigInt(athlete))],
            ),
          ),
        ).pipe(all)
        more = deleted.length === pageSize
      }
    }
    for (const name of ["strava.paceline_projection", "strava.paceline_writer"]) {
      yield* sql.unsafe(`delete from ${name} where athlete_id = ${athlete}`).pipe(all)
    }
    yield* all(compact(sql, database))
    return before
  },
  Effect.scoped,
)
