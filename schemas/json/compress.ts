/**
 * Compression of responses: in the state file, where they are written twice and read rarely, and in
 * PostgreSQL.
 */
import { Option } from "effect"
import { constants, gunzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib"

/** Higher levels take several times the time for a tenth less space. */
const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/**
 * No response comes close to this size: one that claims to is damaged, and must not take all
 * memory.
 */
const maxOutputLength = 256 * 1024 * 1024

/** Returns the bytes of a response in zstd, at the fastest level: two thirds of gzip in size, and faster. */
export const packed = (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes, options)

/** True for the first bytes of every zstd frame. Older versions wrote gzip. */
const isZstd = ([first, second, third, fourth]: Uint8Array): boolean =>
  first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd

/** Returns the bytes of a response; none, or others, if the body is damaged: compare their hash. */
export const unpacked = Option.liftThrowable((body: Uint8Array): Uint8Array =>
  isZstd(body)
    ? zstdDecompressSync(body, { maxOutputLength })
    : gunzipSync(body, { maxOutputLength })
)
