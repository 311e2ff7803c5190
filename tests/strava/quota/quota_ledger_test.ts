/**
 * The part of the ledger that outlives a process, and the reserve for other users of the
 * application.
 */
import { Effect, Exit, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { exitCodes } from "../../../pipeline/base/exit.ts"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { finishedAt } from "../../../pipeline/run/estimate.ts"
import { Quota } from "../../../pipeline/strava/quota/Quota.ts"
import { day, quarterHour, windowStart } from "../../../pipeline/strava/quota/quotaWindow.ts"
import { test } from "../../testing.ts"
import {
  emptyLedger,
  emptyLog,
  kill,
  layerQuota,
  sendAll,
  stop,
  type UsageKind,
  wait,
  withEvents,
} from "./load.ts"

const midnight = Date.UTC(2026, 10, 23)
const world = World.make({ activities: 1 })
const simulated = (limits = {}) => Simulator.layer({ world, anyToken: true, latency: 200, limits })

const streams = (count: number): ReadonlyArray<UsageKind> =>
  Array.from({ length: count }, () => "withoutUsage")

const finished = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }))

test.prop(
  "usage from before a jump of the local clock survives a killed process while the clock is still wrong",
  Schema.Struct({
    hour: between(0, 23),
    /** The first second of a window is excluded, because it still counts for the window before. */
    start: between(1_000, quarterHour - 1),
    before: between(0, 90),
    jump: between(-3 * 3_600_000, 3 * 3_600_000),
    during: between(0, 8),
    deaths: between(1, 3),
  }),
  ({ before, deaths, during, hour, jump, start }) =>
    Effect.gen(function* () {
      const ledger = emptyLedger()
      const response = (at: number) => ({
        status: 200,
        headers: { date: new Date(at).toUTCString() },
      })
      const now = midnight + hour * 3_600_000 + start
      yield* TestClock.setTime(now)
      yield* Effect.gen(function* () {
        const quota = yield* Quota
        for (let i = 0; i < before; i++) yield* quota.learn(yield* quota.take, response(now))
      }).pipe(Effect.provide(layerQuota(ledger), { local: true }))
      for (let death = 0; death < deaths; death++) {
        yield* TestClock.setTime(now + jump)
        yield* Effect.gen(function* () {
          const quota = yield* Quota
          for (let i = 0; i < during; i++) {
            const taken = yield* Effect.forkChild(quota.take)
            yield* TestClock.adjust(0)
            taken.interruptUnsafe()
          }
        }).pipe(Effect.provide(layerQuota(ledger), { local: true }))
        kill(ledger)
      }
      yield* TestClock.setTime(now)
      return yield* Effect.gen(function* () {
        const quota = yield* Quota
        const mayWait = yield* Effect.forkChild(quota.take)
        yield* TestClock.adjust(0)
        const first = mayWait.pollUnsafe()
        if (first === undefined) return (yield* quota.snapshot).quarter.used >= 100
        if (Exit.isSuccess(first)) yield* quota.learn(first.value, response(now))
        const { day: whole, quarter: short } = yield* quota.snapshot
        // Of the requests reserved by the wrong clock, the first of each process was sent, alone;
        // in a later window, all are ours.
        const later = jump >= 0 && during > 0 ? deaths : 0
        return short.used >= before + later && whole.used >= before + later
      }).pipe(Effect.provide(layerQuota(ledger), { local: true }))
    }),
  { runs: 60 },
)

test("the ledger counts refused requests in the 15-minute window and in the day", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(midnight + 60_000)
    const ledger = emptyLedger()
    const simulator = yield* Simulator
    yield* simulator.spend(100)
    const log = yield* emptyLog
    yield* finished(Effect.flip(sendAll(streams(2), 1))).pipe(
      Effect.provide(layerQuota(ledger, stop)),
    )
    assert.deepEqual(log.map(({ status }) => status), [429])
    assert.equal(ledger.rows.find(({ bucket }) => bucket === "readDay")?.used, 1)
    yield* TestClock.setTime(midnight + quarterHour)
    yield* finished(sendAll(["withUsage"], 1)).pipe(Effect.provide(layerQuota(ledger, stop)))
    const { overall, read } = yield* simulator.usage
    const used = (bucket: string) => ledger.rows.find((row) => row.bucket === bucket)?.used
    assert.deepEqual(
      [used("read15"), used("readDay"), used("all15"), used("allDay")],
      [read.short, read.day, overall.short, overall.day],
    )
  }).pipe(Effect.provide(simulated())))

for (const [reserve, ours] of [[0, 100], [10, 90], [99, 1]] as const) {
  test(`with ${reserve} reserved, a run can send ${ours} requests per window, and the snapshot shows it`, () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(midnight + 60_000)
      const log = yield* emptyLog
      const layer = layerQuota(emptyLedger(), { ...wait, reserve })
      const { events, value } = yield* withEvents(finished(Effect.gen(function* () {
        yield* sendAll(streams(ours), 8)
        const snapshot = yield* (yield* Quota).snapshot
        yield* sendAll(streams(1), 8)
        return snapshot
      }))).pipe(Effect.provide(layer))
      assert.equal(log.filter(({ counted }) => counted < midnight + quarterHour).length, ours)
      assert.deepEqual(
        [value.quarter.used, value.quarter.cap, value.day.used, value.day.cap],
        [ours, ours, ours, 1_000 - reserve],
      )
      assert.ok(finishedAt(1, value, midnight + 61_000) >= midnight + quarterHour)
      assert.ok(events[0]?._tag === "Waiting")
      const reserved = reserve === 0 ? "" : ` (${reserve} reserved)`
      assert.equal(
        events[0].why,
        `Rate limit reached: ${ours} of ${ours} read requests in this 15-minute window${reserved}`,
      )
    }).pipe(Effect.provide(simulated())))
}

