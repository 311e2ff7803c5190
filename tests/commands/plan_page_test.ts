/** Output of `plan`: the page, at most 80 columns wide, and the JSON. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { allResources } from "../../schemas/resources.ts"
import { formatSpan } from "../../pipeline/output/kit/durations.ts"
import { type Forecast, forecastJson, renderForecast } from "../../pipeline/output/planPage.ts"
import { syncJson } from "../../pipeline/output/syncPhrases.ts"
import { intervalIn } from "../../pipeline/commands/process/times.ts"
import { burstsOf, finishedAt, leftAfter } from "../../pipeline/run/estimate.ts"
import { doneAt } from "../../pipeline/output/whenDone.ts"
import { weekdayTime } from "../../pipeline/output/kit/times.ts"
import type { Plan, PlannedItems } from "../../pipeline/run/Plan.ts"
import { noItems } from "../../pipeline/stages/items/eachActivity.ts"
import { describeIncomplete } from "../../pipeline/output/summary/incomplete.ts"
import { describeQuarantined } from "../../pipeline/output/summary/quarantined.ts"
import { describeHeldBack, describeWithheld } from "../../pipeline/output/phrases.ts"
import type { FullSyncSchedule } from "../../pipeline/stages/lists/fullSync.ts"
import type { UndeliveredItems } from "../../pipeline/state/outbox/holdings.ts"

import { streamTypes } from "../../schemas/StreamSet.ts"
import { test } from "../testing.ts"

const now = Date.UTC(2026, 10, 23, 10, 7, 30)

const no = { athlete: 0, activities: 0, zones: 0, stats: 0, gear: 0, activity_zones: 0 }
const nothing = { ...no, streams: 0, details: 0, sweep: 0, total: 0 }

const plannedStreams: PlannedItems = { ...noItems, listed: 1_241, due: 2, later: 3, ends: now }

const plannedDetails: PlannedItems = {
  ...noItems,
  listed: 1_300,
  on: false,
  price: 1_300,
  ends: Date.UTC(2026, 10, 25, 0, 30),
}

const some: Plan = {
  now,
  requests: { ...nothing, activities: 8, gear: 3, streams: 1_243, total: 1_254 },
  activities: { known: 1_300, whole: true },
  items: {
    streams: plannedStreams,
    details: plannedDetails,
    activity_zones: { ...noItems, on: false, ends: now },
  },
  quota: {
    quarter: { used: 40, cap: 100, end: Date.UTC(2026, 10, 23, 10, 15) },
    day: { used: 140, cap: 1_000, end: Date.UTC(2026, 10, 24) },
  },
  windows: 14,
  starts: now,
  ends: Date.UTC(2026, 10, 24, 0, 45),
  run: { requests: 1_254, stops: "nothing" },
}

const withDetails = (changes: Partial<PlannedItems>) => ({
  items: { ...some.items, details: { ...plannedDetails, ...changes } },
})

const lacks: ReadonlyArray<UndeliveredItems> = allResources().map((resource) => ({
  sink: "postgres",
  resource,
  count: resource === "gear" ? 12 : 12_345,
  kept: resource === "details" ? 12_300 : 0,
}))

const page = (
  changes: Partial<Plan> = {},
  waiting = 0,
  assumed = false,
  lacks: ReadonlyArray<UndeliveredItems> = [],
) => renderForecast({ plan: { ...some, ...changes }, waiting, assumed, lacks }, "./data")

test("the page has the amount of work, its end and the limits", () =>
  Effect.sync(() => {
    assert.equal(
      page(),
      `1,243 activities, 1,254 requests, 14 windows of 15 minutes:
done soon after Tuesday 00:45 UTC, in 14 h 38 min.

  athlete           ·  athlete, not due
  activities        8  list (1,300 activities when last fetched)
  gear              3  gear that is new, or used since its last fetch (weekly)
  streams       1,243  streams, one per activity (2 quarantined and due)

  Rate limit: 40 of 100 in 15 minutes, 140 of 1,000 today (UTC)
  Quarantined and not due: 3. Include them: --retry-quarantined
  Details (laps, splits, …) are off. --with details adds 1,300 requests, done
  soon after Wednesday 00:30 UTC, in 38 h 23 min.`,
    )
  }))

test("the page fits into 80 columns for any plan", () =>
  Effect.sync(() => {
    const many = {
      ...nothing,
      ...{ athlete: 1, activities: 55, zones: 1, stats: 1, gear: 11 },
      ...{ streams: 10_832, details: 10_999, sweep: 56, total: 21_956 },
    }
    const on = withDetails({ on: true, due: 3, later: 4, price: 0 })
    const pages = [
      page(),
      page({ requests: many, ends: now + 12 * 86_400_000, windows: 109 }, 1_204),
      page({ ...on, requests: many, ends: now + 12 * 86_400_000, windows: 109 }, 1_204),
      page(withDetails({ ends: now + 30 * 86_400_000, price: 12_345 })),
      page({ activities: { known: 12_345, whole: false }, requests: many }),
      page({ run: { requests: 1_060, stops: "limit" } }),
      page({ run: { requests: 1_060, stops: "deadline" } }, 0, true),
      page({ ends: Infinity, windows: 0, run: { requests: 0, stops: "limit" } }),
      page({ requests: nothing, ends: now }),
      page({}, 0, false, lacks),
    ]
    const long = pages.flatMap((text) => text.split("\n")).filter((line) => line.length > 80)
    assert.deepEqual(long, [])
  }))

test("details that are on have a row and no price; a full sync has a row if it is due", () =>
  Effect.sync(() => {
    const details = withDetails({ on: true, price: 0 })
    const text = page({ ...details, requests: { ...some.requests, details: 1_300, sweep: 8 } })
    assert.match(text, /^1,300 activities/)
    assert.match(text, /^ {2}details {7}1,300 {2}details, one per activity$/m)
    assert.match(text, /^ {2}sweep {13}8 {2}the full list again, for a full sync$/m)
    assert.doesNotMatch(text, /--with/)
    const some_ = page({ ...details, requests: { ...some.requests, details: 50 } })
    assert.match(some_, /^ {2}details {10}50 {2}details: of 1,300 pending, limited by --limit$/m)
  }))

test("streams of an export have their price; a list that was never read is no rest of one", () =>
  Effect.sync(() => {
    const streams = { ...plannedStreams, imported: 1_241 }
    const activities = { known: 1_300, whole: false }
    const plan = { ...some, activities, items: { ...some.items, streams } }
    const sources = [{ resource: "activities", source: "export", count: 1_300 }] as const
    const text = (forecast: Partial<Forecast>) =>
      renderForecast({ plan, waiting: 0, assumed: false, lacks: [], ...forecast }, "./data")
    const signedIn = text({ sources })
    assert.match(signedIn, /^ {2}activities {8}8 {2}first list, at least \(1,300 activities in /m)
    assert.match(
      signedIn.replaceAll(/\s+/g, " "),
      / 1,241 activities have streams from your export, .*--prefer api .* 1,241 requests\./,
    )
    assert.match(signedIn, /Read it now:\n {4}deno task plan --list$/)
    assert.match(text({ sources, onlyExport: true }), /deno task setup\n {4}deno task plan --list$/)
    assert.match(text({}), /rest of the list, at least[^]*The list is incomplete/)
    assert.ok(signedIn.split("\n").every((line) => line.length <= 80))
  }))

test("the page has the kind of the sync, and the time and reason of the next full sync", () =>
  Effect.sync(() => {
    const due = Date.UTC(2026, 10, 24)
    const schedule = { every: 86_400_000, auto: true, cost: 8, reads: 1_000, due }
    const week = { ...schedule, every: 7 * 86_400_000, cost: 11 }
    const words = (kind: "full" | "incremental", schedule?: FullSyncSchedule, postponed = false) =>
      page({ sync: { kind, postponed, schedule } })
    assert.ok(
      words("incremental", schedule).includes(`
  This run is an incremental sync.
  Next full sync: Tuesday 00:00 UTC or later.
  Full syncs come once a day: the full list costs 8 requests, at most 1 % of
  1,000 reads a day.
`),
    )
    assert.match(
      words("incremental", week),
      /once a week: .* 11 requests, more than 1 % of\n {2}1,000/,
    )
    assert.match(words("full", schedule), /^ {2}This run is a full sync: .*late uploads\.$/m)
    assert.match(words("full"), /^ {2}This run is a full sync/m)
    assert.match(
      words("incremental", { ...schedule, due: now }, true),
      /^ {2}A full sync is due\./m,
    )
    assert.match(
      words("incremental", { ...schedule, auto: false, every: 7_200_000 }),
      /^ {2}Full syncs come every 2 h 0 min \(--sweep\)\.$/m,
    )
    assert.match(words("full", { ...schedule, auto: false, every: 0 }), /^ {2}Every run is a full/m)
    const never = { ...schedule, auto: false, every: Infinity, due: Infinity }
    assert.match(
      words("incremental", never),
      /incremental sync\.\n {2}--sweep never: .*not found\.$/m,
    )
    assert.deepEqual(
      syncJson({ sync: { kind: "incremental", postponed: false, schedule: never } }),
      {
        kind: "incremental",
        postponed: false,
        schedule: { ...never, every: null, due: null },
      },
    )
    const pages = [schedule, week, never].flatMap((one) => [
      words("full", one),
      words("incremental", { ...one, due: now + 20 * 86_400_000 }),
      words("incremental", one, true),
    ])
    assert.deepEqual(
      pages.flatMap((text) => text.split("\n")).filter((line) => line.length > 80),
      [],
    )
  }))

test("--sweep takes auto, never, 0 and a time", () =>
  Effect.sync(() => {
    assert.deepEqual(
      ["auto", "never", "0", "0s", "7d", "2 hours", " 36h "].map(intervalIn),
      ["auto", Infinity, 0, 0, 7 * 86_400_000, 7_200_000, 36 * 3_600_000],
    )
    assert.deepEqual(["", "daily", "-1", "1", "-2 days"].map(intervalIn), Array(5).fill(undefined))
  }))

test("undelivered items are listed with their cost and the command that delivers them", () =>
  Effect.sync(() => {
    const few = lacks.filter(({ resource }) => ["gear", "details"].includes(resource))
    const text = page({}, 0, false, few)
    assert.ok(
      text.endsWith(`
  postgres lacks data that another sink has:
    12,300 details
    The next run adds it for 0 requests:
      deno task pipeline --sink postgres
  postgres lacks data that no other sink has:
    12 gear, 45 details
    Fetch it again, for 57 requests or more, done within this 15-minute window:
      deno task pipeline --sink postgres --backfill`),
      text,
    )
  }))

test("before the first list, the page says what is known and how to get an estimate", () =>
  Effect.sync(() => {
    const none = { ...some, activities: { known: 0, whole: false } }
    assert.match(page(none), /Cannot estimate yet[^]*--list[^]*--activities 700/)
    assert.doesNotMatch(page(none), /details/)
    const wanted = { ...none, ...withDetails({ on: true }) }
    assert.match(page(wanted), /\(plus 1 per activity for\sdetails\)\.\n\nFor an estimate/)
    const { known, requests } = forecastJson({ plan: none, waiting: 0, assumed: false, lacks })
    assert.deepEqual([known, requests], [false, null])
    assert.doesNotMatch(page(none, 0, true), /Cannot estimate/)
  }))

test("incomplete responses are named with their next request, or counted if there is none", () =>
  Effect.sync(() => {
    const item = (id: string, lacks: ReadonlyArray<string>, nextTry: number | null) =>
      ({ resource: "streams", id, lacks, nextTry }) as const
    const lines = describeIncomplete(
      [
        item("18554835798", ["heartrate", "latlng", "length"], now + 26 * 60_000),
        item("18554835797", [], now),
        item("18554835796", streamTypes, now + 86_400_000),
        item("18554835795", ["samples"], now + 86_400_000),
        item("3", ["distance"], null),
        item("2", ["distance"], null),
        item("1", ["watts"], null),
      ],
      3,
      now,
    )
    for (const line of lines) assert.ok(line.length <= 80, line)
    assert.deepEqual(lines, [
      "  4 incomplete at Strava, fetched again when due. Now: --retry-quarantined",
      "    streams 18554835798, in 26 min: without heart rate, positions, an end",
      "    streams 18554835797, in the next run: not at Strava yet",
      "    streams 18554835796, in 24 h 0 min:",
      "      without time, distance, positions, altitude and 7 more",
      "    and 1 more",
      "  Incomplete at Strava, kept as it is:",
      "    2 streams without distance",
      "    1 streams without watts",
    ])
    assert.deepEqual(describeIncomplete([], 2, now), [])
  }))

test("commands to copy name the data directory", () =>
  Effect.sync(() => {
    const folder = "../my folder"
    const forecast = { plan: some, waiting: 0, assumed: false, lacks }
    const unread = { ...some, activities: { known: 7, whole: false } }
    const withheld = [{ resource: "streams" as const, count: 2, reason: "not shown" }]
    const pages = [
      renderForecast({ ...forecast, plan: unread }, folder),
      renderForecast(
        { ...forecast, plan: { ...unread, activities: { known: 0, whole: false } } },
        folder,
      ),
      ...describeQuarantined([], 3, 10, now, folder),
      ...describeWithheld(withheld, folder),
      ...describeHeldBack({ count: 9, why: "too many" }, folder),
    ].join("\n")
    const lines = pages.match(/deno task.*/g) ?? []
    assert.equal(lines.length, 8)
    for (const line of lines) {
      assert.match(line, /^deno task (pipeline|plan) --data '..\/my folder' --/)
    }
  }))

