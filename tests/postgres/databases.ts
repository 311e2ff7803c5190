/** Empty databases for tests: one per test, on a server or embedded in memory. */
import type { PgClient } from "@effect/sql-pg"
import { Context, Deferred, Effect, Layer, type Scope } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { type PostgresDatabase, server } from "../../sinks/postgres/connection/client.ts"
import { liveWith } from "../testing.ts"
import { embeddedClient } from "./embedded/cluster.ts"
import { freshDatabase, postgresServer, type Server } from "./server.ts"
import { patience } from "../patience.ts"

/** Running server, shared by the tests of a file. */
export class TestServer extends Context.Service<TestServer, Server>()("test/TestServer") {
  static readonly layer = Layer.effect(TestServer, postgresServer)
}

/** Creates a database on the server. */
export const onServer = TestServer.pipe(
  Effect.flatMap(freshDatabase),
  Effect.flatMap(server),
)

class Embedded extends Context.Service<Embedded, PgClient.PgClient>()("test/Embedded") {
  static readonly layer = Layer.effect(Embedded, embeddedClient)
}

/** Embedded database in memory, emptied on each connection. */
const inMemory = Embedded.useSync((sql): PostgresDatabase => ({
  location: "memory",
  connect: Effect.as(Effect.orDie(sql`drop schema if exists strava cascade`), sql),
}))

/** Deletes all rows of the schema, if it exists, and keeps its tables. */
export const emptied = (sql: SqlClient) =>
  sql.unsafe(`do $$ declare
    tables text := (select string_agg(format('strava.%I', tablename), ', ') from pg_tables
      where schemaname = 'strava' and not starts_with(tablename, 'paceline_'));
    begin if tables is not null then execute 'truncate ' || tables; end if; end $$`).unprepared

/**
 * Returns a function that defines a test twice: on an empty embedded database and on an empty
 * server database.
 */
export const onBoth = () => {
  const live = liveWith(Layer.merge(TestServer.layer, Embedded.layer))
  return (
    name: string,
    body: (database: PostgresDatabase) => Effect.Effect<unknown, unknown, Scope.Scope>,
  ) => {
    live(`${name} (embedded)`, () => Effect.flatMap(inMemory, body))
    live(`${name} (server)`, () => Effect.flatMap(onServer, body))
  }
}

/** Returns `database` with each insert statement passed through `wrap`. */
export const around = (
  database: PostgresDatabase,
  wrap: <A>(insert: Effect.Effect<A, SqlError>) => Effect.Effect<A, SqlError>,
): PostgresDatabase => ({
  ...database,
  connect: Effect.map(database.connect, (sql): PgClient.PgClient =>
    new Proxy(sql, {
      get: (target, name, receiver) =>
        name === "unsafe"
          ? (text: string, parameters?: ReadonlyArray<unknown>) => {
            const statement = target.unsafe(text, parameters)
            return text.startsWith("insert") ? wrap(statement) : statement
          }
          : Reflect.get(target, name, receiver),
    })),
})

/** Returns `database` with inserts that keep their transaction open until `open` runs. */
export const gated = Effect.fnUntraced(function* (database: PostgresDatabase) {
  const gate = yield* Deferred.make<void>()
  const inserted = yield* Deferred.make<void>()
  const wait = Effect.andThen(Deferred.succeed(inserted, undefined), Deferred.await(gate))
  return {
    database: around(database, (insert) => Effect.tap(insert, () => wait)),
    inserted: Deferred.await(inserted),
    open: Deferred.succeed(gate, undefined),
  }
})

/** Waits until a session of the database waits for a lock. Returns the id of its process. */
export const untilOneWaits = (sql: PgClient.PgClient) => {
  const one: Effect.Effect<number, SqlError> = Effect.flatMap(
    sql<{ pid: number }>`select pid from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`,
    ([row]) => row === undefined ? one : Effect.succeed(row.pid),
  )
  return Effect.timeout(one, patience)
}

/**
 * Returns the text of `value` in every form that prints or serializes it, including the causes of
 * errors.
 */
export const shownBy = (value: unknown): string =>
  [
    String(value),
    Deno.inspect(value, { depth: 20, showHidden: true }),
    JSON.stringify(value, (_key, part) => typeof part === "bigint" ? String(part) : part),
  ].join("\n")
