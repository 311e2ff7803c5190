/** What a run shows of itself: a line that redraws on a terminal, plain lines elsewhere. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { makeDisplay, type Screen } from "../../pipeline/commands/ProgressDisplay.ts"
import type { ProgressEvent } from "../../pipeline/Progress.ts"
import { test } from "../testing.ts"

const start = Date.UTC(2026, 10, 23, 10, 7, 30)
const quota = {
  quarter: { used: 40, cap: 100, end: Date.UTC(2026, 10, 23, 10, 15) },
  day: { used: 140, cap: 1_000, end: Date.UTC(2026, 10, 24) },
}

const screen = (terminal: boolean) => {
  const written: Array<string> = []
  const fake: Screen = {
    terminal,
    colour: false,
    columns: () => 100,
    write: (text) => written.push(text),
  }
  return { fake, written }
}

/** Show a run of ten seconds, one activity a second; gives what was written. */
const shown = Effect.fnUntraced(
  function* (terminal: boolean, events: ReadonlyArray<ProgressEvent>) {
    yield* TestClock.setTime(start)
    const { fake, written } = screen(terminal)
    yield* Effect.scoped(Effect.gen(function* () {
      const display = yield* makeDisplay(fake)
      display.attach(Effect.succeed(quota))
      for (const event of events) {
        yield* display.progress.notify(event)
        yield* TestClock.adjust("1 second")
      }
    }))
    return written
  },
)

const advanced = (done: number): ProgressEvent => ({
  _tag: "Advanced",
  stage: "streams",
  done,
  total: 200,
})
const run: ReadonlyArray<ProgressEvent> = [
  { _tag: "StageStarted", stage: "streams" },
  ...Array.from({ length: 20 }, (_, i) => advanced(i + 1)),
  { _tag: "StageEnded", stage: "streams" },
]

test("a terminal gets a bar with count, rate, quota and the time left under the limits", () =>
  Effect.gen(function* () {
    const written = yield* shown(true, run)
    const bar = written.filter((text) => text.includes("streams")).at(-2)
    assert.match(
      bar?.replace("\r\x1b[2K", "") ?? "",
      /^ {2}streams +━━╺─+ 10 % {2}20\/200 {2}done Monday 10:30 UTC {2}1\.0\/s {2}60 reads left$/,
    )
    assert.match(written.at(-2) ?? "", /streams +ok +20 +21 s\n$/)
  }))

test("a terminal has its cursor back in the end", () =>
  Effect.gen(function* () {
    const written = yield* shown(true, run)
    assert.equal(written[0], "\x1b[?25l")
    assert.ok(written.at(-1)?.endsWith("\x1b[?25h"))
  }))

test("elsewhere there is a plain line every ten seconds, and no escape", () =>
  Effect.gen(function* () {
    const written = yield* shown(false, run)
    assert.deepEqual(written, [
      "10:07:31 streams 1/200 limit=40/100 day=140/1000\n",
      "10:07:41 streams 11/200 limit=40/100 day=140/1000\n",
      "10:07:51 streams ok 20\n",
    ])
  }))

test("waiting names the reason and the time, and does not spoil the rate", () =>
  Effect.gen(function* () {
    const until = Date.UTC(2026, 10, 23, 10, 15)
    const why = "Strava's limit is used up: 100 of 100 reads for this quarter of an hour"
    yield* TestClock.setTime(start)
    const { fake, written } = screen(true)
    yield* Effect.scoped(Effect.gen(function* () {
      const { progress: { notify } } = yield* makeDisplay(fake)
      yield* notify({ _tag: "StageStarted", stage: "streams" })
      yield* TestClock.adjust("10 seconds")
      yield* notify({ _tag: "Waiting", until, why })
      assert.match(written.at(-1) ?? "", /used up.*Going on at 10:15:00 UTC\. Ctrl-C stops/)
      yield* TestClock.adjust("7 minutes")
      yield* notify({ _tag: "Resumed" })
      yield* notify(advanced(20))
      assert.match(written.at(-1) ?? "", /2\.0\/s/)
    }))
  }))

test("a sink that is down is told at once, and stopping too", () =>
  Effect.gen(function* () {
    const written = yield* shown(false, [
      { _tag: "SinkDown", sink: "postgres", detail: "connection refused" },
      { _tag: "Stopping" },
    ])
    assert.match(written[0] ?? "", /postgres: connection refused.*the others go on/)
    assert.match(written[1] ?? "", /Ctrl-C again leaves at once/)
  }))
