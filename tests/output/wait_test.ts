/** The lines on a terminal while a run waits for the rate limit. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import type { Frontier, ProgressEvent } from "../../pipeline/base/Progress.ts"
import { makeDisplay } from "../../pipeline/output/progress/ProgressDisplay.ts"
import { RecentRate } from "../../pipeline/output/progress/RecentRate.ts"
import { test } from "../testing.ts"

const now = Date.UTC(2026, 10, 23, 13, 17, 30)
const usedUp = {
  quarter: { used: 100, cap: 100, end: Date.UTC(2026, 10, 23, 13, 30) },
  day: { used: 412, cap: 1_000, end: Date.UTC(2026, 10, 24) },
}
const why = "Rate limit reached: 100 of 100 read requests in this 15-minute window"

interface Shown {
  readonly columns?: number
  readonly timeZone?: string
  readonly quota?: typeof usedUp
  readonly until?: number
  readonly frontier?: Frontier | undefined
  readonly total?: number
  readonly then?: ReadonlyArray<ProgressEvent>
}

/** Shows a wait after 178 items, and returns the output of each event from there on. */
const waiting = Effect.fnUntraced(function* (
  {
    columns = 80,
    frontier,
    quota = usedUp,
    then = [],
    timeZone = "UTC",
    total = 294,
    until = quota.quarter.end,
  }: Shown,
) {
  yield* TestClock.setTime(now)
  const written: Array<string> = []
  const outputs: Array<string> = []
  yield* Effect.scoped(Effect.gen(function* () {
    const display = yield* makeDisplay({
      terminal: true,
      color: false,
      columns: () => columns,
      timeZone,
      write: (text) => written.push(text),
    })
    display.attach(Effect.succeed(quota))
    yield* display.progress.notify({ _tag: "StageStarted", stage: "streams" })
    yield* display.progress.notify({
      ...{ _tag: "Advanced", stage: "streams", done: 178, total, frontier },
    })
    for (const event of [{ _tag: "Waiting", until, why } as const, ...then]) {
      written.length = 0
      yield* display.progress.notify(event)
      outputs.push(written.join(""))
    }
    written.length = 0
  }))
  return [...outputs, written.join("")]
})

/** Returns the lines of the wait. */
const linesOf = (shown: Shown) =>
  Effect.map(waiting(shown), ([text = ""]) => text.replace("\r\x1b[2K", "").split("\n"))

const at = (year: number, month: number, day: number, hour = 12) =>
  Date.UTC(year, month - 1, day, hour)

test("a wait shows the items, the next window, the end, the complete days and the usage", () =>
  Effect.gen(function* () {
    const frontier = {
      newest: at(2026, 11, 20),
      oldest: at(2024, 3, 12),
      next: at(2024, 3, 10),
      except: 0,
    }
    assert.deepEqual(yield* linesOf({ frontier }), [
      "  Rate limit reached: 100 of 100 read requests in this 15-minute window.",
      "  streams     ━━━━━━━━━━━━╺─────── 60 %",
      "  178 of 294 · resumes 13:30 · done about 13:45",
      "  complete back to 12 Mar 2024",
      "  requests: 100 of 100 in this window · 412 of 1,000 today, until Tue 00:00",
      "  Ctrl-C stops; nothing is lost.",
    ])
    assert.deepEqual(yield* linesOf({ frontier, columns: 60, timeZone: "Asia/Kolkata" }), [
      "  Rate limit reached: 100 of 100 read requests in this",
      "  15-minute window.",
      "  streams     ━━━━━━━━━━━━╺─────── 60 %",
      "  178 of 294 · resumes 19:00 · done about 19:15",
      "  complete back to 12 Mar 2024",
      "  requests: 100 of 100 in this window",
      "  412 of 1,000 today, until Tue 05:30",
      "  Ctrl-C stops; nothing is lost.",
    ])
  }))

test("the end of a backfill over several days counts the daily limit, with the day", () =>
  Effect.gen(function* () {
    const quota = { ...usedUp, day: { used: 1_000, cap: 1_000, end: Date.UTC(2026, 10, 24) } }
    const lines = yield* linesOf({ quota, until: quota.day.end, total: 3_000 })
    // 1,000 on Tuesday, 1,000 on Wednesday, and the last 22 of 822 in the ninth window of Thursday.
    assert.equal(lines[2], "  178 of 3,000 · resumes Tue 00:00 · done about Thu 02:00")
    const week = yield* linesOf({ quota, until: quota.day.end, total: 9_000 })
    assert.equal(week[2], "  178 of 9,000 · resumes Tue 00:00 · done about 2 Dec 2026 02:00")
  }))

test("a day is complete only if none of its activities is left, in all stages", () =>
  Effect.gen(function* () {
    const complete = (frontier: Frontier | undefined, timeZone = "UTC") =>
      Effect.map(
        linesOf({ frontier, timeZone }),
        (lines) => lines.find((line) => line.includes("complete"))?.trim(),
      )
    const newest = at(2026, 11, 20)
    const sameDay = { newest, oldest: at(2024, 3, 12, 18), next: at(2024, 3, 12, 7), except: 0 }
    assert.equal(yield* complete(sameDay), "complete back to 13 Mar 2024")
    // There, the two are on different days.
    assert.equal(yield* complete(sameDay, "Pacific/Auckland"), "complete back to 13 Mar 2024")
    assert.equal(
      yield* complete({ ...sameDay, next: at(2024, 3, 12, 0) }, "America/Los_Angeles"),
      "complete back to 12 Mar 2024",
    )
    assert.equal(yield* complete({ ...sameDay, newest: sameDay.oldest }), undefined)
    assert.equal(
      yield* complete({ ...sameDay, next: undefined, except: 3 }),
      "complete back to 12 Mar 2024, except 3 to retry",
    )
    assert.equal(yield* complete(undefined), undefined)
  }))

test("other output moves the lines of a wait down, and its end removes them", () =>
  Effect.gen(function* () {
    const [first = "", note, resumed, end] = yield* waiting({
      then: [{ _tag: "Note", text: "Something happened." }, { _tag: "Resumed" }],
    })
    const lines = first.replace("\r\x1b[2K", "")
    const clear = `\r\x1b[${lines.split("\n").length - 1}A\x1b[J`
    assert.equal(note, `${clear}  Something happened.\n${lines}`)
    assert.equal(resumed, clear)
    assert.equal(end, "\r\x1b[2K\x1b[?25h")
  }))

test("a rate is measured for three seconds, and neither slow starts nor waits lower it", () => {
  const rate = new RecentRate()
  const left = (done: number, second: number) => {
    rate.record(done, second * 1_000)
    return rate.timeFor(100, done, second * 1_000)
  }
  assert.equal(left(1, 30), undefined)
  assert.equal(left(3, 31), undefined)
  assert.equal(left(31, 33), 10_000)
  // The rate falls to a tenth, and within 20 seconds so does the estimate.
  for (let second = 34; second <= 70; second++) left(31 + second - 33, second)
  assert.equal(left(69, 71), 100_000)
  rate.restart()
  assert.equal(left(70, 3_600), undefined)
  return Effect.void
})
