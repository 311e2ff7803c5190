/** The figures of an activity, its neighbors, its laps and efforts, and the reasons for missing parts. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import type { MissingReason } from "../../../pipeline/landed/coverage.ts"
import type { SiteLap } from "../../../pipeline/report/model/ActivityBlock.ts"
import { activityPage } from "../../../pipeline/report/pages/activity/activityPage.ts"
import { test } from "../../testing.ts"
import { htmlText } from "../landed.ts"
import {
  type ChosenActivity,
  drawnPanel,
  openedView,
  pageHead,
  panelIds,
  panelNamed,
  recording,
} from "./opened.ts"
import { drawnText, siteActivity, siteShoes } from "../sites.ts"

const text = (chosen: ChosenActivity = {}) => htmlText(pageHead(chosen))

const runs = Array.from(
  { length: 11 },
  (_, i) => siteActivity(`2026-02-${i + 10}`, { meters: 9_000 + i * 200, climb: i }),
)

test("the head has name, sport, date, gear, device and figures, in the chosen units", () =>
  Effect.sync(() => {
    const chosen: ChosenActivity = {
      activity: { gear: "g1", device: "Uhrwerk 55", isPrivate: true, beats: 150, maxBeats: 171 },
      site: { gear: [siteShoes("g1", { name: "Wolke 5" })] },
    }
    assert.match(
      text(chosen),
      /^All activities Morning run Run · Fri 3 Apr 2026, 08:00 · Wolke 5 · Uhrwerk 55 · only you View/,
    )
    assert.match(
      text(chosen),
      /Distance 10\.0 km Moving time 1:00:00 1:01:40 elapsed Pace 6:00 \/km Climb 100 m Heart rate 150 bpm max 171$/,
    )
    assert.match(
      text({ ...chosen, units: "imperial" }),
      /Distance 6\.2 mi .* Pace 9:39 \/mi Climb 328 ft/,
    )
    assert.match(pageHead(chosen), /href="#\/activities\?gear=g1"/)
  }))

test("swims are in meters or yards, with pace per 100 of them, and rides have a speed", () =>
  Effect.sync(() => {
    const swim = { group: "swim", meters: 1_925, moving: 2_260 } as const
    assert.match(text({ activity: swim }), /1,925 m .* Pace 1:57 \/100 m/)
    assert.match(text({ activity: swim, units: "imperial" }), /2,105 yd .* Pace 1:47 \/100 yd/)
    const ride = { group: "ride", meters: 30_000 } as const
    assert.match(text({ activity: ride }), /Speed 30\.0 km\/h/)
    assert.match(text({ activity: ride, units: "imperial" }), /Speed 18\.6 mph/)
  }))

test("the link to Strava sends no referrer", () =>
  Effect.sync(() =>
    assert.match(
      pageHead({ activity: { id: "9007199254740993" } }),
      /href="https:\/\/www\.strava\.com\/activities\/9007199254740993" rel="noreferrer noopener" target="_blank"/,
    )
  ))

test("an activity has a rank among ten of its sport, if it is one of the first ten", () =>
  Effect.sync(() => {
    assert.match(text({ others: runs }), /10\.0 km 6th longest of 12/)
    assert.match(text({ others: runs }), /Climb 100 m most of 12/)
    assert.doesNotMatch(text({ others: runs.slice(0, 3) }), /longest/)
    assert.doesNotMatch(text({ others: runs, activity: { meters: 1 } }), /longest/)
    assert.doesNotMatch(
      text({ others: runs.map((run) => ({ ...run, group: "snow" })), activity: { group: "snow" } }),
      /most/,
      "lifts climb",
    )
  }))

const neighbors = (query: string) =>
  [...pageHead({ others: runs, query }).matchAll(/rel="(prev|next)" href="([^"]*)"/g)]
    .map(([, side, address]) => `${side} ${address?.replaceAll("&amp;", "&")}`)

test("the neighbors are those of the list that the activity was opened from", () =>
  Effect.sync(() => {
    assert.deepEqual(neighbors(""), ["prev #/activity/20260220"])
    assert.deepEqual(neighbors("sort=distance&color=heart"), [
      "prev #/activity/20260216?sort=distance",
      "next #/activity/20260215?sort=distance",
    ])
    assert.deepEqual(neighbors("q=nothing"), ["prev #/activity/20260220?q=nothing"])
    assert.match(text({ query: "sort=distance" }), /^Back to the list/)
  }))

test("without streams, the page names the reason and the command", () =>
  Effect.sync(() => {
    const reasons: Readonly<Record<MissingReason, RegExp>> = {
      listed: /not fetched yet\. To fetch them: deno task pipeline$/,
      quarantined: /failed repeatedly.* deno task pipeline --retry-quarantined$/,
      skipped: /Strava did not permit them\. .* --retry-quarantined$/,
      absent: /Strava has none of this activity\.$/,
      purged: /purged by age\. .* deno task pipeline --force$/,
    }
    for (const [lack, pattern] of Object.entries(reasons)) {
      const activity = { lack: lack as MissingReason }
      assert.match(text({ activity, block: null }), pattern)
      assert.deepEqual(panelIds({ activity, block: null }), [])
    }
    const manual = { lack: "skipped", manual: true } as const
    assert.match(text({ activity: manual, block: null }), /entered manually: no device recorded it/)
    assert.match(
      text({ activity: { lack: "listed" }, block: null, site: { onlyExport: true } }),
      /Your export has no recording of it\.$/,
    )
  }))

test("laps are shown without streams, and zones are not", () =>
  Effect.sync(() => {
    const chosen: ChosenActivity = {
      activity: { lack: "absent", beats: 140 },
      block: { recording: undefined, laps: [lap, lap], segments: [lap] },
    }
    assert.deepEqual(panelIds(chosen), ["laps", "segments"])
    assert.match(text(chosen), /Strava has none/)
  }))

test("streams in another file are a link to it", () =>
  Effect.sync(() =>
    assert.match(
      pageHead({ block: null, site: { files: [{ year: 2026, name: "report-2026.html" }] } }),
      /in the file of 2026: <a href="report-2026\.html#\/activity\/20260403">/,
    )
  ))

test("in a file of one year, ranks are those of the year, and a lack of streams has its reason", () =>
  Effect.sync(() => {
    const site = {
      files: [{ year: 2026, name: "report-2026.html" }],
      part: { year: 2026, main: "report.html" },
    }
    assert.match(text({ others: runs, site }), /6th longest of 12 in 2026/)
    assert.match(text({ activity: { lack: "absent" }, block: null, site }), /Strava has none/)
  }))

test("an address without an activity says so", () =>
  Effect.sync(() => {
    const view = { ...openedView(), part: "<img>" }
    assert.match(htmlText(activityPage.head(view).text), /^No such activity/)
    assert.deepEqual(activityPage.panels(view), [])
    assert.equal(activityPage.title(view), "Activity")
  }))

test("without a track, the streams have the whole width; without heart rate, one sentence", () =>
  Effect.sync(() => {
    const { track: _, beats: __, ...some } = recording
    const chosen: ChosenActivity = { activity: { streams: [] }, block: { recording: some } }
    assert.deepEqual(panelIds(chosen), ["streams", "zones", "laps"])
    assert.equal(panelNamed(chosen, "streams").span, 12)
    assert.equal(drawnText(drawnPanel(chosen, "zones")), "No heart rate was recorded.")
    assert.match(
      drawnText(drawnPanel({ site: { zones: [] } }, "zones")),
      /zones are not stored\. To fetch them: deno task zones/,
    )
  }))

test("a track that is left out is mentioned, and one that does not exist is not", () =>
  Effect.sync(() => {
    const { track: _, ...some } = recording
    const subtitle = (streams: ReadonlyArray<"latlng">, maps: boolean) => {
      const chosen = { activity: { streams }, block: { recording: some }, site: { maps } }
      return String(panelNamed(chosen, "streams").subtitle(openedView(chosen)))
    }
    assert.match(subtitle(["latlng"], false), /left out \(--no-maps\)$/)
    assert.doesNotMatch(subtitle([], false), /left out/)
    assert.doesNotMatch(subtitle(["latlng"], true), /left out/)
  }))

test("zones have their limits, times and shares, the highest first", () =>
  Effect.sync(() =>
    assert.match(
      drawnText(drawnPanel({ activity: { zoneSeconds: [0, 60, 540, 0, 0] } }, "zones")),
      /Z5 over 169 0:00 0 % Z4 155–169 0:00 0 % Z3 140–154 9:00 90 % Z2 120–139 1:00 10 % Z1 0–119/,
    )
  ))

const lap: SiteLap = {
  ...{ name: "<b>Hill</b>", meters: 1_000, seconds: 300 },
  ...{ climb: undefined, beats: 150, watts: undefined },
}

test("laps and segments are tables without empty columns, or one sentence without details", () =>
  Effect.sync(() => {
    const chosen: ChosenActivity = { block: { laps: [lap, lap], segments: [lap] } }
    assert.match(
      drawnText(drawnPanel(chosen, "laps")),
      /^Lap Distance Time Pace, \/km bpm <b>Hill<\/b> 1\.0 km 5:00 5:00 150 /,
    )
    assert.ok(panelIds(chosen).includes("segments"))
    assert.ok(
      !panelIds({ block: { laps: [lap], segments: [] } }).includes("laps"),
      "one lap is all",
    )
    assert.match(drawnText(drawnPanel({}, "laps")), /deno task pipeline --with details$/)
    assert.doesNotMatch(
      drawnText(drawnPanel({ site: { onlyExport: true } }, "laps")),
      /deno task/,
    )
  }))

test("efforts name the first three ranks, and the distance to the best otherwise", () =>
  Effect.sync(() => {
    const efforts = [
      { key: 1_000, value: 240, rank: 1, best: 240 },
      { key: 1_609.344, value: 420, rank: 2, best: 400 },
      { key: 5_000, value: 1_500, rank: 12, best: 1_200 },
    ]
    assert.match(
      drawnText(drawnPanel({ block: { efforts } }, "efforts")),
      /1 km 4:00 4:00 \/km best ever 1 mile 7:00 4:21 \/km 2nd best 5 km 25:00 5:00 \/km \+5:00$/,
    )
    assert.match(
      drawnText(drawnPanel({
        activity: { group: "ride" },
        block: { efforts: [{ key: 300, value: 250, rank: 4, best: 310 }] },
      }, "efforts")),
      /5 min 250 W −60 W$/,
    )
    assert.ok(!panelIds({}).includes("efforts"))
  }))
