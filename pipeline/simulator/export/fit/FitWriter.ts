/** Writes the bytes of FIT files: definitions and data messages into one growing buffer. */

/** Base types of fields, as in the protocol. */
const fitTypes = {
  enum: 0x00,
  sint8: 0x01,
  uint8: 0x02,
  string: 0x07,
  byte: 0x0d,
  sint16: 0x83,
  uint16: 0x84,
  sint32: 0x85,
  uint32: 0x86,
  uint32z: 0x8c,
} as const
type FitType = keyof typeof fitTypes

const sizes: Readonly<Record<FitType, number>> = {
  enum: 1,
  sint8: 1,
  uint8: 1,
  string: 1,
  byte: 1,
  sint16: 2,
  uint16: 2,
  sint32: 4,
  uint32: 4,
  uint32z: 4,
}

/** Values that stand for none. */
const invalid: Readonly<Record<FitType, number>> = {
  enum: 0xff,
  sint8: 0x7f,
  uint8: 0xff,
  string: 0,
  byte: 0xff,
  sint16: 0x7fff,
  uint16: 0xffff,
  sint32: 0x7fffffff,
  uint32: 0xffffffff,
  uint32z: 0,
}

/** A field of a definition: its number, its type, and how many values it has (1 by default). */
export type FitField = readonly [number: number, type: FitType, length?: number]

/** A field with its value: a number, text of `length` bytes, or undefined for none. */
type FitValue = readonly [
  number: number,
  type: FitType,
  value: number | string | undefined,
  length?: number,
]

/** A developer field of a definition: its number and its size in bytes. */
type FitDeveloperField = readonly [number: number, bytes: number]

const crcTable = new Uint16Array(256).map((_, i) => {
  let crc = i
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xa001 : crc >>> 1
  return crc
})

/** Returns the checksum of FIT (CRC-16/ARC) of the bytes from `from`, below `to`. */
export const fitCrc = (bytes: Uint8Array, from: number, to: number): number => {
  let crc = 0
  for (let i = from; i < to; i++) crc = (crc >>> 8) ^ crcTable[(crc ^ bytes[i]!) & 0xff]!
  return crc
}

/** Seconds from 1970 to the epoch of FIT, 1989-12-31. */
export const fitEpoch = 631_065_600

export class FitWriter {
  private readonly little: boolean
  private bytes: Uint8Array<ArrayBuffer>
  private view: DataView
  private length = 0
  /** Position of the header of the current file. */
  private start = 0

  /** `little`: true if values have their lowest byte first; the header always has. */
  constructor(little: boolean, capacity: number) {
    this.little = little
    this.bytes = new Uint8Array(capacity)
    this.view = new DataView(this.bytes.buffer)
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + more))
    larger.set(this.bytes.subarray(0, this.length))
    this.bytes = larger
    this.view = new DataView(larger.buffer)
  }

  /** Begins a file with a header of 14 bytes, or 12 as in old ones. */
  begin(headerSize: 12 | 14): void {
    this.reserve(headerSize)
    this.start = this.length
    const { bytes, start, view } = this
    bytes[start] = headerSize
    bytes[start + 1] = 0x20
    view.setUint16(start + 2, 2132, true)
    bytes.set([0x2e, 0x46, 0x49, 0x54], start + 8)
    this.length += headerSize
  }

  /** Ends the file: writes its size into its header, and both checksums. */
  end(): void {
    this.reserve(2)
    const { bytes, start, view } = this
    const headerSize = bytes[start]!
    view.setUint32(start + 4, this.length - start - headerSize, true)
    if (headerSize === 14) view.setUint16(start + 12, fitCrc(bytes, start, start + 12), true)
    view.setUint16(this.length, fitCrc(bytes, start, this.length), true)
    this.length += 2
  }

  /** Writes the definition of local message type `local` (0 to 15). */
  define(
    local: number,
    message: number,
    fields: ReadonlyArray<FitField>,
    developer: ReadonlyArray<FitDeveloperField> = [],
  ): void {
    this.reserve(8 + fields.length * 3 + developer.length * 3)
    this.byte(0x40 | local | (developer.length > 0 ? 0x20 : 0))
    this.byte(0)
    this.byte(this.little ? 0 : 1)
    this.value("uint16", message)
    this.byte(fields.length)
    for (const [number, type, length = 1] of fields) {
      this.byte(number)
      this.byte(sizes[type] * length)
      this.byte(fitTypes[type])
    }
    if (developer.length === 0) return
    this.byte(developer.length)
    for (const [number, size] of developer) {
      this.byte(number)
      this.byte(size)
      this.byte(0)
    }
  }

  /** Begins a data message; the caller then writes all its values. `bytes` is its largest size. */
  data(local: number, bytes = 256): void {
    this.reserve(bytes)
    this.byte(local)
  }

  /** Begins a data message with the lowest five bits of its time in its header. */
  compressed(local: number, seconds: number): void {
    this.reserve(256)
    this.byte(0x80 | (local << 5) | (seconds & 0x1f))
  }

  /** Writes a whole data message with one value for each field; undefined is none. */
  message(
    local: number,
    message: number,
    fields: ReadonlyArray<FitValue>,
  ): void {
    this.define(
      local,
      message,
      fields.map(([number, type, , length = 1]) => [number, type, length]),
    )
    this.data(local)
    for (const [, type, value, length] of fields) {
      if (type === "string") this.text(String(value ?? ""), length ?? 1)
      else this.value(type, typeof value === "number" ? value : undefined)
    }
  }

  byte(value: number): void {
    this.bytes[this.length++] = value
  }

  /** Writes a whole number, or the value that stands for none. The caller has reserved space. */
  value(type: FitType, value: number | undefined): void {
    const written = value ?? invalid[type]
    const { little, view } = this
    switch (sizes[type]) {
      case 1:
        this.bytes[this.length] = written
        break
      case 2:
        view.setUint16(this.length, written, little)
        break
      default:
        view.setUint32(this.length, written, little)
    }
    this.length += sizes[type]
  }

  /** Writes text that ends with a zero, within `size` bytes. */
  text(text: string, size: number): void {
    const end = this.length + size
    this.bytes.fill(0, this.length, end)
    new TextEncoder().encodeInto(text, this.bytes.subarray(this.length, end - 1))
    this.length = end
  }

  /** Returns the written bytes, without a copy. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.bytes.subarray(0, this.length)
  }
}
