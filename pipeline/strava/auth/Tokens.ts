/**
 * A usable access token, whenever one is asked for. One refresh at a time, half a minute before the
 * old one ends; the new pair is durable before its first use, since the old refresh token may be dead.
 */
import { Array, Clock, Context, Effect, Layer, Option, Redacted, Semaphore } from "effect"
import { HttpClient } from "effect/http"
import { createHash } from "node:crypto"
import { athleteOf, expiryOf, scopeOf } from "../../../schemas/Token.ts"
import { failpoint } from "../../../sinks/failpoints.ts"
import { notify } from "../../base/Progress.ts"
import type { CredentialError, Refused, Unreachable } from "../errors.ts"
import { type Grant, noAccessToken, requestTokens, retried } from "./grant.ts"
import { Mask } from "../Mask.ts"
import { scopeIn } from "./scopes.ts"
import { missingCredential, StravaConfig } from "../StravaConfig.ts"
import type { StoredTokens } from "./StoredTokens.ts"
import { TokenFile } from "./TokenFile.ts"
import { isForeignToken, isReplaceable, type TokenFileError } from "./TokenFileError.ts"
import { ensureTokenSpace } from "./tokenRoom.ts"

export type TokenError = CredentialError | Refused | Unreachable | TokenFileError

type Secret = Redacted.Redacted

/** Who has signed in, and to what, as far as Strava told. */
export interface SignedIn {
  readonly athlete: number | undefined
  readonly scope: string | undefined
}

/** Refreshed this early, in seconds, so that a token does not end on its way. */
export const defaultLifeLeft = 30

/** Seconds that a token must still live, or it is refreshed. Strava gives a new one in its last hour only. */
export const LifeLeft = Context.Reference("paceline/strava/LifeLeft", {
  defaultValue: () => defaultLifeLeft,
})

const isSame = (a: Secret, b: Secret) => Redacted.value(a) === Redacted.value(b)

const codeGrant = (code: Secret): Grant => ({ type: "authorization_code", code })

const withScope = (scope: string | undefined) => scope ? { scope } : {}

/** Tells two credentials apart without keeping either. */
const fingerprint = (secret: Secret) =>
  createHash("sha256").update(`paceline:${Redacted.value(secret)}`).digest("hex").slice(0, 32)

