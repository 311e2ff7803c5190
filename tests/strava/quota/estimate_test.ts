/** The time that requests take, compared with a simulation that sends them one by one. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { finishedAt } from "../../../pipeline/run/estimate.ts"
import { formatDuration } from "../../../pipeline/output/kit/durations.ts"
import { day, quarterHour, windowStart } from "../../../pipeline/strava/quota/quotaWindow.ts"
import { test } from "../../testing.ts"

const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Simulates second by second: a request is sent as soon as one is allowed. */
const bruteForce = (
  requests: number,
  { capDay, capQuarter, now, usedDay, usedQuarter }: {
    readonly capDay: number
    readonly capQuarter: number
    readonly now: number
    readonly usedDay: number
    readonly usedQuarter: number
  },
): number => {
  let at = now
  const used = { quarter: usedQuarter, day: usedDay }
  for (let left = requests; left > 0; left--) {
    while (used.quarter >= capQuarter || used.day >= capDay) {
      at += 1_000
      if (at % quarterHour === 0) used.quarter = 0
      if (at % day === 0) used.day = 0
    }
    used.quarter++
    used.day++
  }
  return at
}

test.prop(
  "finishedAt is the time of the last request if each is sent as soon as it is allowed",
  Schema.Struct({
    requests: between(0, 60),
    seconds: between(0, 24 * 3_600 - 1),
    capQuarter: between(1, 12),
    usedQuarter: between(0, 20),
    capDay: between(1, 60),
    usedDay: between(0, 80),
  }),
  ({ requests, seconds, ...caps }) => {
    const now = Date.UTC(2026, 10, 23) + seconds * 1_000
    const snapshot = {
      quarter: {
        used: caps.usedQuarter,
        cap: caps.capQuarter,
        end: windowStart("read15", now) + quarterHour,
      },
      day: { used: caps.usedDay, cap: caps.capDay, end: windowStart("readDay", now) + day },
    }
    return finishedAt(requests, snapshot, now) === bruteForce(requests, { now, ...caps })
  },
  { runs: 100 },
)

test("without any allowed request, the work never finishes", () =>
  Effect.sync(() => {
    const end = Date.UTC(2026, 10, 24)
    const none = { used: 0, cap: 0, end }
    const some = { used: 0, cap: 5, end }
    assert.equal(finishedAt(1, { quarter: none, day: some }, end - 1), Infinity)
    assert.equal(finishedAt(1, { quarter: some, day: none }, end - 1), Infinity)
    assert.equal(finishedAt(0, { quarter: some, day: some }, end - 1), end - 1)
  }))

test("a duration is shown in the unit that people would use", () =>
  Effect.sync(() => {
    const minute = 60_000
    const texts = [-5, 0, 3_400, 99_000, 100_000, 12 * minute, 340 * minute, 47 * 60 * minute].map(
      formatDuration,
    )
    assert.deepEqual(texts, [
      "0 s",
      "0 s",
      "3 s",
      "99 s",
      "2 min",
      "12 min",
      "5 h 40 min",
      "47 h 0 min",
    ])
    assert.equal(formatDuration(74 * 60 * minute), "3 days 2 h")
    assert.equal(formatDuration(Infinity), "for ever")
  }))
