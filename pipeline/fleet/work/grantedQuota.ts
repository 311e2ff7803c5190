/**
 * The `Quota` of granted requests: `take_work` has reserved each for the whole application, so it begins at once. A
 * retry, or a request that a response makes necessary, is reserved by itself. What a response says about the limits
 * is written to the rows that all runners share.
 */
import { Clock, Effect, Layer } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { LimitReached } from "../../strava/errors.ts"
import { Quota } from "../../strava/quota/Quota.ts"
import { quotaHeaders } from "../../strava/quota/quotaWindow.ts"

/** A window of the application, as PostgreSQL returns it. */
interface QuotaWindowRow {
  readonly name: "quarter" | "day"
  readonly used: number
  readonly cap: number
  readonly ends: number
}

/** Returns the present windows; one that has passed counts as unused. */
export const quotaWindows = Effect.fnUntraced(function* () {
  const sql = yield* SqlClient
  const rows = yield* sql<QuotaWindowRow>`
    select name, cap, case when since + period > clock_timestamp() then used else 0 end as used,
      (1000 * extract(epoch from
        date_bin(period, clock_timestamp(), '2000-01-01Z') + period))::float8 as ends
    from fleet.quota`
  const window = (name: QuotaWindowRow["name"]) => {
    const { cap = 0, ends = 0, used = 0 } = rows.find((row) => row.name === name) ?? {}
    return { used, cap, end: ends }
  }
  return { quarter: window("quarter"), day: window("day") }
})

/** Requests that are granted and not sent yet: a message adds one, and the request takes it. */
export interface Allowance {
  granted: number
}

/** Quota for requests that were granted, one at a time. */
export const grantedQuota = (allowance: Allowance) =>
  Layer.effect(
    Quota,
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const reserve = Effect.gen(function* () {
        const [found] = yield* sql<{ ok: boolean; wait: number }>`
          select fleet.reserve_request() as ok, fleet.quota_wait() as wait`
        if (found?.ok === true) return
        const until = (yield* Clock.currentTimeMillis) + (found?.wait ?? 0)
        return yield* new LimitReached({ until, why: "No request is left in this window" })
      })
      const learn = Effect.fnUntraced(
        function* (headers: Readonly<Record<string, string | undefined>>) {
          const { caps, used } = quotaHeaders(headers)
          const windows = [
            ["quarter", caps.read15, used.read15],
            ["day", caps.readDay, used.readDay],
          ] as const
          for (const [name, cap, count] of windows) {
            if (cap === undefined && count === undefined) continue
            yield* sql`update fleet.quota set cap = coalesce(${cap ?? null}::int, cap),
              used = greatest(used, coalesce(${count ?? null}::int, 0)) where name = ${name}`
          }
        },
      )
      // Strava refused although the count said otherwise: nothing more in this window.
      const fill = sql`update fleet.quota set used = greatest(used, cap) where name = 'quarter'`
      const permit = Effect.map(
        Clock.currentTimeMillis,
        (at) => ({ at, jumps: 0, sent: new Map() }),
      )
      return Quota.of({
        take: Effect.andThen(
          Effect.suspend(() => {
            if (allowance.granted === 0) return reserve
            allowance.granted = 0
            return Effect.void
          }),
          permit,
        ).pipe(
          Effect.catchTag(
            "SqlError",
            (error) => new LimitReached({ until: 0, why: error.message }),
          ),
        ),
        learn: (_, { headers, status }) =>
          // A count that cannot be written is Strava's own at the next response.
          Effect.ignore(
            Effect.andThen(learn(headers), status === 429 ? Effect.asVoid(fill) : Effect.void),
          ),
        lose: () => Effect.void,
        close: Effect.void,
        snapshot: Effect.orElseSucceed(
          quotaWindows().pipe(Effect.provideService(SqlClient, sql)),
          () => ({ quarter: { used: 0, cap: 0, end: 0 }, day: { used: 0, cap: 0, end: 0 } }),
        ),
        serverTime: Clock.currentTimeMillis,
        clockDisputed: Effect.succeed(false),
        readsPerDay: Effect.succeed(0),
        spent: Effect.succeed(0),
      })
    }),
  )
