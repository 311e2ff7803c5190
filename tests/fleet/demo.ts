/**
 * `deno task fleet:demo`: PostgreSQL, two runners and a club of fifty simulated athletes on this machine, without an
 * account. Forty-nine connect by themselves; open the invite to connect the last one. Ctrl-C stops everything.
 */
import { Effect, Layer, Schedule } from "effect"
import { FetchHttpClient } from "effect/http"
import { SqlClient } from "effect/sql/SqlClient"
import { renderFleetStatus } from "../../pipeline/output/fleetStatus.ts"
import { fleetDatabase } from "../../pipeline/fleet/database.ts"
import { createInvite } from "../../pipeline/fleet/invites.ts"
import { fleetStatus } from "../../pipeline/fleet/status.ts"
import { createSubscription } from "../../pipeline/fleet/web/subscription.ts"
import { FleetKeys } from "../../pipeline/fleet/work/TokenRow.ts"
import { StravaConfig } from "../../pipeline/strava/StravaConfig.ts"
import { freshDatabase, postgresServer } from "../postgres/server.ts"
import { untilStopped } from "./untilStopped.ts"
import { connect, environmentOf, servedClub, settingsOf, startRunner } from "./runners.ts"

const athletes = 50

const print = (text: string) =>
  Effect.sync(() => Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`)))

/** Prints the state as long as the demo runs. */
const showStatus = Effect.flatMap(
  fleetStatus,
  (status) => Effect.flatMap(renderFleetStatus(status), (text) => print(`\n${text}`)),
)

const program = Effect.gen(function* () {
  yield* print("Starting PostgreSQL, a simulated Strava and two runners …")
  const databaseUrl = yield* freshDatabase(yield* postgresServer)
  const club = yield* servedClub({ athletes, activities: 20 })
  const env = environmentOf(databaseUrl, club)
  yield* Effect.gen(function* () {
    const sql = yield* SqlClient
    yield* sql`update fleet.quota set cap = 1000000`
    const first = yield* startRunner(env)
    const second = yield* startRunner(env)
    yield* createSubscription(first.base)
    yield* print(`Runners: ${first.base} and ${second.base}. Connecting ${athletes - 1} athletes …`)
    for (let athlete = 1; athlete < athletes; athlete++) {
      yield* connect(`${first.base}/connect/${yield* createInvite(1, athletes, "")}`)
    }
    const invite = `${second.base}/connect/${yield* createInvite(24, athletes, "")}`
    const origin = new URL(club.apiUrl).origin
    yield* print([
      "",
      "Connect the last athlete in a browser:",
      `  ${invite}`,
      "An athlete records an activity, which the webhook announces:",
      `  curl -X POST "${origin}/simulated/activities?athlete=1000001"`,
      "Ctrl-C stops everything.",
    ].join("\n"))
    yield* Effect.repeat(showStatus, Schedule.spaced("5 seconds"))
  }).pipe(
    Effect.provide(
      Layer.mergeAll(
        fleetDatabase(databaseUrl),
        FetchHttpClient.layer,
        FleetKeys.layer,
        StravaConfig.layer,
      ).pipe(Layer.provide(settingsOf(env))),
    ),
  )
})

await untilStopped(Effect.as(program, 0))
