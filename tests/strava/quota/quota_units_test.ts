/** The parts of the quota: windows, headers, a counter, Strava's clock. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { QuotaCounter } from "../../../pipeline/strava/quota/QuotaCounter.ts"
import {
  pauseFrom,
  quarterHour,
  quotaHeaders,
  windowStart,
} from "../../../pipeline/strava/quota/quotaWindow.ts"
import { ServerClock } from "../../../pipeline/strava/quota/ServerClock.ts"
import { test } from "../../testing.ts"

const start = Date.UTC(2026, 10, 23, 10)
const check = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const counter = (cap = 100, known?: { readonly start: number; readonly used: number }) =>
  new QuotaCounter("read15", cap, start, known && [known])

check("windows begin at the quarter hour and at midnight UTC", () => {
  const at = Date.UTC(2026, 10, 23, 10, 29, 59, 999)
  assert.equal(windowStart("read15", at), Date.UTC(2026, 10, 23, 10, 15))
  assert.equal(windowStart("all15", at + 1), Date.UTC(2026, 10, 23, 10, 30))
  assert.equal(windowStart("readDay", at), Date.UTC(2026, 10, 23))
  assert.equal(windowStart("allDay", Date.UTC(2026, 10, 24)), Date.UTC(2026, 10, 24))
})

check("both pairs of headers are read, and absent or garbled ones are ignored", () => {
  assert.deepEqual(
    quotaHeaders({
      "x-ratelimit-limit": "200,2000",
      "x-ratelimit-usage": "68, 211",
      "x-readratelimit-limit": "100,1000",
      "x-readratelimit-usage": "67,210",
    }),
    {
      caps: { all15: 200, allDay: 2000, read15: 100, readDay: 1000 },
      used: { all15: 68, allDay: 211, read15: 67, readDay: 210 },
    },
  )
  for (const garbled of [",", "", "1", "a,b", "1,2,3", "-1,5", "1.5,2", "1e3,2", "9999999999,1"]) {
    const headers = { "x-readratelimit-usage": garbled, "x-ratelimit-limit": garbled }
    assert.deepEqual(quotaHeaders(headers), { caps: {}, used: {} }, garbled)
  }
  assert.deepEqual(quotaHeaders({}), { caps: {}, used: {} })
})

check(
  "a limit of 0, as seen with webhooks, is ignored",
  () => assert.deepEqual(quotaHeaders({ "x-ratelimit-limit": "0,0" }), { caps: {}, used: {} }),
)

check("Retry-After is seconds or a date, never negative, never more than a day", () => {
  assert.equal(pauseFrom("7", start), 7_000)
  assert.equal(pauseFrom(new Date(start + 90_000).toUTCString(), start), 90_000)
  for (const none of [undefined, "", "-5", "soon", new Date(start - 1).toUTCString()]) {
    assert.equal(pauseFrom(none, start), 0)
  }
  assert.equal(pauseFrom("99999999999", start), 86_400_000)
})

check("our own requests are counted when they are sent", () => {
  const one = counter()
  one.send()
  one.send()
  assert.deepEqual([one.least, one.most], [2, 2])
})

check("the response to a request sent alone reports the usage of others", () => {
  const one = counter()
  one.recordResponse(one.send(), 41, start)
  assert.deepEqual([one.least, one.most], [41, 41])
  one.recordResponse(one.send(), 50, start)
  assert.deepEqual([one.least, one.most], [50, 50])
})

check("responses to parallel requests do not prove other users, in any order", () => {
  const one = counter()
  const sent = Array.from({ length: 8 }, () => one.send())
  for (const [i, usage] of [8, 3, 1, 2, 7, 6, 5, 4].entries()) {
    one.recordResponse(sent[i]!, usage, start)
  }
  assert.deepEqual([one.least, one.most], [8, 8])
})

check("responses to parallel requests narrow the usage of others to one number", () => {
  const one = counter()
  const sent = Array.from({ length: 3 }, () => one.send())
  one.recordResponse(sent[0]!, 12, start)
  assert.deepEqual([one.least, one.most], [12, 14])
  one.recordResponse(sent[1]!, 10, start)
  one.recordResponse(sent[2]!, 14, start)
  assert.deepEqual([one.least, one.most], [14, 14])
})

check(
  "a usage reported meanwhile might include requests whose responses report none",
  () => {
    const one = counter()
    const reporting = one.send()
    const withoutUsage = one.send()
    one.recordResponse(withoutUsage, undefined, start)
    one.recordResponse(reporting, 7, start)
    assert.deepEqual([one.least, one.most], [7, 8])
    one.recordResponse(one.send(), 8, start)
    assert.deepEqual([one.least, one.most], [8, 8])
  },
)

check("a usage below our own count is not believed", () => {
  const one = counter(100, { start, used: 30 })
  one.recordResponse(one.send(), 5, start)
  assert.deepEqual([one.least, one.most], [31, 31])
})

check("a request without a response stays counted", () => {
  const one = counter()
  one.lose(one.send())
  assert.deepEqual([one.least, one.most], [1, 1])
})

check("a request in flight at the end of a window counts in the window of Strava's date", () => {
  const one = counter()
  const before = one.send()
  const after = one.send()
  const lost = one.send()
  const next = start + quarterHour
  one.moveTo(next, 3)
  assert.deepEqual([one.least, one.most], [0, 3])
  assert.deepEqual(one.known, { start: next, used: 3 })
  one.recordResponse(before, 90, next - 1_000)
  assert.deepEqual([one.least, one.most], [0, 2])
  one.recordResponse(after, 1, next)
  one.lose(lost)
  assert.deepEqual([one.least, one.most], [2, 2])
})

check("a response two windows late changes nothing", () => {
  const one = counter()
  const late = one.send()
  one.moveTo(start + quarterHour, 0)
  one.moveTo(start + 2 * quarterHour, 0)
  one.recordResponse(late, 99, start)
  assert.deepEqual([one.least, one.most], [0, 0])
})

check("a refusal without numbers exhausts only the current window", () => {
  const one = counter(10)
  one.exhaust()
  assert.equal(one.least, 10)
  one.moveTo(start + quarterHour, 0)
  assert.equal(one.least, 0)
})

check(
  "the usage of an earlier run counts only in its own window, even if a corrected clock reaches it later",
  () => {
    assert.equal(counter(100, { start, used: 40 }).least, 40)
    assert.equal(counter(100, { start: start - quarterHour, used: 40 }).least, 0)
    const ahead = counter(100, { start: start + quarterHour, used: 40 })
    assert.equal(ahead.least, 0)
    ahead.moveTo(start + quarterHour, 1)
    assert.deepEqual([ahead.least, ahead.most], [40, 41])
    const behind = counter(100, { start: start - 4 * quarterHour, used: 40 })
    behind.send()
    behind.moveTo(start - 4 * quarterHour, 1)
    assert.deepEqual([behind.least, behind.most], [40, 41])
  },
)

check("a window left by a jump of the clock keeps its usage", () => {
  const one = counter(100, { start, used: 60 })
  for (let i = 0; i < 30; i++) one.recordResponse(one.send(), undefined, start)
  one.moveTo(start + quarterHour, 0)
  one.recordResponse(one.send(), undefined, start)
  one.recordResponse(one.send(), undefined, start)
  one.moveTo(start, 0)
  assert.deepEqual([one.least, one.most], [90, 90])
  one.moveTo(start + quarterHour, 0)
  assert.equal(one.least, 2)
  one.moveTo(start, 0)
  one.confirmWindow()
  assert.deepEqual([one.least, one.most], [92, 92])
  one.moveTo(start + quarterHour, 0)
  one.confirmWindow()
  assert.equal(one.least, 0)
  one.moveTo(start, 0)
  assert.equal(one.least, 92)
})

check(
  "a request in flight during a jump of the clock is counted once, whenever its response arrives",
  () => {
    const one = counter()
    const soon = one.send()
    const later = one.send()
    one.moveTo(start + quarterHour, 2)
    one.recordResponse(soon, undefined, start)
    one.moveTo(start, 1)
    assert.deepEqual([one.least, one.most, one.known.used], [1, 2, 2])
    one.recordResponse(later, undefined, start)
    assert.deepEqual([one.least, one.most], [2, 2])
  },
)

check(
  "the newest four past windows are kept, including those of an earlier run",
  () => {
    const one = counter(100, { start, used: 50 })
    for (let i = 1; i <= 6; i++) {
      one.send()
      one.moveTo(start + i * quarterHour, 0)
    }
    const starts = [2, 3, 4, 5].map((i) => start + i * quarterHour)
    assert.deepEqual(one.pastWindows, starts.map((start) => ({ start, used: 1 })))
    one.moveTo(start + 5 * quarterHour, 0)
    assert.equal(one.least, 1)
    one.moveTo(start, 0)
    assert.equal(one.least, 0)
    assert.equal(one.pastWindows.length, 4)
  },
)

check("a past window is stored with all requests in flight, for a later run", () => {
  const one = counter()
  one.recordResponse(one.send(), undefined, start)
  one.send()
  one.moveTo(start + quarterHour, 1)
  assert.deepEqual(one.pastWindows, [{ start, used: 2 }])
  const next = new QuotaCounter("read15", 100, start, [...one.pastWindows, one.known])
  assert.equal(next.least, 2)
  next.confirmWindow()
  assert.equal(next.least, 3)
})

check("setting the local clock is noticed by comparison with the monotonic clock", () => {
  const clock = new ServerClock(0)
  assert.equal(clock.compare(start, 5_000), false)
  assert.equal(clock.compare(start + 61_000, 65_000), false)
  assert.equal(clock.compare(start - 3_600_000, 66_000), true)
  assert.equal(clock.at(start - 3_600_000), start + 62_000)
  assert.equal(clock.compare(start - 3_599_000, 67_000), false)
  assert.equal(clock.compare(start + 1_000, 68_000), true)
  clock.learn(new Date(start + 63_000).toUTCString(), start + 1_000, start + 1_500)
  assert.equal(clock.lowerBound, 61_500)
})

check(
  "the estimate of Strava's clock is a lower bound, never ahead of what a response proves",
  () => {
    const clock = new ServerClock()
    assert.equal(clock.lowerBound, -1_000)
    clock.learn(new Date(start + 5_000).toUTCString(), start, start + 400)
    assert.equal(clock.lowerBound, 4_600)
    clock.learn(new Date(start + 10_000).toUTCString(), start + 5_100, start + 5_700)
    assert.equal(clock.lowerBound, 4_600)
    clock.learn(new Date(start + 20_000).toUTCString(), start + 14_950, start + 15_050)
    assert.equal(clock.lowerBound, 4_950)
    assert.equal(clock.at(start), start + 4_950)
    assert.equal(clock.when(clock.at(start)), start)
  },
)

check("a first response corrects a fast local clock; a later one must be confirmed", () => {
  const clock = new ServerClock()
  clock.learn(new Date(start).toUTCString(), start + 3_600_000, start + 3_600_100)
  assert.equal(clock.lowerBound, -3_600_100)
  clock.learn(new Date(start - 900_000).toUTCString(), start + 3_601_000, start + 3_601_100)
  assert.equal(clock.lowerBound, -3_600_100)
  clock.learn(new Date(start - 900_000).toUTCString(), start + 3_602_000, start + 3_602_100)
  assert.equal(clock.lowerBound, -4_502_100)
})

check("an absent or garbled date does not change the estimate of Strava's clock", () => {
  const clock = new ServerClock(Number("nonsense"))
  clock.learn(undefined, start, start)
  clock.learn("yesterday", start, start)
  assert.equal(clock.lowerBound, -1_000)
})
