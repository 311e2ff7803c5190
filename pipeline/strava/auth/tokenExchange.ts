/** Exchanges a code or a refresh token for a new pair, which is durable before its first use. */
import { Clock, Effect, type Redacted } from "effect"
import type { HttpClient } from "effect/http"
import { expiryOf, scopeOf } from "../../../schemas/Token.ts"
import { failpoint } from "../../../sinks/failpoints.ts"
import type { StravaConfig } from "../StravaConfig.ts"
import { type Grant, noAccessToken, requestTokens, withRetries } from "./grant.ts"
import type { StoredTokens } from "./StoredTokens.ts"
import { ensureTokenSpace } from "./tokenSpace.ts"
import { isAlive, isSameSecret, maskTokens, type TokenStore } from "./tokenStore.ts"

type Secret = Redacted.Redacted

const withScope = (scope: string | undefined) => scope ? { scope } : {}

/**
 * Makes the functions that fetch tokens. `seeds` are the fingerprints of the credentials in the
 * environment.
 */
export const makeTokenExchange = (
  client: HttpClient.HttpClient,
  config: StravaConfig["Service"],
  store: TokenStore,
  seeds: ReadonlyArray<string>,
) => {
  /**
   * Exchanges a grant. Uninterruptible, because the previous pair can be invalid as soon as Strava has
   * the request.
   */
  const exchange = (grant: Grant, previous: Secret | null, scope: string | undefined) =>
    withRetries(Effect.uninterruptible(Effect.gen(function* () {
      const credentials = yield* config.credentials
      yield* ensureTokenSpace(store.path)
      const sentAt = yield* Clock.currentTimeMillis
      yield* failpoint("token.asking")
      const granted = yield* requestTokens(client, config.oauthUrl, credentials, grant)
      yield* failpoint("token.granted")
      const { access, fields, refresh } = granted
      store.unsaved = {
        access_token: access,
        refresh_token: refresh,
        expires_at: expiryOf(fields, sentAt / 1_000),
        previous_refresh_token: previous,
        seeds: [...new Set([...store.current?.seeds ?? [], ...seeds])],
        ...withScope(scopeOf(fields) ?? scope),
      }
      yield* maskTokens(store.unsaved)
      yield* store.keep(store.unsaved)
      return access === null ? yield* noAccessToken() : { ...granted, access }
    })))

  const refreshWith = (token: Secret, scope: string | undefined) =>
    Effect.map(exchange({ type: "refresh_token", token }, token, scope), ({ access }) => access)

  /** Returns a pair that another process has stored since `known`, which might be invalid by then. */
  const storedSince = Effect.fnUntraced(function* (known: StoredTokens) {
    const found = yield* store.readable
    if (found === undefined || isSameSecret(found.refresh_token, known.refresh_token)) return known
    store.current = found
    return found
  })

  /**
   * Refreshes with the stored token or, if Strava refuses it, with the previous one, because a newer
   * pair might have been lost.
   */
  const refresh = Effect.fnUntraced(function* (known: StoredTokens) {
    const tokens = yield* storedSince(known)
    const { access_token: access } = tokens
    const isOld = access === known.access_token ||
      (access !== null && known.access_token !== null && isSameSecret(access, known.access_token))
    if (access !== null && !isOld && (yield* isAlive(tokens))) return access
    const { previous_refresh_token: fallback, scope } = tokens
    return yield* refreshWith(tokens.refresh_token, scope).pipe(
      Effect.catchTag(
        "RefreshTokenRefused",
        (error) =>
          fallback === null ? Effect.fail(error) : refreshWith(fallback, scope).pipe(
            Effect.catchTag("RefreshTokenRefused", () => Effect.fail(error)),
          ),
      ),
    )
  })

  return { exchange, refreshWith, refresh }
}

export type TokenExchange = ReturnType<typeof makeTokenExchange>
