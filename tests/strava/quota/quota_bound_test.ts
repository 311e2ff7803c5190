/**
 * The number of windows and days of a first sync of any size is exactly the minimum that the limits
 * allow.
 */
import { Clock, Effect } from "effect"
import assert from "node:assert/strict"
import { SimulatedQuota as Limits } from "../../../pipeline/simulator/Quota.ts"
import { Quota } from "../../../pipeline/strava/quota/Quota.ts"
import { day, quarterHour, windowStart } from "../../../pipeline/strava/quota/quotaWindow.ts"
import { rounds, test } from "../../testing.ts"
import { emptyLedger, layerQuota } from "./load.ts"

const midnight = Date.UTC(2026, 10, 23)

/**
 * Returns a clock that never waits: sleeping moves it to the end of the sleep. It supports one
 * fiber at a time.
 */
const leaping = (start: number): Clock.Clock => {
  let time = start
  const nanos = () => BigInt(Math.floor(time)) * 1_000_000n
  return {
    currentTimeMillisUnsafe: () => time,
    currentTimeMillis: Effect.sync(() => time),
    currentTimeNanosUnsafe: nanos,
    currentTimeNanos: Effect.sync(nanos),
    monotonicTimeNanosUnsafe: nanos,
    monotonicTimeNanos: Effect.sync(nanos),
    sleep: (duration) =>
      Effect.sync(() => {
        time += Number(duration.value._tag === "Millis" ? duration.value.millis : 0)
      }),
  }
}

/**
 * Sends requests one after the other to Strava's rules alone. Every 20th response reports the
 * usage.
 */
const sync = Effect.fnUntraced(
  function* (requests: number) {
    const quota = yield* Quota
    const strava = new Limits({})
    const used = { refused: 0, windows: new Set<number>(), days: new Set<number>() }
    let now = midnight
    for (let i = 0; i < requests; i++) {
      const permit = yield* quota.take
      now = yield* Clock.currentTimeMillis
      used.windows.add(windowStart("read15", now))
      used.days.add(windowStart("readDay", now))
      const refused = strava.spend(now) !== undefined
      if (refused) used.refused++
      const date = { date: new Date(now).toUTCString() }
      const headers = i % 20 === 0 ? { ...date, ...strava.headers(now) } : date
      yield* quota.learn(permit, { status: refused ? 429 : 200, headers })
    }
    return {
      refused: used.refused,
      windows: used.windows.size,
      days: used.days.size,
      took: now - midnight,
    }
  },
  (effect) =>
    effect.pipe(
      Effect.provide(layerQuota(emptyLedger()), { local: true }),
      Effect.provideService(Clock.Clock, leaping(midnight)),
    ),
)

const sizes = [1, 100, 101, 706, 1_000, 1_001, 3_017, 10_052, 100_502]

for (const requests of sizes.slice(0, rounds(8, 9))) {
  const days = Math.ceil(requests / 1_000)
  const lastDay = Math.ceil((requests - (days - 1) * 1_000) / 100)
  const windows = (days - 1) * 10 + lastDay
  test(`${requests} requests take ${windows} windows in ${days} days, and none is refused`, () =>
    Effect.gen(function* () {
      const { took, ...rest } = yield* sync(requests)
      assert.deepEqual(rest, { refused: 0, windows, days })
      const least = (days - 1) * day + (lastDay - 1) * quarterHour
      assert.ok(took >= least && took <= least + 2_000, `${took - least} ms later than it must be`)
    }))
}
