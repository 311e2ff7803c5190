/** The answers of `POST /oauth/token`. */
import { Schema } from "effect"
import { AthleteId } from "./Athlete.ts"
import { maybe, open } from "./open.ts"

/**
 * A pair of tokens. An access token lives six hours; each refresh may replace the refresh token, and
 * the old one is then dead at once. Only the exchange of an authorization code names the athlete.
 */
export const TokenResponse = open({
  token_type: maybe(Schema.String),
  access_token: Schema.RedactedFromValue(Schema.NonEmptyString),
  refresh_token: Schema.RedactedFromValue(Schema.NonEmptyString),
  /** Seconds since 1970. */
  expires_at: Schema.Finite,
  expires_in: maybe(Schema.Finite),
  scope: maybe(Schema.String),
  athlete: maybe(open({ id: maybe(AthleteId) })),
})
export type TokenResponse = typeof TokenResponse.Type
