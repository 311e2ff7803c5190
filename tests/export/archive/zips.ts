/** ZIP files for tests: normal ones by the library, hostile ones byte by byte. */
import { Uint8ArrayReader, Uint8ArrayWriter, ZipWriter } from "@zip.js/zip.js"
import { Effect } from "effect"
import { crc32, deflateRawSync } from "node:zlib"
import { checkedArchive } from "../../../pipeline/export/archive/Archive.ts"
import type { ByteSource } from "../../../pipeline/export/archive/ByteSource.ts"
import { zipMembers } from "../../../pipeline/export/archive/zipMembers.ts"
import { bytesOf } from "../../../schemas/json/utf8.ts"
import { concat } from "../../../sinks/files/atomic.ts"

/** Returns a normal ZIP file with these files, in this order. */
export const zipOf = (
  files: Readonly<Record<string, string | Uint8Array>>,
  options: ConstructorParameters<typeof ZipWriter>[1] = {},
): Effect.Effect<Uint8Array<ArrayBuffer>> =>
  Effect.promise(async () => {
    const zip = new ZipWriter(new Uint8ArrayWriter(), { useWebWorkers: false, ...options })
    for (const [name, content] of Object.entries(files)) {
      await zip.add(
        name,
        new Uint8ArrayReader(typeof content === "string" ? bytesOf(content) : content),
      )
    }
    return new Uint8Array(await zip.close())
  })

/** An entry of a ZIP file that is written byte by byte; fields that are not given are correct. */
export interface RawEntry {
  readonly name: string | Uint8Array
  readonly content?: string | Uint8Array
  readonly deflate?: boolean
  readonly method?: number
  readonly flags?: number
  readonly crc?: number
  /** Declared size of the unpacked content. */
  readonly size?: number
  readonly mode?: number
  readonly dosTime?: number
  readonly extra?: Uint8Array
}

/** Returns little-endian fields: pairs of a width in bytes and a value. */
export const fields = (...pairs: ReadonlyArray<readonly [width: 1 | 2 | 4 | 8, value: number]>) => {
  const bytes = new Uint8Array(pairs.reduce((sum, [width]) => sum + width, 0))
  const view = new DataView(bytes.buffer)
  let at = 0
  for (const [width, value] of pairs) {
    if (width === 1) view.setUint8(at, value)
    else if (width === 2) view.setUint16(at, value, true)
    else if (width === 4) view.setUint32(at, value, true)
    else view.setBigUint64(at, BigInt(value), true)
    at += width
  }
  return bytes
}

const toBytes = (value: string | Uint8Array) => typeof value === "string" ? bytesOf(value) : value

/** 1 November 2026, 12:34:56, as the DOS fields. */
const someTime = (((2026 - 1980) << 25) | (11 << 21) | (1 << 16) | (12 << 11) | (34 << 5) | 28) >>>
  0

/** Returns a ZIP file with these entries, without any check of them. */
export const rawZip = (entries: ReadonlyArray<RawEntry>): Uint8Array<ArrayBuffer> => {
  const local: Array<Uint8Array> = []
  const central: Array<Uint8Array> = []
  let offset = 0
  for (const entry of entries) {
    const { deflate = false, extra = new Uint8Array(0), flags = 0x800, mode = 0o100644 } = entry
    const name = toBytes(entry.name)
    const content = toBytes(entry.content ?? "")
    const data = deflate ? deflateRawSync(content) : content
    const common = fields(
      [2, 20],
      [2, flags],
      [2, entry.method ?? (deflate ? 8 : 0)],
      [4, entry.dosTime ?? someTime],
      [4, entry.crc ?? crc32(content)],
      [4, data.length],
      [4, entry.size ?? content.length],
      [2, name.length],
      [2, extra.length],
    )
    const parts = [fields([4, 0x04034b50]), common, name, extra, data]
    const made = concat(parts)
    central.push(
      fields([4, 0x02014b50], [2, 0x031e]),
      common,
      fields([2, 0], [2, 0], [2, 0], [4, (mode << 16) >>> 0], [4, offset]),
      name,
      extra,
    )
    local.push(made)
    offset += made.length
  }
  const directory = concat(central)
  const end = fields(
    [4, 0x06054b50],
    [2, 0],
    [2, 0],
    [2, entries.length],
    [2, entries.length],
    [4, directory.length],
    [4, offset],
    [2, 0],
  )
  return concat([...local, directory, end])
}

/** One read of a source. */
export interface SourceRead {
  readonly position: number
  readonly length: number
}

/** Returns a source of these bytes that notes each read in `reads`. */
export const sourceInMemory = (
  bytes: Uint8Array<ArrayBuffer>,
  reads: Array<SourceRead> = [],
): ByteSource => ({
  size: bytes.length,
  read: (position, length) => {
    reads.push({ position, length })
    return bytes.slice(position, position + length)
  },
})

/** Opens a ZIP file that is in memory. */
export const openBytes = (
  bytes: Uint8Array<ArrayBuffer>,
  reads: Array<SourceRead> = [],
) =>
  Effect.flatMap(
    zipMembers("export_1.zip", sourceInMemory(bytes, reads)),
    (members) => checkedArchive("export_1.zip", "export_1.zip", members),
  )
