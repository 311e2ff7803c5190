/**
 * Updates rows of older versions from their stored responses, so that a new or corrected column is
 * filled without a request to Strava. After a kill, the update begins again and skips rows that are
 * current.
 */
import { Effect, Result, Stream } from "effect"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { sources } from "../../../schemas/export/source.ts"
import { isBuiltIn } from "../../../schemas/resources.ts"
import type { Item } from "../../../schemas/Item.ts"
import { unpack } from "./answer.ts"
import { type Target, writeRows } from "./commit.ts"
import { entries } from "../schema/detailColumns.ts"
import { fence } from "./lease.ts"
import { transaction } from "../connection/timeouts.ts"
import { rowPages } from "../read/pages.ts"
import type { PostgresError } from "../connection/PostgresError.ts"
import { allTables, andOf, type PostgresRow, type PostgresTable } from "./tables.ts"

/** The response for a day-long ride takes a megabyte. */
const pageSize = 25

interface Stored {
  readonly id: bigint | string
  readonly athlete: bigint
  readonly answer: Uint8Array | null
  readonly sha256: string
  readonly fetched_at: Date
  readonly raw: string | null
}

/**
 * Returns the item that a row was made from; if its response is not stored, an item made from
 * `raw`.
 */
const itemOf = ({ resource }: PostgresTable, stored: Stored): Item | undefined => {
  const { answer, athlete, fetched_at, id, raw, sha256 } = stored
  const text = (answer === null ? undefined : unpack(answer, sha256)) ?? raw ?? undefined
  return text === undefined ? undefined : {
    athlete: Number(athlete) as AthleteId,
    resource,
    id: String(id),
    text,
    hash: sha256,
    fetchedAt: fetched_at.getTime(),
  }
}

const rowsOf = (table: PostgresTable, page: ReadonlyArray<Stored>): ReadonlyArray<PostgresRow> =>
  page.flatMap((stored) => {
    const item = itemOf(table, stored)
    const row = item === undefined ? undefined : table.row(item)
    return item !== undefined && row !== undefined && Result.isSuccess(row)
      ? [{ item, parameters: row.success }]
      : []
  })

/** Updates the rows of `table`. A row that PostgreSQL refuses stays as it is. */
const tableAgain = Effect.fnUntraced(function* (
  target: Target,
  table: PostgresTable,
  room: Effect.Effect<void, PostgresError>,
) {
  const { athlete } = target.lease
  const columns = [
    `t.${table.athlete} as athlete`,
    "t.answer, t.sha256, t.fetched_at",
    table.hasRaw ? "t.raw::text as raw" : "null as raw",
  ].join(", ")
  // Rows of other sources are another program's.
  yield* rowPages<Stored>(target.sql, table, {
    columns,
    where: `t.source in (${sources.map((source) => `'${source}'`).join(", ")})`,
    size: pageSize,
    athlete,
  })
    .pipe(
      Stream.filter((page) => page.length > 0),
      Stream.runForEach((page) =>
        Effect.andThen(room, writeRows({ target, table, again: true }, rowsOf(table, page)))
      ),
    )
  yield* transaction(
    target.sql,
    Effect.andThen(
      fence(target.sql, target.lease, target.location),
      target.sql`insert into strava.paceline_projection (athlete_id, name, version)
        values (${String(athlete ?? 0)}::text::bigint, ${table.name}, ${table.projection})
        on conflict (athlete_id, name) do update set version = excluded.version`,
    ),
  )
})

/**
 * Returns the tables of entries that are empty although details have such entries, because they
 * were truncated. Reads the details only if a table is empty.
 */
const emptiedEntries = Effect.fnUntraced(function* ({ lease: { athlete }, sql }: Target) {
  const questions = entries.map(({ lists, name }) => {
    const some = lists.map(({ list }) =>
      `jsonb_path_exists(d.raw, 'strict $.${list}[*] ? (@ != null)', '{}', true)`
    ).join(" or ")
    return `select '${name}' as name where not exists (select 1 from ${name} t where true${
      andOf("t.athlete_id", athlete)
    }) and exists (select 1 from strava.details d where d.source = 'api'${
      andOf("d.athlete_id", athlete)
    } and (${some}))`
  })
  const found = yield* transaction(
    sql,
    sql.unsafe<{ name: string }>(questions.join(" union all ")),
  )
  return found.map(({ name }) => name)
})

/**
 * Updates the rows of every table that an older version wrote, and the rows of details if a table
 * of their entries was emptied; returns a note about those.
 */
export const updateProjections = Effect.fn("PostgresSink.makeAgain")(function* (
  target: Target,
  room: Effect.Effect<void, PostgresError> = Effect.void,
) {
  const found = yield* transaction(
    target.sql,
    target.sql<{ name: string; version: number }>`
      select distinct on (name) name, version from strava.paceline_projection
        where athlete_id in (0, ${String(target.lease.athlete ?? 0)}::text::bigint)
        order by name, athlete_id desc`,
  )
  const versions = new Map(found.map(({ name, version }) => [name, version]))
  const emptied = yield* emptiedEntries(target)
  for (const table of allTables()) {
    const version = versions.get(table.name) ?? 0
    const isOlder = isBuiltIn(table.resource)
      ? table.projection > version
      : table.projection !== version
    const isEmptied = table.resource === "details" && emptied.length > 0
    if (isOlder || isEmptied) yield* tableAgain(target, table, room)
  }
  return emptied.length === 0
    ? []
    : [`${emptied.join(", ")}: emptied since the last run, and filled again from strava.details.`]
})
