/**
 * Access tokens that are valid when they are returned. Refreshes run one at a time, half a minute
 * before a token expires. A new pair is durable before its first use, since the old refresh token might
 * be invalid by then.
 */
import { Array, Context, Effect, Layer, Option, Redacted, Semaphore } from "effect"
import { HttpClient } from "effect/http"
import { createHash } from "node:crypto"
import { athleteOf, scopeOf } from "../../../schemas/Token.ts"
import { notify } from "../../base/Progress.ts"
import type { CredentialError, Refused, Unreachable } from "../errors.ts"
import { missingCredential, StravaConfig } from "../StravaConfig.ts"
import type { Grant } from "./grant.ts"
import { normalizeScope } from "./scopes.ts"
import type { StoredTokens } from "./StoredTokens.ts"
import { TokenFile } from "./TokenFile.ts"
import { isReplaceable, type TokenFileError } from "./TokenFileError.ts"
import { makeTokenExchange, type TokenExchange } from "./tokenExchange.ts"
import { isAlive, isSameSecret, makeTokenStore, type TokenStore } from "./tokenStore.ts"

export type TokenError = CredentialError | Refused | Unreachable | TokenFileError

type Secret = Redacted.Redacted

/** Athlete and granted scope of a sign-in; undefined if Strava did not send them. */
export interface SignedIn {
  readonly athlete: number | undefined
  readonly scope: string | undefined
}

const codeGrant = (code: Secret): Grant => ({ type: "authorization_code", code })

/** Returns a digest that identifies a credential without storing it. */
const fingerprint = (secret: Secret) =>
  createHash("sha256").update(`paceline:${Redacted.value(secret)}`).digest("hex").slice(0, 32)

/** A credential of the environment, with the fingerprint that is stored with a pair derived from it. */
interface Seed {
  readonly name: "STRAVA_AUTHORIZATION_CODE" | "STRAVA_REFRESH_TOKEN"
  readonly secret: Option.Option<Secret>
  readonly print: Option.Option<string>
}

const seedOf = (name: Seed["name"], secret: Option.Option<Secret>): Seed => ({
  name,
  secret,
  print: Option.map(secret, fingerprint),
})

/**
 * Returns the secret of a credential that the stored pair does not know yet; it takes precedence over
 * the pair.
 */
const newSecret = ({ current }: TokenStore, { print, secret }: Seed): Option.Option<Secret> =>
  Option.isSome(print) && current?.seeds.includes(print.value) !== true ? secret : Option.none()

/** True if requests are currently sent with `token`. */
const isPresent = ({ current }: TokenStore, token: Secret) =>
  current !== undefined && current.access_token !== null &&
  isSameSecret(current.access_token, token)

/**
 * Ignores a credential that Strava refuses if a pair is stored, because the credential might have been
 * used for another directory. Fails if no pair is stored.
 */
const ignoreSeed = (store: TokenStore, name: string, secret: Secret) =>
  Effect.fnUntraced(function* <E extends { readonly detail: string }>(error: E) {
    if (store.unreadable !== undefined) return Option.none<Secret>()
    if (store.current === undefined) return yield* Effect.fail(error)
    yield* store.keep({
      ...store.current,
      seeds: [...store.current.seeds, fingerprint(secret)],
    })
    const text = `Strava refused ${name} (${error.detail}). Continuing with the tokens in ` +
      `${store.path}. If those are another athlete's, sign in again: deno task auth --force`
    yield* notify({ _tag: "Note", text })
    return Option.none<Secret>()
  })

/** Signs in with new credentials of the environment; none if there are none, or Strava refuses them. */
const signInBySeeds = Effect.fnUntraced(function* (
  store: TokenStore,
  { exchange, refreshWith }: TokenExchange,
  [code, refreshToken]: readonly [code: Seed, refreshToken: Seed],
) {
  const newCode = newSecret(store, code)
  if (Option.isSome(newCode)) {
    const granted = yield* exchange(codeGrant(newCode.value), null, undefined).pipe(
      Effect.map(({ access }) => Option.some(access)),
      Effect.catchTag("AuthorizationCodeRefused", ignoreSeed(store, code.name, newCode.value)),
    )
    if (Option.isSome(granted)) return granted
  }
  const newToken = newSecret(store, refreshToken)
  if (Option.isNone(newToken)) return Option.none<Secret>()
  return yield* refreshWith(newToken.value, undefined).pipe(
    Effect.asSome,
    Effect.catchTag("RefreshTokenRefused", ignoreSeed(store, refreshToken.name, newToken.value)),
  )
})

/** Returns a valid token: the one in use, the stored one, or a new one. */
const getToken = Effect.fnUntraced(function* (
  store: TokenStore,
  tokens: TokenExchange,
  seeds: readonly [code: Seed, refreshToken: Seed],
): Effect.fn.Return<Secret, TokenError> {
  if (store.unsaved !== undefined) yield* store.keep(store.unsaved)
  const hasSeed = seeds.some(({ secret }) => Option.isSome(secret))
  const readOrSeed = Effect.catchIf(
    store.read,
    (error) => hasSeed && isReplaceable(error),
    (error) => Effect.sync(() => (store.unreadable = error, Option.none<StoredTokens>())),
  )
  store.current ??= Option.getOrUndefined(yield* readOrSeed)
  const granted = yield* signInBySeeds(store, tokens, seeds)
  if (Option.isSome(granted)) return granted.value
  if (store.unreadable !== undefined) return yield* store.unreadable
  if (store.current === undefined) {
    return yield* missingCredential(
      "Not signed in: no token is stored, and neither STRAVA_REFRESH_TOKEN nor " +
        "STRAVA_AUTHORIZATION_CODE is set",
    )
  }
  const { access_token } = store.current
  return access_token !== null && (yield* isAlive(store.current))
    ? access_token
    : yield* tokens.refresh(store.current)
})

