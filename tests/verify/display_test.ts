/** Progress of a verification on a terminal: no number is cut off. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { makeVerifyDisplay } from "../../pipeline/output/progress/VerifyDisplay.ts"
import { test } from "../testing.ts"

const lineOf = Effect.fnUntraced(function* (columns: number) {
  const written: Array<string> = []
  yield* TestClock.adjust("1 minute")
  yield* Effect.scoped(Effect.gen(function* () {
    const display = yield* makeVerifyDisplay({
      terminal: true,
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
