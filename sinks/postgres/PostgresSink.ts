/**
 * The PostgreSQL sink: schema `strava`, one row per item, replaced by its key and left unchanged if
 * it holds the same response. A batch is one transaction; a row that PostgreSQL will never accept
 * is found by halving and refused, and the others are committed. Rows of activities deleted at
 * Strava become tombstones; purged rows are deleted.
 */
import { Effect, Exit, Option, Path, Result, Scope, Stream } from "effect"
import type { Migrator } from "effect/sql"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Resource } from "../../schemas/Item.ts"
import { nameBlocker } from "./connection/blockers.ts"
import { ensureSupported } from "./connection/check.ts"
import { compact } from "./write/compact.ts"
import {
  type Config,
  configured,
  connectOrMake,
  failLost,
  noteText,
  type PostgresDatabase,
  retryTransient,
} from "./connection/client.ts"
import { type Target, type WriteError, writeRows, writing } from "./write/commit.ts"
import { beginEpoch, lockAthlete, noLease } from "./write/lease.ts"
import { countRows, differing, storedEntries, storedResponses } from "./read/readBack.ts"
import { readablePostgres } from "./read/reader.ts"
import { ensureReadable, haveTables, migrate, toRewrite } from "./schema/migrations.ts"
import { createDropped } from "./schema/droppedViews.ts"
import { deletedRowStatements, missingStatements, purgeStatements } from "./write/missing.ts"
import {
  PostgresError,
  postgresError,
  serverMessage,
  sqlCode,
  sqlErrorIn,
} from "./connection/PostgresError.ts"
import { updateProjections } from "./write/projection.ts"
import { emptyOld } from "./write/tombstones.ts"
import { inSchema, schemaAt } from "./connection/schemaName.ts"
import { ensureScriptTables } from "./schema/scriptTables.ts"
import { type PostgresRow, postgresTable, type Statement } from "./write/tables.ts"
import { failpoint } from "../failpoints.ts"
import { withPresence } from "../files/presence.ts"
import { emptySink } from "../nothing.ts"
import { type Batch, type Refusal, type Sink, SinkError } from "../Sink.ts"
import type { SinkSource, SinkTraits } from "../Sink.ts"
import { type SinkKind, type SinkSettings, SinkSettingsError } from "../SinkKind.ts"

const traits: SinkTraits = {
  name: "postgres",
  title: "PostgreSQL",
  keepsResponses: true,
  rank: 1,
  isDatabase: true,
  outsideFiles: ["postgres.lock"],
  // Rows from before migration 0002 have no response.
  hasOldItems: true,
  demoFiles: [{ path: "", files: "files: an embedded PostgreSQL" }],
}

const reasonOf = ({ reason }: PostgresError): SinkError["reason"] =>
  reason === "disk" ? "disk" : reason === "locked" ? "busy" : "unreachable"

const sinkError = (error: PostgresError) =>
  new SinkError({
    sink: traits.name,
    reason: reasonOf(error),
    detail: error.detail,
    cause: error,
  })

const deleteSchema =
  "Delete the schema with `drop schema strava cascade` (with the rows of every " +
  "athlete in it), then run again: each athlete's run creates"
const moveFolder = "Move that folder away, then run again: the run creates"

const isServer = (location: string) => location.startsWith("postgres:")

/** Explains that a table is missing, because no migration creates it again. */
const explainMissing = (error: unknown, location: string): PostgresError => {
  const found = error instanceof PostgresError ? undefined : sqlErrorIn(error)
  const code = found === undefined ? "" : sqlCode(found)
  // Without the table of versions, the first migration fails, because its tables exist.
  if (code === "42P07") {
    return new PostgresError({
      reason: "unreachable",
      detail: `strava.paceline_migrations in ${location} is missing, but other tables exist. ` +
        `The other sinks continue. If another program created them, use another database. Otherwise: ${
          isServer(location) ? deleteSchema : moveFolder
        } the tables and fills them from the other sinks`,
      cause: found,
    })
  }
  if (found === undefined || code !== "42P01") return postgresError(error, location)
  return new PostgresError({
    reason: "unreachable",
    detail:
      `one of the tables in ${location} is missing (${serverMessage(found)}). The other sinks ` +
      `continue. ${
        isServer(location) ? deleteSchema : moveFolder
      } the tables and fills them from the other ` +
      "sinks",
    cause: found,
  })
}

