/** The answer as sent, as the column `answer` keeps it: gzip, so that any PostgreSQL client can read it. */
import { Result } from "effect"
import { createHash } from "node:crypto"
import { gunzipSync, gzipSync } from "node:zlib"
import { bytesOf, textOf } from "../../schemas/utf8.ts"

/** No answer is larger by far: what claims to be is damaged, and must not take all memory. */
const largest = 256 * 1024 * 1024

/** Compresses a response, given as text or as bytes. */
export const pack = (response: string | Uint8Array): Uint8Array =>
  gzipSync(typeof response === "string" ? bytesOf(response) : response, { level: 1 })

/** The text that `pack` was given, if its SHA-256 is `hash`. */
export const unpack = (bytes: Uint8Array, hash: string): string | undefined => {
  const unzipped = Result.try(() => gunzipSync(bytes, { maxOutputLength: largest }))
  if (Result.isFailure(unzipped)) return undefined
  const found = createHash("sha256").update(unzipped.success).digest("hex")
  return found === hash ? textOf(unzipped.success) : undefined
}
