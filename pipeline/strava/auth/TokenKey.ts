/**
 * `PACELINE_TOKEN_KEY`: the secret that `tokens.json` is sealed with, where the file is kept on machines
 * of others. `PACELINE_TOKEN_KEY_OLD` still opens it, so that a key can be changed.
 */
import { Config, Effect, Option, Redacted } from "effect"
import { NotConfigured } from "../errors.ts"

type Bytes = Uint8Array<ArrayBuffer>

/** Bytes that are as good as random, or words, which cost whoever guesses them time. */
export interface TokenKey {
  readonly secret: Redacted.Redacted<Bytes>
  readonly stretched: boolean
}

/** A key made of a secret and a salt, and a name by which the same key is known again. */
export interface Derived {
  readonly key: CryptoKey
  readonly id: string
}

/** Iterations that OWASP recommends for PBKDF2 with SHA-256. Part of the format: a change needs a new version. */
const rounds = 600_000

const least = { characters: 24, different: 10, bytes: 16 }

const weak = (why: string) =>
  new NotConfigured({
    missing: `PACELINE_TOKEN_KEY is too weak: ${why}`,
    remedy:
      "Make one that nobody can guess with: openssl rand -base64 32 (or take a passphrase of " +
      `${least.characters} characters or more, ${least.different} of them different), and keep it as a secret`,
  })

const different = (parts: Iterable<unknown>) => new Set(parts).size

const fromHex = (text: string): Bytes => Uint8Array.fromHex(text)
const fromBase64 = (text: string): Bytes =>
  Uint8Array.fromBase64(text.replaceAll("-", "+").replaceAll("_", "/"))

/** 32 bytes in base64 or as hexadecimal digits; anything else is words. */
const parse = (line: string): Effect.Effect<TokenKey, NotConfigured> => {
  const bytes = /^[0-9a-f]{64}$/i.test(line)
    ? fromHex(line)
    : /^[\w+/-]{42}[AEIMQUYcgkosw048]=?$/.test(line)
    ? fromBase64(line)
    : undefined
  if (bytes !== undefined) {
    return different(bytes) < least.bytes
      ? Effect.fail(weak("its bytes are not random"))
      : Effect.succeed({ secret: Redacted.make(bytes), stretched: false })
  }
  const characters = [...line]
  if (characters.length < least.characters) {
    return Effect.fail(weak(`it has ${characters.length} characters`))
  }
  if (different(characters) < least.different) {
    return Effect.fail(weak("it is the same few characters again and again"))
  }
  const secret = Redacted.make(new TextEncoder().encode(line.normalize("NFC")))
  return Effect.succeed({ secret, stretched: true })
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
 * The keys of the environment, the one that encrypts first; none if the tokens are not to be encrypted. A key
 * that is being replaced follows in a variable of its own, because some hosts can hide only a single line;
 * further lines of the first variable count too.
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

const purpose = (name: string) => new TextEncoder().encode(`paceline tokens 1: ${name}`)

const masterOf = async ({ secret, stretched }: TokenKey, salt: Bytes): Promise<Bytes> => {
  const bytes = Redacted.value(secret)
  if (!stretched) return bytes
  const words = await crypto.subtle.importKey("raw", bytes, "PBKDF2", false, ["deriveBits"])
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }
  return new Uint8Array(await crypto.subtle.deriveBits(how, words, 256))
}

/** The key that seals with this salt. */
export const derive = (from: TokenKey, salt: Bytes): Effect.Effect<Derived> =>
  Effect.promise(async () => {
    const bytes = await masterOf(from, salt)
    const master = await crypto.subtle.importKey("raw", bytes, "HKDF", false, [
      "deriveKey",
      "deriveBits",
    ])
    const how = (name: string) => ({ name: "HKDF", hash: "SHA-256", salt, info: purpose(name) })
    const aes = { name: "AES-GCM", length: 256 }
    const [key, id] = await Promise.all([
      crypto.subtle.deriveKey(how("key"), master, aes, false, ["encrypt", "decrypt"]),
      crypto.subtle.deriveBits(how("id"), master, 64),
    ])
    return { key, id: new Uint8Array(id).toHex() }
  })
