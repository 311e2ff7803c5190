/** Tests of damaged and hostile XML files. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { readXml } from "../../../pipeline/export/xml/readXml.ts"
import { test } from "../../testing.ts"
import { gpxOf, tcxOf, utf8 } from "./documents.ts"

const of = <A>(body: () => A) => () => Effect.sync(body)

const point = (second: number, inside = "") =>
  `<trkpt lat="${second}" lon="1"><time>2022-05-29T15:53:${35 + second}Z</time>${inside}</trkpt>`

const read = (...points: ReadonlyArray<string>) => readXml(utf8(gpxOf(...points)))

test(
  "a file that is cut anywhere keeps the points before the cut, and invents none",
  of(() => {
    for (
      const document of [
        gpxOf(point(0), point(1), point(2)),
        tcxOf(
          ...[0, 1, 2].map((second) =>
            `<Trackpoint><Time>2022-05-29T15:53:${
              35 + second
            }Z</Time><Cadence>8${second}</Cadence></Trackpoint>`
          ),
        ),
      ]
    ) {
      const bytes = utf8(document)
      const whole = readXml(bytes)
      assert.equal(whole.times.length, 3)
      let most = 0
      for (let length = 0; length < bytes.length; length++) {
        const { columns, notes, times } = readXml(bytes.subarray(0, length))
        assert.deepEqual(times, whole.times.subarray(0, times.length))
        for (const [name, { values }] of Object.entries(columns)) {
          assert.deepEqual(values, whole.columns[name as "lat"]?.values.slice(0, times.length))
        }
        assert.ok(times.length >= most)
        if (length > 100) assert.ok(notes.length > 0, `cut at ${length}`)
        most = times.length
      }
      assert.equal(most, 3)
    }
  }),
)

test(
  "an error in the middle keeps the points around it, and the note has its position",
  of(() => {
    const { columns, notes } = read(point(0), "<broken", point(1), point(2))
    assert.deepEqual(columns.lat?.values.at(0), "0")
    assert.deepEqual(columns.lat?.values.at(-1), "2")
    assert.match(notes[0] ?? "", /^malformed XML at character \d+: [\x20-\x7e]+$/)
    assert.equal(notes.length, 1)
  }),
)

test(
  "a point that is not closed does not lend its values to the next",
  of(() => {
    const { columns, times } = read(
      `<trkpt lat="9" lon="9"><ele>99</ele><extensions><hr>199</hr>`,
      point(1),
      point(2),
    )
    assert.deepEqual(columns.lat?.values, ["1", "2"])
    assert.deepEqual(columns.heartrate, undefined)
    assert.equal(times.length, 2)
  }),
)

test(
  "comments, CDATA and references to characters are part of the text",
  of(() => {
    const { columns, notes } = read(
      point(0, "<ele><!-- 99 -->3<!-- 98 -->4<![CDATA[.2]]></ele>"),
      point(1, "<ele>&#51;5</ele><!-- <ele>1</ele> -->"),
      `<!-- ${point(9)} -->`,
    )
    assert.deepEqual(columns.altitude?.values, ["34.2", "35"])
    assert.deepEqual(notes, [])
  }),
)

test(
  "entities of a document type are not expanded",
  of(() => {
    const entities = Array.from(
      { length: 30 },
      (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`,
    ).join("")
    const { columns, device, notes, times } = readXml(utf8(
      `<!DOCTYPE gpx [<!ENTITY e0 "5">${entities}<!ENTITY file SYSTEM "file:///etc/hostname">]>` +
        gpxOf(point(0, "<ele>&e0;</ele>"), point(1, "<ele>&e30;&file;</ele>")).replace(
          /<\?.*\?>/,
          "",
        ),
    ))
    assert.equal(times.length, 2)
    assert.equal(device, "Test Device")
    assert.equal(columns.altitude, undefined)
    assert.match(notes[0] ?? "", /undefined entity/)
  }),
)

test(
  "names of the prototype are names like others",
  of(() => {
    const { columns, notes } = read(
      `<__proto__ __proto__="1" constructor="2"/>`,
      point(0, "<constructor>&constructor;</constructor><toString/>"),
      `<trkpt __proto__="5" lon="1"/>`,
    )
    assert.deepEqual(columns.lat?.values, ["0", undefined])
    assert.ok(notes.length <= 1)
  }),
)

test(
  "a long text is cut, and what follows is read",
  of(() => {
    const { columns } = read(
      point(0, `<ele>${"1".repeat(500_000)}</ele>`),
      point(1, "<ele>5</ele>"),
    )
    assert.deepEqual(columns.altitude?.values, [undefined, "5"])
  }),
)

test(
  "a value of a million blanks takes no more time than other text",
  of(() => {
    const blanks = " ".repeat(1_000_000)
    const { columns, notes, times } = read(
      `<trkpt lat="1${blanks}x" lon="${blanks}x${blanks}"><ele>${blanks}x</ele><time>2022-05-29T15:53:35${blanks}x</time></trkpt>`,
      point(1, `<ele>${" ".repeat(900)}5${" ".repeat(90)}</ele>`),
    )
    assert.equal(times.length, 2)
    assert.deepEqual(columns.altitude?.values, [undefined, "5"])
    assert.deepEqual(columns.lat?.values, [undefined, "1"])
    assert.deepEqual(notes, [
      "times without a zone, read as UTC: 1",
      "values that are not numbers, ignored: 2",
    ])
  }),
)

/** Documents that would take memory or time if they were read to their end. */
const floods: ReadonlyArray<readonly [name: string, flood: string, note: RegExp]> = [
  ["deep elements", "<a>".repeat(200_000), /deeper than 64/],
  [
    "attributes",
    `<a ${Array.from({ length: 100_000 }, (_, i) => `a${i}=""`).join(" ")}/>`,
    /1000 attributes/,
  ],
  ["errors", "&x;".repeat(200_000), /1000 errors/],
  ["line breaks", "\r\n".repeat(2_100_000), /4000000 characters/],
  ["comment", `<!--${"-a".repeat(2_100_000)}-->`, /4000000 characters/],
  ["closing tags without an opening one", "</b>".repeat(200_000), /1000 errors/],
]

