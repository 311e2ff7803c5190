/** Creates views again that were dropped, for example by `drop … cascade`. */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { transaction } from "../connection/timeouts.ts"
import { sqlCode } from "../connection/PostgresError.ts"
import { localName } from "../connection/schemaName.ts"
import { views } from "../views/views.ts"
import { viewStatements } from "../views/View.ts"

const names = views.map(({ name }) => `('${name}')`).join(", ")

/**
 * Creates the views that are missing and returns a note about them. If the user lacks the right,
 * only the note.
 */
export const createDropped = Effect.fnUntraced(function* (sql: SqlClient) {
  const rows = yield* sql.unsafe<{ readonly name: string }>(
    `select name from (values ${names}) v(name) where to_regclass(name) is null`,
  )
  if (rows.length === 0) return []
  const dropped = views.filter(({ name }) =>
    rows.some((row) => localName(row.name) === localName(name))
  )
  const list = dropped.map(({ name }) => name).join(", ")
  const create = sql.unsafe(
    `do $paceline$ begin\n${dropped.flatMap(viewStatements).join(";\n")};\nend $paceline$`,
  ).unprepared
  return yield* transaction(sql, create).pipe(
    Effect.as([`${list}: dropped since the last run, and created again.`]),
    Effect.catchIf(
      (error): error is SqlError =>
        isSqlError(error) && /^(42501|42P01|42703)$/.test(sqlCode(error)),
      () =>
        Effect.succeed([
          `${list}: dropped since the last run, and this user cannot create what is missing. Run ` +
          "once as the owner of the tables.",
        ]),
    ),
  )
})
