/** The tokens of one athlete in PostgreSQL, encrypted: the `TokenFile` of the fleet. */
import { Context, Effect, Layer, Option } from "effect"
import { SqlClient } from "effect/sql/SqlClient"
import type { SqlError } from "effect/sql/SqlError"
import type { AthleteId } from "../../../schemas/Athlete.ts"
import { makeTokenText } from "../../strava/auth/StoredTokens.ts"
import { TokenFile } from "../../strava/auth/TokenFile.ts"
import { TokenFileError } from "../../strava/auth/TokenFileError.ts"
import { NotConfigured } from "../../strava/errors.ts"
import { type TokenKey, tokenKeys } from "../../strava/auth/TokenKey.ts"

/** The keys that encrypt the tokens of all athletes; the first one encrypts. Fails if there is none. */
export class FleetKeys
  extends Context.Service<FleetKeys, ReadonlyArray<TokenKey>>()("paceline/FleetKeys") {
  static readonly layer = Layer.effect(
    FleetKeys,
    Effect.filterOrFail(
      tokenKeys,
      (keys) => keys.length > 0,
      () =>
        new NotConfigured({
          missing: "PACELINE_TOKEN_KEY is not set: it encrypts the tokens of all athletes",
          remedy: "Generate a key and keep it: openssl rand -base64 32",
        }),
    ),
  )
}

/** Place of the tokens, for messages. */
const placeOf = (athlete: AthleteId) => `fleet.athlete, athlete ${athlete}`

/**
 * Text in which the tokens of an athlete are stored: AES-256-GCM, and the athlete's id is authenticated, so that a
 * row that is moved to another athlete cannot be decrypted.
 */
export const textOfAthlete = (athlete: AthleteId) =>
  Effect.map(FleetKeys, (keys) => makeTokenText(keys, `fleet.athlete ${athlete}`))

/** The tokens of `athlete`, who has connected. */
export const tokenRow = (athlete: AthleteId) =>
  Layer.effect(
    TokenFile,
    Effect.gen(function* () {
      const sql = yield* SqlClient
      const text = yield* textOfAthlete(athlete)
      const path = placeOf(athlete)
      const unavailable = ({ message }: SqlError) =>
        new TokenFileError({ path, reason: "disk", detail: message })
      return TokenFile.of({
        path,
        read: Effect.gen(function* () {
          const [row] = yield* Effect.mapError(
            sql<{ tokens: string | null }>`
              select tokens from fleet.athlete where athlete_id = ${athlete}::bigint and status = 'active'`,
            unavailable,
          )
          if (row === undefined || row.tokens === null) return Option.none()
          const { tokens } = yield* Effect.mapError(
            text.read(row.tokens),
            (reason) => new TokenFileError({ path, reason, detail: "they are not valid" }),
          )
          return Option.some(tokens)
        }),
        write: Effect.fn("TokenRow.write")(function* (tokens) {
          const stored = yield* text.write(tokens)
          yield* Effect.mapError(
            sql`update fleet.athlete set tokens = ${stored}, scope = ${tokens.scope ?? ""}
              where athlete_id = ${athlete}::bigint and status = 'active'`,
            unavailable,
          )
        }),
        remove: Effect.asVoid(Effect.mapError(
          sql`update fleet.athlete set tokens = null where athlete_id = ${athlete}::bigint`,
          unavailable,
        )),
      })
    }),
  )
