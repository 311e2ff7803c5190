/**
 * A usable access token, whenever one is asked for. One refresh at a time, half a minute before the
 * old one ends; the new pair is durable before its first use, since the old refresh token may be dead.
 */
import { Array, Clock, Context, Effect, Layer, Option, Redacted, Schema, Semaphore } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { createHash } from "node:crypto"
import { describe, type Fault, faultFrom, names } from "../../schemas/Fault.ts"
import { TokenResponse } from "../../schemas/Token.ts"
import {
  AuthorizationCodeRefused,
  ClientRefused,
  type CredentialError,
  RefreshTokenRefused,
  Unreachable,
} from "./errors.ts"
import { defaultLimits, exchange, ExchangeFailed, retryPolicy } from "./http.ts"
import { missing, StravaConfig } from "./StravaConfig.ts"
import { type StoredTokens, TokenFile, type TokenFileError } from "./TokenFile.ts"

export type TokenError = CredentialError | Unreachable | TokenFileError

type Secret = Redacted.Redacted

/** Refreshed this early, in seconds, so that a token does not end on its way. */
const early = 30

/** Tells two credentials apart without keeping either. */
const fingerprint = (secret: Secret) =>
  createHash("sha256").update(`paceline:${Redacted.value(secret)}`).digest("hex").slice(0, 32)

interface Refusal {
  readonly status: number
  readonly fault: Fault
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

export class Tokens extends Context.Service<Tokens, {
  /** An access token with at least half a minute to live. */
  get: Effect.Effect<Secret, TokenError>
  /** Strava has refused `stale`: a new one, unless another request has fetched it already. */
  renew(stale: Secret): Effect.Effect<Secret, TokenError>
  /** A call with the present token has succeeded: the pair before it is of no more use. */
  confirm: Effect.Effect<void, TokenFileError>
  /** When the present access token ends, in milliseconds since 1970. */
  expires: Effect.Effect<Option.Option<number>>
}>()("paceline/strava/Tokens") {
  static readonly layer = Layer.effect(
    Tokens,
    Effect.gen(function* () {
      const config = yield* StravaConfig
      const file = yield* TokenFile
      const client = yield* HttpClient.HttpClient
      const gate = yield* Semaphore.make(1)
      let current: StoredTokens | undefined
      const seeds = Array.getSomes([config.authorizationCode, config.refreshToken]).map(fingerprint)

      const keep = (tokens: StoredTokens) =>
        file.write(tokens).pipe(Effect.andThen(Effect.sync(() => current = tokens)))

      /** One token request; transient trouble is retried, a refusal is an answer. */
      const post = Effect.fnUntraced(function* (grant: Readonly<Record<string, string>>) {
        const { clientId, clientSecret } = yield* config.credentials
        const request = HttpClientRequest.post(`${config.oauthUrl}/token`).pipe(
          HttpClientRequest.acceptJson,
          HttpClientRequest.bodyUrlParams({
            client_id: clientId,
            client_secret: Redacted.value(clientSecret),
            ...grant,
          }),
        )
        const attempt = Effect.gen(function* () {
          const limits = { ...defaultLimits, maxBytes: 1024 * 1024 }
          const { status, text } = yield* exchange(client, request, limits)
          if (status >= 500 || status === 429) return yield* serverTrouble(status)
          if (status !== 200) return { refusal: { status, fault: faultFrom(text) } }
          return { granted: yield* decodeToken(text) }
        })
        return yield* attempt.pipe(
          Effect.retry(retryPolicy),
          Effect.mapError(({ detail }) =>
            new Unreachable({ request: "get an access token", detail, answered: false })
          ),
        )
      })

      const refused = ({ fault, status }: Refusal): CredentialError => {
        const detail = `${status}, ${describe(fault)}`
        if (names(fault, "RefreshToken", /./, /./)) return new RefreshTokenRefused({ detail })
        if (names(fault, "AuthorizationCode", /^/, /./)) {
          return new AuthorizationCodeRefused({ detail })
        }
        return new ClientRefused({ detail })
      }

      const exchanged = Effect.fnUntraced(function* (
        grant: Readonly<Record<string, string>>,
        previous: Secret | null,
      ) {
        const { granted, refusal } = yield* post(grant)
        if (granted === undefined) return yield* refused(refusal)
        const { access_token, refresh_token, expires_at } = granted
        const known = current?.seeds ?? []
        yield* keep({
          access_token,
          refresh_token,
          expires_at,
          previous_refresh_token: previous,
          seeds: [...new Set([...known, ...seeds])],
        })
        return access_token
      })

      const refreshWith = (token: Secret) =>
        exchanged({ grant_type: "refresh_token", refresh_token: Redacted.value(token) }, token)

      /** The stored token first; one that is refused may have been replaced by a pair that was lost. */
      const refresh = Effect.fnUntraced(function* (tokens: StoredTokens) {
        const fallback = tokens.previous_refresh_token
        return yield* refreshWith(tokens.refresh_token).pipe(
          Effect.catchTag(
            "RefreshTokenRefused",
            (error) =>
              fallback === null ? Effect.fail(error) : refreshWith(fallback).pipe(
                Effect.catchTag("RefreshTokenRefused", () => Effect.fail(error)),
              ),
          ),
        )
      })

      /** A credential that was not there when the stored pair was made wins over it. */
      const isNew = (secret: Option.Option<Secret>): secret is Option.Some<Secret> =>
        Option.isSome(secret) && current?.seeds.includes(fingerprint(secret.value)) !== true

      const get = Effect.fnUntraced(function* (): Effect.fn.Return<Secret, TokenError> {
        current ??= Option.getOrUndefined(yield* file.read)
        if (isNew(config.authorizationCode)) {
          const code = Redacted.value(config.authorizationCode.value)
          return yield* exchanged({ grant_type: "authorization_code", code }, null)
        }
        if (isNew(config.refreshToken)) return yield* refreshWith(config.refreshToken.value)
        if (current === undefined) {
          return yield* missing(
            "Neither STRAVA_REFRESH_TOKEN nor STRAVA_AUTHORIZATION_CODE is set, and no token is stored",
          )
        }
        const seconds = (yield* Clock.currentTimeMillis) / 1_000
        const { access_token } = current
        return access_token !== null && seconds < current.expires_at - early
          ? access_token
          : yield* refresh(current)
      })

      return Tokens.of({
        get: gate.withPermits(1)(Effect.suspend(get)).pipe(Effect.withSpan("Tokens.get")),
        renew: Effect.fn("Tokens.renew")((stale) =>
          gate.withPermits(1)(
            Effect.suspend(() =>
              current === undefined || current.access_token === null ||
                Redacted.value(current.access_token) !== Redacted.value(stale)
                ? get()
                : refresh(current)
            ),
          )
        ),
        confirm: Effect.suspend(() =>
          current === undefined || current.previous_refresh_token === null
            ? Effect.void
            : gate.withPermits(1)(keep({ ...current, previous_refresh_token: null }))
        ),
        expires: Effect.sync(() =>
          Option.fromNullishOr(current).pipe(Option.map(({ expires_at }) => expires_at * 1_000))
        ),
      })
    }),
  )
}
