/** Reading rows of a SQLite database. Each row is decoded with a schema of its columns. */
import { Schema } from "effect"
import type { SQLInputValue, StatementSync } from "node:sqlite"
import { isResource, type Resource } from "../../../schemas/resources.ts"

type Columns = Readonly<Record<string, Schema.Decoder<unknown>>>

/** Decodes a row; throws a `SchemaError` if a column has another value than expected. */
type RowDecoder<A> = (row: unknown) => A

/** Returns a decoder of rows with these columns. */
export const row = <const C extends Columns>(columns: C): RowDecoder<Schema.Struct<C>["Type"]> =>
  Schema.decodeUnknownSync(Schema.Struct(columns))

/** True if this version knows the resource of a row. A newer version can have stored others. */
export const hasKnownResource = <R extends { readonly resource: string }>(
  found: R,
): found is R & { readonly resource: Resource } => isResource(found.resource)

/** Queries, for use inside `transaction` and `read`. Their statements are prepared once. */
export interface RowReader {
  /** Returns the rows of a query. */
  all<A>(
    decode: RowDecoder<A>,
    sql: string,
    ...values: ReadonlyArray<SQLInputValue>
  ): ReadonlyArray<A>
  /** Returns the first row of a query; undefined if there is none. */
  first<A>(
    decode: RowDecoder<A>,
    sql: string,
    ...values: ReadonlyArray<SQLInputValue>
  ): A | undefined
  /** True if a query returns a row. */
  has(sql: string, ...values: ReadonlyArray<SQLInputValue>): boolean
  /** Returns the column `count` of the first row of a query; 0 if there is none. */
  count(sql: string, ...values: ReadonlyArray<SQLInputValue>): number
}

const CountRow = row({ count: Schema.Int })

/** Rounds numbers down: the file has only integers, but a clock can return fractions of a millisecond. */
export const integers = (values: ReadonlyArray<SQLInputValue>): ReadonlyArray<SQLInputValue> =>
  values.map((value) => typeof value === "number" ? Math.floor(value) : value)

/** Returns a reader of the database whose statements `prepare` returns. */
export const rowReader = (prepare: (sql: string) => StatementSync): RowReader => {
  const first: RowReader["first"] = (decode, sql, ...values) => {
    const found = prepare(sql).get(...integers(values))
    return found === undefined ? undefined : decode(found)
  }
  return {
    all: (decode, sql, ...values) =>
      prepare(sql).all(...integers(values)).map((found) => decode(found)),
    first,
    has: (sql, ...values) => prepare(sql).get(...integers(values)) !== undefined,
    count: (sql, ...values) => first(CountRow, sql, ...values)?.count ?? 0,
  }
}
