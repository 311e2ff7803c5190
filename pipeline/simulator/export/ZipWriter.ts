/** Writes a ZIP archive as chunks of bytes, in order; ZIP64 where sizes need it. */
import { Buffer } from "node:buffer"
import { crc32, deflateRawSync } from "node:zlib"
import type { ExportFile } from "./exportFiles.ts"

interface DirectoryEntry {
  readonly name: Uint8Array
  readonly crc: number
  readonly size: number
  readonly stored: number
  readonly method: number
  readonly offset: number
  readonly mode: number
}

/** Returns little-endian fields, each of its size in bytes. */
const fields = (...values: ReadonlyArray<readonly [bytes: 2 | 4 | 8, value: number]>) => {
  const out = new DataView(
    new ArrayBuffer(values.reduce((sum, [bytes]) => sum + bytes, 0)),
  )
  let at = 0
  for (const [bytes, value] of values) {
    if (bytes === 2) out.setUint16(at, value, true)
    else if (bytes === 4) out.setUint32(at, value, true)
    else out.setBigUint64(at, BigInt(value), true)
    at += bytes
  }
  return new Uint8Array(out.buffer)
}

const limit = 0xffff_ffff
const short = (value: number): number => Math.min(value, limit)

/** Kinds of files that are compressed already. */
const isPacked = (name: string): boolean => /\.(gz|jpg|zip)$/.test(name)

const [deflated, plain] = [8, 0]
const unix = 3 << 8
const utf8 = 1 << 11

export class ZipWriter {
  private offset = 0
  private readonly entries: Array<DirectoryEntry> = []
  private readonly seconds: number
  private readonly time: number
  private readonly date: number

  /** `at` is the time of all entries, in milliseconds since 1970. */
  constructor(at: number) {
    this.seconds = Math.floor(at / 1000)
    const time = new Date(at)
    this.date = Math.max(0, time.getUTCFullYear() - 1980) << 9 | (time.getUTCMonth() + 1) << 5 |
      time.getUTCDate()
    this.time = time.getUTCHours() << 11 | time.getUTCMinutes() << 5 | time.getUTCSeconds() >> 1
  }

  /** Extra fields: the time in UTC, and the sizes beyond 4 GB. */
  private extra({ offset, size, stored }: DirectoryEntry, inDirectory: boolean): Uint8Array {
    const large = inDirectory
      ? [size, stored, offset].filter((value) => value >= limit)
      : size >= limit || stored >= limit
      ? [size, stored]
      : []
    const time = fields([2, 0x5455], [2, 5])
    return Buffer.concat([
      time,
      Uint8Array.of(1),
      fields([4, this.seconds]),
      ...(large.length === 0 ? [] : [
        fields([2, 1], [2, large.length * 8]),
        ...large.map((value) => fields([8, value])),
      ]),
    ])
  }

  private localHeader(entry: DirectoryEntry): Uint8Array {
    const { crc, method, name, size, stored } = entry
    const extra = this.extra(entry, false)
    const isLarge = size >= limit || stored >= limit
    return Buffer.concat([
      fields(
        [4, 0x04034b50],
        [2, isLarge ? 45 : 20],
        [2, utf8],
        [2, method],
        [2, this.time],
        [2, this.date],
        [4, crc],
        [4, isLarge ? limit : stored],
        [4, isLarge ? limit : size],
        [2, name.length],
        [2, extra.length],
      ),
      name,
      extra,
    ])
  }

  /** Returns the bytes of an entry. */
  add({ bytes, flipped, link, name }: ExportFile): ReadonlyArray<Uint8Array> {
    const method = isPacked(name) || bytes.length === 0 ? plain : deflated
    const data = method === deflated ? deflateRawSync(bytes) : bytes.slice()
    const header = this.begin(name, {
      crc: crc32(bytes),
      size: bytes.length,
      stored: data.length,
      method,
      mode: link ? 0o120777 : 0o100644,
    })
    if (flipped && data.length > 0) data[data.length >> 1]! ^= 0x40
    return [header, data]
  }

  /** Returns the header of an entry of `size` zeros, which the caller writes next. */
  addZeros(name: string, size: number): Uint8Array {
    const block = new Uint8Array(1 << 24)
    let crc = 0
    for (let left = size; left > 0; left -= block.length) {
      crc = crc32(left < block.length ? block.subarray(0, left) : block, crc)
    }
    return this.begin(name, { crc, size, stored: size, method: plain, mode: 0o100644 })
  }

  private begin(name: string, entry: Omit<DirectoryEntry, "name" | "offset">): Uint8Array {
    const added = { ...entry, name: new TextEncoder().encode(name), offset: this.offset }
    this.entries.push(added)
    const header = this.localHeader(added)
    this.offset += header.length + entry.stored
    return header
  }

  /** Returns the central directory, which ends the archive. */
  end(): Uint8Array {
    const directory = Buffer.concat(this.entries.map((entry) => {
      const { crc, method, mode, name, offset, size, stored } = entry
      const extra = this.extra(entry, true)
      return Buffer.concat([
        fields(
          [4, 0x02014b50],
          [2, unix | 45],
          [2, 45],
          [2, utf8],
          [2, method],
          [2, this.time],
          [2, this.date],
          [4, crc],
          [4, short(stored)],
          [4, short(size)],
          [2, name.length],
          [2, extra.length],
          [2, 0],
          [2, 0],
          [2, 0],
          [4, mode * 0x10000],
          [4, short(offset)],
        ),
        name,
        extra,
      ])
    }))
    const { length } = this.entries
    const at = this.offset
    const isLarge = at >= limit || length >= 0xffff
    return Buffer.concat([
      directory,
      ...(isLarge
        ? [
          fields(
            [4, 0x06064b50],
            [8, 44],
            [2, unix | 45],
            [2, 45],
            [4, 0],
            [4, 0],
            [8, length],
            [8, length],
            [8, directory.length],
            [8, at],
          ),
          fields([4, 0x07064b50], [4, 0], [8, at + directory.length], [4, 1]),
        ]
        : []),
      fields(
        [4, 0x06054b50],
        [2, 0],
        [2, 0],
        [2, Math.min(length, 0xffff)],
        [2, Math.min(length, 0xffff)],
        [4, directory.length],
        [4, short(at)],
        [2, 0],
      ),
    ])
  }
}
