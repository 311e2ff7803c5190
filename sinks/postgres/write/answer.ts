/** The response as the column `answer` stores it: compressed, and accepted only if its hash matches. */
import { Option } from "effect"
import { hashOf } from "../../../schemas/json/hash.ts"
import { unpacked } from "../../../schemas/json/compress.ts"
import { textOf } from "../../../schemas/json/utf8.ts"

/** Returns the bytes that were compressed; undefined unless their SHA-256 is `hash`. */
export const unpackBytes = (answer: Uint8Array, hash: string): Uint8Array | undefined => {
  const bytes = Option.getOrUndefined(unpacked(answer))
  return bytes !== undefined && hashOf(bytes) === hash ? bytes : undefined
}

/** Returns the text that was compressed; undefined unless its SHA-256 is `hash`. */
export const unpack = (answer: Uint8Array, hash: string): string | undefined => {
  const bytes = unpackBytes(answer, hash)
  return bytes && textOf(bytes)
}
