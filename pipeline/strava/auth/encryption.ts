/**
 * Authenticated encryption of a text: AES-256-GCM with a new nonce each time and a key derived with a
 * stored salt. All stored fields are authenticated.
 */
import { Effect, Schema } from "effect"
import { derive, type Derived, type TokenKey } from "./TokenKey.ts"

type Bytes = Uint8Array<ArrayBuffer>

/** Of the format: cipher, derivation and what is authenticated. */
export const encryptionVersion = 1
const like = (pattern: RegExp) => Schema.String.check(Schema.isPattern(pattern))

/** Fields of the encrypted file. Bytes are base64. */
export const Sealed = Schema.Struct({
  version: Schema.Int,
  cipher: Schema.Literal("AES-256-GCM"),
  /** Identifies the key: 8 bytes derived from key and salt, as hexadecimal digits. */
  key: like(/^[0-9a-f]{16}$/),
  /** 16 bytes. */
  salt: like(/^[A-Za-z0-9+/]{22}==$/),
  /** 12 bytes, others each time. */
  nonce: like(/^[A-Za-z0-9+/]{16}$/),
  /** The text and, as its last 16 bytes, what proves that all of it is as it was. */
  sealed: Schema.String,
})
export type Sealed = typeof Sealed.Type

/** Reason that decryption failed. */
type Unopened = "another key" | "changed"

/** Line end included. */
export const formatToken = ({ cipher, key, nonce, salt, sealed, version }: Sealed): string =>
  JSON.stringify({ version, cipher, key, salt, nonce, sealed }) + "\n"

/** Authenticated data next to the encrypted text. */
const beside = ({ cipher, key, nonce, salt, version }: Omit<Sealed, "sealed">): Bytes =>
  new TextEncoder().encode(JSON.stringify({ version, cipher, key, salt, nonce }))

const random = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

/** A key in use: the same salt for as long as the program runs, since deriving takes time. */
export interface Sealer {
  readonly salt: string
  readonly derived: Derived
}

/** The key with this salt, or a new one. */
export const makeSealer = Effect.fnUntraced(function* (key: TokenKey, salt?: string) {
  const bytes = salt === undefined ? random(16) : Uint8Array.fromBase64(salt)
  return { salt: bytes.toBase64(), derived: yield* derive(key, bytes) } satisfies Sealer
})

export const seal = ({ derived, salt }: Sealer, text: string): Effect.Effect<Sealed> =>
  Effect.promise(async () => {
    const iv = random(12)
    const head = {
      version: encryptionVersion,
      cipher: "AES-256-GCM",
      key: derived.id,
      salt,
      nonce: iv.toBase64(),
    } as const
    const how = { name: "AES-GCM", iv, additionalData: beside(head) }
    const bytes = await crypto.subtle.encrypt(how, derived.key, new TextEncoder().encode(text))
    return { ...head, sealed: new Uint8Array(bytes).toBase64() }
  })

const openWith = ({ derived }: Sealer, sealed: Sealed): Effect.Effect<string, Unopened> =>
  Effect.tryPromise({
    try: async () => {
      const iv = Uint8Array.fromBase64(sealed.nonce)
      const how = { name: "AES-GCM", iv, additionalData: beside(sealed) }
      // Strict, or the last letter could be another one and mean the same.
      const bytes = Uint8Array.fromBase64(sealed.sealed, { lastChunkHandling: "strict" })
      return new TextDecoder().decode(await crypto.subtle.decrypt(how, derived.key, bytes))
    },
    catch: () => "changed" as const,
  })

/** The text, and which of the keys it was sealed with. */
export const decrypt = Effect.fnUntraced(function* (
  keys: ReadonlyArray<TokenKey>,
  sealed: Sealed,
) {
  for (const [place, key] of keys.entries()) {
    const sealer = yield* makeSealer(key, sealed.salt)
    if (sealer.derived.id !== sealed.key) continue
    return { text: yield* openWith(sealer, sealed), sealer, place }
  }
  return yield* Effect.fail<Unopened>("another key")
})