/** Explains an error, with the name of the schema at the location. */
const explainAll = (error: unknown, location: string): PostgresError => {
  const explained = explainMissing(error, location)
  const detail = inSchema(explained.detail, schemaAt(location))
  return detail === explained.detail ? explained : new PostgresError({ ...explained, detail })
}

/** The sink on a connected and migrated database, in the epoch that `lease` began. */
const over = (
  target: Target,
  database: Pick<PostgresDatabase, "room" | "roomFor" | "shared">,
): Sink => {
  const { lease: { athlete }, location, sql } = target
  const { room = Effect.void } = database
  const explained = (error: unknown) => sinkError(explainAll(error, location))
  const blocked = (name: string) => <A>(effect: Effect.Effect<A, WriteError>) =>
    Effect.catch(
      effect,
      (error) => Effect.flatMap(nameBlocker(sql, name, location, error), Effect.fail),
    )
  const all = (statements: ReadonlyArray<Statement>) =>
    statements.length === 0 ? Effect.void : writing(target, statements)

  const write = Effect.fn("PostgresSink.write")(function* ({ gone = [], items, resource }: Batch) {
    const table = postgresTable(resource)
    const rows: Array<PostgresRow> = []
    const refusals: Array<Refusal> = []
    for (const item of items) {
      const row = table.row(item)
      if (Result.isSuccess(row)) rows.push({ item, parameters: row.success })
      else refusals.push(row.failure)
    }
    yield* room
    const refused = yield* writeRows({ target, table }, rows).pipe(blocked(table.name))
    yield* all([
      ...deletedRowStatements(table, gone, athlete),
      ...purgeStatements(table, gone, athlete),
    ]).pipe(
      blocked(table.name),
    )
    return [...refusals, ...refused]
  }, Effect.mapError(explained))

  return {
    name: traits.name,
    location,
    whole: new Set(),
    write,
    contents: (athlete) => Effect.mapError(countRows(sql, athlete), explained),
    held: (resource, proven) =>
      Stream.mapError(storedEntries(sql, postgresTable(resource), athlete, proven), explained),
    kept: (resource, ids) =>
      Effect.mapError(storedResponses(sql, postgresTable(resource), ids, athlete), explained),
    differing: (batch) => Effect.mapError(differing(sql, batch), explained),
    explain: (without) =>
      Effect.andThen(room, all(missingStatements(without, athlete)).pipe(blocked("strava.missing")))
        .pipe(
          Effect.mapError(explained),
        ),
    clear: Effect.mapError(compact(sql, database), explained),
    putAside: () => Effect.succeedNone,
  }
}

/** The sink on a database that has no tables yet for the resources `absent`: it holds none of their items. */
const readable = (sink: Sink, sql: SqlClient, absent: ReadonlySet<Resource>): Sink => ({
  ...sink,
  contents: (athlete) =>
    Effect.mapError(
      countRows(sql, athlete, absent),
      (error) => sinkError(explainAll(error, sink.location)),
    ),
  held: (resource, proven) => absent.has(resource) ? Stream.empty : sink.held(resource, proven),
  kept: (resource, ids) => absent.has(resource) ? Effect.succeed([]) : sink.kept(resource, ids),
  differing: (batch) => absent.has(batch.resource) ? Effect.succeed([]) : sink.differing(batch),
})

/**
 * Closes everything that `resource` opened if it fails, so that it can be retried in the same
 * scope.
 */
