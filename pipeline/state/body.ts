/** The body of a staged response: compressed, because it is written to the disk twice and read back rarely. */
import { Option } from "effect"
import { constants, gunzipSync, zstdCompressSync, zstdDecompressSync } from "node:zlib"

const options = { params: { [constants.ZSTD_c_compressionLevel]: 1 } }

/** Returns the bytes of a response in zstd, at the fastest level: half of gzip in time and size. */
export const packed = (bytes: Uint8Array): Uint8Array => zstdCompressSync(bytes, options)

/** True of the first bytes of every zstd frame. State files of before hold gzip. */
const isZstd = ([first, second, third, fourth]: Uint8Array): boolean =>
  first === 0x28 && second === 0xb5 && third === 0x2f && fourth === 0xfd

/** Returns the bytes of a response; none, or others, if the body is damaged: compare their hash. */
export const unpacked = Option.liftThrowable((body: Uint8Array): Uint8Array =>
  isZstd(body) ? zstdDecompressSync(body) : gunzipSync(body)
)
