/** Names the session that keeps one of our tables locked. */
import { Effect } from "effect"
import type { SqlClient } from "effect/sql/SqlClient"
import { isSqlError, type SqlError } from "effect/sql/SqlError"
import { PostgresError, sqlCode } from "./PostgresError.ts"
import { localName } from "./schemaName.ts"

/** Lock modes that block every other writer. */
const modes = ["Share", "ShareRowExclusive", "Exclusive", "AccessExclusive"]

interface Blocker {
  readonly pid: number
  readonly name: string | null
}

const blockers = (sql: SqlClient, relation: string) =>
  sql.unsafe<Blocker>(
    `select distinct l.pid, a.application_name as name from pg_locks l
     left join pg_stat_activity a on a.pid = l.pid where l.relation = to_regclass('strava.' || $1)
     and l.granted and l.mode in (${modes.map((mode) => `'${mode}Lock'`).join(", ")})`,
    [localName(relation)],
  )

const nameOf = ({ name, pid }: Blocker) =>
  `session ${pid}${name === null || name === "" ? "" : ` of ${name}`}`

/** Returns the error, or for a lock timeout one that names the table and the session that holds it. */
export const nameBlocker = <E>(
  sql: SqlClient,
  relation: string,
  location: string,
  error: E | SqlError,
): Effect.Effect<E | SqlError | PostgresError> => {
  if (!isSqlError(error) || sqlCode(error) !== "55P03") return Effect.succeed(error)
  return blockers(sql, relation).pipe(
    Effect.orElseSucceed((): ReadonlyArray<Blocker> => []),
    Effect.map((found) => {
      const [what, whose] = found.length === 0
        ? [`rows of ${relation} are`, "another session"]
        : [`${relation} is`, found.map(nameOf).join(" and ")]
      return new PostgresError({
        reason: "unreachable",
        detail:
          `${location}: ${what} locked by ${whose}, and the lock was not released in time. End that ` +
          "session, then run again. The stored rows are kept, and the next run delivers what is missing.",
        cause: error,
      })
    }),
  )
}
