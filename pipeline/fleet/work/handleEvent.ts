/** Effects of an event, in one transaction with the fact that it was handled: each event has them once. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { activityResources } from "../../../schemas/Item.ts"
import { purgeStatements } from "../../../sinks/postgres/write/missing.ts"
import { postgresTable } from "../../../sinks/postgres/write/tables.ts"
import { eventKey, isDeauthorization, type StravaEvent } from "../StravaEvent.ts"
import { addWork, workClass } from "./grants.ts"
import { revokeAthlete } from "./revoke.ts"
import { listResource } from "./results.ts"

/** Handles an event of `athlete` that was received at `received` (milliseconds since 1970). */
export const handleEvent = Effect.fn("fleet.event")(
  function* (athlete: AthleteId, event: StravaEvent, received: number) {
    const sql = yield* SqlClient
    const isNew = yield* sql`insert into fleet.event (athlete_id, key, received_at)
      values (${athlete}::bigint, ${eventKey(event)}, to_timestamp(${received / 1000}::float8))
      on conflict do nothing returning 1`
    if (isNew.length === 0) return
    if (isDeauthorization(event)) return yield* revokeAthlete(athlete)
    if (event.object_type === "athlete") return
    const id = String(event.object_id)
    if (event.aspect_type === "delete") {
      const statements = activityResources().flatMap((resource) =>
        purgeStatements(postgresTable(resource), [{
          athlete,
          id,
          deletedAt: received,
          purged: true,
        }], athlete)
      )
      for (const { parameters, text } of statements) yield* sql.unsafe(text, parameters)
      yield* sql`delete from fleet.item where athlete_id = ${athlete}::bigint and id = ${id}
        and resource <> ${listResource}`
      return
    }
    const start = event.event_time * 1_000
    // The newest page has the summary; the streams have their own request.
    yield* addWork(athlete, {
      resource: listResource,
      class: workClass.event,
      items: [{ id: "1", start }],
    })
    if (event.aspect_type === "create") {
      yield* addWork(athlete, {
        resource: "streams",
        class: workClass.event,
        items: [{ id, start }],
      })
    }
  },
)
