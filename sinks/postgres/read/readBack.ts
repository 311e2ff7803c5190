/** Reads back the rows that PostgreSQL holds, to compare them or to restore them. */
import { PgTypes } from "@effect/sql-pg"
import { Effect, Result, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { isIdOf, type Resource } from "../../../schemas/Item.ts"
import type { Batch, ItemDifference, Proven, SinkEntry, StoredResponse } from "../../Sink.ts"
import { KeptResponse } from "../../files/KeptResponse.ts"
import { unpack, unpackBytes } from "../write/answer.ts"
import { transaction } from "../connection/timeouts.ts"
import { rowPages } from "./pages.ts"
import { isDataError, isUnexplained } from "../connection/PostgresError.ts"
import {
  allTables,
  andOf,
  type PostgresRow,
  type PostgresTable,
  postgresTable,
} from "../write/tables.ts"
import { definitionOf, rowVersion } from "./versions.ts"

const pageSize = 1000
const largest = 2n ** 63n - 1n

interface Listed {
  readonly id: bigint | string
  readonly sha256: string
  readonly version: string
}

/** Ids, hashes and versions of the athlete's rows, page by page; responses are not read. */
export const storedEntries = (
  sql: SqlClient,
  table: PostgresTable,
  athlete: AthleteId | undefined,
  proven?: Proven,
): Stream.Stream<SinkEntry, SqlError> =>
  Stream.unwrap(Effect.map(definitionOf(sql, table), (definition) => {
    const columns = `t.sha256, ${rowVersion(table)} as version`
    return rowPages<Listed>(sql, table, { columns, size: pageSize, athlete }).pipe(
      Stream.flatMap((rows) => Stream.fromIterable(rows)),
      Stream.map((row): SinkEntry => {
        const id = String(row.id)
        if (!isIdOf(table.resource, id)) {
          const fault = `${table.name} has a row with the impossible ${table.key} ${id}`
          return { id: undefined, fault }
        }
        const version = definition && `${definition} ${row.version}`
        const isProven = version !== undefined && proven?.has(id, version) === true
        return { id, hash: row.sha256, version, proven: isProven }
      }),
    )
  }))

/** Number of rows of the athlete by resource, in one round trip; those of `absent` have no table yet. */
export const countRows = (
  sql: SqlClient,
  athlete: AthleteId,
  absent: ReadonlySet<Resource> = new Set(),
) =>
  transaction(
    sql,
    sql.unsafe<{ readonly resource: Resource; readonly count: number }>(
      allTables().filter(({ resource }) => !absent.has(resource)).map((
        { athlete: column, isThere, name, resource },
      ) =>
        `select '${resource}' as resource, count(*)::int4 as count from ${name} t ` +
        `where t.${column} = $1 and ${isThere}`
      ).join(" union all "),
      [PgTypes.int8(BigInt(athlete))],
    ),
  ).pipe(
    Effect.map((rows) => new Map(rows.map(({ count, resource }) => [resource, count]))),
  )

interface Packed {
  readonly id: bigint | string
  readonly answer: Uint8Array
  readonly sha256: string
  readonly fetched_at: Date
}

/** Returns the stored responses of these ids of the athlete that are intact. */
export const storedResponses = (
  sql: SqlClient,
  table: PostgresTable,
  ids: ReadonlyArray<string>,
  athlete: AthleteId | undefined,
) => {
  const { isThere, key, keyType, name, resource } = table
  const possible = ids.filter((id) =>
    isIdOf(resource, id) && (keyType === "text" || BigInt(id) <= largest)
  )
  return transaction(
    sql,
    sql.unsafe<Packed>(
      `select t.${key} as id, t.answer, t.sha256, t.fetched_at from ${name} t where t.${key} in ` +
        `(select value::${keyType} from json_array_elements_text($1::json)) ` +
        `and t.answer is not null and ${isThere}${andOf(`t.${table.athlete}`, athlete)}`,
      [JSON.stringify(possible)],
    ),
  ).pipe(
    Effect.map((rows) =>
      rows.flatMap(({ answer, fetched_at, id, sha256 }): ReadonlyArray<StoredResponse> => {
        const bytes = unpackBytes(answer, sha256)
        if (bytes === undefined) return []
        const fetchedAt = fetched_at.getTime()
        return [new KeptResponse({ id: String(id), bytes, hash: sha256, fetchedAt })]
      })
    ),
  )
}

interface Compared {
  readonly id: string
  readonly missing: boolean
  readonly columns: ReadonlyArray<string>
  /** Absent if this is not the row of the response that was compared. */
  readonly answer?: Uint8Array | null
}

/** Returns the difference of an item; undefined if only its compression differs. */
const detailOf = ({ item }: PostgresRow, found: ReadonlyArray<Compared>): string | undefined => {
  if (found.some(({ missing }) => missing)) return "missing"
  const columns = found.flatMap(({ columns }) => columns)
  const same = found.every(({ answer }) =>
    answer === undefined || answer !== null && unpack(answer, item.hash) !== undefined
  )
  const different = same ? columns : [...columns, "answer"]
  return different.length === 0 ? undefined : `different in ${different.join(", ")}`
}

/** Returns the items that `write` would change; not those that it would refuse. */
export const differing = Effect.fnUntraced(function* (sql: SqlClient, { items, resource }: Batch) {
  const table = postgresTable(resource)
  const rows = items.flatMap((item): ReadonlyArray<PostgresRow> => {
    const row = table.row(item)
    return Result.isSuccess(row) ? [{ item, parameters: row.success }] : []
  })
  const ask = (some: ReadonlyArray<PostgresRow>) =>
    transaction(
      sql,
      Effect.forEach(
        table.comparing(some),
        ({ parameters, text }) => sql.unsafe<Compared>(text, parameters),
      ),
    ).pipe(Effect.map((found) => found.flat()))
  const refused = (error: unknown) =>
    isSqlError(error) && (isDataError(error) || isUnexplained(error))
  const found = rows.length === 0 ? [] : yield* ask(rows).pipe(
    Effect.catchIf(refused, () =>
      Effect.forEach(
        rows,
        (row) => Effect.catchIf(ask([row]), refused, () => Effect.succeed([])),
      ).pipe(Effect.map((each) => each.flat()))),
  )
  const byId = Map.groupBy(found, ({ id }) => id)
  return rows.flatMap((row): ReadonlyArray<ItemDifference> => {
    const compared = byId.get(row.item.id)
    const detail = compared === undefined ? undefined : detailOf(row, compared)
    return detail === undefined ? [] : [{ item: row.item, detail }]
  })
})
