/** Invites: secrets that let one athlete connect, once, until they expire. Only their digests are stored. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import { createHash } from "node:crypto"
import { errorExitCode, exitCodes } from "../base/exit.ts"

/** No further athlete can be invited. */
class FleetFull extends Schema.TaggedError<FleetFull>()("FleetFull", {
  most: Schema.Int,
}) {
  override get message() {
    return `Strava allows this application ${this.most} athletes, and all are connected or invited. ` +
      "Nothing was changed. Delete one: fleet forget ATHLETE, or raise --most if Strava allows more"
  }
  override readonly [errorExitCode] = exitCodes.usage
}

const digestOf = (secret: string): string => createHash("sha256").update(secret).digest("hex")

/** Returns the secret of a new invite, which expires after `hours`. Fails if `most` athletes are connected or invited. */
export const createInvite = Effect.fn("fleet.invite")(
  function* (hours: number, most: number, note: string) {
    const sql = yield* SqlClient
    const secret = crypto.getRandomValues(new Uint8Array(16)).toBase64({
      alphabet: "base64url",
      omitPadding: true,
    })
    const created = yield* sql.withTransaction(Effect.gen(function* () {
      yield* sql`lock table fleet.invite in exclusive mode`
      return yield* sql`insert into fleet.invite (digest, note, expires_at)
        select ${digestOf(secret)}, ${note}, now() + ${hours}::float8 * interval '1 hour'
        where (select count(*) from fleet.athlete where status = 'active')
          + (select count(*) from fleet.invite where used_at is null and expires_at > now())
          < ${most}::int
        returning 1`
    }))
    if (created.length === 0) return yield* new FleetFull({ most })
    return secret
  },
)

/** True if the invite can be used now. */
export const isInviteOpen = Effect.fnUntraced(function* (secret: string) {
  const sql = yield* SqlClient
  const found = yield* sql`select 1 from fleet.invite
    where digest = ${digestOf(secret)} and used_at is null and expires_at > now()`
  return found.length > 0
})

/** Inside a transaction: uses the invite up; false if it was used before, or has expired. */
export const takeInvite = Effect.fnUntraced(function* (secret: string, athlete: number) {
  const sql = yield* SqlClient
  const taken = yield* sql`update fleet.invite set used_at = now(), athlete_id = ${athlete}::bigint
    where digest = ${digestOf(secret)} and used_at is null and expires_at > now() returning 1`
  return taken.length > 0
})
