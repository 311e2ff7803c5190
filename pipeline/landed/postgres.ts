/** PostgreSQL as a source: the answers that it keeps, and where it keeps none, its columns. */
import { Array, Effect, Option, Schema, type Scope, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import { AthleteId } from "../../schemas/Athlete.ts"
import { resources } from "../../schemas/resources.ts"
import { isDecimalId } from "../../schemas/Item.ts"
import { streamColumns } from "../../sinks/postgres/schema/columns.ts"
import {
  type Config,
  configured,
  type PostgresDatabase,
} from "../../sinks/postgres/connection/client.ts"
import { reading } from "../../sinks/postgres/connection/timeouts.ts"
import { countRows, kept } from "../../sinks/postgres/read/readBack.ts"
import { ensureNewest } from "../../sinks/postgres/schema/migrations.ts"
import { type PostgresError, postgresError } from "../../sinks/postgres/connection/PostgresError.ts"
import { postgresTables } from "../../sinks/postgres/write/tables.ts"
import { activityFrom } from "./Activity.ts"
import { ArchiveError } from "./ArchiveError.ts"
import type { MissingReason } from "./coverage.ts"
import { type SampleNames, type Samples, samplesFrom, samplesOf } from "./Samples.ts"
import type { PerActivity, Source } from "./Source.ts"
import { parsed, record } from "./values.ts"

/** Rows of activities, and answers of samples, that are had at once. */
const activitiesAtOnce = 500
const answersAtOnce = 20

const errorOf = (error: PostgresError): ArchiveError =>
  new ArchiveError({
    reason: error.reason === "locked"
      ? "busy"
      : error.reason === "query"
      ? "unreachable"
      : error.reason,
    detail: error.detail,
    cause: error,
  })

const among = "in (select value::bigint from json_array_elements_text($1::json))"

interface Text {
  readonly id: string
  readonly raw: string
}

/** The athlete whose activities are the most: of a database in the athlete's own folder. */
const ownerIn = Effect.fnUntraced(function* (sql: SqlClient) {
  const [found] = yield* sql.unsafe<{ id: string }>(
    `select athlete_id::text as id from strava.activities where deleted_at is null
       group by athlete_id order by count(*) desc, athlete_id limit 1`,
  )
  return AthleteId.make(Number(found?.id ?? 0))
})

/** The samples of a row that keeps no answer: its arrays, and what would not fit into them. */
const columnsOf = (row: Readonly<Record<string, unknown>>): Samples => ({
  ...samplesFrom(parsed(String(row["other"] ?? "{}"))),
  ...Object.fromEntries(
    streamColumns.flatMap(({ name }) => Array.isArray(row[name]) ? [[name, row[name]]] : []),
  ),
})

const inArrays = (sql: SqlClient, id: string, owner: AthleteId) =>
  reading(
    sql,
    sql.unsafe<Readonly<Record<string, unknown>>>(
      `select other::text as other, ${streamColumns.map(({ name }) => name).join(", ")}
         from strava.streams t where t.activity_id = $1::text::bigint and t.athlete_id = $2::text::bigint
           and ${postgresTables.streams.isThere}`,
      [id, String(owner)],
    ),
  )

const sourceOn = (sql: SqlClient, location: string, owner: AthleteId): Source => {
  const failed = (error: SqlError) => errorOf(postgresError(error, location))
  const ask = <A extends object>(text: string, parameters: ReadonlyArray<string> = []) =>
    Effect.mapError(reading(sql, sql.unsafe<A>(text, parameters)), failed)
  const one = <S extends Schema.ConstraintDecoder<unknown>>(
    table: string,
    key: string,
    schema: S,
  ) => {
    const decode = Schema.decodeUnknownOption(Schema.fromJsonString(schema))
    return Effect.map(
      ask<Text>(`select raw::text as raw from ${table} where ${key} = $1::text::bigint`, [
        String(owner),
      ]),
      ([row]) => decode(row?.raw),
    )
  }
  const rowsOf = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
    const rows = yield* ask<Text>(
      `select id::text as id, raw::text as raw from strava.activities
         where id ${among} and athlete_id = ${owner}`,
      [JSON.stringify(ids)],
    )
    const texts = new Map(rows.map(({ id, raw }) => [id, raw]))
    return ids.flatMap((id) => {
      const activity = activityFrom(id, parsed(texts.get(id) ?? ""))
      return activity === undefined ? [] : [activity]
    })
  })
  const samplesAt = Effect.fnUntraced(function* (
    ids: ReadonlyArray<string>,
    wanted: SampleNames | undefined,
  ) {
    const found = new Map(
      (yield* Effect.mapError(kept(sql, postgresTables.streams, ids, owner), failed)).map((
        { id, text },
      ) => [id, samplesOf(text, wanted)]),
    )
    return yield* Effect.forEach(ids, (id) => {
      const samples = found.get(id)
      if (samples !== undefined) return Effect.succeed([[id, samples] as const])
      return Effect.mapError(inArrays(sql, id, owner), failed).pipe(
        Effect.map(([row]) => row === undefined ? [] : [[id, columnsOf(row)] as const]),
      )
    }).pipe(Effect.map((each) => each.flat()))
  })

  /** Of an activity that keeps no answer, the JSON of its row, which has all digits as well. */
  const sentOf = Effect.fnUntraced(function* (
    resource: "activities" | "streams",
    ids: ReadonlyArray<string>,
  ) {
    const found = (yield* Effect.mapError(kept(sql, postgresTables[resource], ids, owner), failed))
      .map(({ id, text }) => [id, text] as const)
    const has = new Set(found.map(([id]) => id))
    const others = ids.filter((id) => !has.has(id))
    if (resource === "streams" || others.length === 0) return found
    const rows = yield* ask<Text>(
      `select id::text as id, raw::text as raw from strava.activities
         where id ${among} and athlete_id = ${owner}`,
      [JSON.stringify(others)],
    )
    return [...found, ...rows.map(({ id, raw }) => [id, raw] as const)]
  })

  const idsHere = (resource: PerActivity) =>
    ask<{ id: string }>(
      `select t.activity_id::text as id from ${postgresTables[resource].name} t
         where t.athlete_id = $1::text::bigint and ${postgresTables[resource].isThere}`,
      [String(owner)],
    )
  return {
    name: "postgres",
    location,
    counts: (athlete) => Effect.mapError(countRows(sql, athlete), failed),
    activities: Stream.unwrap(Effect.map(
      ask<{ id: string }>(
        `select t.id::text as id from strava.activities t
           where t.athlete_id = $1::text::bigint and ${postgresTables.activities.isThere}
           order by t.start_date desc nulls last, t.id desc`,
        [String(owner)],
      ),
      (rows) =>
        Stream.fromIterable(Array.chunksOf(rows.map(({ id }) => id), activitiesAtOnce)).pipe(
          Stream.mapEffect(rowsOf),
          Stream.flattenIterable,
        ),
    )),
    athlete: one("strava.athletes", "id", resources.athlete.schema),
    zones: one("strava.zones", "athlete_id", resources.zones.schema),
    here: (resource) => Effect.map(idsHere(resource), (rows) => new Set(rows.map(({ id }) => id))),
    lacks: (resource) =>
      Effect.map(
        ask<{ id: string; status: MissingReason }>(
          `select activity_id::text as id, status from strava.missing
             where athlete_id = $1::text::bigint and resource = $2`,
          [String(owner), resource],
        ),
        (rows) => new Map(rows.map(({ id, status }) => [id, status])),
      ),
    samples: (ids, wanted) =>
      Stream.fromIterable(Array.chunksOf(ids.filter(isDecimalId), answersAtOnce)).pipe(
        Stream.mapEffect((some) => samplesAt(some, wanted)),
        Stream.flattenIterable,
      ),
    sent: (resource, ids) =>
      Stream.fromIterable(
        Array.chunksOf(
          ids.filter(isDecimalId),
          resource === "streams" ? answersAtOnce : activitiesAtOnce,
        ),
      ).pipe(
        Stream.mapEffect((some) => sentOf(resource, some)),
        Stream.flattenIterable,
      ),
    details: (id) =>
      isDecimalId(id)
        ? Effect.map(
          ask<Text>(
            `select raw::text as raw from strava.details t where t.activity_id = $1::text::bigint
               and t.athlete_id = $2::text::bigint and ${postgresTables.details.isThere}`,
            [id, String(owner)],
          ),
          ([row]) => Option.fromUndefinedOr(record(parsed(row?.raw ?? ""))),
        )
        : Effect.succeedNone,
  }
}

/**
 * A database as a source; nothing in it is made or changed. Without `owner`, the athlete of the state
 * file, one that other athletes can share is not read.
 */
export const postgresSource = Effect.fnUntraced(function* (
  { connect, location, shared = false }: Pick<PostgresDatabase, "connect" | "location" | "shared">,
  owner: AthleteId | undefined,
): Effect.fn.Return<Source, ArchiveError, Scope.Scope> {
  const sql = yield* Effect.mapError(connect, errorOf)
  if (shared && owner === undefined) {
    return yield* new ArchiveError({
      reason: "nothing",
      detail:
        `${location} can hold data of several athletes, and the folder does not tell which is ` +
        "yours. Run first: deno task pipeline",
    })
  }
  const explained = (error: PostgresError | SqlError) => errorOf(postgresError(error, location))
  yield* Effect.mapError(ensureNewest(sql, location), explained)
  return sourceOn(sql, location, owner ?? (yield* Effect.mapError(ownerIn(sql), explained)))
})

/** Opens whichever PostgreSQL is configured as a source. */
export const configuredSource = (config: Config, owner: AthleteId | undefined) =>
  configured(config).pipe(
    Effect.mapError(errorOf),
    Effect.flatMap((database) => postgresSource(database, owner)),
  )
