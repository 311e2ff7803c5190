/** Empty databases for tests: each test one of its own, on a server or embedded in memory. */
import type { PgClient } from "@effect/sql-pg"
import { Context, Effect, Layer, type Scope } from "effect"
import { type Database, memory, server } from "../../sinks/postgres/client.ts"
import { liveWith } from "../testing.ts"
import { freshDatabase, postgresServer, type Server } from "./server.ts"

/** The running server, shared by the tests of a file. */
export class TestServer extends Context.Service<TestServer, Server>()("test/TestServer") {
  static readonly layer = Layer.effect(TestServer, postgresServer)
}

/** A new database on the server. */
export const onServer = TestServer.pipe(
  Effect.flatMap(freshDatabase),
  Effect.flatMap(server),
)

class Embedded extends Context.Service<Embedded, PgClient.PgClient>()("test/Embedded") {
  static readonly layer = Layer.effect(Embedded, memory.connect)
}

/** The embedded database in memory, emptied. */
export const inMemory = Embedded.useSync((sql): Database => ({
  location: "memory",
  connect: Effect.as(Effect.orDie(sql`drop schema if exists strava cascade`), sql),
}))

/** A test that runs on both, each time with a database that holds nothing when it is connected to. */
export const onBoth = () => {
  const live = liveWith(Layer.merge(TestServer.layer, Embedded.layer))
  return (
    name: string,
    body: (database: Database) => Effect.Effect<unknown, unknown, Scope.Scope>,
  ) => {
    live(`${name} (embedded)`, () => Effect.flatMap(inMemory, body))
    live(`${name} (server)`, () => Effect.flatMap(onServer, body))
  }
}

/** What `value` shows to anyone who prints or serializes it, errors with their causes. */
export const shownBy = (value: unknown): string =>
  [
    String(value),
    Deno.inspect(value, { depth: 20, showHidden: true }),
    JSON.stringify(value, (_key, part) => typeof part === "bigint" ? String(part) : part),
  ].join("\n")
