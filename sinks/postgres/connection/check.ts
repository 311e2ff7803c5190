/**
 * Checks a PostgreSQL before anything is written to it: its version, encoding, tables and
 * privileges.
 */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { adviceFor } from "./advice.ts"
import { type Config, configured, type Note, type PostgresDatabase } from "./client.ts"
import { newestVersion } from "../schema/migrations.ts"
import { explained, PostgresError } from "./PostgresError.ts"

export interface DatabaseCheck {
  /** A folder, or a URL without its password. */
  readonly location: string
  /** Version of the server, such as `17.5`. */
  readonly server: string
  /** Version of our tables; 0 if there are none yet. */
  readonly version: number
  /** Version that this program creates. */
  readonly newest: number
  /** Note about the connection for the user. */
  readonly note?: Note
  /** True if this user has the privileges that the next run needs. */
  readonly mayWrite: boolean
}

interface Answer {
  readonly server: string
  readonly tables: boolean
  readonly schema: boolean
  readonly create: boolean
}

interface Server {
  readonly version: number
  readonly name: string
  readonly encoding: string
}

/** Oldest supported version of PostgreSQL, as `server_version_num` has it. */
const oldest = 140_000

/**
 * Fails with a `configuration` error unless the server's version and the database's encoding are
 * supported.
 */
export const ensureSupported = Effect.fnUntraced(function* (sql: SqlClient, location: string) {
  const [found] = yield* sql<Server>`select current_setting('server_version_num')::int4 as version,
    current_setting('server_version') as name, current_setting('server_encoding') as encoding`
  if (found === undefined) return
  const { encoding, name, version } = found
  if (version < oldest) {
    return yield* new PostgresError({
      reason: "configuration",
      detail: `${location} is PostgreSQL ${name}, but the oldest supported version is 14. Update ` +
        "it, or name another server in DATABASE_URL",
    })
  }
  if (encoding !== "UTF8") {
    return yield* new PostgresError({
      reason: "configuration",
      detail: `${location} has the encoding ${encoding}. ${
        adviceFor({ code: "22P05", words: "" })
      }`,
    })
  }
})

/** Connects to `database` and checks it. */
export const checkOn = (
  { connect, location, noteOf }: Pick<PostgresDatabase, "connect" | "location" | "noteOf">,
): Effect.Effect<DatabaseCheck, PostgresError> =>
  Effect.gen(function* () {
    const sql = yield* connect
    yield* ensureSupported(sql, location)
    const [found] = yield* sql<Answer>`
        select current_setting('server_version') as server,
          to_regclass('strava.paceline_migrations') is not null as tables,
          exists (select 1 from pg_namespace where nspname = 'strava') as schema,
          has_database_privilege(current_database(), 'CREATE') as create`
    const { create = false, schema = false, server = "", tables = false } = found ?? {}
    const note = noteOf?.(sql)
    const of = { location, server, newest: newestVersion, ...(note && { note }) }
    if (!tables) {
      const may = schema
        ? yield* sql<{ may: boolean }>`
            select has_schema_privilege('strava', 'CREATE')
              and has_schema_privilege('strava', 'USAGE') as may`
        : [{ may: create }]
      return { ...of, version: 0, mayWrite: may[0]?.may === true }
    }
    const [state] = yield* sql<{ version: number; may: boolean }>`
        select (select max(migration_id) from strava.paceline_migrations) as version,
          to_regclass('strava.activities') is not null
            and has_table_privilege('strava.activities', 'INSERT') as may`
    return { ...of, version: state?.version ?? 0, mayWrite: state?.may === true }
  }).pipe(Effect.scoped, explained(location))

/** Checks the configured database. An embedded one is opened for that, so its folder must exist. */
export const check = (config: Config): Effect.Effect<DatabaseCheck, PostgresError> =>
  Effect.flatMap(configured(config), checkOn)
