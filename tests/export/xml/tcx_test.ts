/** Tests of reading TCX files. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { readXml } from "../../../pipeline/export/xml/readXml.ts"
import { test } from "../../testing.ts"
import { tcxOf, utf8 } from "./documents.ts"

const first = Date.UTC(2022, 4, 29, 15, 53, 35)

const point = (second: number, inside: string): string =>
  `<Trackpoint><Time>2022-05-29T15:53:${35 + second}.000Z</Time>${inside}</Trackpoint>`

const full = point(
  0,
  `<Position><LatitudeDegrees>52.52</LatitudeDegrees><LongitudeDegrees>13.4</LongitudeDegrees></Position>
<AltitudeMeters>34.2</AltitudeMeters><DistanceMeters>0.0</DistanceMeters>
<HeartRateBpm xsi:type="HeartRateInBeatsPerMinute_t"><Value>142</Value></HeartRateBpm>
<Cadence>87</Cadence><Extensions><ns3:TPX><ns3:Speed>3.125</ns3:Speed><ns3:RunCadence>88</ns3:RunCadence>
<ns3:Watts>250</ns3:Watts></ns3:TPX></Extensions>`,
)

test("a TCX point has all its values, and none of its lap, activity or program", () =>
  Effect.sync(() => {
    const recording = readXml(utf8(tcxOf(full)))
    assert.deepEqual(recording, {
      format: "tcx",
      device: "Test Device",
      sport: "Biking",
      times: Float64Array.of(first),
      columns: {
        lat: { kind: "text", values: ["52.52"] },
        lng: { kind: "text", values: ["13.4"] },
        altitude: { kind: "text", values: ["34.2"] },
        distance: { kind: "text", values: ["0.0"] },
        velocity_smooth: { kind: "text", values: ["3.125"] },
        heartrate: { kind: "text", values: ["142"] },
        cadence: { kind: "text", values: ["87"] },
        watts: { kind: "text", values: ["250"] },
      },
      notes: [],
    })
  }))

test("values of a lap are never those of its last point", () =>
  Effect.sync(() => {
    const { columns, times } = readXml(utf8(tcxOf(point(0, ""), point(1, ""))))
    assert.deepEqual([...times], [first, first + 1000])
    assert.deepEqual(columns, {})
  }))

test("cadence of a run is in an extension; ten blanks before the XML are skipped", () =>
  Effect.sync(() => {
    const run = point(0, `<Extensions><TPX><RunCadence>88</RunCadence></TPX></Extensions>`)
    const { columns, notes } = readXml(utf8(`${" ".repeat(10)}${tcxOf(run)}`))
    assert.deepEqual(columns, { cadence: { kind: "text", values: ["88"] } })
    assert.deepEqual(notes, [])
  }))

test("points without a position or a heart rate have no value in that column", () =>
  Effect.sync(() => {
    const heart = point(1, `<HeartRateBpm><Value>99</Value></HeartRateBpm>`)
    const { columns } = readXml(utf8(tcxOf(full, heart, full)))
    assert.deepEqual(columns.lat?.values, ["52.52", undefined, "52.52"])
    assert.deepEqual(columns.heartrate?.values, ["142", "99", "142"])
    assert.deepEqual(columns.watts?.values, ["250", undefined, "250"])
  }))

test("several tracks, laps and activities are read one after another, and counted", () =>
  Effect.sync(() => {
    const lap = (second: number) => `<Lap><Track>${point(second, "")}</Track></Lap>`
    const { sessions, sport, times } = readXml(utf8(
      `<TrainingCenterDatabase><Activities><MultiSportSession>
<FirstSport><Activity Sport="Other">${lap(0)}${lap(1)}</Activity></FirstSport>
<NextSport><Transition/><Activity Sport="Biking">${lap(2)}</Activity></NextSport>
</MultiSportSession></Activities></TrainingCenterDatabase>`,
    ))
    assert.deepEqual([...times], [first, first + 1000, first + 2000])
    assert.equal(sessions, 2)
    assert.equal(sport, "Other")
  }))

test("elements with the names of values elsewhere in a point are not its values", () =>
  Effect.sync(() => {
    const inside =
      `<Sensor><Value>199</Value></Sensor><Extensions><x:Lap><x:DistanceMeters>9</x:DistanceMeters>
<x:Cadence>9</x:Cadence><x:LatitudeDegrees>9</x:LatitudeDegrees><x:Time>2020-01-01T00:00:00Z</x:Time></x:Lap></Extensions>`
    const { columns, times } = readXml(utf8(tcxOf(point(0, inside))))
    assert.deepEqual(columns, {})
    assert.deepEqual([...times], [first])
  }))

test("a file without a creator names no device, although it names a program", () =>
  Effect.sync(() => {
    const document = tcxOf(full).replace(/<Creator>.*<\/Creator>/, "")
    assert.equal(readXml(utf8(document)).device, undefined)
  }))
