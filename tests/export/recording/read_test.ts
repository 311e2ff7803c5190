/** Tests of detecting the format of activity files, and of decompressing them. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { gzipSync } from "node:zlib"
import { readActivityFile } from "../../../pipeline/export/recording/readActivityFile.ts"
import { test } from "../../testing.ts"
import { gpxOf, utf8 } from "../xml/documents.ts"

const document = utf8(
  gpxOf(`<trkpt lat="1" lon="2"><time>2022-05-29T15:53:35Z</time></trkpt>`),
)

test("a file is read compressed, compressed twice, and not compressed", () =>
  Effect.sync(() => {
    const plain = readActivityFile(document)
    assert.equal(plain.format, "gpx")
    assert.equal(plain.times.length, 1)
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
