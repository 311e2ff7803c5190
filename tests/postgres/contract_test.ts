/** The contract of all sinks, run for the PostgreSQL sink on the embedded database and on a server. */
import { Context, Effect, Layer } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { type PostgresDatabase, server } from "../../sinks/postgres/connection/client.ts"
import { on } from "../../sinks/postgres/PostgresSink.ts"
import type { BuiltInResource } from "../../schemas/resources.ts"
import { embeddedClient } from "./embedded/cluster.ts"
import { emptied } from "../postgres/databases.ts"
import { freshDatabase, postgresServer, urlWith } from "../postgres/server.ts"
import { liveWith } from "../testing.ts"
import { type Fields, fullContract, type SinkSubject, type TableName } from "../sinks/contract.ts"
import { entryRow, responseRows } from "../sinks/rows.ts"

/** Database of a test's sink, and a connection that reads and damages its rows. */
interface Place {
  readonly database: PostgresDatabase
  readonly sql: SqlClient
}

/** Database shared by all tests of this file. */
class Shared extends Context.Service<Shared, Place>()("test/Shared") {}

let current: string | undefined

/** Empties the tables when a test with another folder starts. */
const placeOf = (directory: string) =>
  Effect.tap(Shared, ({ sql }) => {
    if (directory === current) return Effect.void
    current = directory
    return Effect.asVoid(emptied(sql))
  })

const inFolder = Layer.effect(
  Shared,
  Effect.map(embeddedClient, (sql) => ({
    database: { location: "memory", connect: Effect.succeed(sql) },
    sql,
  })),
)

const onServer = Layer.effect(
  Shared,
  Effect.gen(function* () {
    // Most other tests use the schema strava.
    const url = urlWith(yield* freshDatabase(yield* postgresServer), { search: "schema=fleet" })
    const database = yield* server(url)
    return { database, sql: yield* database.connect }
  }),
)

interface Streams {
  readonly lat: ReadonlyArray<number | null> | null
  readonly lng: ReadonlyArray<number | null> | null
  readonly other: Readonly<Record<string, { readonly data?: unknown } | null>> | null
  readonly [column: string]: unknown
}

const notStreams = ["activity_id", "athlete_id", "n", "lat", "lng", "info", "other"]

/** Rebuilds the streams of a row from its arrays. */
const samplesOf = ({ lat, lng, other, ...columns }: Streams) =>
  new Map<string, ReadonlyArray<unknown>>([
    ...Object.entries(columns).flatMap(([type, data]) =>
      Array.isArray(data) && !notStreams.includes(type) ? [[type, data] as const] : []
    ),
    ...(lat === null
      ? []
      : [["latlng", lat.map((at, i) => at === null ? null : [at, lng?.[i]])] as const]),
    ...Object.entries(other ?? {}).flatMap(([type, stream]) =>
      Array.isArray(stream?.data) ? [[type, stream.data] as const] : []
    ),
  ])

const tables: Record<
  BuiltInResource,
  { readonly name: string; readonly key: string; readonly edit: string }
> = {
  athlete: { name: "athletes", key: "id", edit: "city = 'Hull'" },
  zones: { name: "zones", key: "athlete_id", edit: "heart_rate_max[1] = 116" },
  stats: { name: "stats", key: "athlete_id", edit: "biggest_ride_distance = 1" },
  gear: { name: "gear", key: "id", edit: "name = 'Walk'" },
  activities: { name: "activities", key: "id", edit: "name = 'Walk'" },
  details: { name: "details", key: "activity_id", edit: "name = 'Walk'" },
  activity_zones: {
    name: "activity_zones",
    key: "activity_id",
    edit: "heartrate_zone_max[1] = 116",
  },
  streams: { name: "streams", key: "activity_id", edit: "lat[1] = 1.6" },
  export: { name: "export", key: "activity_id", edit: "archive = 'other.zip'" },
}

/** Tables of detail entries, with the columns that identify an entry of an activity. */
const entries: Partial<Record<TableName, string>> = {
  laps: "position",
  splits: "unit, position",
  segment_efforts: "position",
  best_efforts: "position",
}

