/**
 * The token endpoint: a refresh token or an authorization code for a pair of tokens, retries for what
 * may pass, and a typed error for what will not.
 */
import { Effect, Redacted, Schema } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { describe, faultFrom, names } from "../../schemas/Fault.ts"
import { TokenResponse } from "../../schemas/Token.ts"
import {
  ApplicationInactive,
  AuthorizationCodeRefused,
  ClientRefused,
  type CredentialError,
  RefreshTokenRefused,
  Refused,
  Unreachable,
} from "./errors.ts"
import {
  exchange,
  ExchangeFailed,
  type Limits,
  mayPass,
  type Raw,
  redirected,
  retryPolicy,
} from "./http.ts"
import { plain } from "./said.ts"
import type { Credentials } from "./StravaConfig.ts"

type Secret = Redacted.Redacted

/** What Strava is asked for a token with. */
export type Grant =
  | { readonly type: "refresh_token"; readonly token: Secret }
  | { readonly type: "authorization_code"; readonly code: Secret }

const form = (grant: Grant): Readonly<Record<string, string>> =>
  grant.type === "refresh_token"
    ? { grant_type: grant.type, refresh_token: Redacted.value(grant.token) }
    : { grant_type: grant.type, code: Redacted.value(grant.code) }

/** What a refusal means. */
const refusal = (
  { headers, status, text }: Raw,
  secrets: ReadonlyArray<Secret>,
): CredentialError | Refused => {
  const fault = faultFrom(text)
  const words = plain(redirected(status, headers) ?? describe(fault), secrets)
  const detail = `${status}, ${words}`
  if (names(fault, "RefreshToken", /^/, /./)) return new RefreshTokenRefused({ detail })
  if (names(fault, "AuthorizationCode", /^/, /./)) return new AuthorizationCodeRefused({ detail })
  if (names(fault, "Application", /^status$/i, /inactive/i)) return new ApplicationInactive()
  return status === 400 || status === 401
    ? new ClientRefused({ detail })
    : new Refused({ request: what, status, detail: words })
}

const serverTrouble = (status: number) =>
  new ExchangeFailed({ reason: "server", detail: `Strava answered ${status}` })

/** The parser's own words could quote a token, so they go no further. */
const decodeToken = (text: string) =>
  Schema.decodeEffect(Schema.fromJsonString(TokenResponse))(text).pipe(
    Effect.mapError(() =>
      new ExchangeFailed({ reason: "garbled", detail: "the answer is not a token" })
    ),
  )

/** Short, since an end of the run waits for an answer that is on its way. */
const limits: Limits = { deadline: "15 seconds", maxBytes: 1024 * 1024 }

const what = "get an access token"

/** Ask Strava for a pair of tokens, once. */
export const requestTokens = Effect.fnUntraced(function* (
  client: HttpClient.HttpClient,
  oauthUrl: string,
  { clientId, clientSecret }: Credentials,
  grant: Grant,
) {
  const request = HttpClientRequest.post(`${oauthUrl}/token`).pipe(
    HttpClientRequest.acceptJson,
    HttpClientRequest.bodyUrlParams({
      client_id: clientId,
      client_secret: Redacted.value(clientSecret),
      ...form(grant),
    }),
  )
  const secrets = [clientSecret, grant.type === "refresh_token" ? grant.token : grant.code]
  const raw = yield* exchange(client, request, limits)
  if (raw.status === 429) {
    // Asked again at once it would count against the limit again.
    const detail = "Strava's limit refuses the sign-in for now (429)"
    return yield* new Unreachable({ request: what, detail, answered: false })
  }
  if (raw.status >= 500) return yield* serverTrouble(raw.status)
  return raw.status === 200 ? yield* decodeToken(raw.text) : yield* refusal(raw, secrets)
})

/** Try a token request again while that may help. */
export const retried = <A, E, R>(attempt: Effect.Effect<A, E | ExchangeFailed, R>) =>
  attempt.pipe(
    Effect.retry({
      schedule: retryPolicy,
      while: (error) => error instanceof ExchangeFailed && mayPass(error),
    }),
    Effect.mapError((error) =>
      error instanceof ExchangeFailed
        ? new Unreachable({ request: what, detail: error.detail, answered: false })
        : error
    ),
  )
