/** Runners as processes: two are killed while athletes connect, and nothing is lost, or requested again in vain. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { TestServer } from "../postgres/databases.ts"
import { freshDatabase } from "../postgres/server.ts"
import { liveWith } from "../testing.ts"
import { chaos } from "./chaos.ts"

const live = liveWith(TestServer.layer)

/** Maximum number of requests in flight in the whole cluster. */
const inFlight = 16

live(
  "after kill -9 of runners, every activity of every athlete is stored, and every event has its effect",
  () =>
    Effect.gen(function* () {
      const report = yield* chaos({
        databaseUrl: yield* freshDatabase(yield* TestServer),
        runners: 2,
        athletes: 3,
        activities: 60,
        kills: 2,
        pause: 500,
        latency: 20,
      })
      const { events, lost, lostEvents, odd, repeated, uncounted } = report
      assert.deepEqual({ lost, lostEvents, odd }, { lost: 0, lostEvents: 0, odd: 0 })
      assert.ok(events > 0)
      assert.ok(repeated <= 2 * inFlight, `${repeated} requests were repeated`)
      assert.ok(uncounted >= 0, `${-uncounted} requests were not counted`)
    }),
)
