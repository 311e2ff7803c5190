/** Row-level security: a reader sees the rows of one athlete, whose id the setting `paceline.athlete` holds. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { localName } from "../../../sinks/postgres/connection/schemaName.ts"
import { ofAthletes } from "../../../sinks/postgres/write/compact.ts"

/** Name of the policy. */
const policy = "own_rows"

/** The setting of a session or transaction; without it, no row is visible. */
const athlete = "nullif(current_setting('paceline.athlete', true), '')::bigint"

/** Views with the rights of their owner would show the rows of all athletes. */
const withRightsOfReaders = SqlClient.use((sql) =>
  sql.unsafe(`do $readers$ declare v record; begin
    for v in select relname from pg_class
      where relnamespace = 'strava'::regnamespace and relkind = 'v'
        and not coalesce(reloptions @> array['security_invoker=true'], false)
    loop
      execute format('alter view strava.%I set (security_invoker = true)', v.relname);
    end loop;
  end $readers$`).unprepared
)

/**
 * Secures every table with data of athletes against roles that do not own it, and every view. Tables that a new version
 * adds are secured by the next start. Readers need `select` in the schema `strava`, and nothing in `fleet`.
 */
export const secureReaders = Effect.gen(function* () {
  const sql = yield* SqlClient
  const secured = yield* sql<{ name: string }>`
    select tablename as name from pg_policies where schemaname = 'strava' and policyname = ${policy}`
  const names = new Set(secured.map(({ name }) => name))
  for (const { athlete: column, name } of ofAthletes()) {
    if (names.has(localName(name))) continue
    yield* sql.unsafe(`alter table ${name} enable row level security`)
    yield* sql.unsafe(
      `create policy ${policy} on ${name} for select using (${column} = ${athlete})`,
    )
  }
  yield* withRightsOfReaders
})
