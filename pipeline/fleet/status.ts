/** State of the fleet: athletes, work by class, windows of the limits, and what hangs. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { quotaWindows } from "./work/grantedQuota.ts"

/** An athlete of the fleet. */
interface FleetAthlete {
  readonly athlete: number
  readonly status: "active" | "revoked"
  readonly scope: string
  readonly stored: number
  readonly listed: number
  readonly quarantined: number
}

/** Returns the athletes in the order in which they connected. */
export const fleetAthletes = SqlClient.use((sql) =>
  sql<FleetAthlete>`select a.athlete_id::float8 as athlete, a.status, a.scope,
      count(*) filter (where i.status = 'stored' and i.resource <> 'list')::int as stored,
      count(*) filter (where i.status in ('listed', 'granted'))::int as listed,
      count(*) filter (where i.status = 'quarantined')::int as quarantined
    from fleet.athlete a left join fleet.item i using (athlete_id)
    group by a.athlete_id order by a.connected_at, a.athlete_id`
)

interface Totals {
  readonly active: number
  readonly revoked: number
  readonly invites: number
  readonly events: number
  readonly lists: number
  readonly history: number
  readonly granted: number
  readonly oldest_grant: number
  readonly quarantined: number
  readonly stored: number
  readonly runners: number
}

/** Returns the state. `oldest_grant` is the age of the oldest granted item in seconds: over 300 is an alarm. */
export const fleetStatus = Effect.gen(function* () {
  const sql = yield* SqlClient
  const [totals] = yield* sql<Totals>`select
    (select count(*) from fleet.athlete where status = 'active')::int as active,
    (select count(*) from fleet.athlete where status = 'revoked')::int as revoked,
    (select count(*) from fleet.invite where used_at is null and expires_at > now())::int as invites,
    count(*) filter (where status = 'listed' and class = 1)::int as events,
    count(*) filter (where status = 'listed' and class = 2)::int as lists,
    count(*) filter (where status = 'listed' and class = 3)::int as history,
    count(*) filter (where status = 'granted')::int as granted,
    coalesce(extract(epoch from now() - min(granted_at) filter (where status = 'granted')), 0)::float8
      as oldest_grant,
    count(*) filter (where status = 'quarantined')::int as quarantined,
    count(*) filter (where status = 'stored' and resource <> 'list')::int as stored,
    (case when to_regclass('cluster_runners') is null then 0
      else (select count(*) from cluster_runners where healthy) end)::int as runners
    from fleet.item`
  return { ...totals, quota: yield* quotaWindows() }
})
