/** Writes FIT files byte by byte, also those that no device writes. */
import type { FileColumn, Recording } from "../../../pipeline/export/recording/Recording.ts"

/** Base types as a definition names them, and the value of each that means "none". */
export const fitTypes = {
  enum: [0x00, 1, 0xff],
  sint8: [0x01, 1, 0x7f],
  uint8: [0x02, 1, 0xff],
  sint16: [0x83, 2, 0x7fff],
  uint16: [0x84, 2, 0xffff],
  sint32: [0x85, 4, 0x7fffffff],
  uint32: [0x86, 4, 0xffffffff],
  string: [0x07, 1, 0],
  float32: [0x88, 4, NaN],
  float64: [0x89, 8, NaN],
  uint8z: [0x0a, 1, 0],
  uint16z: [0x8b, 2, 0],
  uint32z: [0x8c, 4, 0],
  byte: [0x0d, 1, 0xff],
  sint64: [0x8e, 8, 0x7fffffffffffffffn],
  uint64: [0x8f, 8, 0xffffffffffffffffn],
  uint64z: [0x90, 8, 0n],
} as const satisfies Record<string, readonly [byte: number, size: number, none: number | bigint]>

export type FitType = keyof typeof fitTypes

/** Number of a field, its type, and its number of values if it is an array or a text. */
type FieldSpec = readonly [number: number, type: FitType, count?: number]

/** Value of a field: undefined for "none", a list for an array, and a text for a string. */
type FieldValue = number | bigint | string | undefined | ReadonlyArray<number>

interface DefineOptions {
  readonly big?: boolean
  /** Number, size and developer of each developer field. */
  readonly developer?: ReadonlyArray<readonly [number: number, size: number, developer: number]>
}

interface FileOptions {
  readonly headerSize?: number
  readonly crc?: number
  readonly headerCrc?: number
  /** Size of the data in the header. */
  readonly size?: number
}

const crcNibbles = [
  [0x0000, 0xcc01, 0xd801, 0x1400, 0xf001, 0x3c00, 0x2800, 0xe401],
  [0xa001, 0x6c00, 0x7800, 0xb401, 0x5000, 0x9c01, 0x8801, 0x4400],
].flat()

/** Returns the checksum of FIT, four bits at a time as the protocol describes it. */
export const fitChecksum = (bytes: Iterable<number>): number => {
  let crc = 0
  for (const byte of bytes) {
    for (const nibble of [byte & 15, byte >> 4]) {
      crc = (crc >> 4) ^ crcNibbles[crc & 15]! ^ crcNibbles[nibble]!
    }
  }
  return crc
}

const little = (value: number, size: number): ReadonlyArray<number> =>
  Array.from({ length: size }, (_, i) => Math.floor(value / 256 ** i) & 0xff)

const bytesOfValue = (type: FitType, value: number | bigint | undefined, big: boolean) => {
  const [, size, none] = fitTypes[type]
  const view = new DataView(new ArrayBuffer(8))
  const written = value ?? none
  if (type === "float32" && value !== undefined) view.setFloat32(0, Number(value), !big)
  else if (type === "float64" && value !== undefined) view.setFloat64(0, Number(value), !big)
  // A float without a value has all bits set.
  else if (type.startsWith("float")) view.setBigInt64(0, -1n)
  else if (typeof written === "bigint") view.setBigUint64(0, written, !big)
  else if (size === 8) view.setBigInt64(0, BigInt(written), !big)
  else if (size === 4) view.setUint32(0, written, !big)
  else if (size === 2) view.setUint16(0, written, !big)
  else view.setUint8(0, written)
  return [...new Uint8Array(view.buffer, 0, size)]
}

/** Messages of one FIT file. */
export class FitBytes {
  private readonly body: Array<number> = []
  private readonly definitions = new Map<
    number,
    { fields: ReadonlyArray<FieldSpec>; big: boolean }
  >()

