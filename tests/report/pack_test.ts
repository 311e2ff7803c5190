/** The data of the report: derived from complete recordings, packed, and read back. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import type { Samples } from "../../pipeline/landed/Samples.ts"
import { cutsOf, metersBetween, type Position } from "../../pipeline/metrics/track.ts"
import { blockContentsFrom, blockText, rankedBlock } from "../../pipeline/report/model/blockText.ts"
import { columnFrom, columnText } from "../../pipeline/report/model/columns.ts"
import { siteFrom, siteText, tracksFrom, tracksText } from "../../pipeline/report/model/siteText.ts"
import { withSteps } from "../../pipeline/report/pack/fewerSteps.ts"
import { algorithm } from "../../pipeline/report/pack/readRecordings.ts"
import { recordingFacts } from "../../pipeline/report/pack/RecordingFacts.ts"
import { shownTrack, siteRecording } from "../../pipeline/report/pack/recording.ts"
import { rankedEfforts } from "../../pipeline/report/pack/records.ts"
import { simplified } from "../../pipeline/report/pack/simplified.ts"
import { splitsOf } from "../../pipeline/report/pack/splits.ts"
import { activity, detailsItem, gearItem, streamsItem, zonesItem } from "../sinks/items.ts"
import { test } from "../testing.ts"
import { folderOf, northwards, siteDataOf } from "./landed.ts"

const holds = (name: string, check: () => void) => test(name, () => Effect.sync(check))

const range = (count: number, of: (i: number) => number) =>
  Array.from({ length: count }, (_, i) => of(i))

/** A run of 1,000 seconds at 3 m/s to the north, with a heart rate that rises. */
const run: Samples = {
  time: range(1_001, (i) => i),
  distance: range(1_001, (i) => i * 3),
  altitude: range(1_001, (i) => 100 + i / 10),
  heartrate: range(1_001, (i) => 100 + i / 20),
  lat: range(1_001, (i) => 50 + i * 3 / 111_195),
  lng: range(1_001, () => 10),
}

const kind = { id: "7", group: "run", power: false, needsTrack: true } as const

holds("a recording has at most 300 steps: means, and the last time, distance and position", () => {
  const recording = siteRecording(run, shownTrack("7", run))!
  assert.equal(recording.time.length, 300)
  assert.equal(recording.time.at(-1), 1_000)
  assert.equal(recording.distance!.at(-1), 3_000)
  assert.deepEqual([recording.time[0], Math.round(recording.altitude![0]! * 10)], [2, 1_001])
  assert.deepEqual(recording.watts, undefined)
  const short = siteRecording({ time: [0, 5], heartrate: [null, 120] }, undefined)
  assert.deepEqual(short, { time: [0, 5], beats: [120, 120] })
  assert.equal(siteRecording({}, undefined), undefined)
  assert.deepEqual(withSteps(recording, 300), recording)
  for (const steps of [250, 100, 7]) {
    const fewer = withSteps(recording, steps)
    assert.deepEqual([fewer.time.length, fewer.time.at(-1)], [steps, 1_000])
    const { from, positions } = fewer.track!
    for (const [i, [, lat]] of positions.entries()) {
      const [time, meters] = [fewer.time[from + i]!, fewer.distance![from + i]!]
      assert.ok(Math.abs(meters / 111_195 + 50 - lat) < 1e-9)
      assert.ok(Math.abs(time * 3 - meters) < 1e-9)
      // The mean of a straight line is its value in the middle.
      assert.ok(Math.abs(fewer.altitude![from + i]! - 100 - time / 10 + 50 / steps) < .2)
    }
  }
})

