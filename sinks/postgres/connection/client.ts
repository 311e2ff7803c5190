/**
 * Connections to the server that `DATABASE_URL` names, or to a PostgreSQL in this process that
 * stores its data in a folder (PGlite). Both are a `PgClient`, so no other module distinguishes
 * them.
 */
import { PgClient } from "@effect/sql-pg"
import type { PGlite } from "@electric-sql/pglite"
import { Duration, Effect, Layer, Option, type Redacted, Schedule, type Scope } from "effect"
import * as Reactivity from "effect/reactivity/Reactivity"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import {
  isCluster,
  isOfCluster,
  noCluster,
  openOrMakeCluster,
  readCluster,
} from "../embedded/cluster.ts"
import { lockCluster, makeFolder } from "../embedded/clusterFolder.ts"
import { pgliteStream } from "../embedded/PgliteStream.ts"
import {
  isServerError,
  isTransient,
  PostgresError,
  postgresError,
  sqlErrorIn,
} from "./PostgresError.ts"
import { ensureFreeSpace } from "./freeSpace.ts"
import { exactTypes } from "./types.ts"
import { clientIn } from "./schemaName.ts"
import { type Attempt, attemptsOf, isNoEntry, isRefusal } from "./tls.ts"
import { parseUrl } from "./url.ts"

/** Selects the server at `url`, or without one the embedded database in `dataDir`. */
export interface Config {
  readonly dataDir: string
  readonly url: Option.Option<Redacted.Redacted>
}

/** Message for the user about something that does not prevent the work. */
export interface Note {
  readonly problem: string
  readonly fix: string
}

export const noteText = ({ fix, problem }: Note): string => `${problem}. ${fix}`

/** A connection, and the notes about it for the user. */
interface Connection {
  readonly sql: PgClient.PgClient
  readonly notes: ReadonlyArray<string>
}

/** A database that can be connected to while the scope is open. */
export interface PostgresDatabase {
  /** A folder, or a URL without its password. */
  readonly location: string
  /** Connects to an existing database. Writes to an embedded one are never kept. */
  readonly connect: Effect.Effect<PgClient.PgClient, PostgresError, Scope.Scope>
  /** Connects for writing, and creates the database if it does not exist; absent for a server. */
  readonly make?: Effect.Effect<Connection, PostgresError, Scope.Scope>
  /** True if the database was created; absent if only a connection can show it. */
  readonly isMade?: Effect.Effect<boolean>
  /** Fails if its disk is too full to write to; absent if a server is responsible for that. */
  readonly room?: Effect.Effect<void, PostgresError>
  /** Fails unless the disk has room for `bytes` more. */
  readonly roomFor?: (bytes: number) => Effect.Effect<void, PostgresError>
  /** True if other processes may be connected to it at the same time. */
  readonly shared?: boolean
  /** Returns a note about a connection, for example that it is not encrypted. */
  readonly noteOf?: (client: PgClient.PgClient) => Note | undefined
  /**
   * True if the file at this path, relative to its folder, belongs to it; absent if it has no
   * folder.
   */
  readonly owns?: (path: string) => boolean
}

/** Connects to `database` for writing; creates an embedded one if it does not exist. */
export const connectOrMake = (
  { connect, make }: Pick<PostgresDatabase, "connect" | "make">,
): Effect.Effect<Connection, PostgresError, Scope.Scope> =>
  make ?? Effect.map(connect, (sql) => ({ sql, notes: [] }))

const largestMessage = 64 * 1024 * 1024

