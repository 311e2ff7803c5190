/**
 * The response as the column `answer` keeps it: zstd, which takes two thirds of the space of gzip and less
 * time. Older rows hold gzip.
 */
import { Result } from "effect"
import { createHash } from "node:crypto"
import { constants, gunzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib"
import { bytesOf, textOf } from "../../schemas/utf8.ts"

/** No response is larger by far: one that claims to be is damaged, and must not take all memory. */
const maxOutputLength = 256 * 1024 * 1024

/** Higher levels take several times the time for a tenth less space. */
const params = { [constants.ZSTD_c_compressionLevel]: 1 }

/** Compresses a response, given as text or as bytes. */
export const pack = (response: string | Uint8Array): Uint8Array =>
  zstdCompressSync(typeof response === "string" ? bytesOf(response) : response, { params })

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** Returns the bytes that were packed, if their SHA-256 is `hash`. */
export const unpackBytes = (packed: Uint8Array, hash: string): Uint8Array | undefined => {
  const decompress = isGzip(packed) ? gunzipSync : zstdDecompressSync
  const unpacked = Result.try(() => decompress(packed, { maxOutputLength }))
  if (Result.isFailure(unpacked)) return undefined
  const found = createHash("sha256").update(unpacked.success).digest("hex")
  return found === hash ? unpacked.success : undefined
}

/** Returns the text that was packed, if its SHA-256 is `hash`. */
export const unpack = (packed: Uint8Array, hash: string): string | undefined => {
  const bytes = unpackBytes(packed, hash)
  return bytes && textOf(bytes)
}
