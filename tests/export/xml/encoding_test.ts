/** Tests of encodings of XML files. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { isXml } from "../../../pipeline/export/xml/decodeXml.ts"
import { readXml } from "../../../pipeline/export/xml/readXml.ts"
import { test } from "../../testing.ts"
import { utf8 } from "./documents.ts"

const of = <A>(body: () => A) => () => Effect.sync(body)

const document = (encoding: string) =>
  `<?xml version="1.0" encoding="${encoding}"?><gpx creator="Gerät"><trk><trkseg><trkpt lat="1" lon="2">` +
  `<time>2022-05-29T15:53:35Z</time></trkpt></trkseg></trk></gpx>`

const utf16 = (text: string, isBigEndian: boolean): Uint8Array => {
  const bytes = new Uint8Array(text.length * 2)
  const view = new DataView(bytes.buffer)
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), !isBigEndian)
  return bytes
}

const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (char) => char.charCodeAt(0))

const files: ReadonlyArray<readonly [name: string, bytes: Uint8Array]> = [
  ["UTF-8", utf8(document("UTF-8"))],
  ["UTF-8 without a declaration", utf8(document("UTF-8").replace(/^<\?.*?\?>/, ""))],
  ["UTF-8 with a byte order mark", utf8(`\ufeff${document("UTF-8")}`)],
  ["blanks before the declaration", utf8(`${" ".repeat(10)}${document("UTF-8")}`)],
  ["blanks and a byte order mark", utf8(`\r\n \ufeff\n${document("UTF-8")}`)],
  ["UTF-16, little endian", utf16(`\ufeff${document("UTF-16")}`, false)],
  ["UTF-16, big endian", utf16(`\ufeff${document("UTF-16")}`, true)],
  ["UTF-16LE without a byte order mark", utf16(`  ${document("UTF-16LE")}`, false)],
  ["UTF-16BE without a byte order mark", utf16(`  ${document("UTF-16BE")}`, true)],
  ["UTF-16 that declares another encoding", utf16(`\ufeff${document("ISO-8859-1")}`, false)],
  ["ISO-8859-1", latin1(document("ISO-8859-1"))],
  ["windows-1252", latin1(document("windows-1252"))],
  ["UTF-8 that declares UTF-16", utf8(document("UTF-16"))],
  ["UTF-8 that declares an unknown encoding", utf8(document("klingon"))],
]

for (const [name, bytes] of files) {
  test(
    `XML is decoded: ${name}`,
    of(() => {
      assert.ok(isXml(bytes))
      const { columns, device, notes, times } = readXml(bytes)
      assert.equal(device, "Gerät")
      assert.equal(times.length, 1)
      assert.deepEqual(columns.lng?.values, ["2"])
      assert.deepEqual(notes, [])
    }),
  )
}

test(
  "bytes that are wrong in the encoding change a name, and no number",
  of(() => {
    const { device, times } = readXml(latin1(document("UTF-8")))
    assert.equal(device, "Ger\ufffdt")
    assert.equal(times.length, 1)
  }),
)

test(
  "other bytes are not XML",
  of(() => {
    for (const text of ["", " ", "  a<b/>", "\0\0<a/>", " ".repeat(5000) + "<a/>"]) {
      assert.equal(isXml(utf8(text)), false, JSON.stringify(text.slice(0, 20)))
      assert.deepEqual(readXml(utf8(text)).times.length, 0)
    }
  }),
)

test(
  "characters of several bytes are read across the pieces of a large file",
  of(() => {
    const piece = 65_536
    for (const shift of [0, 1]) {
      const padding = "-".repeat(piece - 250 + shift).replaceAll("--", "- ")
      const long = document("UTF-8").replace(
        "<trk>",
        `<trk><!-- ${padding} --><type>${"ü".repeat(99)}</type>`,
      )
      const { notes, sport } = readXml(utf8(long))
      assert.equal(sport, "ü".repeat(99))
      assert.deepEqual(notes, [])
    }
  }),
)
