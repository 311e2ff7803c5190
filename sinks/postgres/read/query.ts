/**
 * Runs one SELECT of the user, which cannot change anything, and returns its result as plain
 * values.
 */
import { Effect, type Scope } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { confine, uniqueName } from "./confine.ts"
import { isKnown, plainValue } from "./plainValue.ts"
import {
  isTransient,
  plainMessage,
  positionOf,
  PostgresError,
  postgresError,
  serverMessage,
  sqlCode,
} from "../connection/PostgresError.ts"
import { readCatalog } from "./catalog.ts"
import { similarColumn, similarRelation } from "./suggestion.ts"

interface Answer {
  /**
   * Columns in the order of the SELECT, with PostgreSQL's short type names: `int8`, `text`,
   * `float8[]`.
   */
  readonly columns: ReadonlyArray<{ readonly name: string; readonly type: string }>
  /** Values that `JSON.stringify` writes exactly; times are text. */
  readonly rows: ReadonlyArray<Readonly<Record<string, unknown>>>
}

interface Field {
  readonly name: string
  readonly dataTypeId: number
}

/** A cursor accepts one SELECT, VALUES, TABLE or WITH; the server's parser refuses everything else. */
const asCursor = (name: string) => `declare ${name} no scroll cursor for `
const offset = asCursor(uniqueName()).length

/** SQLSTATE for a statement with a parameter, such as `$1`, that has no value. */
const wrongParameters = "08P01"

const adviceFor = (code: string): string => {
  switch (code) {
    case "0A000":
    case "25006":
    case "42601":
    case wrongParameters:
      return "Use one statement that only reads: SELECT, WITH, VALUES or TABLE"
    case "42501":
      return "`sql` may read Paceline's schema and nothing else; use psql for other data"
    case "42703":
      return "To list the columns: deno task sql --tables NAME"
    case "42P16":
    case "":
      return "Cast values of unusual types to text, then run it again"
    case "42P01":
      return "To list the tables and views: deno task sql --tables"
    default:
      return "Correct the statement, then run it again"
  }
}

/** Returns the error with the server's message, the position in the statement, and the fix. */
const refused = (statement: string) => (error: unknown) =>
  Effect.gen(function* () {
    if (!isSqlError(error) || isTransient(error) && sqlCode(error) !== wrongParameters) {
      return yield* postgresError(error, "the database")
    }
    const position = (positionOf(error) ?? 0) - offset
    const where = position > 0 ? `, at character ${position}` : ""
    const meant = position > 0 ? yield* meantBy(sqlCode(error), statement, position) : undefined
    const words = meant === undefined
      ? `${serverMessage(error)}${where}`
      : `${plainMessage(error)}${where} (did you mean ${meant}?)`
    return yield* new PostgresError({
      reason: "query",
      detail: `${words}. ${adviceFor(sqlCode(error))}`,
      ...(position > 0 && { position }),
      cause: error,
    })
  })

/** SQLSTATE for an undefined column and an undefined table. */
const similarTo = new Map([["42703", similarColumn], ["42P01", similarRelation]])

/** Returns the name that was probably meant; undefined if none is similar. */
const meantBy = Effect.fnUntraced(function* (code: string, statement: string, position: number) {
  const similar = similarTo.get(code)
  if (similar === undefined) return undefined
  const relations = yield* Effect.orElseSucceed(readCatalog, () => [])
  return similar(statement, position, relations)
})

const notConfined = new PostgresError({
  reason: "query",
  detail: "this user is a superuser, and the server does not let it create a role that can only " +
    "read. Name another user in DATABASE_URL, such as the reader of docs/postgres.md",
})

/** Makes names distinct (`id`, `id_2`), so that an object loses no column. */
const distinct = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const seen = new Map<string, number>()
  return names.map((name) => {
    const times = (seen.get(name) ?? 0) + 1
    seen.set(name, times)
    return times === 1 ? name : `${name}_${times}`
  })
}

/** SQLSTATE if the function returns other types than declared: a domain is described as its base type. */
const otherTypes = "42804"

/** Returns the statement with each column cast to its declared type. */
const withCasts = (
  text: string,
  columns: ReadonlyArray<{ readonly name: string; readonly type: string | undefined }>,
): string =>
  `select ${columns.map(({ name, type }) => `${name}::${type}`).join()} from (${
    text.trimEnd().replace(/;$/, "")
  }\n) as q(${columns.map(({ name }) => name).join()})`

