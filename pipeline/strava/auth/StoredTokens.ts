/** Content of `tokens.json` and its text: plain, or encrypted if there is a key. */
import { Effect, Option, Redacted, Schema } from "effect"
import {
  decrypt,
  encryptionVersion,
  formatToken as formatSealed,
  makeSealer,
  seal,
  Sealed,
  type Sealer,
} from "./encryption.ts"
import type { TokenKey } from "./TokenKey.ts"

const Secret = Schema.RedactedFromValue(Schema.NonEmptyString)

/** Times are in seconds since 1970, as Strava sends them. */
export const StoredTokens = Schema.Struct({
  access_token: Schema.NullOr(Secret),
  refresh_token: Secret,
  expires_at: Schema.Finite,
  /** The refresh token before this one, until a call with the new pair has succeeded. */
  previous_refresh_token: Schema.NullOr(Secret),
  /** Fingerprints of the credentials this pair grew from: a changed one wins over what is stored. */
  seeds: Schema.Array(Schema.String),
  /** Granted scope, with commas between its names; absent if it is unknown. */
  scope: Schema.optionalKey(Schema.String),
})
export type StoredTokens = typeof StoredTokens.Type

const Plain = Schema.fromJsonString(StoredTokens)
const SealedText = Schema.fromJsonString(Sealed)
const Versioned = Schema.fromJsonString(Schema.Struct({ version: Schema.Int }))

/** Secrets are only ever written here. */
const format = (tokens: StoredTokens): string => {
  const { access_token, expires_at, previous_refresh_token, refresh_token, scope, seeds } = tokens
  return JSON.stringify({
    access_token: access_token && Redacted.value(access_token),
    refresh_token: Redacted.value(refresh_token),
    expires_at,
    previous_refresh_token: previous_refresh_token && Redacted.value(previous_refresh_token),
    seeds,
    ...(scope === undefined ? {} : { scope }),
  }) + "\n"
}

/** The parser's own words could quote a token. */
const parse = (text: string) =>
  Schema.decodeEffect(Plain)(text).pipe(Effect.mapError(() => "damaged" as const))

/** Reason that a text has no tokens: it is damaged, or encrypted and cannot be decrypted. */
type Unread = "damaged" | "newer" | "no key" | "another key" | "changed"

export interface Read {
  readonly tokens: StoredTokens
  /** Reason to write it again: it is not encrypted, or with an older key. */
  readonly outdated: "plain" | "older key" | undefined
}

/** The text of tokens, one way and the other. Of several keys the first seals, and all of them open. */
export const makeTokenText = (keys: ReadonlyArray<TokenKey>) => {
  const [key] = keys
  let sealer: Sealer | undefined

  const readSealed = Effect.fnUntraced(function* (text: string) {
    const sealed = yield* Schema.decodeEffect(SealedText)(text).pipe(
      Effect.mapError((): Unread => "damaged"),
    )
    if (key === undefined) return yield* Effect.fail<Unread>("no key")
    // Nothing may be said in another way either, but for the end of the line.
    if (formatSealed(sealed) !== `${text.trimEnd()}\n`) return yield* Effect.fail<Unread>("changed")
    const opened = yield* decrypt(keys, sealed)
    if (opened.place === 0) sealer = opened.sealer
    const tokens = yield* parse(opened.text)
    return { tokens, outdated: opened.place === 0 ? undefined : "older key" } satisfies Read
  })

  return {
    write: Effect.fnUntraced(function* (tokens: StoredTokens) {
      if (key === undefined) return format(tokens)
      sealer ??= yield* makeSealer(key)
      return formatSealed(yield* seal(sealer, format(tokens)))
    }),
    read: (text: string): Effect.Effect<Read, Unread> => {
      const found = Schema.decodeOption(Versioned)(text)
      if (Option.isNone(found)) {
        const outdated = key === undefined ? undefined : "plain"
        return Effect.map(parse(text), (tokens) => ({ tokens, outdated }))
      }
      return found.value.version > encryptionVersion ? Effect.fail("newer") : readSealed(text)
    },
  }
}
