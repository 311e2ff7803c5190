/** Runners that are killed while they fetch, and what must hold afterwards. */
import { Clock, Effect, Fiber, Layer, type Redacted, Schema } from "effect"
import { FetchHttpClient } from "effect/http"
import { SqlClient } from "effect/sql/SqlClient"
import { fleetDatabase } from "../../pipeline/fleet/database.ts"
import { createInvite } from "../../pipeline/fleet/invites.ts"
import { fleetStatus } from "../../pipeline/fleet/status.ts"
import { createSubscription } from "../../pipeline/fleet/web/subscription.ts"
import { FleetKeys } from "../../pipeline/fleet/work/TokenRow.ts"
import { StravaConfig } from "../../pipeline/strava/StravaConfig.ts"
import {
  connect,
  environmentOf,
  eventually,
  servedClub,
  settingsOf,
  startRunner,
} from "./runners.ts"

interface ChaosOptions {
  readonly databaseUrl: Redacted.Redacted
  readonly runners: number
  readonly athletes: number
  /** Activities of each athlete. */
  readonly activities: number
  readonly kills: number
  /** Milliseconds between two kills. */
  readonly pause: number
  /** Milliseconds that Strava takes for each response. */
  readonly latency: number
}

/** Figures of a round. All activities of all athletes, and those of accepted events, must be stored. */
interface ChaosReport {
  readonly kills: number
  readonly activities: number
  /** Activities that exist and are not stored; must be 0. */
  readonly lost: number
  /** Items whose row is missing, or rows without an item; must be 0. */
  readonly odd: number
  readonly requests: number
  /** Requests for streams beyond one for each activity. */
  readonly repeated: number
  /** Events that a runner accepted, and those whose activity is not stored; must be 0. */
  readonly events: number
  readonly lostEvents: number
  /** Requests that were counted, minus those that Strava has received; must not be negative. */
  readonly uncounted: number
  readonly seconds: number
}

/** Succeeds when everything is fetched. */
const done = Effect.gen(function* () {
  const { events = 1, granted = 1, history = 1, lists = 1, stored = 0 } = yield* fleetStatus
  if (events + granted + history + lists > 0 || stored === 0) return yield* Effect.fail("not yet")
})

const recorded = Schema.decodeUnknownSync(
  Schema.Struct({ id: Schema.Int, announced: Schema.Boolean }),
)

/** An athlete records an activity. Returns its id if a runner accepted the event. */
const record = (apiUrl: string, athlete: number) =>
  Effect.promise(async () => {
    const url = `${new URL(apiUrl).origin}/simulated/activities?athlete=${athlete}`
    const { announced, id } = recorded(await (await fetch(url, { method: "POST" })).json())
    return { id: String(id), announced }
  })

/** Connects athletes, kills runners while they fetch, waits until everything is fetched, and returns the figures. */
export const chaos = Effect.fnUntraced(function* (options: ChaosOptions) {
  const { activities, athletes, databaseUrl, kills, latency, pause } = options
  const began = yield* Clock.currentTimeMillis
  const club = yield* servedClub({ athletes, activities, latency })
  const env = environmentOf(databaseUrl, club)
  return yield* Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`update fleet.quota set cap = 10000000`
    const runners = yield* Effect.forEach(
      Array.from({ length: options.runners }),
      () => startRunner(env),
    )
    const [first] = runners
    if (first === undefined) return yield* Effect.die(new Error("there is no runner"))
    yield* createSubscription(first.base)
    for (let athlete = 0; athlete < athletes; athlete++) {
      yield* connect(`${first.base}/connect/${yield* createInvite(1, 9_999, "")}`)
    }
    const events: Array<{ readonly id: string; readonly announced: boolean }> = []
    for (let kill = 0; kill < kills; kill++) {
      yield* Effect.sleep(pause)
      const nth = kill % runners.length
      const victim = runners[nth] ?? first
      const event = yield* Effect.forkChild(record(club.apiUrl, 1_000_001 + kill % athletes))
      yield* victim.kill
      runners[nth] = yield* startRunner(env, victim.ports)
      events.push(yield* Fiber.join(event))
    }
    const accepted = events.filter(({ announced }) => announced).map(({ id }) => id)
    // An accepted event is durable, and need not be handled yet.
    yield* eventually(Effect.flatMap(
      sql<{ n: number }>`select count(*)::int as n from fleet.event`,
      ([row]) => (row?.n ?? 0) < accepted.length ? Effect.fail("not yet") : Effect.void,
    ))
    yield* eventually(done)
    const [rows] = yield* sql<
      Record<"activities" | "odd" | "counted", number> & { lost: number }
    >`select
      (select count(*) from strava.activities)::int as activities,
      (select count(*) from fleet.item i full join strava.streams s
        on s.activity_id::text = i.id and s.athlete_id = i.athlete_id
        where (i.resource = 'streams' and i.status = 'stored') <> (s.activity_id is not null)
          and coalesce(i.resource, 'streams') = 'streams')::int as odd,
      (select used from fleet.quota where name = 'day')::int as counted,
      (select count(*) from json_array_elements_text(${
      JSON.stringify(accepted)
    }::json) as accepted(activity)
        where not exists (select 1 from strava.activities a where a.id::text = accepted.activity))::int as lost`
    const sent = club.seen.filter((path) =>
      path.startsWith("/api/v3/") && !path.endsWith("subscriptions")
    )
    const streams = sent.filter((path) => path.endsWith("/streams"))
    const stored = rows?.activities ?? 0
    return {
      kills,
      activities: stored,
      lost: Math.max(0, athletes * activities - stored),
      odd: rows?.odd ?? 0,
      requests: sent.length,
      repeated: streams.length - new Set(streams).size,
      events: accepted.length,
      lostEvents: rows?.lost ?? 0,
      uncounted: (rows?.counted ?? 0) - sent.length,
      seconds: ((yield* Clock.currentTimeMillis) - began) / 1_000,
    } satisfies ChaosReport
  }).pipe(
    Effect.provide(
      Layer.mergeAll(
        fleetDatabase(databaseUrl),
        FetchHttpClient.layer,
        FleetKeys.layer,
        StravaConfig.layer,
      ).pipe(Layer.provide(settingsOf(env))),
      { local: true },
    ),
  )
})
