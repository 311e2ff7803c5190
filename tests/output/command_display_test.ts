/** Progress of a command on a terminal: no number is cut off; nothing without a terminal. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { makeCommandDisplay } from "../../pipeline/output/progress/CommandDisplay.ts"
import { test } from "../testing.ts"

const lineOf = Effect.fnUntraced(function* (columns: number, terminal = true) {
  const written: Array<string> = []
  yield* TestClock.adjust("1 minute")
  yield* Effect.scoped(Effect.gen(function* () {
    const display = yield* makeCommandDisplay("verify", {
      terminal,
      color: false,
      columns: () => columns,
      write: (text) => written.push(text),
    })
    for (const sink of ["csv", "json", "postgres"] as const) {
      yield* display.advanced(sink, 1_072, 1_401)
      yield* TestClock.adjust("1 minute")
    }
  }))
  return (written.at(-2) ?? "").replace("\r\x1b[2K", "")
})

test("verify shows the figures of each sink if all of them fit", () =>
  Effect.gen(function* () {
    assert.match(
      yield* lineOf(100),
      / 76 % {2}csv 1072\/1401 {2}json 1072\/1401 {2}postgres 1072\/1401$/,
    )
  }))

test("verify shows the sum of all sinks if their figures do not fit", () =>
  Effect.gen(function* () {
    assert.match(yield* lineOf(80), / 76 % {2}3216\/4203$/)
  }))

test("without a terminal, nothing is written", () =>
  Effect.gen(function* () {
    assert.equal(yield* lineOf(80, false), "")
  }))
