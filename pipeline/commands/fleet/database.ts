/** PostgreSQL for commands of a fleet. */
import { Effect, Layer, Option } from "effect"
import { fleetDatabase } from "../../fleet/database.ts"
import { NotConfigured } from "../../strava/errors.ts"
import { databaseUrl } from "../flags/databaseUrl.ts"

/** The address of the server; fails if there is none. */
export const fleetUrl = Effect.flatMap(
  databaseUrl,
  Option.match({
    onNone: () =>
      Effect.fail(
        new NotConfigured({
          missing: "DATABASE_URL is not set: a fleet needs a PostgreSQL server",
          remedy: "Set it: postgres://USER:PASSWORD@HOST:5432/NAME",
        }),
      ),
    onSome: Effect.succeed,
  }),
)

/** Connections of a command. */
const connections = 2

/** The database, for one command. */
export const commandDatabase = Layer.unwrap(
  Effect.map(fleetUrl, (url) => fleetDatabase(url, connections)),
)
