/** Reads the rows of a table in the order of its key, page by page. */
import { PgTypes } from "@effect/sql-pg"
import { Effect, Option, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { transaction } from "../connection/timeouts.ts"
import { andOf, type PostgresTable } from "../write/tables.ts"

type Key = bigint | string

/** A selection: columns of `t` next to its key, which is called `id`, and a condition. */
interface Wanted {
  readonly columns: string
  readonly where?: string
  readonly size: number
  /** Athlete whose rows are selected; all rows if undefined. */
  readonly athlete: AthleteId | undefined
}

/** Pages of rows that are not marked as deleted, unless `where` selects others. */
export const rowPages = <A extends { readonly id: Key }>(
  sql: SqlClient,
  { athlete: column, isThere, key, name }: PostgresTable,
  { athlete, columns, size, where = isThere }: Wanted,
): Stream.Stream<ReadonlyArray<A>, SqlError> => {
  const select = `select t.${key} as id, ${columns} from ${name} t where ${where}` +
    andOf(`t.${column}`, athlete)
  const page = (after: Key | undefined) =>
    transaction(
      sql,
      after === undefined
        ? sql.unsafe<A>(`${select} order by t.${key} limit ${size}`)
        : sql.unsafe<A>(`${select} and t.${key} > $1 order by t.${key} limit ${size}`, [
          typeof after === "bigint" ? PgTypes.int8(after) : after,
        ]),
    )
  return Stream.paginate(
    undefined as Key | undefined,
    (after) =>
      Effect.map(page(after), (rows) => {
        const last = rows.at(-1)?.id
        const more = rows.length === size && last !== undefined
        return [[rows], more ? Option.some(last) : Option.none()] as const
      }),
  )
}