export class Tokens extends Context.Service<Tokens, {
  /** An access token with at least `LifeLeft` to live. */
  get: Effect.Effect<Secret, TokenError>
  /** Strava has refused `stale`: a new one, unless another request has fetched it already. */
  renew(stale: Secret): Effect.Effect<Secret, TokenError>
  /** Sign in anew by this code, whatever is stored; `scope` is what was granted, as far as that is known. */
  exchange(code: Secret, scope: string | undefined): Effect.Effect<SignedIn, TokenError>
  /** A call with this token has succeeded: the pair before it is of no more use. Costs nobody a call. */
  confirm(good: Secret): Effect.Effect<void>
  /** All we know that nobody else may read, to be kept out of what is said. */
  secrets: Effect.Effect<ReadonlyArray<Secret>>
  /** When the present access token ends, in milliseconds since 1970. */
  expires: Effect.Effect<Option.Option<number>>
  /** Granted scope, names with commas between; undefined if it is unknown. Sends no request. */
  scope: Effect.Effect<string | undefined>
}>()("paceline/strava/Tokens") {
  static readonly layer = Layer.effect(
    Tokens,
    Effect.gen(function* () {
      const config = yield* StravaConfig
      const file = yield* TokenFile
      const client = yield* HttpClient.HttpClient
      const gate = yield* Semaphore.make(1)
      let current: StoredTokens | undefined
      /** A pair that Strava gave and the disk did not take: kept before anything else is asked. */
      let unsaved: StoredTokens | undefined
      /** The stored pair cannot be read, and a credential of the environment might replace it. */
      let unreadable: TokenFileError | undefined
      /** A token that Strava refused, and was asked to replace. */
      let stale: Secret | undefined
      const { authorizationCode, refreshToken } = config
      const codePrint = Option.map(authorizationCode, fingerprint)
      const tokenPrint = Option.map(refreshToken, fingerprint)
      const seeds = Array.getSomes([codePrint, tokenPrint])

      const mask = Effect.fnUntraced(function* (
        { access_token, previous_refresh_token, refresh_token }: StoredTokens,
      ) {
        const secrets = [access_token, refresh_token, previous_refresh_token]
        yield* Effect.forEach(secrets.filter((secret) => secret !== null), yield* Mask)
      })

      const read = Effect.tap(
        file.read,
        Option.match({ onNone: () => Effect.void, onSome: mask }),
      )

      const keep = (tokens: StoredTokens) =>
        file.write(tokens).pipe(
          Effect.andThen(failpoint("token.kept")),
          Effect.andThen(Effect.sync(() => {
            current = tokens
            unsaved = undefined
            unreadable = undefined
          })),
        )

      /** Once Strava is asked, the pair must land: the one before it may be dead. */
      const exchanged = (grant: Grant, previous: Secret | null, scope: string | undefined) =>
        retried(Effect.uninterruptible(Effect.gen(function* () {
          const credentials = yield* config.credentials
          yield* ensureTokenSpace(file.path)
          const asked = yield* Clock.currentTimeMillis
          yield* failpoint("token.asking")
          const granted = yield* requestTokens(client, config.oauthUrl, credentials, grant)
          yield* failpoint("token.granted")
          const { access, fields, refresh } = granted
          unsaved = {
            access_token: access,
            refresh_token: refresh,
            expires_at: expiryOf(fields, asked / 1_000),
            previous_refresh_token: previous,
            seeds: [...new Set([...current?.seeds ?? [], ...seeds])],
            ...withScope(scopeOf(fields) ?? scope),
          }
          yield* mask(unsaved)
          yield* keep(unsaved)
          return access === null ? yield* noAccessToken() : { ...granted, access }
        })))

      const refreshWith = (token: Secret, scope: string | undefined) =>
        exchanged({ type: "refresh_token", token }, token, scope).pipe(
          Effect.map(({ access }) => access),
        )

      const readable = Effect.map(
        Effect.catchIf(read, (error) => !isForeignToken(error), () => Effect.succeedNone),
        Option.getOrUndefined,
      )

      /** The pair that another program has put in place of `known`, which may be dead by that. */
      const storedSince = Effect.fnUntraced(function* (known: StoredTokens) {
        const found = yield* readable
        if (found === undefined || isSame(found.refresh_token, known.refresh_token)) return known
        current = found
        return found
      })

      const isAlive = Effect.fnUntraced(function* ({ access_token, expires_at }: StoredTokens) {
        const now = yield* Clock.currentTimeMillis
        return access_token !== null && now / 1_000 < expires_at - (yield* LifeLeft)
      })

      /** The stored token first; one that is refused may have been replaced by a pair that was lost. */
      const refresh = Effect.fnUntraced(function* (known: StoredTokens) {
        const tokens = yield* storedSince(known)
        const { access_token: access } = tokens
        const isOld = access === known.access_token ||
          (access !== null && known.access_token !== null && isSame(access, known.access_token))
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

      /** A credential that was not there when the stored pair was made wins over it. */
      const isNew = (
        secret: Option.Option<Secret>,
        print: Option.Option<string>,
      ): secret is Option.Some<Secret> =>
        Option.isSome(secret) && Option.isSome(print) &&
        current?.seeds.includes(print.value) !== true

      const isPresent = (token: Secret) =>
        current !== undefined && current.access_token !== null &&
        isSame(current.access_token, token)

      /** One that Strava refuses, used up maybe for another folder, is passed over where a pair is stored. */
      const setAside = (name: string, secret: Secret) =>
        Effect.fnUntraced(function* <E extends { readonly detail: string }>(error: E) {
          if (unreadable !== undefined) return Option.none<Secret>()
          if (current === undefined) return yield* Effect.fail(error)
          yield* keep({ ...current, seeds: [...current.seeds, fingerprint(secret)] })
          const text = `Strava refused ${name} (${error.detail}). Continuing with the tokens in ` +
            `${file.path}. If those are another athlete's, sign in again: deno task auth --force`
          yield* notify({ _tag: "Note", text })
          return Option.none<Secret>()
        })

      const get = Effect.fnUntraced(function* (): Effect.fn.Return<Secret, TokenError> {
        if (unsaved !== undefined) yield* keep(unsaved)
        const readOrSeed = Effect.catchIf(
          read,
          (error) => seeds.length > 0 && isReplaceable(error),
          (error) => Effect.sync(() => (unreadable = error, Option.none<StoredTokens>())),
        )
        current ??= Option.getOrUndefined(yield* readOrSeed)
        if (isNew(authorizationCode, codePrint)) {
          const code = authorizationCode.value
          const granted = yield* exchanged(codeGrant(code), null, undefined).pipe(
            Effect.map(({ access }) => Option.some(access)),
            Effect.catchTag(
              "AuthorizationCodeRefused",
              setAside("STRAVA_AUTHORIZATION_CODE", code),
            ),
          )
          if (Option.isSome(granted)) return granted.value
        }
        if (isNew(refreshToken, tokenPrint)) {
          const granted = yield* refreshWith(refreshToken.value, undefined).pipe(
            Effect.asSome,
            Effect.catchTag(
              "RefreshTokenRefused",
              setAside("STRAVA_REFRESH_TOKEN", refreshToken.value),
            ),
          )
          if (Option.isSome(granted)) return granted.value
        }
        if (unreadable !== undefined) return yield* unreadable
        if (current === undefined) {
          return yield* missingCredential(
            "Neither STRAVA_REFRESH_TOKEN nor STRAVA_AUTHORIZATION_CODE is set, and no token is stored",
          )
        }
        const { access_token } = current
        return access_token !== null && (yield* isAlive(current))
          ? access_token
          : yield* refresh(current)
      })

      return Tokens.of({
        get: gate.withPermits(1)(Effect.suspend(get)).pipe(Effect.withSpan("Tokens.get")),
        renew: Effect.fn("Tokens.renew")((refused) =>
          gate.withPermits(1)(
            Effect.suspend(() => {
              // Strava may give the same token again; asking once for it is enough.
              if (
                unsaved !== undefined || !isPresent(refused) ||
                (stale !== undefined && isSame(stale, refused))
              ) {
                return get()
              }
              stale = refused
              return current === undefined ? get() : refresh(current)
            }),
          )
        ),
        exchange: Effect.fn("Tokens.exchange")((code, scope) =>
          gate.withPermits(1)(Effect.gen(function* () {
            // A damaged file is replaced; one that is whole tells which credentials are used up.
            current ??= yield* readable
            const { fields } = yield* exchanged(codeGrant(code), null, scope)
            return { athlete: athleteOf(fields), scope: scopeOf(fields) ?? scope }
          }))
        ),
        confirm: Effect.fn("Tokens.confirm")((good) =>
          gate.withPermitsIfAvailable(1)(
            Effect.suspend(() => {
              if (current === undefined || unsaved !== undefined || !isPresent(good)) {
                return Effect.void
              }
              stale = undefined
              return current.previous_refresh_token === null
                ? Effect.void
                : keep({ ...current, previous_refresh_token: null })
            }),
          ).pipe(Effect.uninterruptible, Effect.ignore)
        ),
        secrets: Effect.map(
          Effect.option(config.credentials),
          (credentials) => [
            ...Array.getSomes([
              Option.map(credentials, ({ clientSecret }) => clientSecret),
              config.authorizationCode,
              config.refreshToken,
            ]),
            ...[current, unsaved].flatMap((pair) =>
              pair === undefined
                ? []
                : [pair.access_token, pair.refresh_token, pair.previous_refresh_token]
            ).filter((secret) => secret !== null),
          ],
        ),
        scope: Effect.suspend(() =>
          current === undefined ? Effect.option(read) : Effect.succeedSome(Option.some(current))
        ).pipe(Effect.map((found) => scopeIn(Option.getOrUndefined(Option.flatten(found))?.scope))),
        expires: Effect.sync(() =>
          Option.fromNullishOr(current).pipe(Option.map(({ expires_at }) => expires_at * 1_000))
        ),
      })
    }),
  )
}
