/** The page of an activity: streams, track, sections and splits. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import type { Units } from "../../../pipeline/metrics/units.ts"
import { Html } from "../../../pipeline/report/html.ts"
import type { Split } from "../../../pipeline/report/model/ActivityBlock.ts"
import type { SiteActivity } from "../../../pipeline/report/model/SiteActivity.ts"
import { stretchesOf } from "../../../pipeline/report/pages/activity/streams/stretches.ts"
import { test } from "../../testing.ts"
import { htmlText } from "../landed.ts"
import {
  type ChosenActivity,
  drawnPanel,
  openedView,
  panelIds,
  panelNamed,
  recording,
  stepNumbers,
} from "./opened.ts"
import { drawnText } from "../sites.ts"

/** Returns the chart of a panel with its cursor. */
const chartOf = (chosen: ChosenActivity, id: string) => {
  const chart = drawnPanel(chosen, id)
  assert.ok(!(chart instanceof Html) && chart.cursor?.section !== undefined)
  return { svg: chart.svg.text, cursor: chart.cursor, section: chart.cursor.section }
}

test("the cursor reads distance, time and all values of a moment, in the chosen units", () =>
  Effect.sync(() => {
    const read = (units: Units) => htmlText(chartOf({ units }, "streams").cursor.read(50).text)
    assert.equal(read("metric"), "5.0 km · 25:00 · 450 m · 4:38 /km · 160 bpm")
    assert.equal(read("imperial"), "3.1 mi · 25:00 · 1,476 ft · 7:27 /mi · 160 bpm")
  }))

test("a section reads distance, time, pace, climb and mean heart rate", () =>
  Effect.sync(() => {
    const { section } = chartOf({}, "streams")
    assert.equal(
      htmlText(section.read(25, 75).text),
      "Section 5.0 km · 25:00 · 5:00 /km · 24 m climb · 146 bpm",
    )
    assert.match(section.mark(25, 75).text, /<rect class="section" x="138\.5"/)
    const map = chartOf({}, "track").section
    assert.equal(map.mark(0, 3).text, "", "the cut start of the track")
    assert.match(map.mark(0, 20).text, /<path class="part"/)
  }))

test("the axis is distance or time, and time without a distance", () =>
  Effect.sync(() => {
    assert.match(chartOf({}, "streams").svg, />10 km</)
    assert.match(chartOf({ query: "axis=time" }, "streams").svg, />50:00</)
    const still = { block: { recording: { time: recording.time, beats: recording.beats! } } }
    assert.match(chartOf(still, "streams").svg, />50:00</)
    assert.doesNotMatch(
      panelNamed(still, "streams").controls?.(openedView(still)).text ?? "",
      /Distance/,
    )
  }))

test("both charts of a recording show the same step", () =>
  Effect.sync(() => {
    const [map, streams] = [chartOf({}, "track").cursor, chartOf({}, "streams").cursor]
    assert.equal(map.group, streams.group)
    assert.equal(map.count, streams.count)
    assert.equal(map.near(0, 0), 5, "the first step of the track")
    assert.equal(map.mark(2).text, "", "no position at the cut start")
    assert.match(map.mark(50).text, /<circle class="here"/)
  }))

test("the track is colored by quantiles of pace, or by zones of heart rate", () =>
  Effect.sync(() => {
    const colors = (query: string) => [
      ...new Set(
        [...chartOf({ query }, "track").svg.matchAll(/class="way (\w+)"/g)].map(([, name]) => name),
      ),
    ]
    assert.deepEqual(colors(""), ["s3", "s5"])
    assert.deepEqual(colors("color=heart"), ["z2", "z3", "z4"])
    assert.match(htmlText(drawnText(drawnPanel({ query: "color=heart" }, "track"))), /Z1 Z5$/)
    assert.match(drawnText(drawnPanel({}, "track")), /5:33 4:10 \/km$/)
  }))

test("a jump of the GPS is neither a value nor a pace of a section", () =>
  Effect.sync(() => {
    const jump = {
      ...recording,
      speed: recording.speed!.map((value, i) => i === 50 ? 900 : value),
      distance: recording.distance!.map((value, i) => i >= 50 ? value + 60_000 : value),
    }
    const { cursor, section, svg } = chartOf({ block: { recording: jump } }, "streams")
    assert.match(htmlText(section.read(49, 50).text), /60\.1 km · 0:30 · – \/km/)
    assert.doesNotMatch(htmlText(svg), /0:0\d/)
    assert.match(htmlText(cursor.read(50).text), /\/km/)
  }))

