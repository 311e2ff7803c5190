/** An athlete who has withdrawn access: the tokens are deleted at once, the data within two days. */
import { Effect } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { ofAthletes } from "../../../sinks/postgres/write/compact.ts"

/** Deletes the tokens and the work of an athlete. `eraseRevoked` deletes the data later. */
export const revokeAthlete = Effect.fn("fleet.revoke")(function* (athlete: AthleteId) {
  const sql = yield* SqlClient
  yield* sql.withTransaction(Effect.all([
    sql`update fleet.athlete set status = 'revoked', tokens = null,
      revoked_at = coalesce(revoked_at, clock_timestamp()) where athlete_id = ${athlete}::bigint`,
    sql`delete from fleet.turn where athlete_id = ${athlete}::bigint`,
    sql`delete from fleet.item where athlete_id = ${athlete}::bigint`,
  ], { discard: true }))
})

/** Rows deleted per statement: the streams of a day-long ride take a megabyte. */
const atOnce = 500

/** Deletes every row of an athlete. After a kill, the next call completes it. */
export const eraseAthlete = Effect.fn("fleet.erase")(function* (athlete: AthleteId) {
  const sql = yield* SqlClient
  yield* revokeAthlete(athlete)
  for (const { athlete: column, name } of ofAthletes()) {
    for (let more = true; more;) {
      const deleted = yield* sql.unsafe(
        `delete from ${name} where ctid = any(array(
           select ctid from ${name} where ${column} = $1::text::bigint limit ${atOnce})) returning 1`,
        [String(athlete)],
      )
      more = deleted.length === atOnce
    }
  }
  yield* sql`delete from fleet.event where athlete_id = ${athlete}::bigint`
  yield* sql`delete from fleet.athlete where athlete_id = ${athlete}::bigint`
})

/** Deletes the data of athletes whose access was withdrawn a day ago: Strava requires it within two. */
export const eraseRevoked = Effect.gen(function* () {
  const sql = yield* SqlClient
  const found = yield* sql<{ id: string }>`select athlete_id::text as id from fleet.athlete
    where status = 'revoked' and revoked_at < now() - interval '24 hours'`
  yield* Effect.forEach(found, ({ id }) => eraseAthlete(Number(id) as AthleteId), { discard: true })
  return found.length
})
