/** The response as the column `answer` keeps it: compressed, and believed only if its hash agrees. */
import { Option } from "effect"
import { createHash } from "node:crypto"
import { unpacked } from "../../schemas/packed.ts"
import { textOf } from "../../schemas/utf8.ts"

/** Returns the bytes that were packed, if their SHA-256 is `hash`. */
export const unpackBytes = (answer: Uint8Array, hash: string): Uint8Array | undefined => {
  const bytes = Option.getOrUndefined(unpacked(answer))
  if (bytes === undefined) return undefined
  return createHash("sha256").update(bytes).digest("hex") === hash ? bytes : undefined
}

/** Returns the text that was packed, if its SHA-256 is `hash`. */
export const unpack = (answer: Uint8Array, hash: string): string | undefined => {
  const bytes = unpackBytes(answer, hash)
  return bytes && textOf(bytes)
}