/** Runs the second statement if the first has columns of other types than declared. */
const otherwise = <A>(
  session: Connection,
  first: Effect.Effect<A, SqlError>,
  second: Effect.Effect<A, SqlError>,
): Effect.Effect<A, SqlError> => {
  const run = (statement: string) => session.executeUnprepared(statement, [], undefined)
  return run("savepoint typed").pipe(
    Effect.andThen(first),
    Effect.catchIf(
      (error) => sqlCode(error) === otherTypes,
      () => Effect.andThen(run("rollback to savepoint typed"), second),
    ),
  )
}

/** Opens a transaction that is always rolled back when the scope closes. */
const openTransaction = Effect.fnUntraced(function* (
  sql: SqlClient,
  weekStart: string | undefined,
): Effect.fn.Return<Connection, SqlError, Scope.Scope> {
  const session = yield* sql.reserve
  const run = (...statements: ReadonlyArray<string>) =>
    Effect.forEach(statements, (statement) => session.executeUnprepared(statement, [], undefined))
  yield* Effect.acquireRelease(
    run("begin", "savepoint query"),
    // Locks of the session outlive the transaction, and behind a pooler they outlive this process.
    // They are released in the transaction, because a later statement might go to another session.
    () =>
      Effect.ignore(
        run("rollback to savepoint query", "select pg_advisory_unlock_all()", "rollback"),
      ),
  )
  if (weekStart !== undefined) {
    const set = "select set_config('paceline.week_start', $1, true)"
    yield* session.executeUnprepared(set, [weekStart], undefined)
  }
  return session
})

/**
 * Runs one SELECT in a read-only transaction that is rolled back, as a role that can only read the schema
 * `strava` if the server lets this user create one. The weeks of views begin on `weekStart`; if undefined, on the
 * day that the database is set to. Fails with a `query` error in PostgreSQL's words.
 */
export const query: (
  text: string,
  weekStart?: string,
) => Effect.Effect<Answer, PostgresError, SqlClient> = Effect.fn("query")(
  function* (text: string, weekStart?: string) {
    const session = yield* openTransaction(yield* SqlClient, weekStart)
    const { ask, superuser } = yield* confine(session)
    if (superuser && ask === undefined) return yield* notConfined
    // The driver keeps the result types of a statement, so each cursor needs a name of its own.
    const cursor = uniqueName()
    yield* session.executeRaw(asCursor(cursor) + text, [])
    const { fields } = (yield* session.executeRaw(`fetch 0 from ${cursor}`, [])) as {
      readonly fields: ReadonlyArray<Field>
    }
    const types = new Map(
      ((yield* session.executeUnprepared(
        `select oid::int4 as oid, typname::text as name, pg_catalog.format_type(oid, -1) as type
         from pg_catalog.pg_type where oid = any(string_to_array($1, ',')::oid[])`,
        [fields.map(({ dataTypeId }) => dataTypeId).join(",")],
        undefined,
      )) as ReadonlyArray<{ oid: number; name: string; type: string }>)
        .map((type) => [type.oid, type]),
    )
    const columns = fields.map(({ dataTypeId }, i) => ({
      name: `column_${i + 1}`,
      type: types.get(dataTypeId)?.type,
      // The driver does not read other types.
      selected: `column_${i + 1}${isKnown(dataTypeId) ? "" : "::text"}`,
    }))
    const list = columns.map(({ name, type }) => `${name} ${type}`).join()
    const selected = columns.map(({ selected }) => selected).join()
    const rowsOf = (statement: string) =>
      session.executeValuesUnprepared(`select ${selected} from ${ask}($1) as t(${list})`, [
        statement,
      ])
    const rows = yield* ask === undefined || fields.length === 0
      ? session.executeValuesUnprepared(`fetch all from ${cursor}`, [])
      : otherwise(session, rowsOf(text), rowsOf(withCasts(text, columns)))
    const names = distinct(fields.map(({ name }) => name))
    return {
      columns: fields.map(({ dataTypeId }, i) => ({
        name: names[i]!,
        type: types.get(dataTypeId)?.name.replace(/^_(.*)$/, "$1[]") ?? "?",
      })),
      rows: rows.map((row) =>
        Object.fromEntries(
          fields.map(({ dataTypeId }, i) => [names[i]!, plainValue(row[i], dataTypeId)]),
        )
      ),
    }
  },
  (answer, text) => Effect.catch(Effect.scoped(answer), refused(text)),
)