interface Entry {
  readonly raw: string
  readonly activity_id: string
  readonly unit?: string
  readonly position: number
}

const rowsIn = (sql: SqlClient, name: TableName) =>
  name in entries
    ? Effect.map(
      sql.unsafe<Entry>(
        `select raw::text as raw, activity_id::text as activity_id, ${entries[name]}
         from strava.${name}`,
      ),
      (rows): ReadonlyArray<Fields> => rows.map(({ raw, ...own }) => entryRow(raw, own)),
    )
    : Effect.map(
      sql.unsafe<{ id: string; raw: string }>(
        `select ${tables[name as "gear"].key}::text as id, raw::text as raw from strava.${name}`,
      ),
      (rows) => rows.flatMap(({ id, raw }) => responseRows(name, id, raw)),
    )

const grouped = (rows: ReadonlyArray<{ id: string; key: string; value: string }>) => {
  const found = new Map<string, Map<string, string>>()
  for (const { id, key, value } of rows) {
    const fields = found.get(id) ?? new Map<string, string>()
    found.set(id, fields.set(key, value))
  }
  return [...found.values()]
}

const fields = (sql: SqlClient, table: string, order: string, which = "true") =>
  Effect.map(
    sql.unsafe<{ id: string; key: string; value: string }>(
      `select t.id::text as id, e.key, e.value from strava.${table} t
       cross join lateral jsonb_each_text(t.raw) e where e.value is not null and ${which}
       order by ${order}`,
    ),
    (rows): ReadonlyArray<Fields> => grouped(rows),
  )

const subject = (name: string): SinkSubject<Shared> => {
  const reading = <A>(directory: string, read: (sql: SqlClient) => Effect.Effect<A, unknown>) =>
    Effect.flatMap(placeOf(directory), ({ sql }) => read(sql))
  return {
    name,
    source: (directory) => Effect.map(placeOf(directory), ({ database }) => on(database)),
    text: (sent) => sent.toWellFormed().replaceAll("\0", "\ufffd"),
    keepsAnswers: true,
    damage: (directory) => ({
      lose: (resource, id) =>
        reading(
          directory,
          (sql) =>
            sql.unsafe(
              `delete from strava.${tables[resource as BuiltInResource].name} where ${
                tables[resource as BuiltInResource].key
              } = '${id}'`,
            ),
        ),
      edit: (resource, id) =>
        reading(directory, (sql) =>
          sql.unsafe(
            `update strava.${tables[resource as BuiltInResource].name} set ${
              tables[resource as BuiltInResource].edit
            }
             where ${tables[resource as BuiltInResource].key} = '${id}'`,
          )),
    }),
    landed: (directory) => ({
      athlete: reading(
        directory,
        (sql) => Effect.map(fields(sql, "athletes", "t.id"), ([athlete]) => athlete),
      ),
      activities: reading(
        directory,
        (sql) =>
          fields(
            sql,
            "activities",
            "t.start_date desc nulls last, t.id desc",
            "t.deleted_at is null",
          ),
      ),
      streams: (id) =>
        reading(directory, (sql) =>
          Effect.map(
            sql<{ text: string }>`select row_to_json(s)::text as text from strava.streams s
              where activity_id = ${id}::bigint`,
            ([row]) => row === undefined ? undefined : samplesOf(JSON.parse(row.text)),
          )),
      table: (name) => reading(directory, (sql) => rowsIn(sql, name)),
      snapshot: reading(directory, (sql) =>
        Effect.map(
          sql.unsafe(
            [...Object.values(tables).map(({ name }) => name), ...Object.keys(entries)]
              .map((name) => `select '${name}', xmin::text, t::text from strava.${name} t`)
              .join(" union all ") + " order by 1, 3",
          ),
          (rows) => JSON.stringify(rows),
        )),
    }),
  }
}

fullContract(subject("embedded postgres"), liveWith(inFolder))
fullContract(subject("postgres"), liveWith(onServer))
