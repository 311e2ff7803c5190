/** From stored data to the pages of the data, gear and years: they state the true reasons. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { dataPage } from "../../pipeline/report/pages/data/dataPage.ts"
import { gearPage } from "../../pipeline/report/pages/gear/gearPage.ts"
import { overviewPage } from "../../pipeline/report/pages/overview/overviewPage.ts"
import { yearPage } from "../../pipeline/report/pages/year/yearPage.ts"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { jsonSink } from "../../sinks/json/JsonSink.ts"
import { simulatedDays } from "../pipeline/daily.ts"
import { runFolder, runStart, runToEnd } from "../pipeline/running.ts"
import { activity, zonesItem } from "../sinks/items.ts"
import { test } from "../testing.ts"
import { folderOf, northwards, siteDataOf } from "./landed.ts"
import { storedPage } from "./storedPage.ts"

/** Runs everything to JSON and returns the exit code. */
const run = Effect.fnUntraced(function* (
  data: string,
  options: NonNullable<Parameters<typeof runToEnd>[0]["options"]> = {},
) {
  const sinks = [yield* jsonSink(`${data}/json`)]
  return (yield* runToEnd({ data, sinks, last: "everything", options })).code
})

test("streams that are pending, entered manually, absent or broken are counted with their reason", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { fault, world } = yield* Simulator
    const [first = 0, second = 0, third = 0] = world.ids
    for (const id of world.ids) yield* world.edit(id, { manual: id === first })
    yield* fault({
      path: `/activities/${second}/streams`,
      response: { _tag: "Status", status: 404 },
    })
    yield* fault({
      path: `/activities/${third}/streams`,
      response: { _tag: "Body", body: "no JSON" },
    })
    yield* run(data, { choice: { sports: [], until: 0 } })
    const before = yield* storedPage(data, dataPage)
    assert.match(before, /Streams pending 4 listed, not fetched yet deno task pipeline /)
    assert.match(before, /Entered manually 1 no device recorded them /)
    assert.match(before, /Pending 4 fetch with deno task pipeline/)
    yield* run(data)
    const after = yield* storedPage(data, dataPage)
    assert.doesNotMatch(after, /Streams pending/)
    assert.match(after, /Entered manually 1 no device recorded them /)
    assert.match(after, /Streams absent 1 Strava has none /)
    assert.match(
      after,
      /Streams quarantined 1 failed repeatedly; later runs retry deno task pipeline --retry-quarantined/,
    )
  }).pipe(simulatedDays({ activities: 5, until: runStart - 86_400_000, years: 1 })))

test("quarantined activities are in the coverage, although they could not be read", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { fault, world } = yield* Simulator
    const good = world.ids.map((id) => world.summaryText(id))
    const bad = Array.from(
      { length: 3 },
      (_, i) => `{"name":"no id ${i}","start_date":"2026-0${i + 1}-01T00:00:00Z"}`,
    )
    yield* fault({
      path: /athlete\/activities.*page=1$/,
      response: { _tag: "Body", body: `[${[...good, ...bad].join(",")}]` },
    })
    assert.equal(yield* run(data), 2)
    const text = yield* storedPage(data, dataPage)
    assert.match(text, /All 8 5 – 3 – /)
    assert.match(text, /Last sync [\d-]+ [\d:]+ UTC, complete, with quarantined items/)
    assert.match(text, /Quarantined 3 see deno task status/)
  }).pipe(simulatedDays({ activities: 5 })))

test("requests are those of the last run, and both windows say when they began", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    yield* run(data)
    assert.match(
      yield* storedPage(data, dataPage),
      /15-minute window from [\d-]+ [\d:]+ UTC \d+ of [\d,]+ day \(UTC\) from [\d-]+ 00:00 UTC \d+ of/,
    )
  }).pipe(simulatedDays({ activities: 2 })))

test("a report of which all activities are in the future says so on each page", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { world } = yield* Simulator
    for (const id of world.ids) yield* world.remove(id)
    yield* world.add({ start: Date.UTC(2033, 0, 1) })
    yield* run(data, { turnOff: ["gear"] })
    const reason = /only 1 activity dated after 23 Nov 2026\./
    const text = yield* storedPage(data, dataPage)
    assert.match(text, /Dated later 1 after 23 Nov 2026, the last day of this report; left out/)
    assert.match(text, / 2033 1 /, "it is in the coverage")
    for (const page of [gearPage, yearPage]) assert.match(yield* storedPage(data, page), reason)
  }).pipe(simulatedDays({ activities: 2 })))

