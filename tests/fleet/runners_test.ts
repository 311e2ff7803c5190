/** Two runners as processes: athletes connect, one runner is killed, and nothing is lost or fetched twice in vain. */
import { Effect, Layer } from "effect"
import { FetchHttpClient } from "effect/http"
import { SqlClient } from "effect/sql/SqlClient"
import assert from "node:assert/strict"
import { fleetDatabase } from "../../pipeline/fleet/database.ts"
import { createInvite } from "../../pipeline/fleet/invites.ts"
import { fleetAthletes, fleetStatus } from "../../pipeline/fleet/status.ts"
import { TestServer } from "../postgres/databases.ts"
import { freshDatabase } from "../postgres/server.ts"
import { liveWith } from "../testing.ts"
import { connect, environmentOf, eventually, servedClub, startRunner } from "./runners.ts"

const live = liveWith(TestServer.layer)

const activities = 60

/** Maximum number of requests in flight in the whole cluster. */
const inFlight = 16

/** Succeeds when everything is fetched. */
const done = Effect.gen(function* () {
  const { events = 1, granted = 1, history = 1, lists = 1, stored = 0 } = yield* fleetStatus
  if (events + granted + history + lists > 0 || stored === 0) return yield* Effect.fail("not yet")
})

live(
  "after kill -9 of a runner, every activity of every athlete is stored once",
  () =>
    Effect.gen(function* () {
      const url = yield* freshDatabase(yield* TestServer)
      const club = yield* servedClub({ athletes: 3, activities })
      yield* Effect.gen(function* () {
        const sql = yield* SqlClient
        yield* sql`update fleet.quota set cap = 1000000`
        const env = environmentOf(url, club)
        const first = yield* startRunner(env)
        const second = yield* startRunner(env)
        for (let athlete = 0; athlete < 3; athlete++) {
          const secret = yield* createInvite(1, 10, "")
          const text = yield* connect(`${second.base}/connect/${secret}`)
          assert.match(text, /You are connected/)
          assert.match(
            yield* connect(`${second.base}/connect/${secret}`),
            /was used or has expired/,
          )
        }
        yield* eventually(Effect.flatMap(fleetStatus, ({ stored = 0 }) =>
          stored > 20 ? Effect.void : Effect.fail("not yet")))
        yield* first.kill
        yield* eventually(done)

        const athletes = yield* fleetAthletes
        assert.equal(athletes.length, 3)
        const [rows] = yield* sql<{ activities: number; streams: number; items: number }>`select
        (select count(*) from strava.activities)::int as activities,
        (select count(*) from strava.streams)::int as streams,
        (select count(*) from fleet.item where resource = 'streams' and status = 'stored')::int as items`
        assert.equal(rows?.activities, 3 * activities)
        assert.equal(rows?.streams, rows?.items)
        const streams = club.seen.filter((path) =>
          path.endsWith("/streams")
        )
        const repeated = streams.length - new Set(streams).size
        assert.ok(repeated <= inFlight, `${repeated} requests were repeated`)
      }).pipe(
        Effect.provide(Layer.merge(fleetDatabase(url), FetchHttpClient.layer), { local: true }),
      )
    }),
)
