/** The schema's versions. Each runs once, in one transaction, on whichever database is opened. */
import { Effect } from "effect"
import { Migrator } from "effect/sql"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { setLimits } from "../connection/timeouts.ts"
import { PostgresError } from "../connection/PostgresError.ts"
import { failpoint } from "../../failpoints.ts"
import { fifth, first, fourth, second, sixth, tenth, third } from "./schema.ts"
import { emptyTombstones } from "../write/tombstones.ts"
import { samplesOf5, viewsOf1, viewsOf3, viewsOf4, viewsOf7, viewsOf9 } from "../views/views.ts"
import { statementsOf } from "../views/View.ts"

/**
 * A migration, as one block: the protocol takes no two statements in one query, and hundreds of queries
 * take long where the server is far.
 */
const statements = (
  list: ReadonlyArray<string>,
  before: Effect.Effect<unknown, SqlError, SqlClient> = Effect.void,
): Effect.Effect<void, SqlError, SqlClient> =>
  SqlClient.use((sql) =>
    setLimits(sql).pipe(
      Effect.andThen(before),
      Effect.andThen(
        sql.unsafe(`do $paceline$ begin\n${list.join(";\n")};\nend $paceline$`).unprepared,
      ),
      Effect.andThen(failpoint("postgres.migrating")),
    )
  )

/** The time that a migration takes which rewrites a table depends on how much is in it. */
const unhurried = (list: ReadonlyArray<string>) =>
  statements(list, SqlClient.use((sql) => sql`select set_config('statement_timeout', '0', true)`))

/** Released migrations are never changed: what is new gets the next number. */
const migrations = {
  "0001_first": statements([...first, ...viewsOf1]),
  "0002_answers_and_lease": statements(second),
  "0003_more_of_strava": statements([...third, ...viewsOf3]),
  "0004_purged": statements([...fourth, ...viewsOf4]),
  "0005_fractional_samples": unhurried(
    fifth(samplesOf5.map(({ name }) => name), samplesOf5.flatMap(statementsOf)),
  ),
  "0006_writers": statements(sixth),
  "0007_bounded_weeks": statements(viewsOf7),
  "0008_tombstones": statements(emptyTombstones),
  "0009_lazy_samples": statements(viewsOf9),
  "0010_compression": statements(tenth),
}

/** How many there are. */
export const newestVersion = Object.keys(migrations).length

/** Held by whoever makes the schema: `if not exists` alone fails when two begin at once. */
const schemaLock = 7_266_173_000_001

/** A user who may not create schemas can still use one that was made for them. */
const ensureSchema = SqlClient.use((sql) =>
  sql.withTransaction(Effect.gen(function* () {
    yield* sql`select pg_advisory_xact_lock(${schemaLock}::bigint)`
    const found = yield* sql`select 1 from pg_namespace where nspname = 'strava'`
    if (found.length === 0) yield* sql`create schema strava`
  }))
)

const noted = {
  "": "One row per version of these tables that was made here.",
  migration_id: "number of the version, from 1",
  name: "name of the version",
  created_at: "when it was made",
}

/** The migrator's own table says nothing of itself. Whoever may not comment on it can still use it. */
const describe = SqlClient.use((sql) =>
  sql.unsafe(`do $paceline$ begin
    perform pg_advisory_xact_lock(${schemaLock});
    if obj_description('strava.paceline_migrations'::regclass) is null then
      ${
    Object.entries(noted).map(([column, text]) =>
      `comment on ${
        column === ""
          ? "table strava.paceline_migrations"
          : `column strava.paceline_migrations.${column}`
      } is '${text}'`
    ).join(";\n")
  };
    end if;
    exception when insufficient_privilege then null;
  end $paceline$`).unprepared
)

/** Bring the database to the newest version; the versions that this took. */
export const migrate: Effect.Effect<
  ReadonlyArray<readonly [id: number, name: string]>,
  Migrator.MigrationError | SqlError,
  SqlClient
> = Effect.andThen(
  ensureSchema,
  Migrator.make({})({
    loader: Migrator.fromRecord(migrations),
    table: "strava.paceline_migrations",
  }).pipe(Effect.tap(describe)),
)

/** Bytes that the tables have which a migration still has to rewrite: what that takes on the disk again. */
export const toRewrite = Effect.fnUntraced(function* (sql: SqlClient) {
  const [found] = yield* sql<{ bytes: number }>`
    select coalesce(sum(pg_total_relation_size(attrelid)), 0)::float8 as bytes from pg_attribute
    where attrelid = to_regclass('strava.streams') and attname = 'heartrate'
      and atttypid = 'integer[]'::regtype`
  return found?.bytes ?? 0
})

/** True if any version of our tables is there; false where they were never made, or dropped. */
export const areMade = (sql: SqlClient) =>
  Effect.map(
    sql<{ there: boolean }>`
      select to_regclass('strava.paceline_migrations') is not null as there`,
    ([found]) => found?.there === true,
  )

/** Fails unless our tables are there and of the newest version, which is for a run to bring about. */
export const ensureNewest = Effect.fnUntraced(function* (sql: SqlClient, location: string) {
  const [found] = yield* sql<{ there: boolean }>`
    select to_regclass('strava.paceline_writer') is not null as there`
  if (found?.there === true) return
  return yield* new PostgresError({
    reason: "unreachable",
    detail: `${location}: its tables are missing or of an older version. A run makes them`,
  })
})
