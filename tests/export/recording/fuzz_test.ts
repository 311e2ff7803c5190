/** Mutated activity files: reading them never fails, and what they contain has the form of streams. */
import { Effect, Schema } from "effect"
import { gunzipSync, gzipSync } from "node:zlib"
import { importedStreams } from "../../../pipeline/export/recording/importedStreams.ts"
import { readActivityFile } from "../../../pipeline/export/recording/readActivityFile.ts"
import type { Recording } from "../../../pipeline/export/recording/Recording.ts"
import { scan } from "../../../schemas/json/scan.ts"
import { concat } from "../../../sinks/files/atomic.ts"
import { rounds, test } from "../../testing.ts"
import { gpxOf, tcxOf, utf8 } from "../xml/documents.ts"
import { Edit, integerBetween, splitAt, withEdit } from "./edits.ts"

const start = Date.UTC(2022, 4, 29, 15, 53, 35)

const gpx = gpxOf(
  ...[0, 1, 2].map((i) =>
    `<trkpt lat="52.5${i}" lon="-13.4"><ele>3${i}.5</ele><time>2022-05-29T15:53:3${i + 5}Z</time>` +
    `<extensions><power>+25${i}</power><!-- a --><x:E><x:hr>14${i}</x:hr><x:cad><![CDATA[8${i}]]></x:cad></x:E></extensions></trkpt>`
  ),
)
const tcx = tcxOf(
  ...[0, 1, 2].map((i) =>
    `<Trackpoint><Time>2022-05-29T17:53:3${
      i + 5
    }.5+02:00</Time><Position><LatitudeDegrees>1E${i}</LatitudeDegrees>` +
    `<LongitudeDegrees>&#49;.5</LongitudeDegrees></Position><DistanceMeters>${i}.</DistanceMeters><HeartRateBpm><Value>142</Value>` +
    `</HeartRateBpm><Cadence>87</Cadence></Trackpoint>`
  ),
)
const entities = `<!DOCTYPE gpx [<!ENTITY a "b">]>${gpx.replace(/^.*\?>/, "")}`
const utf16 = new Uint8Array(Uint16Array.from(`\ufeff${gpx}`, (char) => char.charCodeAt(0)).buffer)

const seeds: ReadonlyArray<Uint8Array> = [
  utf8(gpx),
  utf8(tcx),
  utf8(`          ${entities}`),
  utf16,
  gzipSync(utf8(gpx)),
  gzipSync(gzipSync(utf8(tcx))),
  gunzipSync(gzipSync(utf8("not a recording"))),
]

/** An edit of bytes, or a piece of XML at its place. */
const XmlEdit = Schema.Struct({
  ...Edit.fields,
  kind: Schema.Literals([...Edit.fields.kind.literals, "token"]),
})
const Case = Schema.Struct({
  seed: integerBetween(0, seeds.length - 1),
  isZipped: Schema.Boolean,
  edits: Schema.Array(XmlEdit).check(Schema.isMinLength(1), Schema.isMaxLength(6)),
})

/** Pieces of XML that a change of single bytes would not find. */
const tokens = [
  "<",
  ">",
  "</",
  "<!--",
  "-->",
  "<![CDATA[",
  "]]>",
  "&",
  ";",
  "<?",
  "?>",
  "<trkpt>",
  "</trkpt>",
]
  .map(utf8)

/** Applies one edit; the byte of a token is its number. */
const withXmlEdit = (bytes: Uint8Array, { kind, ...edit }: typeof XmlEdit.Type): Uint8Array => {
  if (kind !== "token") return withEdit(bytes, { kind, ...edit })
  const { after, before } = splitAt(bytes, edit.at)
  return concat([before, tokens[edit.byte % tokens.length]!, after])
}

const number = /^-?(0|[1-9]\d*)(\.\d+)?$/

/** True if every column has a value or none for each point, and every text is a number. */
const isWellFormed = ({ columns, times }: Recording): boolean =>
  Object.values(columns).every(({ kind, values }) =>
    values.length === times.length &&
    (kind === "scaled" ||
      values.every((value) => value === undefined || (value.length <= 41 && number.test(value))))
  )

test.prop(
  "a mutated file never fails, and its streams can be read as plain bytes",
  Case,
  ({ edits, isZipped, seed }) =>
    Effect.sync(() => {
      const mutated = edits.reduce(withXmlEdit, seeds[seed]!)
      const recording = readActivityFile(isZipped ? gzipSync(mutated) : mutated)
      const window = { start, elapsed: 100, file: "activities/1.gpx" }
      const { bytes, types } = importedStreams(recording, window)
      return isWellFormed(recording) &&
        (bytes === undefined ? types.length === 0 : scan(bytes) !== undefined)
    }),
  { runs: rounds(3_000, 30_000) },
)
