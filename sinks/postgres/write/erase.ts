/** All rows of one athlete in a database: how many there are, and deleting them. */
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
import { transaction } from "../connection/timeouts.ts"
import { migrate } from "../schema/migrations.ts"
import { explained } from "../connection/PostgresError.ts"

interface Census {
  /** Rows of the athlete by table, of those that have any. */
  readonly rows: ReadonlyArray<{ readonly table: string; readonly rows: number }>
  /** Athletes beside this one whose rows are there. */
  readonly others: number
}

const nothing: Census = { rows: [], others: 0 }

/** Rows that are deleted in one transaction: samples of a day have a megabyte each. */
const pageSize = 500

const there = (sql: Sql) =>
  Effect.map(
    sql<{ name: string }>`select 'strava.' || relname as name from pg_class
      where relnamespace = (select oid from pg_namespace where nspname = 'strava')`,
    (found) => new Set(found.map(({ name }) => name)),
  )

const censusIn = Effect.fnUntraced(function* (sql: Sql, athlete: AthleteId) {
  const tables = yield* there(sql)
  const known = ofAthletes.filter(({ name }) => tables.has(name))
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

/** What is there of the athlete; nothing is changed, and no table made. */
export const census = Effect.fn("postgres.census")(
  function* ({ connect, location }: PostgresDatabase, athlete: AthleteId) {
    const sql = yield* connect
    return yield* censusIn(sql, athlete).pipe(failLost, explained(location))
  },
  Effect.scoped,
)

/**
 * Delete all rows of the athlete, so that no byte of them is left that is ours to clear. Those of others
 * stay. Killed half-way, the same again ends it. Refused while a run writes there.
 */
export const deleteAthlete = Effect.fn("postgres.erase")(
  function* (database: PostgresDatabase, athlete: AthleteId) {
    const { location, shared = false } = database
    const { sql } = yield* connectOrMake(database)
    const all = explained(location)
    const before = yield* censusIn(sql, athlete).pipe(failLost, all)
    const tables = yield* all(there(sql))
    if (!tables.has("strava.activities")) return before
    if (shared) yield* all(lockAthlete(sql, location, athlete))
    yield* migrate.pipe(failLost, retryTransient, Effect.provideService(SqlClient, sql), all)
    const lease = yield* all(beginEpoch(sql, location, athlete))
    for (const { athlete: column, name } of ofAthletes) {
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
