/** The rows of a table, in the order of its key, a page at a time. */
import { PgTypes } from "@effect/sql-pg"
import { Effect, Option, Stream } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { transaction } from "../connection/timeouts.ts"
import { andOf, type PostgresTable } from "../write/tables.ts"

type Key = bigint | string

/** What is asked for: columns of `t` beside its key, which is called `id`, and which rows. */
interface Wanted {
  readonly columns: string
  readonly where?: string
  readonly size: number
  /** Athlete whose rows these are; all rows if undefined. */
  readonly athlete: AthleteId | undefined
}

/** Pages of rows; of those that are there for us, unless `where` says otherwise. */
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
