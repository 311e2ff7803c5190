/** An empty database of a fleet on a real server, for one test. */
import { Effect, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { fleetDatabase } from "../../pipeline/fleet/database.ts"
import { FleetKeys } from "../../pipeline/fleet/work/TokenRow.ts"
import type { TokenKey } from "../../pipeline/strava/auth/TokenKey.ts"
import { AthleteId } from "../../schemas/Athlete.ts"
import { TestServer } from "../postgres/databases.ts"
import { freshDatabase } from "../postgres/server.ts"

/** Returns a key of 32 bytes, all of which depend on `seed`. */
export const testKey = (seed: number): TokenKey => ({
  secret: Redacted.make(Uint8Array.from({ length: 32 }, (_, i) => (i * 37 + seed * 101) % 256)),
  isPassphrase: false,
})

/** Runs an effect with a database of its own and one key. */
export const inFleet = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const url = yield* freshDatabase(yield* TestServer)
    return yield* Effect.provide(
      effect,
      Layer.merge(fleetDatabase(url), Layer.succeed(FleetKeys, [testKey(1)])),
      { local: true },
    )
  })

export const [ada, ben] = [AthleteId.make(1_000_001), AthleteId.make(1_000_002)]

/** Adds athletes who have connected. */
export const connected = (...athletes: ReadonlyArray<AthleteId>) =>
  SqlClient.use((sql) =>
    Effect.forEach(
      athletes,
      (athlete) => sql`insert into fleet.athlete (athlete_id) values (${athlete}::bigint)`,
      { discard: true },
    )
  )

/** Sets the limits of both windows. */
export const limitTo = (quarter: number, day = 1_000_000) =>
  SqlClient.use((sql) =>
    Effect.all([
      sql`update fleet.quota set cap = ${quarter}::int where name = 'quarter'`,
      sql`update fleet.quota set cap = ${day}::int where name = 'day'`,
    ], { discard: true })
  )

/** Returns the requests that are counted in the present windows. */
export const usedNow = SqlClient.use((sql) =>
  sql<{ used: number }>`select used from fleet.quota where name = 'quarter'`
).pipe(Effect.map(([row]) => row?.used ?? 0))
