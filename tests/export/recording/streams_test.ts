/** Tests of making streams of an activity from the points of its file. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { importedStreams } from "../../../pipeline/export/recording/importedStreams.ts"
import type { Column, Recording } from "../../../pipeline/export/recording/Recording.ts"
import { scan } from "../../../schemas/json/scan.ts"
import { streamsOf } from "../../../schemas/StreamSet.ts"
import { test } from "../../testing.ts"

const start = Date.UTC(2022, 4, 29, 15, 53, 35)
const file = "activities/1.fit.gz"

const scaled = (decimals: number, ...values: ReadonlyArray<number>): Column => ({
  kind: "scaled",
  decimals,
  values: Float64Array.from(values),
})
const text = (...values: ReadonlyArray<string | undefined>): Column => ({ kind: "text", values })

/** Returns a recording with these times, in seconds since the start. */
const recordingOf = (
  seconds: ReadonlyArray<number>,
  columns: Recording["columns"] = {},
  rest: Partial<Recording> = {},
): Recording => ({
  format: "fit",
  times: Float64Array.from(seconds, (second) => start + second * 1000),
  columns,
  notes: [],
  ...rest,
})

const importOf = (recording: Recording, elapsed: number | undefined = 1000) =>
  importedStreams(recording, { start, elapsed, file })

/** Returns the samples of each stream as text, as a reader of Strava's responses sees them. */
const samplesOf = (recording: Recording, elapsed?: number): Record<string, string> => {
  const { bytes } = importOf(recording, elapsed)
  const json = new TextDecoder().decode(bytes)
  return Object.fromEntries(
    streamsOf(json, JSON.parse(json)).map(({ source, type }) => [type, source().join(" ")]),
  )
}

const of = <A>(body: () => A) => () => Effect.sync(body)

test(
  "streams have Strava's form with source and file, and are read as plain bytes",
  of(() => {
    const { bytes, derived, notes, types } = importOf(
      recordingOf([0, 1], { distance: scaled(2, 0, 312), watts: text("200", undefined) }),
    )
    const info =
      `"series_type":"time","original_size":2,"resolution":"high","source":"export","file":"${file}"`
    assert.equal(
      new TextDecoder().decode(bytes),
      `{"time":{"data":[0,1],${info}},"distance":{"data":[0.00,3.12],${info}},` +
        `"velocity_smooth":{"data":[null,3.120],${info},"derived":true},"watts":{"data":[200,null],${info}}}`,
    )
    assert.deepEqual(types, ["time", "distance", "velocity_smooth", "watts"])
    assert.deepEqual(derived, ["velocity_smooth"])
    assert.deepEqual(notes, [])
    assert.deepEqual(scan(bytes!)?.streams.map(({ type }) => type), types)
  }),
)

test(
  "scaled values have exactly the decimals of their scale, and others the digits of the file",
  of(() => {
    const samples = samplesOf(recordingOf([0, 1, 2, 3, 4], {
      altitude: scaled(1, -5, 0, 105, -4000, 8848_5),
      lat: scaled(7, 1, -525200001, 900000000, 0, 10000000),
      lng: scaled(7, -1800000000, 134000001, 0, -1, 1800000000),
      temp: scaled(0, -20, 0, 21, 100, -0),
      watts: scaled(3, 9007199254740991, -9007199254740991, 2147483647, 2147483648, 4294967296),
      cadence: text("87.50", "0", "-0.0", "1.000000000000000001", "7"),
    }))
    assert.equal(samples["altitude"], "-0.5 0.0 10.5 -400.0 8848.5")
    assert.equal(
      samples["latlng"],
      "[0.0000001,-180.0000000] [-52.5200001,13.4000001] [90.0000000,0.0000000] [0.0000000,-0.0000001] [1.0000000,180.0000000]",
    )
    assert.equal(samples["temp"], "-20 0 21 100 0")
    assert.equal(
      samples["watts"],
      "9007199254740.991 -9007199254740.991 2147483.647 2147483.648 4294967.296",
    )
    assert.equal(samples["cadence"], "87.50 0 -0.0 1.000000000000000001 7")
  }),
)

