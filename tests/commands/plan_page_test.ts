/** The page of a plan: what it says, in eighty columns, and the object for programs. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { forecastJson, renderForecast } from "../../pipeline/commands/planPage.ts"
import { burstsOf, doneAt, finishedAt, weekdayTime } from "../../pipeline/estimate.ts"
import type { Plan } from "../../pipeline/Plan.ts"
import { test } from "../testing.ts"

const now = Date.UTC(2026, 10, 23, 10, 7, 30)

const some: Plan = {
  now,
  requests: { athlete: 0, activities: 8, streams: 1_243, total: 1_251 },
  activities: { known: 1_300, whole: true },
  streams: { listed: 1_241, due: 2, later: 3 },
  quota: {
    quarter: { used: 40, cap: 100, end: Date.UTC(2026, 10, 23, 10, 15) },
    day: { used: 140, cap: 1_000, end: Date.UTC(2026, 10, 24) },
  },
  windows: 14,
  starts: now,
  ends: Date.UTC(2026, 10, 24, 0, 45),
  run: { requests: 1_251, stops: "nothing" },
}

const page = (changes: Partial<Plan> = {}, waiting = 0, assumed = false) =>
  renderForecast({ plan: { ...some, ...changes }, waiting, assumed }, "./data")

test("the page says how much, until when and at which limits", () =>
  Effect.sync(() => {
    assert.equal(
      page(),
      `1,243 activities, 1,251 requests, 14 quarters of an hour:
done soon after Tuesday 00:45 UTC, in 14 h 38 min.

  athlete           ·  the profile, not asked for
  activities        8  the list, 1,300 activities long when last read
  streams       1,243  samples of so many activities (2 set aside and due again)

  Strava allows 100 a quarter of an hour and 1,000 a day (UTC).
  Of these, 40 and 140 are used.
  Set aside and not due: 3; --retry-quarantined asks for them too.`,
    )
  }))

test("the page fits into eighty columns, whatever there is to say", () =>
  Effect.sync(() => {
    const many = { athlete: 1, activities: 55, streams: 10_832, total: 10_888 }
    const pages = [
      page(),
      page({ requests: many, ends: now + 12 * 86_400_000, windows: 109 }, 1_204),
      page({ activities: { known: 12_345, whole: false }, requests: many }),
      page({ run: { requests: 1_060, stops: "limit" } }),
      page({ run: { requests: 1_060, stops: "deadline" } }, 0, true),
      page({ ends: Infinity, windows: 0, run: { requests: 0, stops: "limit" } }),
      page({ requests: { athlete: 0, activities: 0, streams: 0, total: 0 }, ends: now }),
    ]
    const long = pages.flatMap((text) => text.split("\n")).filter((line) => line.length > 80)
    assert.deepEqual(long, [])
  }))

test("where nothing is known the page says what is, and how to know more", () =>
  Effect.sync(() => {
    const none = { ...some, activities: { known: 0, whole: false } }
    assert.match(page(none), /Nothing is known yet[^]*--list[^]*--activities 700/)
    const { known, requests } = forecastJson({ plan: none, waiting: 0, assumed: false })
    assert.deepEqual([known, requests], [false, null])
    assert.doesNotMatch(page(none, 0, true), /Nothing is known/)
  }))

test("programs get numbers, and times in ISO 8601", () =>
  Effect.sync(() => {
    const json = forecastJson({ plan: some, waiting: 5, assumed: false })
    assert.deepEqual(
      [json.known, json.requests, json.windows, json.starts, json.ends, json.waiting],
      [true, some.requests, 14, "2026-11-23T10:07:30.000Z", "2026-11-24T00:45:00.000Z", 5],
    )
    const never = forecastJson({ plan: { ...some, ends: Infinity }, waiting: 0, assumed: false })
    assert.equal(never.ends, null)
  }))

test("a time is a weekday in UTC, with its date where the weekday alone may mislead", () =>
  Effect.sync(() => {
    assert.equal(weekdayTime(Date.UTC(2026, 10, 26, 0, 14), now), "Thursday 00:14 UTC")
    assert.equal(weekdayTime(Date.UTC(2026, 11, 3, 0, 0, 1), now), "Thursday 3 December 00:00 UTC")
    assert.equal(doneAt(now, now), "done at once, within this quarter of an hour")
    assert.equal(doneAt(Infinity, now), "never done")
  }))

test("bursts are all that is asked for, each in a window of its own, the last at the end told", () =>
  Effect.sync(() => {
    for (const requests of [0, 1, 60, 61, 500, 1_243, 9_999]) {
      const bursts = [...burstsOf(requests, some.quota, now)]
      assert.equal(bursts.reduce((sum, burst) => sum + burst.requests, 0), requests)
      const windows = bursts.map(({ at }) => Math.floor(at / 900_000))
      assert.equal(new Set(windows).size, windows.length)
      assert.equal(bursts.at(-1)?.at ?? now, finishedAt(requests, some.quota, now))
    }
  }))