  raw(...bytes: ReadonlyArray<number>): this {
    for (const byte of bytes) this.body.push(byte)
    return this
  }

  define(
    local: number,
    message: number,
    fields: ReadonlyArray<FieldSpec>,
    { big = false, developer = [] }: DefineOptions = {},
  ): this {
    const number = little(message, 2)
    this.definitions.set(local, { fields, big })
    this.raw(0x40 | local | (developer.length > 0 ? 0x20 : 0), 0, big ? 1 : 0)
    this.raw(...(big ? number.toReversed() : number), fields.length)
    for (const [field, type, count = 1] of fields) {
      this.raw(field, fitTypes[type][1] * count, fitTypes[type][0])
    }
    return developer.length === 0 ? this : this.raw(developer.length, ...developer.flat())
  }

  private values(local: number, values: ReadonlyArray<FieldValue>): this {
    const { big, fields } = this.definitions.get(local)!
    fields.forEach(([, type, count = 1], i) => {
      const value = values[i]
      const list = typeof value === "string"
        ? [...new TextEncoder().encode(value)]
        : typeof value === "object"
        ? value
        : [value]
      for (let k = 0; k < count; k++) this.raw(...bytesOfValue(type, list[k], big))
    })
    return this
  }

  /** Adds a message; developer fields follow as raw bytes. */
  data(local: number, ...values: ReadonlyArray<FieldValue>): this {
    return this.raw(local).values(local, values)
  }

  /** Adds a message with the last five bits of its time in its first byte. */
  compressed(local: number, time: number, ...values: ReadonlyArray<FieldValue>): this {
    return this.raw(0x80 | (local << 5) | (time & 0x1f)).values(local, values)
  }

  /** Returns the file: header, messages, checksum. */
  file({ crc, headerCrc, headerSize = 14, size }: FileOptions = {}): Uint8Array<ArrayBuffer> {
    const start = [headerSize, 0x20, 0x54, 0x08, ...little(size ?? this.body.length, 4)]
    const header = [...start, 0x2e, 0x46, 0x49, 0x54]
    if (headerSize >= 14) header.push(...little(headerCrc ?? fitChecksum(header), 2))
    while (header.length < headerSize) header.push(0)
    const bytes = [...header, ...this.body]
    return Uint8Array.from([...bytes, ...little(crc ?? fitChecksum(bytes), 2)])
  }
}

/** Fields of a plain record, in this order. */
export const plainRecord: ReadonlyArray<FieldSpec> = [
  [253, "uint32"],
  [0, "sint32"],
  [1, "sint32"],
  [2, "uint16"],
  [3, "uint8"],
  [4, "uint8"],
  [5, "uint32"],
  [6, "uint16"],
  [7, "uint16"],
  [13, "sint8"],
]

/** Time of 2024-01-01T00:00:00Z in seconds of FIT. */
export const newYear = 1_073_001_600

/** Returns a file with one definition of records, and these records. */
export const recordsFile = (
  fields: ReadonlyArray<FieldSpec>,
  records: ReadonlyArray<ReadonlyArray<FieldValue>>,
  options: DefineOptions = {},
): Uint8Array<ArrayBuffer> => {
  const file = new FitBytes().define(0, 20, fields, options)
  for (const values of records) file.data(0, ...values)
  return file.file()
}

/** Returns the values of a column in its unit, null where there is none; undefined without the column. */
export const columnValues = (
  { columns }: Recording,
  name: FileColumn,
): ReadonlyArray<number | null> | undefined => {
  const column = columns[name]
  if (column?.kind !== "scaled") return undefined
  return Array.from(
    column.values,
    (value) => Number.isNaN(value) ? null : value / 10 ** column.decimals,
  )
}

/** Returns the times of a recording in seconds since 2024 began, null where there is none. */
export const secondsOf = ({ times }: Recording): ReadonlyArray<number | null> =>
  Array.from(times, (time) => Number.isNaN(time) ? null : time / 1000 - 1_704_067_200)
