/** The pair of tokens in use: in memory, and in the file that outlives the process. */
import { Clock, Effect, Option, Redacted } from "effect"
import { failpoint } from "../../../sinks/failpoints.ts"
import { Mask } from "../Mask.ts"
import { LifeLeft } from "./LifeLeft.ts"
import type { StoredTokens } from "./StoredTokens.ts"
import type { TokenFile } from "./TokenFile.ts"
import { isForeignToken, type TokenFileError } from "./TokenFileError.ts"

type Secret = Redacted.Redacted

export const isSameSecret = (a: Secret, b: Secret) => Redacted.value(a) === Redacted.value(b)

/** Masks the tokens of a pair in all output. */
export const maskTokens = Effect.fnUntraced(function* (
  { access_token, previous_refresh_token, refresh_token }: StoredTokens,
) {
  const secrets = [access_token, refresh_token, previous_refresh_token]
  yield* Effect.forEach(secrets.filter((secret) => secret !== null), yield* Mask)
})

/** True if the access token has at least `LifeLeft` seconds left. */
export const isAlive = Effect.fnUntraced(function* ({ access_token, expires_at }: StoredTokens) {
  const now = yield* Clock.currentTimeMillis
  return access_token !== null && now / 1_000 < expires_at - (yield* LifeLeft)
})

export interface TokenStore {
  /** Pair in use; undefined until it is read or fetched. */
  current: StoredTokens | undefined
  /**
   * Pair received from Strava that could not be written to disk. It is written before any other
   * request.
   */
  unsaved: StoredTokens | undefined
  /** Error of reading the stored pair, if a credential of the environment can replace it. */
  unreadable: TokenFileError | undefined
  /** Access token that Strava refused and that has been refreshed for that reason. */
  stale: Secret | undefined
  readonly path: string
  readonly read: Effect.Effect<Option.Option<StoredTokens>, TokenFileError>
  /**
   * Returns the stored pair; undefined if it is missing or damaged. Fails if it must not be
   * overwritten.
   */
  readonly readable: Effect.Effect<StoredTokens | undefined, TokenFileError>
  /** Writes the pair, then uses it. */
  readonly keep: (tokens: StoredTokens) => Effect.Effect<void, TokenFileError>
}

export const makeTokenStore = (file: TokenFile["Service"]): TokenStore => {
  const read = Effect.tap(
    file.read,
    Option.match({ onNone: () => Effect.void, onSome: maskTokens }),
  )
  const store: TokenStore = {
    current: undefined,
    unsaved: undefined,
    unreadable: undefined,
    stale: undefined,
    path: file.path,
    read,
    readable: Effect.map(
      Effect.catchIf(read, (error) => !isForeignToken(error), () => Effect.succeedNone),
      Option.getOrUndefined,
    ),
    keep: (tokens) =>
      file.write(tokens).pipe(
        Effect.andThen(failpoint("token.kept")),
        Effect.andThen(Effect.sync(() => {
          store.current = tokens
          store.unsaved = undefined
          store.unreadable = undefined
        })),
      ),
  }
  return store
}
