/**
 * Connections: to the server that `DATABASE_URL` names, or to a PostgreSQL in this process that
 * keeps a folder (PGlite). Both are `PgClient`, so nothing above this file tells them apart.
 */
import { PgClient } from "@effect/sql-pg"
import { PGlite } from "@electric-sql/pglite"
import { Duration, Effect, Layer, Option, type Redacted, Schedule, type Scope } from "effect"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { Worker } from "node:worker_threads"
import * as Reactivity from "effect/reactivity/Reactivity"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { openSync, refuseSpecialIn } from "../regularFile.ts"
import { closing } from "../systemError.ts"
import { pgliteStream } from "./PgliteStream.ts"
import {
  cannotWrite,
  explain,
  isAnswer,
  isTransient,
  PostgresError,
  sqlErrorIn,
} from "./PostgresError.ts"
import { ensureRoom } from "./room.ts"
import { answerOf } from "./thread.ts"
import { exactTypes } from "./types.ts"
import { type Attempt, attemptsOf, isNoEntry, isRefusal } from "./tls.ts"
import { parseUrl } from "./url.ts"

/** Which PostgreSQL: the server of `url`, else the embedded one that keeps `dataDir`. */
export interface Config {
  readonly dataDir: string
  readonly url: Option.Option<Redacted.Redacted>
}

/** Something the user should know that keeps nothing from working. */
export interface Note {
  readonly problem: string
  readonly fix: string
}

export const textOf = ({ fix, problem }: Note): string => `${problem}. ${fix}`

/** A database that can be connected to, for as long as the scope is open. */
export interface Database {
  /** For people: a folder, or a URL without its password. */
  readonly location: string
  readonly connect: Effect.Effect<PgClient.PgClient, PostgresError, Scope.Scope>
  /** Fails where its disk is too full to write to; absent where a server looks after that. */
  readonly room?: Effect.Effect<void, PostgresError>
  /** Likewise for so many bytes besides. */
  readonly roomFor?: (bytes: number) => Effect.Effect<void, PostgresError>
  /** Whether other processes may be connected to it at the same time. */
  readonly shared?: boolean
  /** Something the user should know of a connection, such as that it is not encrypted. */
  readonly noteOf?: (client: PgClient.PgClient) => Note | undefined
  /** Whether files of this path are its own, counted from its folder; absent where it has none. */
  readonly owns?: (path: string) => boolean
}

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

/** Try again what passes by itself, for about a second and a half. */
export const retryTransient = retryWhile(isTransient)

/**
 * The same for what a server said, such as that it is starting. Silence is not waited for again: each
 * try takes the whole timeout, and who opens a database tries again.
 */
const retryAnswered = retryWhile((error) => isTransient(error) && isAnswer(error))

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

/** A client whose first connection works. */
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

const open = (location: string, options: PgClient.PgPoolConfig): Database["connect"] =>
  Effect.mapError(tried(options), (error) => explain(error, location))

/** A client by the first attempt that the server accepts; of two refusals the one that says more. */
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
    "the network can read what is sent",
  fix:
    "Turn TLS on there and add sslmode=verify-full to DATABASE_URL; in a network of your own, add " +
    "sslmode=disable",
})

/**
 * The server at `url`. Without parameters that a pooler such as PgBouncer would not know: limits of
 * time are set in each transaction.
 */
export const server = (url: Redacted.Redacted): Effect.Effect<Database, PostgresError> =>
  Effect.gen(function* () {
    const { applicationName = "paceline", isRemote, location, tls, url: checked } = yield* parseUrl(
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
        (error) => explain(error, location),
      ),
      // With sslmode=disable it is what the user wants.
      noteOf: ({ config }) =>
        isRemote && config.ssl === false && attempts.length > 1 ? plainText(location) : undefined,
    } satisfies Database
  })

