/** What PostgreSQL holds, for who checks it against what was written, or gets it back. */
import { PgTypes } from "@effect/sql-pg"
import { Effect, Option, Result, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { isDecimalId } from "../../schemas/Item.ts"
import type { Batch, Difference, Held, Kept } from "../Sink.ts"
import { unpack } from "./answer.ts"
import { transaction } from "./limits.ts"
import { isDataError, isUnexplained } from "./PostgresError.ts"
import { type Row, type Table, tables } from "./tables.ts"

const pageSize = 1000
const smallest = -(2n ** 63n)
const largest = 2n ** 63n - 1n

interface Listed {
  readonly id: bigint
  readonly sha256: string
}

/** Ids and hashes, page by page; answers are not read. */
export const held = (sql: SqlClient, { key, name }: Table): Stream.Stream<Held, SqlError> => {
  const page = (from: bigint) =>
    transaction(
      sql,
      sql.unsafe<Listed>(
        `select ${key} as id, sha256 from ${name} where ${key} >= $1 order by 1 limit ${pageSize}`,
        [PgTypes.int8(from)],
      ),
    )
  return Stream.paginate(smallest, (from) =>
    Effect.map(page(from), (rows) => {
      const last = rows.at(-1)?.id
      return [
        rows.map(({ id, sha256 }): Held =>
          isDecimalId(String(id))
            ? { id: String(id), hash: sha256 }
            : { id: undefined, fault: `${name} has a row of the impossible ${key} ${id}` }
        ),
        rows.length < pageSize || last === undefined || last === largest
          ? Option.none()
          : Option.some(last + 1n),
      ] as const
    }))
}

interface Packed {
  readonly id: bigint
  readonly answer: Uint8Array
  readonly sha256: string
  readonly fetched_at: Date
}

/** The answers of these ids that are there and whole. */
export const kept = (sql: SqlClient, { key, name }: Table, ids: ReadonlyArray<string>) => {
  const possible = ids.filter(isDecimalId).map(BigInt).filter((id) => id <= largest)
  const list = Result.getOrThrow(PgTypes.array(possible, PgTypes.OID.int8))
  return transaction(
    sql,
    sql.unsafe<Packed>(
      `select ${key} as id, answer, sha256, fetched_at from ${name} ` +
        `where ${key} = any($1) and answer is not null`,
      [list],
    ),
  ).pipe(
    Effect.map((rows) =>
      rows.flatMap(({ answer, fetched_at, id, sha256 }): ReadonlyArray<Kept> => {
        const text = unpack(answer, sha256)
        if (text === undefined) return []
        return [{ id: String(id), text, hash: sha256, fetchedAt: fetched_at.getTime() }]
      })
    ),
  )
}

interface Compared {
  readonly id: string
  readonly missing: boolean
  readonly columns: ReadonlyArray<string>
  readonly answer: Uint8Array | null
}

/** What a row that was found different says, or nothing if only its compression is another. */
const detailOf = ({ item }: Row, { answer, columns, missing }: Compared): string | undefined => {
  if (missing) return "missing"
  const same = answer !== null && unpack(answer, item.hash) !== undefined
  const different = same ? columns : [...columns, "answer"]
  return different.length === 0 ? undefined : `different in ${different.join(", ")}`
}

/** The items that `write` would change something by; not those that it would refuse. */
export const differing = Effect.fnUntraced(function* (sql: SqlClient, { items, resource }: Batch) {
  const table = tables[resource]
  const rows = items.flatMap((item): ReadonlyArray<Row> => {
    const row = table.row(item)
    return Result.isSuccess(row) ? [{ item, parameters: row.success }] : []
  })
  const ask = (some: ReadonlyArray<Row>) =>
    transaction(
      sql,
      Effect.forEach(
        table.parametersOf(some),
        (parameters) => sql.unsafe<Compared>(table.compare, parameters),
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
  const byId = new Map(found.map((compared) => [compared.id, compared]))
  return rows.flatMap((row): ReadonlyArray<Difference> => {
    const compared = byId.get(row.item.id)
    const detail = compared === undefined ? undefined : detailOf(row, compared)
    return detail === undefined ? [] : [{ item: row.item, detail }]
  })
})