test("unknown heart rate zones have their true reason, on the page of the data and on the overview", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    yield* run(data, { turnOff: ["zones"] })
    const off = /Heart rate zones none off deno task zones --with zones/
    assert.match(yield* storedPage(data, dataPage), off)
    assert.match(
      yield* storedPage(data, overviewPage),
      /heart-rate zones are unknown: off\. To change that: deno task zones --with zones/,
    )
    const ride = activity(1, { start_date: "2026-01-02T10:00:00Z", average_heartrate: 140 })
    const folder = (zones: Parameters<typeof zonesItem>[0]) =>
      folderOf([{ resource: "activities", items: [ride] }, {
        resource: "zones",
        items: [zonesItem(zones)],
      }])
    assert.match(
      yield* storedPage(yield* folder({ heart_rate: null }), dataPage),
      /Heart rate zones none your profile has none; set them at Strava deno task zones /,
    )
    assert.doesNotMatch(yield* storedPage(yield* folder({}), dataPage), /zones none/)
    const never = yield* folderOf([{ resource: "activities", items: [ride] }])
    assert.match(yield* storedPage(never, dataPage), /zones none not fetched yet deno task zones /)
  }).pipe(simulatedDays({ activities: 2 })))

test("gear that is off names the command that turns it on", () =>
  Effect.gen(function* () {
    const data = yield* runFolder
    const { world } = yield* Simulator
    for (const id of world.ids) yield* world.edit(id, { gear_id: null })
    yield* run(data, { turnOff: ["gear"] })
    assert.match(
      yield* storedPage(data, gearPage),
      /Gear is off\. To fetch it: deno task pipeline --with gear$/,
    )
  }).pipe(simulatedDays({ activities: 2 })))

test("without a state file, the pages say what is unknown", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([{
      resource: "activities",
      items: [
        activity(1, { start_date: "2026-01-02T10:00:00Z", distance: 5_000 }),
        activity(2, { start_date: "soon" }),
      ],
    }])
    const text = yield* storedPage(data, dataPage)
    assert.match(text, /Without a state file, so that the last sync is unknown/)
    assert.match(
      text,
      /There is no state file, so that the last sync and the rate limit are unknown/,
    )
    assert.match(text, /Without a date 1 in this table only/)
    assert.match(text, /no date 1 0 %/)
    const undated = yield* folderOf([{
      resource: "activities",
      items: [activity(1, { start_date: "soon" })],
    }])
    assert.match(yield* storedPage(undated, yearPage), /only 1 activity without a date\.$/)
  }))

test("a year has routes with maps, and none, not even their shape, without", () =>
  Effect.gen(function* () {
    const data = yield* folderOf([{
      resource: "activities",
      items: [
        activity(1, {
          start_date: "2026-01-02T10:00:00Z",
          map: { summary_polyline: northwards(40) },
        }),
        activity(2, {
          start_date: "2026-01-03T10:00:00Z",
          map: { summary_polyline: northwards(3) },
        }),
      ],
    }])
    assert.match(
      yield* storedPage(data, yearPage),
      /Every route 1 of 2 activities/,
      "a track that is shorter than its ends is left out",
    )
    assert.match(
      yield* storedPage(data, yearPage, { maps: false }),
      /Maps are left out of this file\. To include them: deno task report --maps/,
    )
    assert.equal((yield* siteDataOf(data, { maps: false })).tracks.size, 0)
  }))

test("values that no activity can have count as unknown", () =>
  Effect.gen(function* () {
    const wrong = { distance: 1e300, moving_time: 1e15, total_elevation_gain: -1e9 }
    const right = { distance: 10_000, moving_time: 3_600, total_elevation_gain: 100 }
    const items = [activity(1, wrong), activity(2, right)]
    const data = yield* folderOf([{ resource: "activities", items }])
    yield* TestClock.setTime(Date.UTC(2026, 0, 31))
    const { site } = yield* siteDataOf(data)
    assert.deepEqual(
      site.activities.map(({ climb, meters, moving }) => [meters, moving, climb]),
      [[10_000, 3_600, 100], [0, 0, 0]],
    )
    assert.match(yield* storedPage(data, overviewPage), / 10 km /)
  }))
