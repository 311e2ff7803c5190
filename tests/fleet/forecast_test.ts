/** Forecast of complete histories: the arithmetic of one limit that athletes share in turns. */
import { Effect } from "effect"
import assert from "node:assert/strict"
import { completions } from "../../pipeline/fleet/forecast.ts"
import { test } from "../testing.ts"

const limits = { quarter: 100, day: 1_000 }
const history = (athletes: number, pending: number) =>
  Array.from({ length: athletes }, (_, athlete) => ({ athlete, pending }))

test("histories of 500 requests take 0.6 days for one athlete, 6 for ten and 56 for a hundred", () =>
  Effect.sync(() => {
    const days = [1, 10, 100].map((n) => completions(history(n, 500), limits)[0]?.days.toFixed(1))
    assert.deepEqual(days, ["0.6", "5.6", "55.6"])
  }))

test("a short history is complete before the long ones, and the last one when all is done", () =>
  Effect.sync(() => {
    const [short, long] = completions(
      [{ athlete: 1, pending: 90 }, { athlete: 2, pending: 900 }],
      limits,
    )
    assert.equal(short?.days, 0.2)
    assert.equal(long?.days, 1.1)
  }))

test("a small 15-minute limit counts, if it allows less than the day", () =>
  Effect.sync(() => {
    const [one] = completions(history(1, 864), { quarter: 10, day: 30_000 })
    assert.equal(one?.days, 1)
  }))
