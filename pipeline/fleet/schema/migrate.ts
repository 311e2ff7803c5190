/** The schema `fleet` in PostgreSQL: the ledger of many athletes, next to the tables with their data. */
import { Effect, Record } from "effect"
import { Migrator } from "effect/sql"
import { SqlClient } from "effect/sql/SqlClient"
import { migrate as migrateData } from "../../../sinks/postgres/schema/migrations.ts"
import { secureReaders } from "./readers.ts"
import sql0001 from "./0001_ledger.sql" with { type: "text" }

/** Versions of the schema, by name. */
const versions = { "0001_ledger": sql0001 }

const migrations = Record.map(
  versions,
  (statements) =>
    SqlClient.use((sql) => sql.unsafe(`do $fleet$ begin\n${statements}end $fleet$`).unprepared),
)

/** Lock of the process that creates the schema: `if not exists` alone fails if two begin at once. */
const schemaLock = 7_266_173_000_011

const ensureSchema = SqlClient.use((sql) =>
  sql.withTransaction(Effect.gen(function* () {
    yield* sql`select pg_advisory_xact_lock(${schemaLock}::bigint)`
    yield* sql`create schema if not exists fleet`
  }))
)

/** Migrates both schemas to their newest versions. Any number of processes can do so at the same time. */
export const migrateFleet = Effect.gen(function* () {
  const sql = yield* SqlClient
  yield* ensureSchema
  yield* Migrator.make({})({
    loader: Migrator.fromRecord(migrations),
    table: "fleet.migrations",
  })
  yield* migrateData
  // Two processes that begin at once would create the same policy.
  yield* sql.withTransaction(Effect.andThen(
    sql`select pg_advisory_xact_lock(${schemaLock}::bigint)`,
    secureReaders,
  ))
})
