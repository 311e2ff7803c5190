/** The output kit: numbers, plurals, sizes, durations, times, columns and lines of 80 columns. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { caretLines } from "../../pipeline/output/kit/caret.ts"
import { formatRow, left, leftOf, right } from "../../pipeline/output/kit/columns.ts"
import { formatDuration, formatSpan } from "../../pipeline/output/kit/durations.ts"
import { formatCell, formatNumber } from "../../pipeline/output/kit/numbers.ts"
import { listWords, quantity } from "../../pipeline/output/kit/plurals.ts"
import { formatSize } from "../../pipeline/output/kit/sizes.ts"
import { widthOf } from "../../pipeline/output/kit/terminal.ts"
import { clockTime, minuteTime } from "../../pipeline/output/kit/times.ts"
import { pageWidth, usePageWidth, wrap, wrapList } from "../../pipeline/output/kit/wrap.ts"
import { renderYears } from "../../pipeline/output/verifyTables.ts"
import { unwrapped } from "../commands/driver/unwrapped.ts"
import { test } from "../testing.ts"

test("numbers have separators, cells dots for zero, and nouns their plural", () =>
  Effect.sync(() => {
    assert.deepEqual([0, 999, 1_203].map(formatNumber), ["0", "999", "1,203"])
    assert.deepEqual([0, 1_203].map(formatCell), ["·", "1,203"])
    assert.equal(quantity(1, "request"), "1 request")
    assert.equal(quantity(1_203, "activity", "activities"), "1,203 activities")
    assert.equal(listWords(["json", "csv", "postgres"]), "json, csv and postgres")
    assert.equal(listWords(["wait", "stop"], "or"), "wait or stop")
  }))

test("sizes and durations have one unit, or two if they are long", () =>
  Effect.sync(() => {
    assert.deepEqual(
      [0, 421, 99_949, 100_000, 12_345_678, 1_500_000_000].map(formatSize),
      ["0.0 kB", "0.4 kB", "99.9 kB", "0.1 MB", "12.3 MB", "1.5 GB"],
    )
    assert.deepEqual([3_000, 720_000, 20_400_000].map(formatDuration), [
      "3 s",
      "12 min",
      "5 h 40 min",
    ])
    assert.deepEqual([60_000, 86_400_000].map(formatSpan), ["1 minute", "1 day"])
    const at = Date.UTC(2026, 0, 31, 10, 5, 9)
    assert.deepEqual([clockTime(at), minuteTime(at)], ["10:05:09", "2026-01-31 10:05 UTC"])
  }))

test("cells are padded by the columns that they take on a terminal", () =>
  Effect.sync(() => {
    assert.equal(formatRow(["自転車", "12", "kB"], [left(8), right(4)]), "  自転車    12kB")
    const named = leftOf(["gear", "activity_zones"], 10)
    assert.deepEqual([named("gear").length, leftOf(["gear"], 10)("gear").length], [14, 10])
  }))

const command = "deno task pipeline --data '../my data' --retry-quarantined"

test("a command is not broken, a list only after a comma, other text between words", () =>
  Effect.sync(() => {
    const text =
      `Everything fetched so far is kept. To continue, run the same command again: ${command}`
    assert.deepEqual(wrap(text, { first: "paceline: ", rest: "  " }), [
      "paceline: Everything fetched so far is kept. To continue, run the same command",
      `  again: ${command}`,
    ])
    assert.ok(wrap(text).some((line) => line.includes(command)))
    const items = Array.from({ length: 20 }, (_, i) => `${i} sets of streams`)
    for (const line of wrapList(items, { first: "  " })) {
      assert.ok(
        line.length <= pageWidth() &&
          /^ {2}\d+ sets of streams(, \d+ sets of streams)*,?$/.test(line),
      )
    }
  }))

const words = Schema.NonEmptyArray(Schema.String.check(Schema.isPattern(/^[!-~]{1,70}$/)))

test.prop("lines are at most 80 columns and hold every word, in order", words, (words) => {
  const lines = wrap(words.join(" "), { first: "paceline: ", rest: "  " })
  return lines.every((line) => widthOf(line) <= pageWidth()) &&
    lines.map((line) => line.replace(/^(paceline: | {2})/, "")).join(" ") === words.join(" ") &&
    unwrapped(lines.join("\n")) === `paceline: ${words.join(" ")}`
})

test("the years of three sinks fit into 80 columns", () =>
  Effect.sync(() => {
    const there = { json: 123_456, csv: 123_456, postgres: 123_456 }
    const years = (["activities", "streams"] as const).map((resource) => (
      { year: 2026, resource, known: 123_456, there }
    ))
    const lines = renderYears(years, ["json", "csv", "postgres"])
    assert.deepEqual(lines.filter((line) => line.length > pageWidth()), [])
  }))

test("a caret stands below the character, on its line, also in a long or wide one", () =>
  Effect.sync(() => {
    assert.deepEqual(caretLines("select a\n\tfrom b", 16, 80), [" from b", "      ^"])
    assert.deepEqual(caretLines("select 夜, x", 11, 80), ["select 夜, x", "           ^"])
    const [line, caret] = caretLines(`select ${"a, ".repeat(100)}here`, 308, 60)
    assert.equal(line.slice(caret.length - 1), "here")
    assert.ok(line.length <= 60)
    assert.deepEqual(caretLines("select", 7, 80), ["select", "      ^"])
    assert.deepEqual(caretLines("\u001b[2J x", 6, 80), ["\\x1b[2J x", "        ^"])
  }))

test("a page is as narrow as the terminal, but neither wider than 80 columns nor narrower than 50", () =>
  Effect.sync(() => {
    const words = "word ".repeat(100)
    const widths = [20, 50, 60, 80, 200].map((columns) => {
      usePageWidth(columns)
      return Math.max(...wrap(words).map((line) => line.length))
    })
    usePageWidth(80)
    assert.deepEqual(widths, [49, 49, 59, 79, 79])
  }))