test("the track is drawn without the places where the GPS jumped to, in its own scale", () =>
  Effect.sync(() => {
    const positions = recording.track!.positions
    const far = positions.map(([lng, lat], i) => [lng, i === 40 ? lat + 3 : lat] as const)
    const chosen: ChosenActivity = {
      block: { recording: { ...recording, track: { from: 5, positions: far } } },
    }
    const { cursor, svg } = chartOf(chosen, "track")
    assert.match(svg, /class="casing" d="M26 [^M]*M[^M]*L574 [^M]*"/, "two parts fill the width")
    assert.equal(cursor.mark(45).text, "")
    const mad = positions.map(([lng], i) => [lng, i * 2 % 90] as const)
    const jumps = { recording: { ...recording, track: { from: 5, positions: mad } } }
    assert.ok(!panelIds({ block: jumps }).includes("track"), "nothing but jumps")
    assert.match(cursor.mark(46).text, /class="here"/)
  }))

test("a recording that continues elsewhere keeps both parts, and one that only jumps its longest", () =>
  Effect.sync(() => {
    const at = (lats: ReadonlyArray<number>) => lats.map((lat) => [10, lat] as const)
    const times = stepNumbers.slice(0, 40).map((i) => i * 10)
    const parts = (lats: ReadonlyArray<number>) =>
      stretchesOf(at(lats), times, (speed) => speed < 12)
    const north = (start: number, count: number) =>
      Array.from({ length: count }, (_, i) => start + i / 10_000)
    assert.deepEqual(parts([...north(47, 20), ...north(50, 20)]), [
      { first: 0, last: 19 },
      { first: 20, last: 39 },
    ])
    assert.deepEqual(parts([60, ...north(47, 20), 61]), [{ first: 1, last: 20 }])
    assert.deepEqual(parts([1, 2, 3]), [{ first: 0, last: 0 }])
    assert.deepEqual(parts(Array.from({ length: 10 }, () => 47)), [{ first: 0, last: 9 }])
  }))

const split = (meters: number, seconds: number, fields: Partial<Split> = {}): Split => ({
  ...{ meters, seconds, rise: 5, beats: 150 },
  ...fields,
})

const kilometers = (seconds: ReadonlyArray<number>, fields: Partial<Split> = {}) =>
  seconds.map((each) => split(1_000, each, fields))

const rowsOf = (splits: ReadonlyArray<Split>, activity: Partial<SiteActivity> = {}) =>
  drawnText(drawnPanel({ activity, block: { splits: { metric: splits, imperial: [] } } }, "splits"))

test("the fastest whole split is marked, and a jump of the GPS is not", () =>
  Effect.sync(() => {
    const splits = [...kilometers([300, 280, 290, 20]), split(200, 50)]
    const text = drawnPanel({ block: { splits: { metric: splits, imperial: [] } } }, "splits")
    assert.ok(text instanceof Html)
    assert.deepEqual([...text.text.matchAll(/<b>([^<]*)<\/b>/g)].map(([, pace]) => pace), ["4:40"])
    assert.match(rowsOf(splits), /4 – \+5 150 4\.2 4:10/)
    assert.match(text.text, /class="fast" width="267\.9"/)
  }))

test("long rides have splits of 5 or 10 km, with heart rates weighted by time", () =>
  Effect.sync(() => {
    const ride = { sport: "Ride", group: "ride" } as const
    const of = (count: number) =>
      rowsOf(
        Array.from({ length: count }, (_, i) =>
          split(1_000, i % 2 === 0 ? 90 : 270, {
            beats: i % 2 === 0 ? 160 : 120,
          })),
        ride,
      )
    assert.match(of(16), /^km Speed, km\/h Bar Net m bpm 1 40\.0 \+5 160 2 /)
    assert.match(of(20), /bpm 5 22\.2 \+25 133 10 /)
    assert.match(of(70), /bpm 10 20\.0 \+50 130 20 /)
    assert.match(
      rowsOf(kilometers(stepNumbers.slice(0, 42).map(() => 300))),
      /bpm 1 5:00 .* 42 5:00/,
    )
  }))

test("one split, and swims, have no panel of splits", () =>
  Effect.sync(() => {
    const some = { metric: kilometers([300, 300]), imperial: [] }
    assert.ok(panelIds({ block: { splits: some } }).includes("splits"))
    assert.ok(
      !panelIds({ block: { splits: { metric: kilometers([300]), imperial: [] } } }).includes(
        "splits",
      ),
    )
    const still = { metric: kilometers([0, 0, 300]), imperial: [] }
    assert.ok(!panelIds({ block: { splits: still } }).includes("splits"), "no moving time")
    assert.ok(
      !panelIds({ activity: { group: "swim" }, block: { splits: some } }).includes("splits"),
    )
  }))

test("values that are not known are dashes, or their column is left out", () =>
  Effect.sync(() => {
    const none = kilometers([300, 300], { rise: undefined, beats: undefined })
    assert.equal(rowsOf(none), "km Pace, /km Bar 1 5:00 2 5:00")
    assert.match(rowsOf([...none, split(1_000, 300)]), /1 5:00 – – 2/)
    assert.match(rowsOf(kilometers([300, 300], { rise: -.2 })), /1 5:00 0 150/)
    assert.match(rowsOf(kilometers([300, 300], { rise: -13 })), /1 5:00 −13 150/)
  }))
