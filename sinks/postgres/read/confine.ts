/**
 * Runs a SELECT of the user as a role that can only read the schema `strava`. `set role` is not
 * enough for a superuser's session: `set_config('role', …)` inside the statement undoes it.
 * PostgreSQL refuses that within a security definer function, so the statement runs inside one that
 * the role owns. Role, rights and function exist only in a transaction that is rolled back.
 */
import { Effect } from "effect"
import type { Connection } from "effect/sql/SqlConnection"
import type { SqlError } from "effect/sql/SqlError"
import { sqlCode } from "../connection/PostgresError.ts"

/** Privileges of the session's user. */
interface Rights {
  readonly superuser: boolean
  readonly may_confine: boolean
  readonly has_schema: boolean
}

interface Confinement {
  /** Function that runs a statement as the role; undefined if the role cannot be created. */
  readonly ask: string | undefined
  /** True if the session's user is a superuser and has to be confined. */
  readonly superuser: boolean
}

const rights = `select rolsuper as superuser,
    (rolsuper or rolcreaterole) and not pg_is_in_recovery() as may_confine,
    exists (select from pg_catalog.pg_namespace where nspname = 'strava') as has_schema
  from pg_catalog.pg_roles where rolname = current_user`

const statements = (name: string, { has_schema, superuser }: Rights): ReadonlyArray<string> => [
  `create role ${name} nologin`,
  ...(superuser ? [] : [`grant ${name} to current_user`]),
  ...(has_schema
    ? [
      `grant usage on schema strava to ${name}`,
      `grant select on all tables in schema strava to ${name}`,
    ]
    : []),
  `create function pg_temp.${name}(statement text) returns setof record
     language plpgsql security definer
     as 'begin return query execute statement; end'`,
  `alter function pg_temp.${name}(text) owner to ${name}`,
  `set local role ${name}`,
]

/** Insufficient privilege, a read-only server (a replica), no plpgsql. */
const denials = new Set(["42501", "25006", "42704", "0A000"])

/** Returns a name that no other session uses: two that create the same role wait for each other. */
export const uniqueName = () => `paceline_${crypto.randomUUID().replaceAll("-", "").slice(0, 20)}`

/** Confines the open transaction, if the server lets this user create a role, and makes it read-only. */
export const confine = Effect.fnUntraced(function* (
  session: Connection,
): Effect.fn.Return<Confinement, SqlError> {
  const run = (statement: string) => session.executeUnprepared(statement, [], undefined)
  const [found] = (yield* run(rights)) as ReadonlyArray<Rights>
  const superuser = found?.superuser ?? false
  const name = uniqueName()
  const undo = Effect.asVoid(run("rollback to savepoint confine"))
  const made = found?.may_confine !== true ? false : yield* run("savepoint confine").pipe(
    Effect.andThen(Effect.forEach(statements(name, found), run, { discard: true })),
    Effect.as(true),
    Effect.tapError((error) => sqlCode(error) === "" ? Effect.void : undo),
    // Another session grants or vacuums at the same moment: "tuple concurrently updated".
    Effect.retry({ while: (error) => sqlCode(error) === "XX000", times: 3 }),
    Effect.catchIf((error) => denials.has(sqlCode(error)), () => Effect.succeed(false)),
  )
  yield* run("set transaction read only")
  return { ask: made ? `pg_temp.${name}` : undefined, superuser }
})
