/**
 * Hostile sizes: cost grows linearly with the size of a response, counted in operations and not in
 * time.
 */
import { Effect, Stream } from "effect"
import assert from "node:assert/strict"
import { StatementSync } from "node:sqlite"
import { Simulator } from "../../pipeline/simulator/Simulator.ts"
import { csvRows, formatCsv } from "../../sinks/csv/csv.ts"
import { test } from "../testing.ts"
import { dailyAthlete, simulatedDays } from "./daily.ts"

const pageOf = (count: number) =>
  `[${Array.from({ length: count }, (_, i) => `{"id":${i + 1},"manual":true}`).join(",")}]`

const listing = Effect.fnUntraced(function* (count: number) {
  const { next, sink } = yield* dailyAthlete()
  const { fault } = yield* Simulator
  yield* fault({ path: /[?&]page=1$/, response: { _tag: "Body", body: pageOf(count) } })
  const outcome = yield* next(0)
  return { ...outcome, delivered: sink.items.size }
}, simulatedDays({ activities: 0 }))

test("a page of more than 10,000 activities is refused at once, after one request", () =>
  Effect.gen(function* () {
    const { code, delivered, paths } = yield* listing(10_001)
    assert.equal(code, 65)
    assert.deepEqual(paths, ["/athlete", "/athlete/activities"])
    assert.equal(delivered, 1)
  }))

/** Runs `body` and returns the number of statements that the state file executed. */
const statementsOf = <A, E, R>(body: Effect.Effect<A, E, R>) => {
  const prototype = StatementSync.prototype
  const { all, run } = prototype
  let count = 0
  const counting = <F extends (...parameters: Array<never>) => unknown>(original: F) =>
    function (this: unknown, ...parameters: Parameters<F>) {
      count++
      return Reflect.apply(original, this, parameters)
    }
  return Effect.acquireUseRelease(
    Effect.sync(() => Object.assign(prototype, { all: counting(all), run: counting(run) })),
    () => Effect.map(body, () => count),
    () => Effect.sync(() => Object.assign(prototype, { all, run })),
  )
}

test("a page longer than requested takes a constant number of statements per activity", () =>
  Effect.gen(function* () {
    const [few, more, most] = yield* Effect.forEach(
      [0, 250, 500],
      (count) => statementsOf(listing(count)),
    )
    const each = (some: number, activities: number) => (some - few!) / activities
    assert.ok(each(more!, 250) < 40, String(each(more!, 250)))
    assert.ok(each(most!, 500) <= each(more!, 250) * 1.1, `${few}, ${more}, ${most}`)
  }))

/** Runs `body` and returns the number of characters in the texts that it searched character by character. */
const searchedBy = <A, E, R>(body: Effect.Effect<A, E, R>) => {
  const { charCodeAt } = String.prototype
  let searched = 0
  let last = ""
  const counting = function (this: string, at: number) {
    if (at === 0 || this.length !== last.length) {
      searched += this.length
      last = String(this)
    }
    return Reflect.apply(charCodeAt, this, [at])
  }
  return Effect.acquireUseRelease(
    Effect.sync(() => Object.assign(String.prototype, { charCodeAt: counting })),
    () => Effect.map(body, () => searched),
    () => Effect.sync(() => Object.assign(String.prototype, { charCodeAt })),
  )
}

test("a CSV cell that spans many blocks is searched once, not once per block", () =>
  Effect.gen(function* () {
    const bytes = new TextEncoder().encode(
      formatCsv([["id", "name"], ["1", "a,b\n".repeat(50_000)]]),
    )
    const size = 1_000
    const chunks = Array.from(
      { length: Math.ceil(bytes.length / size) },
      (_, i) => bytes.subarray(i * size, (i + 1) * size),
    )
    const read = Stream.runCollect(csvRows(Stream.fromIterable(chunks)))
    const searched = yield* searchedBy(read)
    assert.ok(searched < 3 * bytes.length, `${searched} characters for ${bytes.length} bytes`)
  }))
