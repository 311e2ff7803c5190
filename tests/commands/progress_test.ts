/** Progress of a run: a line that redraws on a terminal, plain lines elsewhere. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { makeDisplay } from "../../pipeline/output/progress/ProgressDisplay.ts"
import { nextCommandOf } from "../../pipeline/output/statusPage.ts"
import type { WorkProgress } from "../../pipeline/run/work.ts"
import type { Counts } from "../../pipeline/state/ledger/counts.ts"
import { type Screen } from "../../pipeline/output/progress/Screen.ts"
import type { ProgressEvent } from "../../pipeline/base/Progress.ts"
import { test } from "../testing.ts"
import { unwrapped } from "./driver/unwrapped.ts"

const start = Date.UTC(2026, 10, 23, 10, 7, 30)
const quota = {
  quarter: { used: 40, cap: 100, end: Date.UTC(2026, 10, 23, 10, 15) },
  day: { used: 140, cap: 1_000, end: Date.UTC(2026, 10, 24) },
}

const screen = (terminal: boolean, columns: number) => {
  const written: Array<string> = []
  const fake: Screen = {
    terminal,
    color: false,
    timeZone: "Europe/Berlin",
    columns: () => columns,
    write: (text) => written.push(text),
  }
  return { fake, written }
}

/** Shows a run of one event per second, and returns the output. */
const shown = Effect.fnUntraced(
  function* (
    terminal: boolean,
    events: ReadonlyArray<ProgressEvent>,
    limits: typeof quota | null = quota,
    columns = 100,
  ) {
    yield* TestClock.setTime(start)
    const { fake, written } = screen(terminal, columns)
    yield* Effect.scoped(Effect.gen(function* () {
      const display = yield* makeDisplay(fake)
      if (limits !== null) display.attach(Effect.succeed(limits))
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
      /^ {2}streams +━━╺─+ 10 % {2}20\/200 {2}done about 11:30 {2}1\.0\/s {2}60 reads left$/,
    )
    assert.match(written.at(-2) ?? "", /streams +ok +20 +21 s\n$/)
  }))

test("a stage that reads files shows the time left, and the bytes if there is room", () =>
  Effect.gen(function* () {
    const events: ReadonlyArray<ProgressEvent> = [
      { _tag: "StageStarted", stage: "export_streams" },
      // The table and the first file take most of the time until then.
      ...[1, 1, 1, 2, 3, 4].map((done): ProgressEvent => ({
        _tag: "Advanced",
        stage: "export_streams",
        done: done * 500,
        total: 4_000,
        bytes: { done: done * 5e7, total: 5e8 },
      })),
    ]
    const line = (written: ReadonlyArray<string>) => written.at(-2)?.replace("\r\x1b[2K", "") ?? ""
    const wide = yield* shown(true, events, null)
    assert.match(line(wide), / 50 % {2}2000\/4000 {2}10 s left {2}200\.0 MB of 500\.0 MB/)
    const narrow = yield* shown(true, events, null, 70)
    assert.match(line(narrow), / 50 % {2}2000\/4000 {2}10 s left$/)
    assert.ok(wide.slice(0, 4).every((text) => !text.includes("left")), "no guess at the start")
  }))

test("the cursor of a terminal is visible again at the end", () =>
  Effect.gen(function* () {
    const written = yield* shown(true, run)
    assert.equal(written[0], "\x1b[?25l")
    assert.ok(written.at(-1)?.endsWith("\x1b[?25h"))
  }))

const day = 86_400_000
const over = { began: start - day, before: 1_200, total: 5_000 }
const backfill = (stage: string, done: number): ProgressEvent => ({
  _tag: "Advanced",
  stage,
  done,
  total: 3_800,
  over,
})

test("work over several days is displayed with its total share, its day and its end", () =>
  Effect.gen(function* () {
    const events = [{ _tag: "StageStarted", stage: "streams" }, backfill("streams", 3)] as const
    const [, bar = ""] = yield* shown(true, events)
    assert.match(bar, /━━━━╺─+ 24 % {2}1203\/5000 {2}day 2 of about 5 {2}done about Thu 03:15/)
    const [plain] = yield* shown(false, events)
    assert.equal(
      plain,
      "10:07:31 streams 3/3800 limit=40/100 day=140/1000; " +
        "day 2 of about 5: 1,203 of 5,000 streams, done around Thursday 02:15 UTC\n",
    )
  }))

test("parallel stages share one line, and a wait shows the work of both", () =>
  Effect.gen(function* () {
    const until = Date.UTC(2026, 10, 23, 10, 15)
    const written = yield* shown(true, [
      { _tag: "StageStarted", stage: "streams" },
      { _tag: "StageStarted", stage: "details" },
      backfill("streams", 50),
      backfill("details", 10),
      { _tag: "Waiting", until, why: "Rate limit reached" },
      { _tag: "Resumed" },
      { _tag: "StageEnded", stage: "details" },
      backfill("streams", 60),
    ])
    assert.match(written[2] ?? "", /streams\+details .* 24 % {2}2460\/10000 /)
    assert.match(
      written[3] ?? "",
      /\n {2}streams\+details {2}━+╺─+ 24 %\n {2}2,460 of 10,000 · day 2 of about \d+ · resumes 11:15/,
    )
    assert.match(written.at(-2) ?? "", /streams +━━/)
  }))

test("every stage with one request per activity shows its days", () =>
  Effect.gen(function* () {
    const written = yield* shown(true, [
      { _tag: "StageStarted", stage: "activity_zones" },
      backfill("activity_zones", 10),
      { _tag: "Waiting", until: Date.UTC(2026, 10, 23, 10, 15), why: "Rate limit reached" },
    ])
    assert.match(
      written.join(""),
      /activity_zones {2}━+╺─+ 24 %\n {2}1,210 of 5,000 · day 2 of about \d+ · /,
    )
  }))

test("the next command in status names the work that it continues", () => {
  const counts: Counts = {
    ...{ athletes: [], items: [], sinks: [], unknownSinks: [], quarantined: [], incomplete: [] },
    ...{ sources: [], withheld: [], drift: [], heldBack: undefined, lastRun: undefined },
  }
  const workOf = (resource: WorkProgress["resource"]) => [
    { resource, before: 4, total: 5, began: 0 },
  ]
  const nextOf = (work: ReadonlyArray<WorkProgress>) =>
    nextCommandOf({ counts, work, onlyExport: false }, "./data", false).replace(/.* {3}/, "")
  assert.equal(nextOf(workOf("streams")), "(continues with the streams of 1 activity)")
  assert.equal(nextOf(workOf("activity_zones")), "(continues with activity zones)")
  assert.equal(nextOf(workOf("details")), "(continues with details)")
  assert.equal(nextOf([]), "(checks for new activities)")
  return Effect.void
})

test("periodic resources are not mentioned if there is nothing to do", () =>
  Effect.gen(function* () {
    const none = ["zones", "details", "athlete"].flatMap((stage): ReadonlyArray<ProgressEvent> => [
      { _tag: "StageStarted", stage },
      { _tag: "StageEnded", stage },
    ])
    assert.deepEqual(yield* shown(false, none), ["10:07:35 athlete ok\n"])
  }))

test("without a terminal, a plain line is printed every ten seconds, without escape sequences", () =>
  Effect.gen(function* () {
    const written = yield* shown(false, run)
    assert.deepEqual(written, [
      "10:07:31 streams 1/200 limit=40/100 day=140/1000\n",
      "10:07:41 streams 11/200 limit=40/100 day=140/1000\n",
      "10:07:51 streams ok 20\n",
    ])
  }))

test("a wait shows its reason and end, and does not lower the displayed rate", () =>
  Effect.gen(function* () {
    const until = Date.UTC(2026, 10, 23, 10, 15)
    const why = "Rate limit reached: 100 of 100 read requests in this 15-minute window"
    yield* TestClock.setTime(start)
    const { fake, written } = screen(true, 100)
    yield* Effect.scoped(Effect.gen(function* () {
      const { progress: { notify } } = yield* makeDisplay(fake)
      yield* notify({ _tag: "StageStarted", stage: "streams" })
      yield* TestClock.adjust("10 seconds")
      yield* notify({ _tag: "Waiting", until, why })
      assert.match(written.at(-1) ?? "", /reached[^]* resumes 11:15\n {2}Ctrl-C stops;/)
      yield* TestClock.adjust("7 minutes")
      yield* notify({ _tag: "Resumed" })
      yield* notify(advanced(20))
      assert.match(written.at(-1) ?? "", /2\.0\/s/)
    }))
  }))

test("a sink that is down, and a stop, are reported at once", () =>
  Effect.gen(function* () {
    const written = yield* shown(false, [
      { _tag: "SinkDown", sink: "postgres", detail: "connection refused." },
      { _tag: "Stopping" },
    ])
    assert.match(
      unwrapped(written[0] ?? ""),
      /postgres is down: connection refused\. Its items are kept; the other sinks continue/,
    )
    assert.match(written[1] ?? "", /Press Ctrl-C again to exit at once/)
  }))
