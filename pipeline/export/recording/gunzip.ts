/** Decompression of activity files: bounded, and as much as is readable of a damaged file. */
import { Predicate, Result } from "effect"
import { constants, gunzipSync } from "node:zlib"

/**
 * Maximum number of bytes of a decompressed activity file. A TCX file of a day with one point per second has
 * 60 million.
 */
export const largestFile = 100_000_000

/** Maximum number of times that a file is compressed: some are compressed before Strava does it. */
const mostLayers = 2

interface Unzipped {
  /** Undefined if the content exceeds the limit. */
  readonly bytes: Uint8Array | undefined
  readonly notes: ReadonlyArray<string>
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

/** Maximum number of bytes that a compressed byte becomes in usual files; more are decompressed in further chunks. */
const usualExpansion = 32

/** Returns the size that the end of a file declares, as far as it is plausible: then it is one chunk. */
const chunkSizeOf = (bytes: Uint8Array, limit: number): number => {
  const { buffer, byteOffset, length } = bytes
  if (length < 18) return 1024
  const declared = new DataView(buffer, byteOffset, length).getUint32(length - 4, true)
  return Math.max(1024, Math.min(declared, limit, length * usualExpansion) + 64)
}

const inflate = (bytes: Uint8Array, maxOutputLength: number, finishFlush: number) =>
  Result.try((): Uint8Array =>
    gunzipSync(bytes, {
      maxOutputLength,
      finishFlush,
      chunkSize: chunkSizeOf(bytes, maxOutputLength),
    })
  )

const isTooLarge = (cause: unknown): boolean =>
  Predicate.hasProperty(cause, "code") && cause.code === "ERR_BUFFER_TOO_LARGE"

/**
 * Returns the content of the longest beginning of a damaged file that can be decompressed. zlib discards the
 * output of the call that finds the damage, so this bisects the length: at most 27 calls.
 */
const readablePart = (bytes: Uint8Array, limit: number): Uint8Array => {
  let content: Uint8Array = new Uint8Array(0)
  let readable = 0
  let damaged = bytes.length
  while (damaged - readable > 1) {
    const middle = (readable + damaged) >>> 1
    const result = inflate(bytes.subarray(0, middle), limit, constants.Z_SYNC_FLUSH)
    if (Result.isSuccess(result)) {
      readable = middle
      content = result.success
    } else damaged = middle
  }
  return content
}

const unzipOnce = (bytes: Uint8Array, limit: number): Unzipped => {
  const whole = inflate(bytes, limit, constants.Z_FINISH)
  if (Result.isSuccess(whole)) return { bytes: whole.success, notes: [] }
  if (isTooLarge(whole.failure)) {
    return { bytes: undefined, notes: [`larger than ${limit / 1e6} MB when decompressed`] }
  }
  const flushed = inflate(bytes, limit, constants.Z_SYNC_FLUSH)
  return Result.isSuccess(flushed)
    ? { bytes: flushed.success, notes: ["damaged: the compressed file is cut"] }
    : { bytes: readablePart(bytes, limit), notes: ["damaged: the compressed file has errors"] }
}

/**
 * Decompresses a file in gzip, with any number of members; returns any other file unchanged. Of a cut or
 * damaged file, the readable beginning is returned with a note. `limit` is in bytes.
 */
export const gunzip = (bytes: Uint8Array, limit = largestFile): Unzipped => {
  let content: Uint8Array | undefined = bytes
  const notes: Array<string> = []
  for (let layer = 0; layer < mostLayers && content !== undefined && isGzip(content); layer++) {
    const unzipped: Unzipped = unzipOnce(content, limit)
    content = unzipped.bytes
    notes.push(...unzipped.notes)
  }
  return { bytes: content, notes }
}
