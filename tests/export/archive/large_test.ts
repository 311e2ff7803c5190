/** An export of 4.8 GB: little of it is read. Its file has a hole, so that it takes no space. */
import { Effect, FileSystem } from "effect"
import assert from "node:assert/strict"
import { crc32 } from "node:zlib"
import { checkedArchive, openArchive } from "../../../pipeline/export/archive/Archive.ts"
import { openSource } from "../../../pipeline/export/archive/ByteSource.ts"
import { zipMembers } from "../../../pipeline/export/archive/zipMembers.ts"
import { bytesOf, textOf } from "../../../schemas/json/utf8.ts"
import { concat } from "../../../sinks/files/atomic.ts"
import { test } from "../../testing.ts"
import { fields, type SourceRead } from "./zips.ts"

const total = 4.8e9
const files = { "activities.csv": "Activity ID\n1\n", "activities/1.gpx": "<gpx/>" }

interface Placed {
  readonly name: string
  readonly size: number
  readonly crc: number
  readonly position: number
}

/** Header of a stored entry whose size and position are in the field for large values. */
const headerOf = ({ crc, name, position, size }: Placed, central: boolean) => {
  const values = central ? [size, size, position] : [size, size]
  const extra = concat([
    fields([2, 1], [2, 8 * values.length]),
    fields(...values.map((value) => [8, value] as const)),
  ])
  return concat([
    fields([4, central ? 0x02014b50 : 0x04034b50]),
    central ? fields([2, 0x032d]) : new Uint8Array(0),
    fields([2, 45], [2, 0x800], [2, 0], [4, 0x5d61645c], [4, crc]),
    fields([4, 0xffffffff], [4, 0xffffffff], [2, name.length], [2, extra.length]),
    central ? fields([2, 0], [2, 0], [2, 0], [4, 0x81a40000], [4, 0xffffffff]) : new Uint8Array(0),
    bytesOf(name),
    extra,
  ])
}

/** Ends of a file with large positions: the record, its locator, and the old record. */
const endOf = (count: number, length: number, position: number) =>
  concat([
    fields([4, 0x06064b50], [8, 44], [2, 0x032d], [2, 45], [4, 0], [4, 0]),
    fields([8, count], [8, count], [8, length], [8, position]),
    fields([4, 0x07064b50], [4, 0], [8, position + length], [4, 1]),
    fields([4, 0x06054b50], [2, 0], [2, 0], [2, 0xffff], [2, 0xffff]),
    fields([4, 0xffffffff], [4, 0xffffffff], [2, 0]),
  ])

/** Writes a ZIP file of 4.8 GB that begins with one large entry, and returns its path. */
const largeZip = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const path = `${yield* fs.makeTempDirectoryScoped()}/export_1.zip`
  const large = { name: "media/film.mp4", size: total - 1000, crc: 0, position: 0 }
  const parts: Array<Uint8Array> = []
  const placed: Array<Placed> = [large]
  const first = headerOf(large, false)
  const start = first.length + large.size
  let position = start
  for (const [name, text] of Object.entries(files)) {
    const entry = { name, size: text.length, crc: crc32(text), position }
    const part = concat([headerOf(entry, false), bytesOf(text)])
    placed.push(entry)
    parts.push(part)
    position += part.length
  }
  const directory = concat(placed.map((entry) => headerOf(entry, true)))
  const tail = concat([...parts, directory, endOf(placed.length, directory.length, position)])
  const file = yield* fs.open(path, { flag: "w" })
  yield* file.writeAll(first)
  yield* file.seek(BigInt(start), "start")
  yield* file.writeAll(tail)
  return path
})

test("trap 20: an export of 4.8 GB is listed and read with few bytes", () =>
  Effect.gen(function* () {
    const path = yield* largeZip
    const reads: Array<SourceRead> = []
    const source = yield* openSource(path)
    assert.ok(source.size > 4.79e9, `${source.size}`)
    const noted = {
      size: source.size,
      read: (position: number, length: number) => {
        reads.push({ position, length })
        return source.read(position, length)
      },
    }
    const archive = yield* checkedArchive(path, "export_1.zip", yield* zipMembers(path, noted))
    for (const [name, text] of Object.entries(files)) {
      assert.equal(textOf(yield* archive.read(name)), text)
    }
    const before = reads.length
    const error = yield* Effect.flip(archive.read("media/film.mp4"))
    assert.deepEqual([error.reason, reads.length], ["tooLarge", before])
    const bytes = reads.reduce((sum, { length }) => sum + length, 0)
    assert.ok(bytes < 200_000 && reads.length < 30, `${bytes} bytes in ${reads.length} reads`)
  }))

test("a large export is opened from its file", () =>
  Effect.gen(function* () {
    const archive = yield* openArchive(yield* largeZip)
    assert.equal(archive.entries.get("media/film.mp4")?.size, total - 1000)
    assert.equal(textOf(yield* archive.read("activities/1.gpx")), "<gpx/>")
  }))