/** Returns all secrets of the configuration and of the pairs in memory. */
const secretsOf = (config: StravaConfig["Service"], store: TokenStore) =>
  Effect.map(Effect.option(config.credentials), (credentials): ReadonlyArray<Secret> => [
    ...Array.getSomes([
      Option.map(credentials, ({ clientSecret }) => clientSecret),
      config.authorizationCode,
      config.refreshToken,
    ]),
    ...[store.current, store.unsaved].flatMap((pair) =>
      pair === undefined ? [] : [pair.access_token, pair.refresh_token, pair.previous_refresh_token]
    ).filter((secret) => secret !== null),
  ])

export class Tokens extends Context.Service<Tokens, {
  /** Returns an access token with at least `LifeLeft` seconds left. */
  get: Effect.Effect<Secret, TokenError>
  /**
   * Returns a token in place of `stale`, which Strava refused; refreshes unless that has happened
   * already.
   */
  renew(stale: Secret): Effect.Effect<Secret, TokenError>
  /**
   * Signs in with this code, whatever is stored. `scope` is the granted scope; undefined if unknown.
   */
  exchange(code: Secret, scope: string | undefined): Effect.Effect<SignedIn, TokenError>
  /**
   * Discards the previous refresh token, since a request with `good` has succeeded. Sends no request.
   */
  confirm(good: Secret): Effect.Effect<void>
  /** All known secrets. They must not appear in any output. */
  secrets: Effect.Effect<ReadonlyArray<Secret>>
  /** Time when the current access token expires, in milliseconds since 1970. */
  expires: Effect.Effect<Option.Option<number>>
  /** Granted scope, as comma-separated names; undefined if unknown. Sends no request. */
  scope: Effect.Effect<string | undefined>
}>()("paceline/strava/Tokens") {
  static readonly layer = Layer.effect(
    Tokens,
    Effect.gen(function* () {
      const config = yield* StravaConfig
      const store = makeTokenStore(yield* TokenFile)
      const gate = yield* Semaphore.make(1)
      const seeds = [
        seedOf("STRAVA_AUTHORIZATION_CODE", config.authorizationCode),
        seedOf("STRAVA_REFRESH_TOKEN", config.refreshToken),
      ] as const
      const prints = Array.getSomes(seeds.map(({ print }) => print))
      const tokens = makeTokenExchange(yield* HttpClient.HttpClient, config, store, prints)
      const get = () => getToken(store, tokens, seeds)

      return Tokens.of({
        get: gate.withPermits(1)(Effect.suspend(get)).pipe(Effect.withSpan("Tokens.get")),
        renew: Effect.fn("Tokens.renew")((refused) =>
          gate.withPermits(1)(
            Effect.suspend(() => {
              const { current, stale, unsaved } = store
              // Strava can return the same token again, so it is refreshed only once.
              const isKnown = stale !== undefined && isSameSecret(stale, refused)
              if (unsaved !== undefined || !isPresent(store, refused) || isKnown) return get()
              store.stale = refused
              return current === undefined ? get() : tokens.refresh(current)
            }),
          )
        ),
        exchange: Effect.fn("Tokens.exchange")((code, scope) =>
          gate.withPermits(1)(Effect.gen(function* () {
            // A damaged file is replaced; an intact one lists the credentials that are used up.
            store.current ??= yield* store.readable
            const { fields } = yield* tokens.exchange(codeGrant(code), null, scope)
            return { athlete: athleteOf(fields), scope: scopeOf(fields) ?? scope }
          }))
        ),
        confirm: Effect.fn("Tokens.confirm")((good) =>
          gate.withPermitsIfAvailable(1)(
            Effect.suspend(() => {
              const { current, unsaved } = store
              if (current === undefined || unsaved !== undefined || !isPresent(store, good)) {
                return Effect.void
              }
              store.stale = undefined
              return current.previous_refresh_token === null
                ? Effect.void
                : store.keep({ ...current, previous_refresh_token: null })
            }),
          ).pipe(Effect.uninterruptible, Effect.ignore)
        ),
        secrets: secretsOf(config, store),
        scope: Effect.suspend(() =>
          store.current === undefined
            ? Effect.option(store.read)
            : Effect.succeedSome(Option.some(store.current))
        ).pipe(
          Effect.map((found) =>
            normalizeScope(Option.getOrUndefined(Option.flatten(found))?.scope)
          ),
        ),
        expires: Effect.sync(() =>
          Option.map(Option.fromNullishOr(store.current), ({ expires_at }) => expires_at * 1_000)
        ),
      })
    }),
  )
}
