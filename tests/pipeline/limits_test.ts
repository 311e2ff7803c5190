/** A first sync under Strava's limits: only the necessary windows, and no request sent twice. */
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import type { ProgressEvent } from "../../pipeline/base/Progress.ts"
import type { World } from "../../pipeline/simulator/world/World.ts"
import { Simulator, type SimulatorOptions } from "../../pipeline/simulator/Simulator.ts"
import { exitsOf } from "../faults/matrix.ts"
import { test } from "../testing.ts"
import { memorySink } from "../delivery/MemorySink.ts"
import { holdsAll, leastRequests } from "./model.ts"
import { requestCount, runFolder, runToEnd } from "./running.ts"

const quarter = 15 * 60_000

const simulated = (options: SimulatorOptions) => Effect.provide(Simulator.layer(options))

const now = Effect.clockWith((clock) => clock.currentTimeMillis)

/** Fails unless all streams down to each reported activity were done, up to `concurrency` of them more. */
const assertFrontiers = (
  events: ReadonlyArray<ProgressEvent>,
  world: World,
  concurrency: number,
) => {
  const starts = world.outlines.filter(({ manual }) => !manual).map(({ id }) =>
    Date.parse(JSON.parse(world.summaryText(id)).start_date)
  )
  const reached = events.flatMap((event) =>
    event._tag === "Advanced" && event.stage === "streams" && event.frontier !== undefined
      ? [{ done: event.done, ...event.frontier }]
      : []
  )
  assert.ok(reached.length > 600)
  for (const { done, except, newest, next, oldest } of reached) {
    assert.equal(newest, Math.max(...starts))
    const newer = starts.filter((start) => start >= oldest).length
    assert.ok(newer <= done && newer > done - concurrency, `${newer} of ${done}`)
    assert.equal(next === undefined, newer === starts.length)
    if (next !== undefined) assert.ok(!starts.some((start) => start < oldest && start > next))
    assert.equal(except, 0)
  }
  assert.equal(reached.at(-1)?.oldest, Math.min(...starts))
}

test("709 activities at 100 reads per window take the minimum of windows, and no request is refused", () =>
  Effect.gen(function* () {
    const sinks = [memorySink("json"), memorySink("postgres", [])]
    const setup = { data: yield* runFolder, sinks: sinks.map(({ source }) => source) }
    const outcome = yield* runToEnd({ ...setup, options: { concurrency: 16 } })
    assert.equal(outcome.code, 0)
    const requests = yield* requestCount
    const { world } = yield* Simulator
    assert.equal(requests.length, leastRequests(world))
    assert.deepEqual(requests.filter(({ refused }) => refused), [])
    const windows = new Set(requests.map(({ at }) => Math.floor(at / quarter)))
    assert.equal(windows.size, Math.ceil(requests.length / 100))
    const first = Math.min(...windows)
    assert.deepEqual([...windows].sort(), [...windows].map((_, i) => first + i).sort())
    for (const sink of sinks) yield* holdsAll(sink)
    const rewrites = sinks[0]?.writes.filter(({ resource }) => resource === "activities")
    assert.equal(rewrites?.length, 1)
    assertFrontiers(outcome.events, world, 16)
  }).pipe(simulated({ activities: 709, samples: 2 })))

test("fault 37: a run that stops at the limit has stored and delivered all responses; later runs continue", () =>
  Effect.gen(function* () {
    const sink = memorySink("json")
    const setup = {
      data: yield* runFolder,
      sinks: [sink.source],
      policy: { onLimit: "stop" } as const,
    }
    const { world } = yield* Simulator
    const codes: Array<number> = []
    for (let landed = -1; landed !== sink.items.size;) {
      landed = sink.items.size
      const before = (yield* requestCount).length
      const { code, summary } = yield* runToEnd(setup)
      codes.push(code)
      assert.deepEqual(summary.sinks.map(({ pending }) => pending), [0])
      const fetched = (yield* requestCount).length - before
      if (code === 75) assert.equal(fetched, 20)
      yield* TestClock.adjust(quarter - (yield* now) % quarter + 2_000)
      if (code === 0) break
    }
    assert.deepEqual(codes, [75, 75, 75, 0])
    assert.deepEqual([...new Set(codes)].toReversed(), exitsOf(37))
    assert.equal((yield* requestCount).length, leastRequests(world))
    assert.deepEqual((yield* requestCount).filter(({ refused }) => refused), [])
    yield* holdsAll(sink)
  }).pipe(
    simulated({
      activities: 60,
      samples: 4,
      manual: 0,
      limits: { read: { short: 20, day: 1000 } },
    }),
  ))

test("a run that reaches its deadline stores and delivers all responses; the next continues", () =>
  Effect.gen(function* () {
    const sink = memorySink("json")
    const setup = { data: yield* runFolder, sinks: [sink.source] }
    const deadline = (yield* now) + 5_000
    const first = yield* runToEnd({
      ...setup,
      policy: { onLimit: "wait", deadline },
      options: { concurrency: 2 },
    })
    assert.equal(first.code, 75)
    assert.deepEqual(first.summary.sinks.map(({ pending }) => pending), [0])
    assert.ok(first.summary.requests < 43)
    const second = yield* runToEnd(setup)
    assert.equal(second.code, 0)
    const { world } = yield* Simulator
    assert.equal((yield* requestCount).length, leastRequests(world))
    yield* holdsAll(sink)
  }).pipe(
    simulated({ activities: 40, samples: 4, manual: 0, limits: "none", latency: "500 millis" }),
  ))
