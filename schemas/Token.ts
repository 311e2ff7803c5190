/** The responses of `POST /oauth/token`. Only the two tokens must have the expected form. */
import { Schema } from "effect"
import { open } from "./open.ts"
import { parseTime } from "./time.ts"

const Secret = Schema.RedactedFromValue(Schema.NonEmptyString)

/**
 * A pair of tokens. An access token is valid for six hours. A refresh can replace the refresh
 * token, and the old one is then invalid at once. So no other field may keep a pair from being
 * stored: the functions below accept any form of them.
 */
export const TokenResponse = open({ access_token: Secret, refresh_token: Secret })
export type TokenResponse = typeof TokenResponse.Type

/** A refresh token without a usable access token. It has replaced the previous one all the same. */
export const RefreshTokenOnly = open({ refresh_token: Secret })

/** An access token without a refresh token: the previous one stays valid (RFC 6749, section 6). */
export const AccessTokenOnly = open({ access_token: Secret })

/** Fields of a response besides its tokens. */
export type TokenFields = Readonly<Record<string, unknown>>

const day = 24 * 60 * 60

/** Minimum lifetime of a token in seconds after a refresh: with less left, Strava sends a new one. */
const leastLifetime = 60 * 60

const numberIn = (value: unknown): number =>
  typeof value === "number"
    ? value
    : typeof value === "string" && /^\s*\d+(\.\d+)?\s*$/.test(value)
    ? Number(value)
    : NaN

/** Seconds since 1970 of a time given in seconds, in milliseconds or as a date. */
const secondsIn = (value: unknown): number => {
  const number = numberIn(value)
  if (Number.isNaN(number)) return typeof value === "string" ? parseTime(value) / 1_000 : NaN
  return number > 1e11 ? number / 1_000 : number
}

const isLifetime = (seconds: number) => seconds > 0 && seconds <= day

/**
 * Returns the time when the access token expires, in seconds since 1970, by the same clock as
 * `asked`, even if that is wrong. If the response does not contain it, or it is impossible, assumes
 * `leastLifetime`.
 */
export const expiryOf = ({ expires_at, expires_in }: TokenFields, asked: number): number => {
  const lifetime = [numberIn(expires_in), secondsIn(expires_at) - asked].find(isLifetime)
  // A token with a shorter lifetime is used too, because a refresh before each request would not
  // help.
  return Math.floor(asked + Math.max(60, lifetime ?? leastLifetime))
}

/**
 * Returns the granted scope with commas between its names; undefined if the response does not
 * contain it.
 */
export const scopeOf = ({ scope }: TokenFields): string | undefined => {
  const names = Array.isArray(scope) ? scope.filter((name) => typeof name === "string") : [scope]
  const text = names.filter((name) => typeof name === "string").join(",").trim()
  return text === "" ? undefined : text
}

/** Returns the id of the athlete, which only the exchange of a code contains; undefined if it is missing. */
export const athleteOf = ({ athlete }: TokenFields): number | undefined => {
  const id = typeof athlete === "object" && athlete !== null && "id" in athlete
    ? numberIn(athlete.id)
    : NaN
  return Number.isSafeInteger(id) && id > 0 ? id : undefined
}
