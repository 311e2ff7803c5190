/** Headers of FIT files: one file can be a chain of several, each with its own header and checksum. */

/** A header, as positions in the bytes. */
export interface FitHeader {
  /** First byte of the header. */
  readonly at: number
  /** First byte of the data. */
  readonly start: number
  /** First byte after the data, by the header: the checksum. Can be beyond the end of the bytes. */
  readonly end: number
  /** Problem of the header, if it has one. */
  readonly problem?: string
}

/** Bytes up to the end of the signature `.FIT`; a header of today has a checksum of 2 bytes after it. */
const shortest = 12
const usual = 14

/** Bytes of a checksum. */
export const checksumSize = 2

const table = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  return crc
})

/**
 * Returns the CRC-16 of a range of bytes. It is 0 for bytes that are followed by their own checksum,
 * low byte first.
 */
export const crc16 = (bytes: Uint8Array, from: number, to: number): number => {
  let crc = 0
  for (let i = from; i < to; i++) crc = (crc >>> 8) ^ table[(crc ^ bytes[i]!) & 0xff]!
  return crc
}

/** True if the signature `.FIT` is at `at`; every header has it at byte 8. */
export const isFitSignature = (bytes: Uint8Array, at: number): boolean =>
  bytes[at] === 0x2e && bytes[at + 1] === 0x46 && bytes[at + 2] === 0x49 && bytes[at + 3] === 0x54

/** Returns the header at `at`; undefined if there is none. */
export const headerAt = (bytes: Uint8Array, at: number): FitHeader | undefined => {
  if (at + shortest > bytes.length || !isFitSignature(bytes, at + 8)) return undefined
  const size = bytes[at]!
  const dataSize = bytes[at + 4]! + bytes[at + 5]! * 0x100 + bytes[at + 6]! * 0x10000 +
    bytes[at + 7]! * 0x1000000
  // A header that is too small for its own signature is damaged: its usual size is the best guess.
  const start = at + (size < shortest ? usual : size)
  const problem = size < shortest
    ? `the header says that it has ${size} bytes`
    : size >= usual && start <= bytes.length && (bytes[at + 12]! !== 0 || bytes[at + 13]! !== 0) &&
        crc16(bytes, at, at + usual) !== 0
    ? "the checksum of the header is wrong"
    : undefined
  return { at, start, end: start + dataSize, ...(problem === undefined ? {} : { problem }) }
}

/** Returns the position of the first header at or after `from`; undefined if there is none. */
export const nextHeader = (bytes: Uint8Array, from: number): number | undefined => {
  for (let at = bytes.indexOf(0x2e, from + 8); at >= 0; at = bytes.indexOf(0x2e, at + 1)) {
    if (isFitSignature(bytes, at) && bytes[at - 8]! >= shortest) return at - 8
  }
  return undefined
}