test(
  "values can be longer than usual",
  of(() => {
    const seconds = Array.from({ length: 500 }, (_, i) => i)
    const long = seconds.map((second) => `${second + 1}.${"123456789".repeat(4)}`)
    const samples = samplesOf(recordingOf(seconds, { watts: text(...long) }))
    assert.equal(samples["time"], seconds.join(" "))
    assert.equal(samples["watts"], long.join(" "))
  }),
)

test(
  "a missing value is null, a type without values is omitted, and 0 bpm is no heart rate",
  of(() => {
    const samples = samplesOf(recordingOf([0, 1, 2], {
      heartrate: scaled(0, 0, 142, NaN),
      cadence: scaled(0, 0, 0, NaN),
      watts: scaled(0, NaN, NaN, NaN),
      temp: text(undefined, undefined, undefined),
    }))
    assert.deepEqual(samples, { time: "0 1 2", heartrate: "null 142 null", cadence: "0 0 null" })
    assert.equal(samplesOf(recordingOf([0], { heartrate: text("0.0") }))["heartrate"], undefined)
  }),
)

test(
  "points of one second are one sample with the later value that is not missing",
  of(() => {
    const samples = samplesOf(recordingOf([0, 1, 1.25, 1.75, 2], {
      heartrate: scaled(0, 100, 101, 102, 0, 104),
      watts: scaled(0, 200, 201, NaN, NaN, 204),
      temp: scaled(0, 20, NaN, NaN, NaN, 24),
      lat: scaled(0, 1, 2, 3, 4, 5),
      lng: scaled(0, 1, 2, NaN, NaN, 5),
    }))
    assert.equal(samples["time"], "0 1 2")
    assert.equal(samples["heartrate"], "100 102 104")
    assert.equal(samples["watts"], "200 201 204")
    assert.equal(samples["temp"], "20 null 24")
    assert.equal(samples["latlng"], "[1,1] [2,2] [5,5]")
  }),
)

test(
  "a position needs both coordinates within their ranges",
  of(() => {
    const samples = samplesOf(recordingOf([0, 1, 2, 3], {
      lat: text("1", "2", "90.5", "-90"),
      lng: text("1", undefined, "3", "180.0"),
    }))
    assert.equal(samples["latlng"], "[1,1] null null [-90,180.0]")
  }),
)

test(
  "times that go back are sorted, and pauses are not filled",
  of(() => {
    const samples = samplesOf(recordingOf([0, 3, 2, 600], { watts: scaled(0, 1, 3, 2, 4) }))
    assert.deepEqual(samples, { time: "0 2 3 600", watts: "1 2 3 4" })
  }),
)

test(
  "points without a time, or more than a day off, are dropped and counted",
  of(() => {
    const { bytes, notes } = importOf(recordingOf([0, NaN, 1, -86_401, 1000 + 86_401, 2]))
    assert.match(new TextDecoder().decode(bytes), /"data":\[0,1,2\]/)
    assert.deepEqual(notes, [
      "points without a time, ignored: 1",
      "points more than a day off the activity, ignored: 2",
    ])
  }),
)

test(
  "times from the start of the device begin at the start of the activity",
  of(() => {
    const recording = {
      ...recordingOf([]),
      times: Float64Array.of(NaN, 5000, 6000),
      deviceTime: true,
    }
    const { bytes, facts } = importOf(recording)
    assert.match(new TextDecoder().decode(bytes), /"data":\[0,1\]/)
    assert.equal(facts.firstTime, undefined)
  }),
)

test(
  "the window has a tolerance of two seconds at both ends; negative times are kept",
  of(() => {
    const recording = recordingOf([-3, -2, -1, 0, 10, 12, 12.9, 13])
    assert.equal(samplesOf(recording, 10)["time"], "-2 -1 0 10 12")
    assert.deepEqual(importOf(recording, 10).notes, [])
  }),
)

