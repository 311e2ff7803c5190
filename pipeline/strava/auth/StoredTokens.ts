/** Content of `tokens.json` and its text: plain, or encrypted if there is a key. */
import { Effect, Option, Redacted, Schema } from "effect"
import {
  decrypt,
  deriveEncryptionKey,
  encrypt,
  EncryptedTokens,
  type EncryptionKey,
  encryptionVersion,
  formatEncrypted,
} from "./encryption.ts"
import type { TokenKey } from "./TokenKey.ts"

const Secret = Schema.RedactedFromValue(Schema.NonEmptyString)

/** Times are in seconds since 1970, as Strava sends them. */
export const StoredTokens = Schema.Struct({
  access_token: Schema.NullOr(Secret),
  refresh_token: Secret,
  expires_at: Schema.Finite,
  /** Refresh token of the pair before, until a request with the new pair has succeeded. */
  previous_refresh_token: Schema.NullOr(Secret),
  /**
   * Fingerprints of the credentials that led to this pair. A changed credential takes precedence over
   * the stored pair.
   */
  seeds: Schema.Array(Schema.String),
  /** Granted scope, with commas between its names; absent if it is unknown. */
  scope: Schema.optionalKey(Schema.String),
})
export type StoredTokens = typeof StoredTokens.Type

const Plain = Schema.fromJsonString(StoredTokens)
const EncryptedText = Schema.fromJsonString(EncryptedTokens)
const Versioned = Schema.fromJsonString(Schema.Struct({ version: Schema.Int }))

/** Formats the tokens. This is the only place that writes secrets. */
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

/** Parses the tokens. Drops the parser's error, because it could quote a token. */
const parse = (text: string) =>
  Schema.decodeEffect(Plain)(text).pipe(Effect.mapError(() => "damaged" as const))

/** Reason that a text has no tokens: it is damaged, or encrypted and cannot be decrypted. */
type ReadFailure = "damaged" | "newer" | "no key" | "another key" | "changed"

export interface ReadTokens {
  readonly tokens: StoredTokens
  /** Reason to write it again: it is not encrypted, or with an older key. */
  readonly outdated: "plain" | "older key" | undefined
}

/**
 * Formats and parses the text of `tokens.json`. The first key encrypts; all keys decrypt. With an `owner`, an
 * encrypted text can be read only as that owner's.
 */
export const makeTokenText = (keys: ReadonlyArray<TokenKey>, owner?: string) => {
  const [key] = keys
  let encryptionKey: EncryptionKey | undefined

  const readEncrypted = Effect.fnUntraced(function* (text: string) {
    const encrypted = yield* Schema.decodeEffect(EncryptedText)(text).pipe(
      Effect.mapError((): ReadFailure => "damaged"),
    )
    if (key === undefined) return yield* Effect.fail<ReadFailure>("no key")
    // Reject any other spelling of the same data, except for the end of the line.
    if (formatEncrypted(encrypted) !== `${text.trimEnd()}\n`) {
      return yield* Effect.fail<ReadFailure>("changed")
    }
    const decrypted = yield* decrypt(keys, encrypted, owner)
    if (decrypted.place === 0) encryptionKey = decrypted.encryptionKey
    const tokens = yield* parse(decrypted.text)
    return {
      tokens,
      outdated: decrypted.place === 0 ? undefined : "older key",
    } satisfies ReadTokens
  })

  return {
    write: Effect.fnUntraced(function* (tokens: StoredTokens) {
      if (key === undefined) return format(tokens)
      encryptionKey ??= yield* deriveEncryptionKey(key)
      return formatEncrypted(yield* encrypt(encryptionKey, format(tokens), owner))
    }),
    read: (text: string): Effect.Effect<ReadTokens, ReadFailure> => {
      const found = Schema.decodeOption(Versioned)(text)
      if (Option.isNone(found)) {
        const outdated = key === undefined ? undefined : "plain"
        return Effect.map(parse(text), (tokens) => ({ tokens, outdated }))
      }
      return found.value.version > encryptionVersion ? Effect.fail("newer") : readEncrypted(text)
    },
  }
}
