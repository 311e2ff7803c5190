/** PostgreSQL of the fleet. */
import { PgClient } from "@effect/sql-pg"
import { Layer, type Redacted } from "effect"
import { migrateFleet } from "./schema/migrate.ts"

/** Connections of a runner; one is reserved for locks. */
const connections = 10

/** PostgreSQL, with both schemas at their newest versions. */
export const fleetDatabase = (url: Redacted.Redacted, most = connections) =>
  Layer.effectDiscard(migrateFleet).pipe(
    Layer.provideMerge(PgClient.layer({ url, maxConnections: most, applicationName: "paceline" })),
  )
