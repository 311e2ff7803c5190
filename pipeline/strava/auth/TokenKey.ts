/**
 * `PACELINE_TOKEN_KEY`: the secret that encrypts `tokens.json`, for files on machines of others.
 * `PACELINE_TOKEN_KEY_OLD` still decrypts it, so that the key can be changed.
 */
import { Config, Effect, Option, Redacted } from "effect"
import { NotConfigured } from "../errors.ts"

type Bytes = Uint8Array<ArrayBuffer>

/** Random bytes, or a passphrase, which is stretched so that guessing it takes time. */
export interface TokenKey {
  readonly secret: Redacted.Redacted<Bytes>
  readonly isPassphrase: boolean
}

/** A key derived from a secret and a salt, and an identifier by which it is recognized. */
export interface DerivedKey {
  readonly key: CryptoKey
  readonly id: string
}

/** Iterations that OWASP recommends for PBKDF2 with SHA-256. Part of the format: a change needs a new version. */
const iterations = 600_000

const minimum = { characters: 24, distinct: 10, bytes: 16 }

const weakKey = (why: string) =>
  new NotConfigured({
    missing: `PACELINE_TOKEN_KEY is too weak: ${why}`,
    remedy: "Generate a key: openssl rand -base64 32. Or use a passphrase of at least " +
      `${minimum.characters} characters, ${minimum.distinct} of them different. Keep it secret`,
  })

const countDistinct = (parts: Iterable<unknown>) => new Set(parts).size

const fromHex = (text: string): Bytes => Uint8Array.fromHex(text)
const fromBase64 = (text: string): Bytes =>
  Uint8Array.fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"))

/** Parses 32 bytes in base64 or hexadecimal digits; any other text is a passphrase. */
const parse = (line: string): Effect.Effect<TokenKey, NotConfigured> => {
  const bytes = /^[0-9a-f]{64}$/i.test(line)
    ? fromHex(line)
    : /^[\w+/-]{42}[AEIMQUYcgkosw048]=?$/.test(line)
    ? fromBase64(line)
    : undefined
  if (bytes !== undefined) {
    return countDistinct(bytes) < minimum.bytes
      ? Effect.fail(weakKey("its bytes are not random"))
      : Effect.succeed({ secret: Redacted.make(bytes), isPassphrase: false })
  }
  const characters = [...line]
  if (characters.length < minimum.characters) {
    return Effect.fail(weakKey(`it has ${characters.length} characters`))
  }
  if (countDistinct(characters) < minimum.distinct) {
    return Effect.fail(weakKey("it repeats a few characters"))
  }
  const secret = Redacted.make(new TextEncoder().encode(line.normalize("NFC")))
  return Effect.succeed({ secret, isPassphrase: true })
}

/** Text of a variable; empty if it is unset. */
const textOf = (name: string) =>
  Config.Redacted(name).pipe(
    Config.option,
    Effect.map(Option.match({ onNone: () => "", onSome: Redacted.value })),
    Effect.mapError(() =>
      new NotConfigured({ missing: `${name} cannot be read`, remedy: "Set it, or unset it" })
    ),
  )

/**
 * The keys of the environment, the one that encrypts first; none if the tokens are not to be encrypted.
 * A key that is being replaced has a variable of its own, because some hosts can hide only a single
 * line; further lines of the first variable count too.
 */
export const tokenKeys: Effect.Effect<ReadonlyArray<TokenKey>, NotConfigured> = Effect.gen(
  function* () {
    const text = yield* textOf("PACELINE_TOKEN_KEY")
    if (text.trim() === "") return []
    const lines = `${text}\n${yield* textOf("PACELINE_TOKEN_KEY_OLD")}`.split(/[\r\n]+/)
      .map((line) => line.trim()).filter((line) => line !== "")
    return yield* Effect.forEach(lines, parse)
  },
)

const infoFor = (name: string) => new TextEncoder().encode(`paceline tokens 1: ${name}`)

const masterKey = async ({ secret, isPassphrase }: TokenKey, salt: Bytes): Promise<Bytes> => {
  const bytes = Redacted.value(secret)
  if (!isPassphrase) return bytes
  const passphrase = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"])
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: iterations }
  return new Uint8Array(await crypto.subtle.deriveBits(how, passphrase, 256))
}

/** Derives the encryption key for this salt. */
export const deriveKey = (from: TokenKey, salt: Bytes): Effect.Effect<DerivedKey> =>
  Effect.promise(async () => {
    const bytes = await masterKey(from, salt)
    const master = await crypto.subtle.importKey("raw", bytes, "HKDF", false, [
      "deriveKey",
      "deriveBits",
    ])
    const how = (name: string) => ({ name: "HKDF", hash: "SHA-256", salt, info: infoFor(name) })
    const aes = { name: "AES-GCM", length: 256 }
    const [key, id] = await Promise.all([
      crypto.subtle.deriveKey(how("key"), master, aes, false, ["encrypt", "decrypt"]),
      crypto.subtle.deriveBits(how("id"), master, 64),
    ])
    return { key, id: new Uint8Array(id).toHex() }
  })
