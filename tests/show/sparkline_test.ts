/** Sparklines of numbers. */
import { Effect, Schema } from "effect"
import assert from "node:assert/strict"
import { sparkline } from "../../pipeline/show/sparkline.ts"
import { test } from "../testing.ts"

const lists = Schema.Struct({
  values: Schema.Array(Schema.NullOr(Schema.Finite)),
  width: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 })),
})

test.prop("a bar for each value, never wider than asked, never lower for a greater value", lists, (
  { values, width },
) => {
  const line = [...sparkline(values, width)]
  if (line.length !== Math.min(values.length, width)) return false
  if (values.length > width) return line.every((bar) => " ▁▂▃▄▅▆▇█".includes(bar))
  const known = values.flatMap((value, i) => value === null ? [] : [[value, line[i]!] as const])
    .sort(([a], [b]) => a - b)
  return values.every((value, i) => (value === null) === (line[i] === " ")) &&
    known.every(([, bar], i) => i === 0 || bar >= known[i - 1]![1])
})

test("the lowest bar is the least value or the floor; many values are averaged", () =>
  Effect.sync(() => {
    assert.equal(sparkline([100, 110, 170, null], 10), "▁▂█ ")
    assert.equal(sparkline([100, 110, 170], 10, 0), "▅▆█")
    assert.equal(sparkline([0, 0], 10, 0), "▁▁")
    assert.equal(sparkline([1, 3, 9, null, null, null], 3), "▁█ ")
    assert.equal(sparkline([], 10), "")
  }))
