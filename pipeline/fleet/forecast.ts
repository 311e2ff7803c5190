/** Forecast of complete histories: what the shared limit means for athletes, and for those who are invited. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"

/** Requests that a history waits for. */
interface Backlog {
  readonly athlete: number
  /** Items to request. */
  readonly pending: number
}

/** End of the history of an athlete. */
interface Completion extends Backlog {
  /** Days from now. */
  readonly days: number
}

/** Reads that the application has, as last reported by Strava. */
interface Limits {
  readonly quarter: number
  readonly day: number
}

/** Share of a window that events and lists keep from history: 20 % at its beginning, nothing at its end. */
const keptFromHistory = 0.1

const windowsPerDay = 96

/**
 * Returns when each history will be complete if the athletes take turns and nothing else is requested. An athlete with
 * few items is done before the others.
 */
export const completions = (
  backlogs: ReadonlyArray<Backlog>,
  { day, quarter }: Limits,
): ReadonlyArray<Completion> => {
  const perDay = Math.max(1, Math.min(day, quarter * windowsPerDay) * (1 - keptFromHistory))
  return backlogs.map((backlog) => {
    const before = backlogs.reduce(
      (sum, { pending }) => sum + Math.min(pending, backlog.pending),
      0,
    )
    return { ...backlog, days: before / perDay }
  })
}

/** Returns the limits and what each athlete's history waits for. */
export const backlogsNow = Effect.gen(function* () {
  const sql = yield* SqlClient
  const backlogs = yield* sql<Backlog>`select a.athlete_id::float8 as athlete,
      count(i.id) filter (where i.status in ('listed', 'granted'))::int as pending
    from fleet.athlete a left join fleet.item i using (athlete_id)
    where a.status = 'active' group by a.athlete_id order by a.athlete_id`
  const rows = yield* sql<{ name: string; cap: number }>`select name, cap from fleet.quota`
  const capOf = (name: string) => rows.find((row) => row.name === name)?.cap ?? 0
  return { backlogs, limits: { quarter: capOf("quarter"), day: capOf("day") } }
})