for (const [name, flood, note] of floods) {
  test(
    `points before a flood of ${name} are kept, and the rest is ignored`,
    of(() => {
      const { damage, notes, times } = read(
        point(0),
        `<x>${flood}</x>`,
        "<!-- end -->".repeat(20_000),
        point(1),
      )
      assert.equal(times.length, 1)
      assert.match(notes.join("\n"), note)
      assert.ok(damage !== undefined && notes.includes(damage))
    }),
  )
}

test(
  "at most a million points are read",
  of(() => {
    const { damage, notes, times } = read("<trkpt/>".repeat(1_000_100))
    assert.equal(times.length, 1_000_000)
    assert.deepEqual(notes, ["only the first 1000000 points were read"])
    assert.equal(damage, notes[0])
  }),
)

test(
  "names of a device and a sport are short and have no control characters",
  of(() => {
    const { device, sport } = readXml(utf8(
      `<gpx creator="a&#10;b${"c".repeat(500)}"><trk><type>  \n </type><trkseg/></trk>` +
        `<trk><type>\u0085x\n</type></trk></gpx>`,
    ))
    assert.equal(device?.length, 100)
    assert.match(device ?? "", /^a bc+$/)
    assert.equal(sport, "x")
  }),
)

test(
  "an error because of which points can be missing is damage; one in a text is only a note",
  of(() => {
    const damageOf = (document: string) => {
      const { damage, notes } = readXml(utf8(document))
      assert.ok(damage === undefined || notes.includes(damage))
      return [damage, notes.length]
    }
    const document = gpxOf(point(0))
    assert.deepEqual(damageOf(document), [undefined, 0])
    assert.deepEqual(damageOf(document.replace("Device name", "Rain & wind&nbsp;")), [undefined, 1])
    assert.deepEqual(damageOf(`${document}\0\0\0`), [undefined, 1])
    assert.match(String(damageOf(document.slice(0, -10))), /unclosed tag: trk,1$/)
    const both = document.replace("Device name", "&nbsp;").replace("</trkseg>", "")
    assert.match(
      String(damageOf(both)),
      /^malformed XML at character \d+: unexpected close tag.,2$/,
    )
  }),
)