test(
  "an activity cropped at Strava has the samples of its window and a note",
  of(() => {
    const seconds = Array.from({ length: 100 }, (_, i) => i - 20)
    const { bytes, notes } = importOf(recordingOf(seconds), 40)
    assert.match(new TextDecoder().decode(bytes), /"original_size":45,/)
    assert.deepEqual(notes, ["cropped: 55 s of the file are outside of the activity"])
  }),
)

test(
  "a file of several sessions serves one row per session; the note names their number",
  of(() => {
    const recording = recordingOf([0, 50, 100, 150, 200], {}, { sessions: 2 })
    assert.equal(samplesOf(recording, 100)["time"], "0 50 100")
    assert.deepEqual(importOf(recording, 100).notes, [
      "cropped: 98 s of the file are outside of the activity; the file has 2 sessions",
    ])
    const second = importedStreams(recording, { start: start + 100_000, elapsed: 100, file })
    assert.match(new TextDecoder().decode(second.bytes), /"data":\[0,50,100\]/)
  }),
)

test(
  "a file without a point in the window has no streams, but its first time",
  of(() => {
    const { bytes, facts, notes, types } = importOf(
      recordingOf([5000, 5001], {}, { notes: ["note of the file"] }),
      100,
    )
    assert.equal(bytes, undefined)
    assert.deepEqual(types, [])
    assert.deepEqual(notes, ["no point is within the time of the activity", "note of the file"])
    assert.deepEqual(facts, {
      hasHeartrate: false,
      deviceWatts: false,
      firstTime: start + 5_000_000,
    })
  }),
)

test(
  "a file without a time, or only with times of another day, says so first",
  of(() => {
    const notes = ["note of the file"]
    assert.deepEqual(importOf(recordingOf([NaN, NaN], {}, { notes })).notes, [
      "no point has a time",
      "note of the file",
      "points without a time, ignored: 2",
    ])
    assert.deepEqual(importOf(recordingOf([NaN, 1e6], {}, { notes })).notes, [
      "no point is within the time of the activity",
      "note of the file",
      "points without a time, ignored: 1",
      "points more than a day off the activity, ignored: 1",
    ])
  }),
)

test(
  "damage of a file is passed on",
  of(() => {
    const notes = ["the file is cut"]
    assert.equal(
      importOf(recordingOf([0], {}, { notes, damage: "the file is cut" })).damage,
      notes[0],
    )
    assert.equal(importOf(recordingOf([0])).damage, undefined)
  }),
)

test(
  "without a date in the row, times begin at the file's first second; without an elapsed time, none is cut",
  of(() => {
    const { bytes } = importedStreams(recordingOf([0.7, 1.7, 9000]), {
      start: undefined,
      elapsed: undefined,
      file,
    })
    assert.match(new TextDecoder().decode(bytes), /"data":\[0,1,9000\]/)
  }),
)

test(
  "a time of another century is dropped, although the elapsed time is unknown or wrong",
  of(() => {
    const recording = recordingOf([0, 1, 3e9, -3e9])
    for (const elapsed of [undefined, 1e12, Infinity]) {
      const { bytes, notes } = importedStreams(recording, { start, elapsed, file })
      assert.match(new TextDecoder().decode(bytes), /"data":\[0,1\]/)
      assert.deepEqual(notes, ["points more than a day off the activity, ignored: 2"])
    }
  }),
)

test(
  "a recording without points keeps its notes",
  of(() => {
    const { bytes, notes } = importOf(recordingOf([], {}, { notes: ["the file is empty"] }))
    assert.equal(bytes, undefined)
    assert.deepEqual(notes, ["the file is empty"])
  }),
)

test(
  "a file name is written in ASCII",
  of(() => {
    const { bytes } = importedStreams(recordingOf([0]), { start, elapsed: 1, file: 'a"ü😀' })
    const json = new TextDecoder().decode(bytes)
    assert.match(json, /^[\x20-\x7e]+$/)
    assert.equal(JSON.parse(json).time.file, 'a"ü😀')
  }),
)
