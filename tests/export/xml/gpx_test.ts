/** Tests of reading GPX files. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { fileColumns, type Recording } from "../../../pipeline/export/recording/Recording.ts"
import { readXml } from "../../../pipeline/export/xml/readXml.ts"
import { test } from "../../testing.ts"
import { gpxOf, utf8 } from "./documents.ts"

const valuesOf = ({ columns }: Recording, name: typeof fileColumns[number]) => columns[name]?.values

const first = Date.UTC(2022, 4, 29, 15, 53, 35)

test("a GPX point has a position, a height, a time and values of extensions", () =>
  Effect.sync(() => {
    const recording = readXml(utf8(gpxOf(
      `<trkpt lat="52.5200001" lon="-13.40"><ele>34.20</ele><time>2022-05-29T15:53:35Z</time>
<extensions><power>250</power><gpxtpx:TrackPointExtension><gpxtpx:atemp>-3</gpxtpx:atemp>
<gpxtpx:hr>142</gpxtpx:hr><gpxtpx:cad>87</gpxtpx:cad><gpxtpx:speed>3.125</gpxtpx:speed>
</gpxtpx:TrackPointExtension></extensions></trkpt>`,
    )))
    assert.deepEqual(recording, {
      format: "gpx",
      device: "Test Device",
      sport: "running",
      times: Float64Array.of(first),
      columns: {
        lat: { kind: "text", values: ["52.5200001"] },
        lng: { kind: "text", values: ["-13.40"] },
        altitude: { kind: "text", values: ["34.20"] },
        velocity_smooth: { kind: "text", values: ["3.125"] },
        heartrate: { kind: "text", values: ["142"] },
        cadence: { kind: "text", values: ["87"] },
        watts: { kind: "text", values: ["250"] },
        temp: { kind: "text", values: ["-3"] },
      },
      notes: [],
    })
    assert.deepEqual(fileColumns.filter((name) => valuesOf(recording, name) === undefined), [
      "distance",
    ])
  }))

const timed = (second: number, inside = ""): string =>
  `<trkpt lat="${second}" lon="0"><time>2022-05-29T15:53:${35 + second}Z</time>${inside}</trkpt>`

test("several tracks and segments are one recording; routes and waypoints are ignored", () =>
  Effect.sync(() => {
    const { notes, times } = readXml(utf8(
      `<gpx><wpt lat="8" lon="8"><time>2022-05-29T15:00:00Z</time><type>cafe</type></wpt>
<rte><rtept lat="9" lon="9"><time>2022-05-29T15:00:00Z</time></rtept></rte>
<trk><trkseg>${timed(0)}${timed(1)}</trkseg><trkseg>${timed(2)}</trkseg></trk>
<trk><trkseg>${timed(3)}</trkseg></trk></gpx>`,
    ))
    assert.deepEqual([...times], [0, 1, 2, 3].map((second) => first + second * 1000))
    assert.deepEqual(notes, [])
  }))

test("extensions are found by local name: any prefix, none, and any version", () =>
  Effect.sync(() => {
    const { columns } = readXml(utf8(gpxOf(
      timed(
        0,
        `<extensions><ns3:TrackPointExtension><ns3:hr>1</ns3:hr></ns3:TrackPointExtension></extensions>`,
      ),
      timed(
        1,
        `<extensions><TrackPointExtension xmlns="urn:x"><hr>2</hr></TrackPointExtension></extensions>`,
      ),
      timed(2, `<extensions><hr>3</hr><pwr:PowerInWatts>200</pwr:PowerInWatts></extensions>`),
      timed(3, `<extensions><a:b><c:watts>201</c:watts></a:b></extensions>`),
    )))
    assert.deepEqual(columns.heartrate?.values, ["1", "2", "3", undefined])
    assert.deepEqual(columns.watts?.values, [undefined, undefined, "200", "201"])
  }))

test("only the time directly in a point is its time, and a type only in a track its sport", () =>
  Effect.sync(() => {
    const { sport, times } = readXml(utf8(
      `<gpx><metadata><time>2020-01-01T00:00:00Z</time></metadata><wpt lat="1" lon="1"><type>cafe</type></wpt>
<trk><trkseg><trkpt lat="1" lon="1"><extensions><time>2021-01-01T00:00:00Z</time></extensions></trkpt></trkseg>
<type>9</type></trk></gpx>`,
    ))
    assert.deepEqual([...times], [NaN])
    assert.equal(sport, "9")
  }))

test("a position without a time stays a point without a time", () =>
  Effect.sync(() => {
    const { columns, times } = readXml(utf8(gpxOf(`<trkpt lat="1" lon="2"/>`, timed(3))))
    assert.deepEqual([...times], [NaN, first + 3000])
    assert.deepEqual(columns.lat?.values, ["1", "3"])
  }))

test("of two values of one kind, the first that is not missing counts", () =>
  Effect.sync(() => {
    const { columns } = readXml(utf8(gpxOf(
      timed(0, "<extensions><a:hr/><b:hr>NaN</b:hr><c:hr>90</c:hr><d:hr>91</d:hr></extensions>"),
    )))
    assert.deepEqual(columns.heartrate?.values, ["90"])
  }))

test("values that are not numbers are missing and counted", () =>
  Effect.sync(() => {
    const { columns, notes } = readXml(utf8(gpxOf(
      timed(0, "<ele>34,2</ele>"),
      timed(1, "<ele>high</ele>"),
      timed(2, "<ele> 34.2\n</ele>"),
      `<trkpt lat="1" lon="1"><time>yesterday</time></trkpt>`,
      `<trkpt lat="1" lon="1"><time>2022-05-29T15:53:35</time></trkpt>`,
    )))
    assert.deepEqual(columns.altitude?.values, [undefined, undefined, "34.2", undefined, undefined])
    assert.deepEqual(notes, [
      "times without a zone, read as UTC: 1",
      "unreadable times, ignored: 1",
      "numbers with a decimal comma, ignored: 1",
      "values that are not numbers, ignored: 1",
    ])
  }))

test("a time with a zone other than UTC names the offset of the recording", () =>
  Effect.sync(() => {
    const { times, utcOffset } = readXml(utf8(gpxOf(
      `<trkpt lat="1" lon="1"><time>2022-05-29T17:53:35+02:00</time></trkpt>`,
    )))
    assert.deepEqual([...times], [first])
    assert.equal(utcOffset, 7200)
  }))

test("XML that is neither GPX nor TCX, and a file without tracks, have no points and a note", () =>
  Effect.sync(() => {
    const kml = readXml(utf8("<kml><Placemark/></kml>"))
    assert.equal(kml.format, "unknown")
    assert.deepEqual(kml.notes, ["unknown format: XML with the root element kml"])
    assert.deepEqual(readXml(utf8("<gpx><wpt lat='1' lon='1'/></gpx>")).notes, ["no track points"])
  }))
