/** Migrations of the PostgreSQL schema. Each runs once per database, in one transaction. */
import { Effect, Record } from "effect"
import { Migrator } from "effect/sql"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { setLimits } from "../connection/timeouts.ts"
import { PostgresError } from "../connection/PostgresError.ts"
import { failpoint } from "../../failpoints.ts"
import { declarationOf } from "../../../schemas/resources.ts"
import { type Resource, type TableResource, tableResources } from "../../../schemas/Item.ts"
import { declaredVersion, declaredVersions } from "./declaredTables.ts"
import sql0001 from "./versions/0001_first.sql" with { type: "text" }
import sql0002 from "./versions/0002_answers_and_lease.sql" with { type: "text" }
import sql0003 from "./versions/0003_more_of_strava.sql" with { type: "text" }
import sql0004 from "./versions/0004_purged.sql" with { type: "text" }
import sql0005 from "./versions/0005_fractional_samples.sql" with { type: "text" }
import sql0006 from "./versions/0006_writers.sql" with { type: "text" }
import sql0007 from "./versions/0007_bounded_weeks.sql" with { type: "text" }
import sql0008 from "./versions/0008_tombstones.sql" with { type: "text" }
import sql0009 from "./versions/0009_lazy_samples.sql" with { type: "text" }
import sql0010 from "./versions/0010_compression.sql" with { type: "text" }
import sql0011 from "./versions/0011_comments.sql" with { type: "text" }
import sql0014 from "./versions/0014_sources.sql" with { type: "text" }
import sql0015 from "./versions/0015_units.sql" with { type: "text" }

/**
 * SQL of every released version, in order. A released file is frozen: its digest is in
 * tests/postgres/schema/frozen_test.ts. A change of the tables is the next file and the next
 * line; resources that declare a table take numbers too, by `since`.
 */
const files = {
  "0001_first": sql0001,
  "0002_answers_and_lease": sql0002,
  "0003_more_of_strava": sql0003,
  "0004_purged": sql0004,
  "0005_fractional_samples": sql0005,
  "0006_writers": sql0006,
  "0007_bounded_weeks": sql0007,
  "0008_tombstones": sql0008,
  "0009_lazy_samples": sql0009,
  "0010_compression": sql0010,
  "0011_comments": sql0011,
  "0014_sources": sql0014,
  "0015_units": sql0015,
}

/** SQL of all versions: of the files, and of the resources that declare a table. */
export const versions = { ...files, ...declaredVersions }

/** Versions that rewrite a table: their duration depends on the number of rows. */
const withoutTimeout: ReadonlyArray<string> = ["0005_fractional_samples"]

/** Number of the newest version. */
export const newestVersion = Object.keys(versions).length

/**
 * Runs a version as one block: the protocol takes one statement per query, and hundreds of queries
 * take long if the server is far away.
 */
const migration = (version: string, statements: string): Effect.Effect<void, SqlError, SqlClient> =>
  SqlClient.use((sql) =>
    Effect.gen(function* () {
      yield* setLimits(sql)
      if (withoutTimeout.includes(version)) {
        yield* sql`select set_config('statement_timeout', '0', true)`
      }
      yield* sql.unsafe(`do $paceline$ begin\n${statements}end $paceline$`).unprepared
      yield* failpoint("postgres.migrating")
    })
  )

const migrations = Record.map(versions, (statements, version) => migration(version, statements))

/** Lock of the process that creates the schema: `if not exists` alone fails if two begin at once. */
const schemaLock = 7_266_173_000_001

/** A user who may not create schemas can use an existing one. */
const ensureSchema = SqlClient.use((sql) =>
  sql.withTransaction(Effect.gen(function* () {
    yield* sql`select pg_advisory_xact_lock(${schemaLock}::bigint)`
    const found = yield* sql`select 1 from pg_namespace where nspname = 'strava'`
    if (found.length === 0) yield* sql`create schema strava`
  }))
)

const noted = {
  "": "One row per schema version that was applied here.",
  migration_id: "number of the version, from 1",
  name: "name of the version",
  created_at: "time when it was applied",
}

/** Comments on the migrator's own table. A user who may not comment on it can still use it. */
const describe = SqlClient.use((sql) =>
  sql.unsafe(`do $paceline$ begin
    perform pg_advisory_xact_lock(${schemaLock});
    if obj_description('strava.paceline_migrations'::regclass) is distinct from '${noted[""]}' then
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

/** Migrates the database to the newest version; returns the versions that this ran. */
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

/** Returns the bytes of tables that a migration has yet to rewrite, which needs as much disk again. */
export const toRewrite = Effect.fnUntraced(function* (sql: SqlClient) {
  const [found] = yield* sql<{ bytes: number }>`
    select coalesce(sum(pg_total_relation_size(attrelid)), 0)::float8 as bytes from pg_attribute
    where attrelid = to_regclass('strava.streams') and attname = 'heartrate'
      and atttypid = 'integer[]'::regtype`
  return found?.bytes ?? 0
})

/** True if tables of any version exist; false if they were never created, or were dropped. */
export const haveTables = (sql: SqlClient) =>
  Effect.map(
    sql<{ there: boolean }>`
      select to_regclass('strava.paceline_migrations') is not null as there`,
    ([found]) => found?.there === true,
  )

/**
 * Fails unless the tables can be read. Returns the resources whose tables the next run creates, because
 * an earlier version of the program ran last: this database holds none of their items.
 */
export const ensureReadable = Effect.fnUntraced(function* (sql: SqlClient, location: string) {
  const [found] = yield* sql<{ there: boolean }>`
    select to_regclass('strava.paceline_writer') is not null as there`
  if (found?.there !== true) {
    return yield* new PostgresError({
      reason: "unreachable",
      detail: `${location}: its tables are missing or of an older version. A run makes them`,
    })
  }
  const absent: Array<TableResource> = []
  for (const resource of tableResources()) {
    const [table] = yield* sql<{ is_absent: boolean }>`
      select to_regclass('strava.' || ${resource}) is null as is_absent`
    if (table?.is_absent === true) absent.push(resource)
  }
  if (absent.length === 0) return new Set<Resource>()
  const [newest] = yield* sql<{ version: number }>`
    select coalesce(max(migration_id), 0)::int4 as version from strava.paceline_migrations`
  return new Set<Resource>(
    absent.filter((resource) =>
      declarationOf(resource).ofScript !== undefined ||
      declaredVersion(resource) > (newest?.version ?? 0)
    ),
  )
})
