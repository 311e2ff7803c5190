/**
 * Rows made by an older version are made again out of their own answers, so that a column which is new,
 * or is read better than before, is filled without asking Strava. What comes between, such as a kill,
 * costs nothing: it begins again, and leaves alone what is right already.
 */
import { Effect, Result, Stream } from "effect"
import type { AthleteId } from "../../schemas/Athlete.ts"
import type { Item } from "../../schemas/Item.ts"
import { unpack } from "./answer.ts"
import { landAll, type Target } from "./land.ts"
import { fence } from "./lease.ts"
import { transaction } from "./limits.ts"
import { pages } from "./pages.ts"
import type { PostgresError } from "./PostgresError.ts"
import { type Row, type Table, tables } from "./tables.ts"

/** Answers of a day's ride have a megabyte each. */
const pageSize = 25

interface Stored {
  readonly id: bigint | string
  readonly athlete: bigint
  readonly answer: Uint8Array | null
  readonly sha256: string
  readonly fetched_at: Date
  readonly raw: string | null
}

/** The item that a row was made from; where its answer is not kept, of what it says of that. */
const itemOf = ({ resource }: Table, stored: Stored): Item | undefined => {
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

const rowsOf = (table: Table, page: ReadonlyArray<Stored>): ReadonlyArray<Row> =>
  page.flatMap((stored) => {
    const item = itemOf(table, stored)
    const row = item === undefined ? undefined : table.row(item)
    return item !== undefined && row !== undefined && Result.isSuccess(row)
      ? [{ item, parameters: row.success }]
      : []
  })

/** Make the rows of `table` again. One that PostgreSQL does not take stays as it is. */
const tableAgain = Effect.fnUntraced(function* (
  target: Target,
  table: Table,
  room: Effect.Effect<void, PostgresError>,
) {
  const { athlete } = target.lease
  const columns = [
    `t.${table.athlete} as athlete`,
    "t.answer, t.sha256, t.fetched_at",
    table.hasRaw ? "t.raw::text as raw" : "null as raw",
  ].join(", ")
  // What somebody put in by other ways has no answer of Strava's.
  yield* pages<Stored>(target.sql, table, {
    columns,
    where: "t.source = 'api'",
    size: pageSize,
    athlete,
  })
    .pipe(
      Stream.filter((page) => page.length > 0),
      Stream.runForEach((page) =>
        Effect.andThen(room, landAll({ target, table, again: true }, rowsOf(table, page)))
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

/** Make the rows of every table again that are of an older version than our columns are. */
export const makeAgain = Effect.fn("PostgresSink.makeAgain")(function* (
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
  for (const table of Object.values(tables)) {
    if (table.projection > (versions.get(table.name) ?? 0)) yield* tableAgain(target, table, room)
  }
})
