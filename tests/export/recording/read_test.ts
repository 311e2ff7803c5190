/** Tests of detecting the format of activity files, and of decompressing them. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { gzipSync } from "node:zlib"
import { readActivityFile } from "../../../pipeline/export/recording/readActivityFile.ts"
import { concat } from "../../../sinks/files/atomic.ts"
import { test } from "../../testing.ts"
import { plainRecord, recordsFile } from "../fit/FitBytes.ts"
import { gpxOf, tcxOf, utf8 } from "../xml/documents.ts"

const document = utf8(
  gpxOf(`<trkpt lat="1" lon="2"><time>2022-05-29T15:53:35Z</time></trkpt>`),
)

test("a file is read compressed, compressed twice, and not compressed", () =>
  Effect.sync(() => {
    const plain = readActivityFile(document)
    assert.equal(plain.format, "gpx")
    assert.equal(plain.times.length, 1)
    assert.equal(plain.damage, undefined)
    assert.deepEqual(readActivityFile(gzipSync(document)), plain)
    assert.deepEqual(readActivityFile(gzipSync(gzipSync(document))), plain)
  }))

test("an unknown format has no points and a note", () =>
  Effect.sync(() => {
    const { format, notes, times } = readActivityFile(utf8("not a recording"))
    assert.equal(format, "unknown")
    assert.equal(times.length, 0)
    assert.deepEqual(notes, ["unknown format: neither FIT nor GPX nor TCX"])
  }))

/** A document whose points do not compress well, so that a cut file has some of them. */
const long = utf8(gpxOf(
  ...Array.from({ length: 2_000 }, (_, i) => {
    const time = new Date(Date.UTC(2022, 4, 29) + i * 1000).toISOString()
    return `<trkpt lat="${(i * 7919 % 90_000) / 1000}" lon="${i}"><time>${time}</time></trkpt>`
  }),
))

test("a compressed file that is cut keeps its beginning, and the note says so", () =>
  Effect.sync(() => {
    const whole = readActivityFile(long)
    const zipped = gzipSync(long)
    for (const part of [0.25, 0.5, 0.75]) {
      const cut = readActivityFile(zipped.subarray(0, Math.floor(zipped.length * part)))
      assert.equal(cut.notes[0], "damaged: the compressed file is cut")
      assert.equal(cut.damage, cut.notes[0])
      assert.ok(cut.times.length > 100 && cut.times.length < 2_000)
      assert.deepEqual(cut.times, whole.times.subarray(0, cut.times.length))
    }
  }))

test("a compressed file with an error keeps what is before the error", () =>
  Effect.sync(() => {
    const whole = readActivityFile(long)
    const zipped = gzipSync(long)
    const wrongChecksum = zipped.slice()
    wrongChecksum[zipped.length - 6]! ^= 1
    const checked = readActivityFile(wrongChecksum)
    assert.deepEqual(checked.times, whole.times)
    assert.deepEqual(checked.notes, ["damaged: the compressed file has errors"])

    // Without compression, blocks are of 65,535 bytes and begin with 5 more; 0xff is not the start of one.
    const overwritten = gzipSync(long, { level: 0 })
    const second = 10 + 5 + 65_535
    overwritten.fill(0xff, second, second + 5)
    const half = readActivityFile(overwritten)
    assert.ok(half.times.length > 100 && half.times.length < 2_000)
    assert.equal(half.notes[0], "damaged: the compressed file has errors")
  }))

test("several compressed members are one file, and bytes after them are reported", () =>
  Effect.sync(() => {
    const whole = readActivityFile(long)
    const joined = concat([gzipSync(long.subarray(0, 5_000)), gzipSync(long.subarray(5_000))])
    assert.deepEqual(readActivityFile(joined), whole)

    const trailing = concat([joined, Uint8Array.of(7, 7, 7)])
    const { notes, times } = readActivityFile(trailing)
    assert.deepEqual(times, whole.times)
    assert.deepEqual(notes, ["damaged: the compressed file has errors"])
  }))

test("300 MB of zeros are refused, and files that are compressed too often", () =>
  Effect.sync(() => {
    const bomb = gzipSync(new Uint8Array(300_000_000), { level: 1 })
    const { notes, times } = readActivityFile(bomb)
    assert.equal(times.length, 0)
    assert.deepEqual(notes, ["larger than 100 MB when decompressed"])
    const thrice = readActivityFile(gzipSync(gzipSync(gzipSync(document))))
    assert.deepEqual(thrice.notes, ["unknown format: neither FIT nor GPX nor TCX"])
  }))

test("a large file that is not compressed is refused", () =>
  Effect.sync(() => {
    const large = new Uint8Array(100_000_001)
    large.set(document)
    assert.deepEqual(readActivityFile(large).notes, ["larger than 100 MB"])
  }))

test("an empty file and the start of a compressed one are named", () =>
  Effect.sync(() => {
    assert.deepEqual(readActivityFile(new Uint8Array(0)).notes, ["the file is empty"])
    assert.deepEqual(readActivityFile(Uint8Array.of(0x1f, 0x8b)).notes, [
      "damaged: the compressed file is cut",
      "the file is empty",
    ])
  }))

test("ten blanks before a compressed TCX file are skipped", () =>
  Effect.sync(() => {
    const { format, notes, times } = readActivityFile(gzipSync(utf8(
      `          ${tcxOf("<Trackpoint><Time>2022-05-29T15:53:35Z</Time></Trackpoint>")}`,
    )))
    assert.equal(format, "tcx")
    assert.equal(times.length, 1)
    assert.deepEqual(notes, [])
  }))

test("a FIT file that ends early or has a wrong checksum is damaged", () =>
  Effect.sync(() => {
    const file = recordsFile(plainRecord.slice(0, 1), [[1_073_001_600], [1_073_001_601]])
    assert.equal(readActivityFile(file).damage, undefined)
    const cut = readActivityFile(gzipSync(file.subarray(0, -4)))
    assert.equal(cut.times.length, 1)
    assert.ok(cut.damage !== undefined && cut.notes.includes(cut.damage))
    const wrong = file.slice()
    wrong[file.length - 1]! ^= 1
    const { damage, notes, times } = readActivityFile(wrong)
    assert.equal(times.length, 2)
    assert.deepEqual([damage], notes)
  }))