const retryWhile =
  (passes: (error: SqlError) => boolean) =>
  <A, E, R>(self: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
    Effect.retry(self, {
      while: (error) => {
        const found = sqlErrorIn(error)
        return found !== undefined && passes(found)
      },
      schedule: Schedule.exponential("200 millis"),
      times: 3,
    })

/** Retries transient errors for about a second and a half. */
export const retryTransient = retryWhile(isTransient)

/**
 * Retries only errors that a server reported, for example that it is starting. A connection that
 * times out is not retried here: each attempt takes the whole timeout, and the caller retries the
 * opening.
 */
const retryAnswered = retryWhile((error) => isTransient(error) && isServerError(error))

/**
 * Fails with the `SqlError` of a defect, which `withTransaction` makes of a failed rollback: a connection
 * that is lost cannot roll back. A migration wraps the error in its own.
 */
export const failLost = <A, E, R>(
  transaction: Effect.Effect<A, E, R>,
): Effect.Effect<A, E | SqlError, R> =>
  Effect.catchDefect(transaction, (defect) => {
    const found = sqlErrorIn(defect)
    return found === undefined ? Effect.die(defect) : Effect.fail(found)
  })

/** Returns a client whose first connection works. */
const tried = Effect.fnUntraced(function* (options: PgClient.PgPoolConfig) {
  const client = yield* PgClient.make({
    applicationName: "paceline",
    types: exactTypes(),
    maxMessageSize: largestMessage,
    ...options,
  })
  yield* retryAnswered(client`select 1`)
  return client
}, Effect.provide(Reactivity.layer))

const open = (location: string, options: PgClient.PgPoolConfig): PostgresDatabase["connect"] =>
  Effect.mapError(tried(options), (error) => postgresError(error, location))

/**
 * Connects by the first attempt that the server accepts; of two refusals, fails with the more
 * specific one.
 */
const openBy = (attempts: ReadonlyArray<Attempt>, options: PgClient.PgPoolConfig) =>
  attempts.map((ssl) => tried({ ...options, ssl })).reduce((first, second) =>
    Effect.catchIf(
      first,
      isRefusal,
      (error) => Effect.mapError(second, (other) => isNoEntry(other) ? error : other),
    )
  )

const plainText = (location: string): Note => ({
  problem:
    `the connection to ${location} is not encrypted, because the server offers no TLS: others on ` +
    "the network can read the data",
  fix:
    "Turn TLS on there and add sslmode=verify-full to DATABASE_URL; in a network of your own, add " +
    "sslmode=disable",
})

/**
 * The server at `url`. Sends no startup parameters that a pooler such as PgBouncer would refuse:
 * timeouts are set in each transaction.
 */
export const server = (url: Redacted.Redacted): Effect.Effect<PostgresDatabase, PostgresError> =>
  Effect.gen(function* () {
    const { applicationName = "paceline", isRemote, location, schema, tls, url: checked } =
      yield* parseUrl(
        url,
      )
    const attempts = yield* attemptsOf(tls)
    return {
      location,
      shared: true,
      connect: Effect.mapError(
        openBy(attempts, {
          url: checked,
          applicationName,
          maxConnections: 3,
          keepAlive: Duration.seconds(30),
          startupParameters: { timezone: "UTC" },
        }),
        (error) => postgresError(error, location),
      ).pipe(Effect.map((client) => clientIn(client, schema))),
      // With sslmode=disable, the user wants plain text.
      noteOf: ({ config }) =>
        isRemote && config.ssl === false && attempts.length > 1 ? plainText(location) : undefined,
    } satisfies PostgresDatabase
  })

/** PGlite applies no startup parameters, so its session begins with these statements. */
const setup = "set timezone to 'UTC'; set application_name to 'paceline'"

const clientOf = (location: string, db: PGlite) =>
  open(location, {
    stream: () => pgliteStream(db, setup),
    username: "postgres",
    database: "postgres",
    maxConnections: 1,
    idleTimeout: Duration.infinity,
  })

/**
 * PostgreSQL in this process, with its data in the folder `dataDir`. `connect` only reads; `make`
 * is for a run, which writes.
 */
export const embedded = (dataDir: string): PostgresDatabase => {
  const room = ensureFreeSpace(dataDir)
  const folder = makeFolder(dataDir)
  const there = Effect.suspend(() => isCluster(dataDir) ? Effect.void : noCluster(dataDir))
  return {
    location: dataDir,
    connect: there.pipe(
      Effect.andThen(lockCluster(dataDir, "read")),
      Effect.andThen(readCluster(dataDir)),
      Effect.flatMap((db) => clientOf(dataDir, db)),
    ),
    make: folder.pipe(
      Effect.andThen(lockCluster(dataDir)),
      Effect.andThen(room),
      Effect.andThen(openOrMakeCluster(dataDir)),
      Effect.flatMap(({ db, notes }) =>
        Effect.map(clientOf(dataDir, db), (sql): Connection => ({ sql, notes }))
      ),
    ),
    isMade: Effect.sync(() => isCluster(dataDir)),
    room,
    roomFor: (bytes) => ensureFreeSpace(dataDir, bytes),
    owns: isOfCluster,
  }
}

/** The configured database. Fails with a `configuration` error if the URL is invalid. */
export const configured = (
  { dataDir, url }: Config,
): Effect.Effect<PostgresDatabase, PostgresError> =>
  Option.match(url, {
    onNone: () => Effect.succeed(embedded(dataDir)),
    onSome: server,
  })

type Client = PgClient.PgClient | SqlClient

export const layerOf = (database: PostgresDatabase): Layer.Layer<Client, PostgresError> =>
  PgClient.layerFrom(database.connect)

export const layerEmbedded = (dataDir: string): Layer.Layer<Client, PostgresError> =>
  layerOf(embedded(dataDir))

export const layerServer = (url: Redacted.Redacted): Layer.Layer<Client, PostgresError> =>
  Layer.unwrap(Effect.map(server(url), layerOf))

/** The client for the configured database. */
export const layer = (config: Config): Layer.Layer<Client, PostgresError> =>
  Layer.unwrap(Effect.map(configured(config), layerOf))