holds("the ends of a recorded track are cut, also if the device was still at its start", () => {
  const [start, end] = cutsOf("7")
  const still = 600
  const jitter = (i: number) => i % 2 / 20_000
  const samples = {
    lat: [...range(still, (i) => 50 + jitter(i)), ...run.lat!],
    lng: [...range(still, () => 10), ...run.lng!],
  }
  for (const [track, added] of [[run, 0], [samples, still]] as const) {
    const shown = shownTrack("7", track)!
    const at = (i: number): Position => [track.lng![i]!, track.lat![i]!]
    assert.ok(metersBetween([10, 50], at(shown.from)) >= start - 15)
    assert.ok(metersBetween(at(shown.to), at(1_000 + added)) >= end - 15)
  }
  assert.equal(shownTrack("7", { lat: [50, 50.001], lng: [10, 10] }), undefined)
})

holds("splits end between samples, in moving time, and the rest is a shorter one", () => {
  const splits = splitsOf(run, 1_000)
  assert.deepEqual(splits.map(({ meters, seconds }) => [meters, seconds]), [
    [1_000, 333],
    [1_000, 333],
    [1_000, 333],
  ])
  assert.deepEqual(splits.map(({ rise }) => rise), [33, 33, 33])
  assert.deepEqual(splits.map(({ beats }) => beats), [108, 125, 142])
  const paused: Samples = {
    time: [0, 300, 900, 1_200],
    distance: [0, 900, 900, 1_800],
    moving: [false, true, false, true],
  }
  // A gap of 300 seconds counts as 30: there are no samples in it.
  assert.deepEqual(splitsOf(paused, 1_000).map(({ meters, seconds }) => [meters, seconds]), [
    [1_000, 33],
    [800, 27],
  ])
  assert.deepEqual(splitsOf(run, 5_000), [])
})

holds("a block and its efforts are the same after packing, except for the rounding", () => {
  const facts = recordingFacts(kind, run, {
    laps: [{ name: "</script>", distance: 999.6, moving_time: 300, average_heartrate: 150.4 }],
    segment_efforts: [{ name: "Hill", elapsed_time: 60, distance: 200 }, { hidden: true }],
  }, [0, 120, 140])
  const back = blockContentsFrom(blockText(facts.block))
  assert.deepEqual(back.splits, facts.block.splits)
  assert.deepEqual(back.laps, [{
    ...{ name: "</script>", meters: 1_000, seconds: 300, beats: 150 },
    ...{ climb: undefined, watts: undefined },
  }])
  assert.deepEqual(back.segments!.map(({ name }) => name), ["Hill"])
  assert.deepEqual(facts.zoneSeconds, [399, 400, 201])
  assert.deepEqual(facts.streams, ["latlng", "altitude", "heartrate"])
  assert.equal(back.recording!.distance!.at(-1), 3_000)
  const [first, packed] = [facts.block.recording!.track!, back.recording!.track!]
  assert.equal(packed.from, first.from)
  for (const [i, [, lat]] of packed.positions.entries()) {
    assert.ok(Math.abs(lat - first.positions[i]![1]) <= .5e-5 + 1e-9)
  }
  const steps = [{ value: 100, activity: "1", day: 1 }]
  const ranked = rankedBlock(back, [3, 1], "run", {
    records: { run: [{ key: 400, steps }], power: [] },
  })
  assert.deepEqual(ranked.efforts.slice(0, 2), [
    { key: 400, value: 133, rank: 3, best: 100 },
    { key: 1_000, value: 333, rank: 1, best: 333 },
  ])
})

holds("what is derived changes only with the version of the cache", () => {
  const { block, ...facts } = recordingFacts(kind, run, {
    laps: [{ name: "One", distance: 1_000, moving_time: 300, average_heartrate: 150 }],
  }, [0, 120, 140])
  const text = JSON.stringify([facts, blockText(block)])
  const digest = createHash("sha256").update(text).digest("base64url").slice(0, 12)
  assert.deepEqual(
    [algorithm, digest],
    [1, "UiFEJWxS3E8K"],
    "raise `algorithm`, and store the new digest",
  )
})

