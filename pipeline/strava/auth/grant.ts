/**
 * The token endpoint: exchanges a refresh token or an authorization code for a pair of tokens.
 * Temporary failures are retried; others are typed errors.
 */
import { Effect, Option, Redacted, Schema } from "effect"
import { type HttpClient, HttpClientRequest } from "effect/http"
import { describeFault, faultFrom, namesFault } from "../../../schemas/Fault.ts"
import {
  AccessTokenOnly,
  RefreshTokenOnly,
  type TokenFields,
  TokenResponse,
} from "../../../schemas/Token.ts"
import {
  ApplicationInactive,
  AuthorizationCodeRefused,
  ClientRefused,
  type CredentialError,
  RefreshTokenRefused,
  Refused,
  tokenRequest,
  Unreachable,
} from "../errors.ts"
import {
  describeRedirect,
  exchange,
  ExchangeFailed,
  type HttpLimits,
  isTemporary,
  type RawResponse,
  retryPolicy,
} from "../http/exchange.ts"
import { sanitize } from "../sanitize.ts"
import type { Credentials } from "../StravaConfig.ts"

type Secret = Redacted.Redacted

/** Credential that is exchanged for tokens. */
export type Grant =
  | { readonly type: "refresh_token"; readonly token: Secret }
  | { readonly type: "authorization_code"; readonly code: Secret }

const form = (grant: Grant): Readonly<Record<string, string>> =>
  grant.type === "refresh_token"
    ? { grant_type: grant.type, refresh_token: Redacted.value(grant.token) }
    : { grant_type: grant.type, code: Redacted.value(grant.code) }

/** Returns the error that a refusal stands for. */
const refusal = (
  { headers, status, text }: RawResponse,
  secrets: ReadonlyArray<Secret>,
): CredentialError | Refused => {
  const fault = faultFrom(text())
  const words = sanitize(describeRedirect(status, headers) ?? describeFault(fault), secrets)
  const detail = `${status}, ${words}`
  if (namesFault(fault, "RefreshToken", /^/, /./)) return new RefreshTokenRefused({ detail })
  if (namesFault(fault, "AuthorizationCode", /^/, /./)) {
    return new AuthorizationCodeRefused({ detail })
  }
  if (namesFault(fault, "Application", /^status$/i, /inactive/i)) return new ApplicationInactive()
  return status === 400 || status === 401
    ? new ClientRefused({ detail })
    : new Refused({ request: tokenRequest, status, detail: words })
}

const serverError = (status: number) =>
  new ExchangeFailed({ reason: "server", detail: `Strava returned ${status}` })

/** Tokens of a response; `fields` is the whole response. */
interface Granted {
  /** Access token; null if there is none that a header can carry. */
  readonly access: Secret | null
  readonly refresh: Secret
  readonly fields: TokenFields
}

/** True if a header can carry the token. */
const isUsable = (token: Secret) => /^[\x21-\x7e]+$/.test(Redacted.value(token))

const decoder = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) =>
  Schema.decodeUnknownOption(Schema.fromJsonString(schema))
const decodePair = decoder(TokenResponse)
const decodeRefresh = decoder(RefreshTokenOnly)
const decodeAccess = decoder(AccessTokenOnly)

/**
 * Returns the tokens in the response to `grant`. Drops the parser's errors, because they could quote a
 * token.
 */
const tokensOf = (text: string, grant: Grant): Option.Option<Granted> =>
  Option.map(
    decodePair(text),
    ({ access_token: access, refresh_token: refresh, ...fields }): Granted => ({
      access: isUsable(access) ? access : null,
      refresh,
      fields,
    }),
  ).pipe(
    Option.orElse(() =>
      Option.map(
        decodeRefresh(text),
        ({ refresh_token: refresh, ...fields }) => ({ access: null, refresh, fields }),
      )
    ),
    Option.orElse(() =>
      Option.flatMap(
        decodeAccess(text),
        ({ access_token: access, ...fields }) =>
          grant.type === "refresh_token" && isUsable(access)
            ? Option.some({ access, refresh: grant.token, fields })
            : Option.none(),
      )
    ),
  )

/** Short, because the end of a run waits for a request in flight. */
const limits: HttpLimits = { deadline: "15 seconds", maxBytes: 1024 * 1024 }

/** Returns the error for a response with a refresh token but without a usable access token. */
export const noAccessToken = () =>
  new Unreachable({
    request: tokenRequest,
    detail: "the response contains no usable access token",
    hasResponse: true,
  })

/** Requests a pair of tokens from Strava, once. */
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
    // Do not retry at once, because the retry would count against the limit too.
    const detail = "Strava refused the sign-in because of its rate limit (429)"
    return yield* new Unreachable({ request: tokenRequest, detail, hasResponse: false })
  }
  if (raw.status >= 500) return yield* serverError(raw.status)
  if (raw.status < 200 || raw.status >= 300) return yield* refusal(raw, secrets)
  const granted = tokensOf(raw.text().replace(/^\uFEFF/, ""), grant)
  if (Option.isSome(granted)) return granted.value
  // Do not retry, because that would only use up another token.
  const detail = "the response contains no token"
  return yield* new Unreachable({ request: tokenRequest, detail, hasResponse: true })
})

/** Retries a token request after temporary failures. */
export const withRetries = <A, E, R>(attempt: Effect.Effect<A, E | ExchangeFailed, R>) =>
  attempt.pipe(
    Effect.retry({
      schedule: retryPolicy,
      // A body that is not text contains no token.
      while: (error) =>
        error instanceof ExchangeFailed && isTemporary(error) && error.reason !== "garbled",
    }),
    Effect.mapError((error) =>
      error instanceof ExchangeFailed
        ? new Unreachable({ request: tokenRequest, detail: error.detail, hasResponse: false })
        : error
    ),
  )
