/** Tests of computed streams, and of the facts of a file: places, time zone, sensors. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { haversine } from "../../../pipeline/export/recording/derived.ts"
import { importedStreams } from "../../../pipeline/export/recording/importedStreams.ts"
import type { Column, Recording } from "../../../pipeline/export/recording/Recording.ts"
import { zoneAt } from "../../../pipeline/export/recording/zone.ts"
import { test } from "../../testing.ts"

const start = Date.UTC(2022, 4, 29, 15, 53, 35)

const of = <A>(body: () => A) => () => Effect.sync(body)
const text = (...values: ReadonlyArray<string | undefined>): Column => ({ kind: "text", values })

const importOf = (
  seconds: ReadonlyArray<number>,
  columns: Recording["columns"],
  rest: Partial<Recording> = {},
) =>
  importedStreams(
    {
      format: "gpx",
      times: Float64Array.from(seconds, (second) => start + second * 1000),
      columns,
      notes: [],
      ...rest,
    },
    { start, elapsed: 1000, file: "activities/1.gpx" },
  )

const dataOf = ({ bytes }: ReturnType<typeof importOf>, type: string): unknown =>
  JSON.parse(new TextDecoder().decode(bytes))[type]?.data

test(
  "the distance between two positions is that of the sphere",
  of(() => {
    assert.equal(Math.round(haversine(0, 0, 0, 1)), 111195)
    assert.equal(Math.round(haversine(52.52, 13.405, 48.8566, 2.3522)), 877465)
    assert.equal(haversine(90, 0, 90, 180) < 1e-8, true)
    assert.equal(Math.round(haversine(0, -180, 0, 179)), 111195)
  }),
)

test(
  "distance and speed are computed from positions and times, and marked as derived",
  of(() => {
    const result = importOf([0, 1, 3, 4, 5], {
      lat: text("1", "1", undefined, "1", "1"),
      lng: text("0", "0.0001", undefined, "0.0003", "0.0003"),
    })
    assert.deepEqual(dataOf(result, "distance"), [0, 11.1, null, 33.4, 33.4])
    assert.deepEqual(dataOf(result, "velocity_smooth"), [null, 11.118, null, 7.412, 0])
    assert.deepEqual(result.derived, ["distance", "velocity_smooth"])
    assert.deepEqual(result.types, ["time", "distance", "latlng", "velocity_smooth"])
  }),
)

test(
  "a distance or speed of the file is never replaced; speed follows from the file's distance",
  of(() => {
    const columns = {
      lat: text("0", "0", "0"),
      lng: text("0", "1", "2"),
      distance: text("5.0", undefined, "8.0"),
    }
    const result = importOf([0, 1, 2], columns)
    assert.deepEqual(dataOf(result, "distance"), [5, null, 8])
    assert.deepEqual(dataOf(result, "velocity_smooth"), [null, null, 1.5])
    assert.deepEqual(result.derived, ["velocity_smooth"])
    const both = importOf([0, 1, 2], { ...columns, velocity_smooth: text("1.2", undefined, "1.3") })
    assert.deepEqual(dataOf(both, "velocity_smooth"), [1.2, null, 1.3])
    assert.deepEqual(both.derived, [])
  }),
)

test(
  "a distance that decreases has no speed",
  of(() => {
    const result = importOf([0, 1, 2], { distance: text("100", "0", "3") })
    assert.deepEqual(dataOf(result, "velocity_smooth"), [null, null, 3])
  }),
)

test(
  "0, 0 is kept as a position, but is neither start nor end nor part of the distance",
  of(() => {
    const result = importOf([0, 1, 2, 3], {
      lat: text("0.0", "52.5200001", "52.5300", "0"),
      lng: text("0.0", "13.40", "13.40", "0"),
    })
    assert.deepEqual(dataOf(result, "latlng"), [[0, 0], [52.5200001, 13.4], [52.53, 13.4], [0, 0]])
    assert.deepEqual(dataOf(result, "distance"), [null, 0, 1111.9, null])
    assert.deepEqual(result.facts.startLatlng, ["52.5200001", "13.40"])
    assert.deepEqual(result.facts.endLatlng, ["52.5300", "13.40"])
    assert.equal(result.facts.timezone, "(GMT+01:00) Europe/Berlin")
    assert.equal(result.facts.utcOffset, 7200)
  }),
)

test(
  "the offset of the file counts more than that of the zone",
  of(() => {
    const columns = { lat: text("52.52"), lng: text("13.4") }
    const { facts } = importOf([0], columns, { utcOffset: 3600, device: "Device", sport: "9" })
    assert.deepEqual(facts, {
      startLatlng: ["52.52", "13.4"],
      endLatlng: ["52.52", "13.4"],
      utcOffset: 3600,
      timezone: "(GMT+01:00) Europe/Berlin",
      hasHeartrate: false,
      deviceWatts: false,
      device: "Device",
      sport: "9",
      firstTime: start,
    })
  }),
)

test(
  "the sport of a file with several sessions is that of the one during which the activity starts",
  of(() => {
    const span = (from: number, to: number, sport?: string) => ({
      start: start + from * 1000,
      end: start + to * 1000,
      ...(sport === undefined ? {} : { sport }),
    })
    const sportWith = (rest: Partial<Recording>) =>
      importOf([0], { heartrate: text("90") }, { sport: "cycling", ...rest }).facts.sport
    const before = span(-900, 0, "swimming")
    const after = span(600, 900, "cycling")
    assert.equal(sportWith({ sessionList: [before, span(0, 600, "running"), after] }), "running")
    // A session can span those of its sports.
    const whole = span(-900, 900, "multisport")
    assert.equal(sportWith({ sessionList: [whole, span(0, 600, "running")] }), "running")
    assert.equal(sportWith({ sessionList: [before, after] }), "cycling")
    assert.equal(sportWith({ sessionList: [before, span(0, 600)] }), "cycling")
    const own = { sessionList: [span(0, 600, "running")], deviceTime: true }
    assert.equal(sportWith(own), "cycling")
  }),
)

test(
  "an indoor activity has sensors and no place",
  of(() => {
    const { facts, types } = importOf([0, 1], {
      heartrate: text("0", "99"),
      watts: text("0", undefined),
    })
    assert.deepEqual(types, ["time", "heartrate", "watts"])
    assert.deepEqual(facts, { hasHeartrate: true, deviceWatts: true, firstTime: start })
  }),
)

test(
  "start and end are those of the activity, not of a file that is longer",
  of(() => {
    const { facts } = importOf([-60, 0, 1000, 1060], {
      lat: text("1", "2", "3", "4"),
      lng: text("1", "2", "3", "4"),
    })
    assert.deepEqual([facts.startLatlng, facts.endLatlng], [["2", "2"], ["3", "3"]])
    assert.equal(facts.firstTime, start - 60_000)
  }),
)

test(
  "a zone has the offset at the time, and the standard offset in its label",
  of(() => {
    const july = Date.UTC(2024, 6, 1)
    const january = Date.UTC(2024, 0, 1)
    const zones: ReadonlyArray<
      readonly [lat: number, lng: number, ms: number, offset: number, label: string]
    > = [
      [52.52, 13.4, july, 7200, "(GMT+01:00) Europe/Berlin"],
      [52.52, 13.4, january, 3600, "(GMT+01:00) Europe/Berlin"],
      [37.77, -122.42, july, -25_200, "(GMT-08:00) America/Los_Angeles"],
      [27.7172, 85.324, july, 20_700, "(GMT+05:45) Asia/Kathmandu"],
      [47.56, -52.71, january, -12_600, "(GMT-03:30) America/St_Johns"],
      [-33.87, 151.21, january, 39_600, "(GMT+10:00) Australia/Sydney"],
      [53.35, -6.26, july, 3600, "(GMT+00:00) Europe/Dublin"],
      [30, -40, july, -10_800, "(GMT-03:00) Etc/GMT+3"],
    ]
    for (const [lat, lng, ms, offset, label] of zones) {
      assert.deepEqual(zoneAt(lat, lng, ms), { offset, label })
    }
  }),
)

test(
  "an invalid position or time has no zone",
  of(() => {
    assert.equal(zoneAt(91, 0, 0), undefined)
    assert.equal(zoneAt(NaN, 0, 0), undefined)
    assert.equal(zoneAt(52, 13, NaN), undefined)
  }),
)