holds("columns of numbers are the same after packing, rounded to their steps", () => {
  const values = [0, -1, 15, 16, -17, 1_000, -123_456, 18_000_000, -18_000_000, 3, 3, 3.4]
  for (const order of [1, 2] as const) {
    const format = { scale: 1, order }
    const text = columnText(values, format)
    assert.match(text, /^[\w-]+$/)
    assert.deepEqual(columnFrom(text, format), values.map(Math.round))
    const [huge = 0] = columnFrom(columnText([1e300], format), format)
    assert.ok(huge > 1e8)
  }
  assert.deepEqual(columnFrom(columnText([12, 16], fives), fives), [10, 15])
  assert.deepEqual(columnFrom("", fives), [])
})

const fives = { scale: .2, order: 2 } as const

holds("efforts are ranked, an older equal one first, and records are the steps to the best", () => {
  const times = [[4, 200], [3, 210], [2, 200], [1, 250]] as const
  const { ranks, records } = rankedEfforts(
    times.map(([day, value]) => ({ id: String(day), day, efforts: [[400, value]] })),
    [400, 1_000],
    (a, b) => a - b,
  )
  assert.deepEqual([...ranks].map(([id, found]) => [id, ...found]), [
    ["4", 2],
    ["3", 3],
    ["2", 1],
    ["1", 4],
  ])
  assert.deepEqual(records, [{
    key: 400,
    steps: [{ value: 250, activity: "1", day: 1 }, { value: 200, activity: "2", day: 2 }],
  }])
})

holds("a thinned track keeps its ends and every bend of more than 12 meters", () => {
  const bend = 50 / 111_195
  const track = range(101, (i) => i).map((i): Position => [10, 50 + i * 1e-4])
  assert.deepEqual(simplified(track), [[10, 50], [10, 50.01]])
  const bent = track.map(([lng, lat], i): Position => [i === 50 ? lng + bend : lng, lat])
  assert.equal(simplified(bent).length, 5)
  assert.deepEqual(simplified([]), [])
})

test("the data of a site is the same after packing", () =>
  Effect.gen(function* () {
    const { lat, lng, ...others } = run
    const streams = { ...others, latlng: lat!.map((each, i) => [each, lng![i]]) }
    const data = yield* folderOf([
      { resource: "zones", items: [zonesItem()] },
      { resource: "gear", items: [gearItem("b1", { retired: true, weight: 8.2 })] },
      {
        resource: "activities",
        items: [
          activity(1, {
            ...{ sport_type: "Run", name: "</script>\u202e", gear_id: "g9", average_cadence: 85 },
            map: { summary_polyline: northwards(40) },
          }),
          activity(2, { sport_type: "Ride", gear_id: "b1", commute: true, name: null }),
          activity(3, { sport_type: "Run", start_date_local: "2026-01-01T06:30:00Z" }),
        ],
      },
      { resource: "streams", items: [streamsItem(1, streams), streamsItem(3, streams)] },
      { resource: "details", items: [detailsItem(2, { laps: [{ name: "One" }] })] },
    ])
    const { recordings, site, tracks } = yield* siteDataOf(data)
    const text = siteText(site)
    const back = siteFrom(text)
    assert.equal(siteText(back), text)
    assert.deepEqual(back.activities, site.activities)
    assert.deepEqual([...tracksFrom(tracksText(tracks, site), site)], [...tracks])
    assert.deepEqual([...tracks.keys()], ["3", "1"])
    assert.deepEqual(recordings.size, 3)
    const [third, second, first] = site.activities
    assert.deepEqual([third!.minute, third!.lack], [390, undefined])
    assert.deepEqual([second!.lack, second!.commute, second!.name], ["listed", true, "Ride"])
    assert.deepEqual([first!.cadence, first!.name], [170, "</script>\\u{202e}"])
    assert.deepEqual(site.gear.map(({ id, kind, retired }) => [id, kind, retired]), [
      ["b1", "bike", true],
      ["g9", "shoes", false],
    ])
    assert.equal(site.samples, 2_002)
    assert.deepEqual(site.records.run.map(({ key, steps }) => [key, steps.length]), [
      [400, 1],
      [1_000, 1],
      [1_609.344, 1],
    ])
  }))