const allOrNothing = <A, E, R>(resource: Effect.Effect<A, E, R | Scope.Scope>) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.gen(function* () {
      const scope = yield* Scope.fork(yield* Effect.scope)
      return yield* restore(Scope.provide(resource, scope)).pipe(
        Effect.onExit((exit) => Exit.isFailure(exit) ? Scope.close(scope, exit) : Effect.void),
      )
    })
  )

/** Opens the sink on `database` for the rows of `athlete`, or for all rows if undefined. */
const openings = (database: PostgresDatabase, athlete: AthleteId | undefined) => {
  const { connect, isMade = Effect.succeed(true), location, noteOf, room } = database
  const { roomFor = () => Effect.void, shared = false } = database
  const opening = <E extends SqlError | Migrator.MigrationError | PostgresError>(
    sink: Effect.Effect<Sink, E, Scope.Scope>,
  ) => Effect.mapError(allOrNothing(sink), (error) => sinkError(explainAll(error, location)))

  const open = opening(Effect.gen(function* () {
    const { notes, sql } = yield* connectOrMake(database)
    yield* failpoint("postgres.connected")
    if (shared) yield* ensureSupported(sql, location)
    if (shared) yield* lockAthlete(sql, location, athlete)
    // A copy of the table, and the same again in the log.
    yield* roomFor(2 * (yield* toRewrite(sql)))
    yield* migrate.pipe(failLost, retryTransient, Effect.provideService(SqlClient, sql))
    yield* ensureScriptTables(sql, location)
    yield* failpoint("postgres.migrated")
    const lease = yield* beginEpoch(sql, location, athlete)
    const target = { sql, lease, location }
    const uncleared = yield* emptyOld(target)
    const rebuilt = yield* updateProjections(target, room)
    const dropped = yield* createDropped(sql)
    const note = noteOf?.(sql)
    return {
      ...over(target, database),
      generation: { found: Number(lease.before), now: Number(lease.epoch) },
      notes: [...notes, ...rebuilt, ...dropped, ...(note ? [noteText(note)] : [])],
      uncleared,
    }
  }))

  const look = opening(Effect.gen(function* () {
    if (!(yield* isMade)) return emptySink(traits.name, location)
    const sql = yield* connect
    if (!(yield* haveTables(sql))) return emptySink(traits.name, location)
    const absent = yield* ensureReadable(sql, location)
    const sink = over({ sql, lease: noLease(athlete), location }, {})
    return absent.size === 0 ? sink : readable(sink, sql, absent)
  }))

  return { open, look }
}

/** The sink on `database`. */
export const on = (database: PostgresDatabase): SinkSource => {
  const { isMade, location, owns, shared = false } = database
  return {
    ...traits,
    location,
    ...openings(database, undefined),
    ...(shared && { of: (athlete: AthleteId) => openings(database, athlete) }),
    ...(isMade && { isMade }),
    ...(owns && { owns }),
    reader: readablePostgres(database),
  }
}

/**
 * The sink on the server at `url`, or without one on the embedded database. Fails if the URL is
 * invalid.
 */
export const postgresSink = (config: Config): Effect.Effect<SinkSource, PostgresError> =>
  Effect.map(configured(config), on)

/** Returns the PostgreSQL that is configured: a server, or the database embedded in the data directory. */
export const postgresConfig = ({ data, databaseUrl: url }: SinkSettings) =>
  Effect.map(Path.Path, (path): Config => ({ dataDir: path.join(data, traits.name), url }))

export const postgresSinkKind: SinkKind = {
  ...traits,
  make: Effect.fnUntraced(function* (settings) {
    const source = yield* Effect.flatMap(postgresConfig(settings), postgresSink).pipe(
      Effect.mapError((cause) => new SinkSettingsError({ detail: cause.detail, cause })),
    )
    if (Option.isSome(settings.databaseUrl)) return { ...source, identity: source.location }
    // The embedded database moves with its folder.
    return yield* withPresence({ ...source, identity: "embedded" })
  }),
}