/** Two processes on one PGlite folder corrupt it silently; the kernel drops this lock with its holder. */
export const lockFolder = (dataDir: string) => {
  const path = `${dataDir}.lock`
  return Effect.acquireRelease(
    Effect.gen(function* () {
      const file = yield* Effect.try({
        try: () => openSync(path, { create: true, read: true, write: true, mode: 0o600 }),
        catch: (cause) => cannotWrite(path, cause),
      })
      if (!file.tryLockSync(true)) {
        file.close()
        return yield* new PostgresError({
          reason: "locked",
          detail: `${dataDir} is open in another process, and two at once would corrupt it. ` +
            "Wait until that one ends, then run again; nothing was changed",
        })
      }
      return file
    }),
    (file) => closing(() => file.close()),
  )
}

/** PGlite applies no startup parameters, so its session begins with these. */
const setup = "set timezone to 'UTC'; set application_name to 'paceline'"

const clientOf = (location: string, db: PGlite) =>
  open(location, {
    stream: () => pgliteStream(db, setup),
    username: "postgres",
    database: "postgres",
    maxConnections: 1,
    idleTimeout: Duration.infinity,
  })

/** PostgreSQL's default of 128 MB is resident from the start here, and no faster for one session. */
const startParams = [...PGlite.defaultStartParams, "-c", "shared_buffers=16MB"]

/** Make `folder` a database of PGlite's, unless it is one. */
const makeCluster = async (folder: string): Promise<void> => {
  if (existsSync(join(folder, "PG_VERSION"))) return
  const thread = new Worker(new URL("./makeCluster.ts", import.meta.url), {
    workerData: { dataDir: `file://${folder}`, startParams },
  })
  const failure = await answerOf(thread)
  if (failure !== undefined) throw new Error(String(failure))
}

/** The database in `folder`. */
const pglite = (folder: string) =>
  Effect.acquireRelease(
    Effect.tryPromise({
      try: async () => {
        refuseSpecialIn(folder)
        await makeCluster(folder)
        return PGlite.create({ dataDir: `file://${folder}`, startParams })
      },
      catch: (cause) =>
        new PostgresError({
          reason: "unreachable",
          detail: `the embedded database in ${folder} cannot be opened: ${
            cause instanceof Error ? cause.message : String(cause)
          }. The folder was left as it is. Move it away to begin a new one`,
          cause,
        }),
    }),
    (db) => Effect.ignore(Effect.tryPromise(() => db.close())),
  )

/** What PostgreSQL keeps in its folder. */
const isOfCluster = (path: string): boolean =>
  /^(PG_VERSION|postgresql(\.auto)?\.conf|pg_(hba|ident)\.conf|postmaster\.(pid|opts))$/.test(
    path,
  ) ||
  /^(base|global|pg_[a-z_]+)\//.test(path)

/** PostgreSQL in this process, kept in the folder `dataDir`, which is made if need be. */
export const embedded = (dataDir: string): Database => {
  const room = ensureRoom(dataDir)
  return {
    location: dataDir,
    connect: Effect.try({
      try: () => Deno.mkdirSync(dataDir, { recursive: true, mode: 0o700 }),
      catch: (cause) => cannotWrite(dataDir, cause),
    }).pipe(
      Effect.andThen(lockFolder(dataDir)),
      Effect.andThen(room),
      Effect.andThen(pglite(dataDir)),
      Effect.flatMap((db) => clientOf(dataDir, db)),
    ),
    room,
    roomFor: (bytes) => ensureRoom(dataDir, bytes),
    owns: isOfCluster,
  }
}

/** The database that is configured; a bad URL is a `configuration` error. */
export const configured = ({ dataDir, url }: Config): Effect.Effect<Database, PostgresError> =>
  Option.match(url, {
    onNone: () => Effect.succeed(embedded(dataDir)),
    onSome: server,
  })

type Client = PgClient.PgClient | SqlClient

export const layerOf = (database: Database): Layer.Layer<Client, PostgresError> =>
  PgClient.layerFrom(database.connect)

export const layerEmbedded = (dataDir: string): Layer.Layer<Client, PostgresError> =>
  layerOf(embedded(dataDir))

export const layerServer = (url: Redacted.Redacted): Layer.Layer<Client, PostgresError> =>
  Layer.unwrap(Effect.map(server(url), layerOf))

/** The client for whichever PostgreSQL is configured. */
export const layer = (config: Config): Layer.Layer<Client, PostgresError> =>
  Layer.unwrap(Effect.map(configured(config), layerOf))