test("the JSON has numbers, and times in ISO 8601", () =>
  Effect.sync(() => {
    const json = forecastJson({ plan: some, waiting: 5, assumed: false, lacks })
    assert.deepEqual(
      [json.known, json.requests, json.windows, json.starts, json.ends, json.waiting],
      [true, some.requests, 14, "2026-11-23T10:07:30.000Z", "2026-11-24T00:45:00.000Z", 5],
    )
    const never = forecastJson({
      plan: { ...some, ends: Infinity },
      waiting: 0,
      assumed: false,
      lacks,
    })
    assert.equal(never.ends, null)
  }))

test("a time is a weekday in UTC, with a date if the weekday alone would be ambiguous", () =>
  Effect.sync(() => {
    assert.equal(weekdayTime(Date.UTC(2026, 10, 26, 0, 14), now), "Thursday 00:14 UTC")
    assert.equal(weekdayTime(Date.UTC(2026, 11, 3, 0, 0, 1), now), "Thursday 3 December 00:00 UTC")
    assert.equal(doneAt(now, now), "done within this 15-minute window")
    assert.equal(doneAt(Infinity, now), "never done")
  }))

test("bursts contain all requests, one burst per window, and the last is at the displayed end; the rest of its window is what is left", () =>
  Effect.sync(() => {
    for (const requests of [0, 1, 60, 61, 500, 1_243, 9_999]) {
      const bursts = [...burstsOf(requests, some.quota, now)]
      assert.equal(bursts.reduce((sum, burst) => sum + burst.requests, 0), requests)
      const windows = bursts.map(({ at }) => Math.floor(at / 900_000))
      assert.equal(new Set(windows).size, windows.length)
      const end = finishedAt(requests, some.quota, now)
      assert.equal(bursts.at(-1)?.at ?? now, end)
      const left = leftAfter(requests, some.quota, now)
      assert.equal(finishedAt(requests + left, some.quota, now), end)
      assert.ok(finishedAt(requests + left + 1, some.quota, now) > end)
    }
  }))

test("fault 36: a pause that Strava asked for is on the page, in JSON, and before all planned requests", () =>
  Effect.sync(() => {
    const pause = Date.UTC(2026, 10, 23, 13)
    const quota = { ...some.quota, pause }
    const text = page({ quota })
    assert.match(text, /^ {2}Strava asked to wait: no request before Monday 13:00 UTC\.$/m)
    assert.ok(text.split("\n").every((line) => line.length <= 80))
    const json = forecastJson({
      ...{ waiting: 0, assumed: false, lacks: [] },
      plan: { ...some, quota },
    })
    assert.equal(json.pause, "2026-11-23T13:00:00.000Z")
    assert.deepEqual([...burstsOf(120, quota, now)], [
      { at: pause, requests: 100 },
      { at: pause + 15 * 60_000, requests: 20 },
    ])
  }))

test("the age limit of a purge is written in words: 1m is one minute", () =>
  Effect.sync(() => {
    const spans = [60_000, 90 * 60_000, 2 * 3_600_000, 30 * 86_400_000].map(formatSpan)
    assert.deepEqual(spans, ["1 minute", "90 minutes", "2 hours", "30 days"])
  }))
