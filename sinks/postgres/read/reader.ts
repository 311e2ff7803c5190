/** Reads PostgreSQL for reports and tables: responses, or the columns of rows without one. */
import { Array, Effect, Option, type Scope, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { AthleteId } from "../../../schemas/Athlete.ts"
import { isDecimalId, type Resource } from "../../../schemas/Item.ts"
import {
  type ActivityResource,
  type MissingStatus,
  type ReadableSink,
  type SinkReader,
  SinkReadError,
  type StoredText,
} from "../../SinkReader.ts"
import type { PostgresDatabase } from "../connection/client.ts"
import { type PostgresError, postgresError } from "../connection/PostgresError.ts"
import { reading } from "../connection/timeouts.ts"
import { streamColumns } from "../schema/columns.ts"
import { ensureReadable } from "../schema/migrations.ts"
import { postgresTable, postgresTables } from "../write/tables.ts"
import { countRows, storedResponses } from "./readBack.ts"

/** Activities, and responses of streams or details, that are read at once. */
const activitiesAtOnce = 500
const responsesAtOnce = 20

const errorOf = (error: PostgresError): SinkReadError =>
  new SinkReadError({
    reason: error.reason === "locked"
      ? "busy"
      : error.reason === "query"
      ? "unreachable"
      : error.reason,
    detail: error.detail,
    cause: error,
  })

const among = "in (select value::bigint from json_array_elements_text($1::json))"

interface StoredRow {
  readonly id: string
  readonly raw: string
}

type ColumnRow = Readonly<Record<string, unknown>>

/** Returns the athlete with the most activities, for an embedded database without a state file. */
const mainAthlete = Effect.fnUntraced(function* (sql: SqlClient) {
  const [found] = yield* sql.unsafe<{ id: string }>(
    `select athlete_id::text as id from strava.activities where deleted_at is null
       group by athlete_id order by count(*) desc, athlete_id limit 1`,
  )
  return AthleteId.make(Number(found?.id ?? 0))
})

/** Returns streams by type, as Strava sends them, from the columns of a row of an older version. */
const textOfColumns = (row: ColumnRow): string => {
  const streams: Record<string, unknown> = { ...JSON.parse(String(row["other"] ?? "{}")) }
  const { lat, lng } = row
  if (globalThis.Array.isArray(lat) && globalThis.Array.isArray(lng)) {
    streams["latlng"] = { data: lat.map((value, i) => [value, lng[i]]) }
  }
  for (const { half, name } of streamColumns) {
    if (half === undefined && row[name] !== null) streams[name] = { data: row[name] }
  }
  return JSON.stringify(streams)
}

/** Streams what `read` returns for the ids, at most `size` of them at a time. */
const inChunks = <A>(
  ids: ReadonlyArray<string>,
  size: number,
  read: (ids: ReadonlyArray<string>) => Effect.Effect<ReadonlyArray<A>, SinkReadError>,
) =>
  Stream.fromIterable(Array.chunksOf(ids, size)).pipe(
    Stream.mapEffect(read),
    Stream.flattenIterable,
  )

/** Queries of one athlete's rows. */
const queriesOf = (sql: SqlClient, location: string, owner: AthleteId) => {
  const failed = (error: SqlError) => errorOf(postgresError(error, location))
  const ask = <A extends object>(text: string, ...parameters: ReadonlyArray<string>) =>
    Effect.mapError(reading(sql, sql.unsafe<A>(text, parameters)), failed)
  const keptOf = (
    resource: "activities" | "export" | ActivityResource,
    ids: ReadonlyArray<string>,
  ) => Effect.mapError(storedResponses(sql, postgresTable(resource), ids, owner), failed)
  /** The JSON of rows of activities, which has all digits too. */
  const rowsOf = (ids: ReadonlyArray<string>) =>
    ask<StoredRow>(
      `select id::text as id, raw::text as raw from strava.activities
         where id ${among} and athlete_id = ${owner}`,
      JSON.stringify(ids),
    )
  const columnsOf = (id: string) =>
    ask<ColumnRow>(
      `select other::text as other, ${streamColumns.map(({ name }) => name).join(", ")}
         from strava.streams t where t.activity_id = $1::text::bigint
           and t.athlete_id = $2::text::bigint and ${postgresTables.streams.isThere}`,
      id,
      String(owner),
    )
  const detailsOf = (id: string) =>
    ask<StoredRow>(
      `select t.activity_id::text as id, raw::text as raw from strava.details t
         where t.activity_id = $1::text::bigint
           and t.athlete_id = $2::text::bigint and ${postgresTables.details.isThere}`,
      id,
      String(owner),
    )
  const profileOf = (table: string, key: string) =>
    ask<StoredRow>(
      `select raw::text as raw from ${table} where ${key} = $1::text::bigint`,
      String(owner),
    )
  const idsIn = (resource: "export" | ActivityResource) =>
    Effect.map(
      ask<{ id: string }>(
        `select t.activity_id::text as id from ${postgresTable(resource).name} t
           where t.athlete_id = $1::text::bigint and ${postgresTable(resource).isThere}`,
        String(owner),
      ),
      (rows) => rows.map(({ id }) => id),
    )
  /** The responses of all rows of the export. */
  const exported = Stream.unwrap(Effect.map(
    idsIn("export"),
    (ids) =>
      Stream.map(
        inChunks(ids, activitiesAtOnce, (some) => keptOf("export", some)),
        ({ text }) => text,
      ),
  ))
  const gear = Stream.unwrap(
    Effect.map(
      ask<StoredRow>(
        `select id, raw::text as raw from strava.gear t
           where t.athlete_id = $1::text::bigint and ${postgresTables.gear.isThere}
           order by id collate "C"`,
        String(owner),
      ),
      (rows) => Stream.fromIterable(rows.map(({ raw }) => raw)),
    ),
  )
  return { ask, columnsOf, detailsOf, exported, failed, gear, idsIn, keptOf, profileOf, rowsOf }
}

const storedRow = ({ id, raw }: StoredRow): StoredText => ({ id, text: raw })

const readerOn = (
  sql: SqlClient,
  location: string,
  owner: AthleteId,
  absent: ReadonlySet<Resource>,
): SinkReader => {
  const { ask, columnsOf, detailsOf, exported, failed, gear, idsIn, keptOf, profileOf, rowsOf } =
    queriesOf(
      sql,
      location,
      owner,
    )
  const activitiesOf = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
    const found: ReadonlyArray<StoredText> = yield* keptOf("activities", ids)
    const has = new Set(found.map(({ id }) => id))
    const others = ids.filter((id) => !has.has(id))
    return others.length === 0 ? found : [...found, ...(yield* rowsOf(others)).map(storedRow)]
  })
  /** Returns the responses, and `textsOf` of rows of older versions, which have none. */
  const responsesOf = Effect.fnUntraced(function* (
    resource: ActivityResource,
    ids: ReadonlyArray<string>,
    textsOf: (id: string) => Effect.Effect<ReadonlyArray<StoredText>, SinkReadError>,
  ) {
    const found = new Map(
      (yield* keptOf(resource, ids)).map((response) => [response.id, response]),
    )
    const each = yield* Effect.forEach(ids, (id) => {
      const response: StoredText | undefined = found.get(id)
      return response === undefined ? textsOf(id) : Effect.succeed([response])
    })
    return each.flat()
  })
  const readers = {
    activities: activitiesOf,
    streams: (ids: ReadonlyArray<string>) =>
      responsesOf(
        "streams",
        ids,
        (id) =>
          Effect.map(
            columnsOf(id),
            (rows) => rows.map((row) => ({ id, text: textOfColumns(row) })),
          ),
      ),
    details: (ids: ReadonlyArray<string>) =>
      responsesOf(
        "details",
        ids,
        (id) => Effect.map(detailsOf(id), (rows) => rows.map(storedRow)),
      ),
  }
  const textsOf = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
    const texts = new Map((yield* rowsOf(ids)).map(({ id, raw }) => [id, raw]))
    return ids.flatMap((id) => texts.get(id) ?? [])
  })
  return {
    counts: (athlete) => Effect.mapError(countRows(sql, athlete, absent), failed),
    activities: Stream.unwrap(Effect.map(
      ask<{ id: string }>(
        `select t.id::text as id from strava.activities t
           where t.athlete_id = $1::text::bigint and ${postgresTables.activities.isThere}
           order by t.start_date desc nulls last, t.id desc`,
        String(owner),
      ),
      (rows) => inChunks(rows.map(({ id }) => id), activitiesAtOnce, textsOf),
    )),
    exported: absent.has("export") ? Stream.empty : exported,
    gear: absent.has("gear") ? Stream.empty : gear,
    profile: (resource) =>
      Effect.map(
        resource === "athlete"
          ? profileOf("strava.athletes", "id")
          : profileOf("strava.zones", "athlete_id"),
        ([row]) => Option.map(Option.fromUndefinedOr(row), ({ raw }) => raw),
      ),
    ids: (resource) => Effect.map(idsIn(resource), (ids) => new Set(ids)),
    missing: (resource) =>
      Effect.map(
        ask<{ id: string; status: MissingStatus }>(
          `select activity_id::text as id, status from strava.missing
             where athlete_id = $1::text::bigint and resource = $2`,
          String(owner),
          resource,
        ),
        (rows) => new Map(rows.map(({ id, status }) => [id, status])),
      ),
    read: (resource, ids) => {
      const size = resource === "activities" ? activitiesAtOnce : responsesAtOnce
      return inChunks(ids.filter(isDecimalId), size, readers[resource])
    },
  }
}

/**
 * Returns `database` for reports and tables. One that other athletes can share is not read for an unknown
 * athlete.
 */
export const readablePostgres = (
  { connect, location, shared = false }: Pick<PostgresDatabase, "connect" | "location" | "shared">,
): ReadableSink => ({
  contents: `a database in ${location}`,
  open: Effect.fnUntraced(function* (
    owner: AthleteId | undefined,
  ): Effect.fn.Return<SinkReader, SinkReadError, Scope.Scope> {
    const sql = yield* Effect.mapError(connect, errorOf)
    if (shared && owner === undefined) {
      return yield* new SinkReadError({
        reason: "nothing",
        detail:
          `${location} can hold data of several athletes, and the folder does not tell which is ` +
          "yours. Run first: deno task pipeline",
      })
    }
    const explained = (error: PostgresError | SqlError) => errorOf(postgresError(error, location))
    const absent = yield* Effect.mapError(ensureReadable(sql, location), explained)
    const athlete = owner ?? (yield* Effect.mapError(mainAthlete(sql), explained))
    return readerOn(sql, location, athlete, absent)
  }),
})
