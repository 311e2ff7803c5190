/** The parts of the quota: windows, headers, one counter, Strava's clock. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { QuotaCounter } from "../../../pipeline/strava/quota/QuotaCounter.ts"
import {
  pauseFrom,
  quarter,
  quotaHeaders,
  windowStart,
} from "../../../pipeline/strava/quota/quotaWindow.ts"
import { ServerClock } from "../../../pipeline/strava/quota/ServerClock.ts"
import { test } from "../../testing.ts"

const start = Date.UTC(2026, 10, 23, 10)
const say = (name: string, body: () => void) => test(name, () => Effect.sync(body))

const counter = (cap = 100, known?: { readonly start: number; readonly used: number }) =>
  new QuotaCounter("read15", cap, start, known && [known])

say("windows begin at the quarter hour and at midnight UTC", () => {
  const at = Date.UTC(2026, 10, 23, 10, 29, 59, 999)
  assert.equal(windowStart("read15", at), Date.UTC(2026, 10, 23, 10, 15))
  assert.equal(windowStart("all15", at + 1), Date.UTC(2026, 10, 23, 10, 30))
  assert.equal(windowStart("readDay", at), Date.UTC(2026, 10, 23))
  assert.equal(windowStart("allDay", Date.UTC(2026, 10, 24)), Date.UTC(2026, 10, 24))
})

say("both pairs of headers are read, and garbled or absent ones tell nothing", () => {
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

say(
  "a limit of nought, as webhooks have shown, is no limit",
  () => assert.deepEqual(quotaHeaders({ "x-ratelimit-limit": "0,0" }), { caps: {}, used: {} }),
)

say("Retry-After is seconds or a date, never negative, never more than a day", () => {
  assert.equal(pauseFrom("7", start), 7_000)
  assert.equal(pauseFrom(new Date(start + 90_000).toUTCString(), start), 90_000)
  for (const none of [undefined, "", "-5", "soon", new Date(start - 1).toUTCString()]) {
    assert.equal(pauseFrom(none, start), 0)
  }
  assert.equal(pauseFrom("99999999999", start), 86_400_000)
})

say("our own requests are counted as they are sent", () => {
  const one = counter()
  one.send()
  one.send()
  assert.deepEqual([one.least, one.most], [2, 2])
})

say("what others have used is told by the answer to a request that went alone", () => {
  const one = counter()
  one.answer(one.send(), 41, start)
  assert.deepEqual([one.least, one.most], [41, 41])
  one.answer(one.send(), 50, start)
  assert.deepEqual([one.least, one.most], [50, 50])
})

say("answers to parallel requests prove no others, in whatever order they come", () => {
  const one = counter()
  const sent = Array.from({ length: 8 }, () => one.send())
  for (const [i, usage] of [8, 3, 1, 2, 7, 6, 5, 4].entries()) one.answer(sent[i]!, usage, start)
  assert.deepEqual([one.least, one.most], [8, 8])
})

say("answers to parallel requests show others between two bounds that meet", () => {
  const one = counter()
  const sent = Array.from({ length: 3 }, () => one.send())
  one.answer(sent[0]!, 12, start)
  assert.deepEqual([one.least, one.most], [12, 14])
  one.answer(sent[1]!, 10, start)
  one.answer(sent[2]!, 14, start)
  assert.deepEqual([one.least, one.most], [14, 14])
})

say(
  "answers without a usage leave open whether they were counted in a usage told meanwhile",
  () => {
    const one = counter()
    const told = one.send()
    const silent = one.send()
    one.answer(silent, undefined, start)
    one.answer(told, 7, start)
    assert.deepEqual([one.least, one.most], [7, 8])
    one.answer(one.send(), 8, start)
    assert.deepEqual([one.least, one.most], [8, 8])
  },
)

say("a usage below our own count is not believed", () => {
  const one = counter(100, { start, used: 30 })
  one.answer(one.send(), 5, start)
  assert.deepEqual([one.least, one.most], [31, 31])
})

say("a lost request stays counted", () => {
  const one = counter()
  one.lose(one.send())
  assert.deepEqual([one.least, one.most], [1, 1])
})

say("a request on its way as the window turns counts where Strava's date puts it", () => {
  const one = counter()
  const before = one.send()
  const after = one.send()
  const lost = one.send()
  const next = start + quarter
  one.turn(next, 3)
  assert.deepEqual([one.least, one.most], [0, 3])
  assert.deepEqual(one.known, { start: next, used: 3 })
  one.answer(before, 90, next - 1_000)
  assert.deepEqual([one.least, one.most], [0, 2])
  one.answer(after, 1, next)
  one.lose(lost)
  assert.deepEqual([one.least, one.most], [2, 2])
})

say("an answer two windows late changes nothing", () => {
  const one = counter()
  const late = one.send()
  one.turn(start + quarter, 0)
  one.turn(start + 2 * quarter, 0)
  one.answer(late, 99, start)
  assert.deepEqual([one.least, one.most], [0, 0])
})

say("a refusal without numbers spends the window, and only that", () => {
  const one = counter(10)
  one.exhaust()
  assert.equal(one.least, 10)
  one.turn(start + quarter, 0)
  assert.equal(one.least, 0)
})

say(
  "what an earlier run used counts in its own window only, also when a better clock finds it",
  () => {
    assert.equal(counter(100, { start, used: 40 }).least, 40)
    assert.equal(counter(100, { start: start - quarter, used: 40 }).least, 0)
    const ahead = counter(100, { start: start + quarter, used: 40 })
    assert.equal(ahead.least, 0)
    ahead.turn(start + quarter, 1)
    assert.deepEqual([ahead.least, ahead.most], [40, 41])
    const behind = counter(100, { start: start - 4 * quarter, used: 40 })
    behind.send()
    behind.turn(start - 4 * quarter, 1)
    assert.deepEqual([behind.least, behind.most], [40, 41])
  },
)

say("a window that a jump of the clock left is found again with what was used in it", () => {
  const one = counter(100, { start, used: 60 })
  for (let i = 0; i < 30; i++) one.answer(one.send(), undefined, start)
  one.turn(start + quarter, 0)
  one.answer(one.send(), undefined, start)
  one.answer(one.send(), undefined, start)
  one.turn(start, 0)
  assert.deepEqual([one.least, one.most], [90, 90])
  one.turn(start + quarter, 0)
  assert.equal(one.least, 2)
  one.turn(start, 0)
  one.prove()
  assert.deepEqual([one.least, one.most], [92, 92])
  one.turn(start + quarter, 0)
  one.prove()
  assert.equal(one.least, 0)
  one.turn(start, 0)
  assert.equal(one.least, 92)
})

say("what was on its way as the clock jumped is counted once, whenever its answer comes", () => {
  const one = counter()
  const soon = one.send()
  const later = one.send()
  one.turn(start + quarter, 2)
  one.answer(soon, undefined, start)
  one.turn(start, 1)
  assert.deepEqual([one.least, one.most, one.known.used], [1, 2, 2])
  one.answer(later, undefined, start)
  assert.deepEqual([one.least, one.most], [2, 2])
})

say(
  "of the windows left the newest four are remembered, also those of an earlier run",
  () => {
    const one = counter(100, { start, used: 50 })
    for (let i = 1; i <= 6; i++) {
      one.send()
      one.turn(start + i * quarter, 0)
    }
    const starts = [2, 3, 4, 5].map((i) => start + i * quarter)
    assert.deepEqual(one.remembered, starts.map((start) => ({ start, used: 1 })))
    one.turn(start + 5 * quarter, 0)
    assert.equal(one.least, 1)
    one.turn(start, 0)
    assert.equal(one.least, 0)
    assert.equal(one.remembered.length, 4)
  },
)

say("a window left is kept with all that was on its way, for a run that begins anew", () => {
  const one = counter()
  one.answer(one.send(), undefined, start)
  one.send()
  one.turn(start + quarter, 1)
  assert.deepEqual(one.remembered, [{ start, used: 2 }])
  const next = new QuotaCounter("read15", 100, start, [...one.remembered, one.known])
  assert.equal(next.least, 2)
  next.prove()
  assert.equal(next.least, 3)
})

say("a clock of ours that is set is noticed beside one that nobody sets", () => {
  const clock = new ServerClock(0)
  assert.equal(clock.look(start, 5_000), false)
  assert.equal(clock.look(start + 61_000, 65_000), false)
  assert.equal(clock.look(start - 3_600_000, 66_000), true)
  assert.equal(clock.at(start - 3_600_000), start + 62_000)
  assert.equal(clock.look(start - 3_599_000, 67_000), false)
  assert.equal(clock.look(start + 1_000, 68_000), true)
  clock.learn(new Date(start + 63_000).toUTCString(), start + 1_000, start + 1_500)
  assert.equal(clock.lowerBound, 61_500)
})

say("Strava's clock is known from below, and never ahead of what an answer proves", () => {
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
})

say("a first answer corrects a clock of ours that is ahead; a later one must be confirmed", () => {
  const clock = new ServerClock()
  clock.learn(new Date(start).toUTCString(), start + 3_600_000, start + 3_600_100)
  assert.equal(clock.lowerBound, -3_600_100)
  clock.learn(new Date(start - 900_000).toUTCString(), start + 3_601_000, start + 3_601_100)
  assert.equal(clock.lowerBound, -3_600_100)
  clock.learn(new Date(start - 900_000).toUTCString(), start + 3_602_000, start + 3_602_100)
  assert.equal(clock.lowerBound, -4_502_100)
})

say("a date that is absent or garbled tells nothing of Strava's clock", () => {
  const clock = new ServerClock(Number("nonsense"))
  clock.learn(undefined, start, start)
  clock.learn("yesterday", start, start)
  assert.equal(clock.lowerBound, -1_000)
})