test("the reserve applies to the day and to the limit for all requests, too", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(midnight)
    const log = yield* emptyLog
    yield* finished(sendAll(["withUsage", ...streams(39)], 8)).pipe(
      Effect.provide(layerQuota(emptyLedger(), { ...wait, reserve: 5 })),
    )
    const inDay = (start: number) =>
      log.filter(({ counted }) => windowStart("readDay", counted) === start).length
    assert.deepEqual([inDay(midnight), inDay(midnight + day)], [25, 15])
    assert.equal(log.filter(({ counted }) => counted < midnight + quarterHour).length, 7)
  }).pipe(
    Effect.provide(simulated({ read: { short: 20, day: 30 }, overall: { short: 12, day: 60 } })),
  ))

test("a reserve as large as a limit is an error before any request, and when a limit falls that low", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(midnight)
    for (const reserve of [100, 5_000]) {
      const error = yield* Effect.flip(
        Effect.provide(Quota, layerQuota(emptyLedger(), { ...wait, reserve })),
      )
      assert.ok(error._tag === "NotConfigured")
      assert.equal(
        error.message,
        `--reserve ${reserve} leaves no requests: Strava's limit is 100 read requests in this 15-minute window. ` +
          "Use a value below 100",
      )
      assert.ok(Object.values(error).includes(exitCodes.configuration))
    }
    const log = yield* emptyLog
    yield* (yield* Simulator).limit({ read: { short: 50, day: 1_000 } })
    const error = yield* finished(Effect.flip(sendAll(["withUsage", ...streams(5)], 1))).pipe(
      Effect.provide(layerQuota(emptyLedger(), { ...wait, reserve: 60 })),
    )
    assert.equal(error._tag, "NotConfigured")
    assert.equal(log.length, 1)
  }).pipe(Effect.provide(simulated())))

const refusedWith = (status: number, headers: Record<string, string>) =>
  Effect.gen(function* () {
    const ledger = emptyLedger()
    yield* Effect.gen(function* () {
      const quota = yield* Quota
      yield* quota.learn(yield* quota.take, { status, headers })
    }).pipe(Effect.provide(layerQuota(ledger), { local: true }))
    kill(ledger)
    const next = yield* Effect.exit(
      Effect.flatMap(Quota, (quota) => quota.take).pipe(
        Effect.provide(layerQuota(ledger, stop), { local: true }),
      ),
    )
    const snapshot = yield* Effect.flatMap(Quota, (quota) => quota.snapshot).pipe(
      Effect.provide(layerQuota(ledger, stop), { local: true }),
    )
    const error = Exit.findErrorOption(next)
    return {
      ledger,
      pause: snapshot.pause,
      quota: snapshot,
      error: error._tag === "Some" ? error.value : undefined,
    }
  })

const noon = midnight + 12 * 3_600_000
const http = (at: number) => new Date(at).toUTCString()

/**
 * `Retry-After`, the `Date` of the response, and the pause in milliseconds that the next process
 * respects.
 */
const pauses: ReadonlyArray<readonly [after: string, date: number, pause: number]> = [
  ["7200", noon, 7_200_000],
  [http(noon + 7_200_000), noon, 7_200_000],
  ["99999999999999999999", noon, day],
  [http(noon + 900 * day), noon, day],
  // Both headers are from a clock that is years off.
  [http(noon - 900 * day + 7_200_000), noon - 900 * day, 7_200_000],
]

for (const [after, date, pause] of pauses) {
  for (const status of [429, 503]) {
    test(`fault 36: the next process respects Retry-After: ${after} of a ${status} at ${http(date)}`, () =>
      Effect.gen(function* () {
        yield* TestClock.setTime(noon)
        const { error, ledger, pause: until, quota } = yield* refusedWith(status, {
          "retry-after": after,
          date: http(date),
        })
        assert.ok(error?._tag === "LimitReached")
        const end = noon + pause
        assert.ok(Math.abs(error.until - end) <= 2_000, new Date(error.until).toISOString())
        assert.match(
          error.message,
          /^Strava asked to wait \(Retry-After\)\. Everything fetched so far is kept/,
        )
        assert.ok(Math.abs((until ?? 0) - end) <= 2_000)
        // A plan starts after the pause.
        assert.ok(finishedAt(1, quota, noon) >= end - 2_000)
        yield* TestClock.setTime(error.until)
        const taken = yield* Effect.flatMap(Quota, (quota) => quota.take).pipe(
          Effect.exit,
          Effect.provide(layerQuota(ledger, stop), { local: true }),
        )
        assert.ok(Exit.isSuccess(taken))
      }))
  }
}

test("fault 36: a stored pause longer than any version allows is ignored", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(noon)
    for (const stored of ["", "x", "-1", "1e300", String(noon + 3 * day)]) {
      const ledger = emptyLedger()
      ledger.meta.set("quota.pause", stored)
      yield* Effect.flatMap(Quota, (quota) => quota.take).pipe(
        Effect.provide(layerQuota(ledger, stop), { local: true }),
      )
    }
  }))

test("fault 36: a refusal without Retry-After stores no pause for the next process", () =>
  Effect.gen(function* () {
    yield* TestClock.setTime(noon)
    for (const headers of [{}, { "retry-after": "0" }, { "retry-after": "x" }]) {
      const { ledger, pause } = yield* refusedWith(503, { ...headers, date: http(noon) })
      assert.equal(pause, undefined)
      assert.equal(ledger.meta.get("quota.pause"), undefined)
    }
  }))
