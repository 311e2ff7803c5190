/** Reads one entry of a ZIP file: its header, its data in one piece, and its checksum. */
import { Effect, Predicate } from "effect"
import { crc32, inflateRawSync } from "node:zlib"
import type { ByteSource } from "./ByteSource.ts"
import { causeWords, EntryError, entryTooLarge, mostEntryBytes } from "./EntryError.ts"

/** An entry as the list of files describes it. */
export interface ZipEntry {
  readonly name: string
  /** Position of its header. */
  readonly position: number
  readonly flags: number
  readonly method: number
  /** Bytes in the ZIP file. */
  readonly compressedSize: number
  /** Uncompressed size in bytes. */
  readonly size: number
  /** Checksum of the uncompressed bytes. */
  readonly crc: number
  /** Checksum of the bytes of the name, which are not kept. */
  readonly nameCrc: number
}

const stored = 0
const deflated = 8
const encryptedFlag = 1

const headerSize = 30
const headerMark = 0x04034b50

/** Maximum number of bytes that a compressed byte can become. */
const mostExpansion = 1032

/** Unpacks into one piece of memory of the declared size; throws as soon as there is more. */
const inflate = (compressed: Uint8Array, size: number): Uint8Array => {
  const { buffer, byteOffset, length } = inflateRawSync(compressed, {
    maxOutputLength: Math.max(1, size),
    chunkSize: Math.min(size, compressed.length * mostExpansion) + 64,
  })
  return new Uint8Array(buffer, byteOffset, length)
}

const isTooLarge = (cause: unknown) =>
  Predicate.hasProperty(cause, "code") && cause.code === "ERR_BUFFER_TOO_LARGE"

/**
 * Returns the uncompressed bytes of an entry. Fails with `EntryError` unless its header agrees with the
 * list of files, and its bytes with their declared size and checksum. Needs memory for the compressed and
 * the uncompressed bytes, at most `mostEntryBytes` each.
 */
export const readEntry = Effect.fnUntraced(function* (source: ByteSource, entry: ZipEntry) {
  const { crc, flags, method, name, nameCrc, compressedSize, position, size } = entry
  const error = (reason: EntryError["reason"], detail: string, cause?: unknown) =>
    new EntryError({ name, reason, detail, ...(cause === undefined ? {} : { cause }) })
  const read = (position: number, length: number) =>
    Effect.try({
      try: () => source.read(position, length),
      catch: (cause) => error("unreadable", causeWords(cause), cause),
    })

  if ((flags & encryptedFlag) !== 0) return yield* error("encrypted", "it is encrypted")
  if (method !== stored && method !== deflated) {
    return yield* error("unsupported", `it is compressed with the unknown method ${method}`)
  }
  const largest = Math.max(size, compressedSize)
  if (largest > mostEntryBytes) return yield* entryTooLarge(name, largest)

  const header = yield* read(position, headerSize)
  if (header.length < headerSize) return yield* error("damaged", "its header is missing")
  const view = new DataView(header.buffer)
  const nameLength = view.getUint16(26, true)
  const start = position + headerSize + nameLength + view.getUint16(28, true)
  const agrees = view.getUint32(0, true) === headerMark && view.getUint16(8, true) === method &&
    (view.getUint16(6, true) & encryptedFlag) === 0 &&
    crc32(yield* read(position + headerSize, nameLength)) === nameCrc
  if (!agrees) {
    return yield* error("damaged", "its header differs from the list of files in the ZIP file")
  }

  const compressed = yield* read(start, compressedSize)
  const bytes = method === stored ? compressed : yield* Effect.try({
    try: () => inflate(compressed, size),
    catch: (cause) =>
      isTooLarge(cause)
        ? error("tooLarge", `it unpacks to more than the declared ${size} bytes`, cause)
        : error("damaged", "its compressed data is damaged", cause),
  })
  if (bytes.length !== size) {
    return yield* error("damaged", `it unpacks to ${bytes.length} of the declared ${size} bytes`)
  }
  if (crc32(bytes) !== crc) return yield* error("damaged", "its checksum is wrong")
  return bytes
})
