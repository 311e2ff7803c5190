/**
 * Authenticated encryption of a text: AES-256-GCM with a new nonce each time and a key derived with a
 * stored salt. All stored fields are authenticated.
 */
import { Effect, Schema } from "effect"
import { type DerivedKey, deriveKey, type TokenKey } from "./TokenKey.ts"

type Bytes = Uint8Array<ArrayBuffer>

/** Version of the format: cipher, key derivation and authenticated fields. */
export const encryptionVersion = 1
const like = (pattern: RegExp) => Schema.String.check(Schema.isPattern(pattern))

/** Fields of the encrypted file. Bytes are base64. */
export const EncryptedTokens = Schema.Struct({
  version: Schema.Int,
  cipher: Schema.Literal("AES-256-GCM"),
  /** Identifies the key: 8 bytes derived from key and salt, as hexadecimal digits. */
  key: like(/^[0-9a-f]{16}$/),
  /** 16 bytes. */
  salt: like(/^[A-Za-z0-9+/]{22}==$/),
  /** 12 bytes, new for each encryption. */
  nonce: like(/^[A-Za-z0-9+/]{16}$/),
  /** The encrypted text, followed by the 16 bytes of its authentication tag. */
  sealed: Schema.String,
})
export type EncryptedTokens = typeof EncryptedTokens.Type

/** Reason that decryption failed. */
type DecryptFailure = "another key" | "changed"

/** Returns the text of the file, including the line end. */
export const formatEncrypted = (
  { cipher, key, nonce, salt, sealed, version }: EncryptedTokens,
): string => JSON.stringify({ version, cipher, key, salt, nonce, sealed }) + "\n"

/** Returns the authenticated data: all fields but the encrypted text, and its owner, who is not stored with it. */
const authenticatedData = (
  { cipher, key, nonce, salt, version }: Omit<EncryptedTokens, "sealed">,
  owner: string | undefined,
): Bytes =>
  new TextEncoder().encode(
    JSON.stringify({ version, cipher, key, salt, nonce, ...(owner !== undefined && { owner }) }),
  )

const randomBytes = (length: number): Bytes => crypto.getRandomValues(new Uint8Array(length))

/** A derived key and its salt, kept for the whole run because derivation takes time. */
export interface EncryptionKey {
  readonly salt: string
  readonly derived: DerivedKey
}

/** Derives the key for this salt, or for a new one. */
export const deriveEncryptionKey = Effect.fnUntraced(function* (key: TokenKey, salt?: string) {
  const bytes = salt === undefined ? randomBytes(16) : Uint8Array.fromBase64(salt)
  return { salt: bytes.toBase64(), derived: yield* deriveKey(key, bytes) } satisfies EncryptionKey
})

/** Encrypts a text. With an `owner`, it can be decrypted only as that owner's. */
export const encrypt = (
  { derived, salt }: EncryptionKey,
  text: string,
  owner?: string,
): Effect.Effect<EncryptedTokens> =>
  Effect.promise(async () => {
    const iv = randomBytes(12)
    const head = {
      version: encryptionVersion,
      cipher: "AES-256-GCM",
      key: derived.id,
      salt,
      nonce: iv.toBase64(),
    } as const
    const algorithm = { name: "AES-GCM", iv, additionalData: authenticatedData(head, owner) }
    const bytes = await crypto.subtle.encrypt(
      algorithm,
      derived.key,
      new TextEncoder().encode(text),
    )
    return { ...head, sealed: new Uint8Array(bytes).toBase64() }
  })

const decryptWith = (
  { derived }: EncryptionKey,
  encrypted: EncryptedTokens,
  owner: string | undefined,
): Effect.Effect<string, DecryptFailure> =>
  Effect.tryPromise({
    try: async () => {
      const iv = Uint8Array.fromBase64(encrypted.nonce)
      const additionalData = authenticatedData(encrypted, owner)
      const algorithm = { name: "AES-GCM", iv, additionalData }
      // Strict, because otherwise two spellings of the last letter would mean the same bytes.
      const bytes = Uint8Array.fromBase64(encrypted.sealed, { lastChunkHandling: "strict" })
      return new TextDecoder().decode(await crypto.subtle.decrypt(algorithm, derived.key, bytes))
    },
    catch: () => "changed" as const,
  })

/** Decrypts a text. Returns it with the position of its key in `keys`. */
export const decrypt = Effect.fnUntraced(function* (
  keys: ReadonlyArray<TokenKey>,
  encrypted: EncryptedTokens,
  owner?: string,
) {
  for (const [place, key] of keys.entries()) {
    const encryptionKey = yield* deriveEncryptionKey(key, encrypted.salt)
    if (encryptionKey.derived.id !== encrypted.key) continue
    return { text: yield* decryptWith(encryptionKey, encrypted, owner), encryptionKey, place }
  }
  return yield* Effect.fail<DecryptFailure>("another key")
})
