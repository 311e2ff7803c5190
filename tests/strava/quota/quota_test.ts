/** The quota in a run: windows, refusals, pauses, deadlines, and the ledger between runs. */
import { Clock, Effect, Exit, Fiber, Layer } from "effect"
import { TestClock } from "effect/testing"
import assert from "node:assert/strict"
import { exitCodes } from "../../../pipeline/base/exit.ts"
import { Simulator, type SimulatorOptions } from "../../../pipeline/simulator/Simulator.ts"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { Quota } from "../../../pipeline/strava/quota/Quota.ts"
import { quarterHour } from "../../../pipeline/strava/quota/quotaWindow.ts"
import { test } from "../../testing.ts"
import {
  emptyLedger,
  emptyLog,
  layerLedger,
  layerQuota,
  sendAll,
  sendOne,
  type SentRequest,
  stop,
  type UsageKind,
  withEvents,
} from "./load.ts"

const world = World.make({ activities: 1 })
const simulated = (options: SimulatorOptions = {}) =>
  Simulator.layer({ world, anyToken: true, latency: 200, ...options })

/** Time in the middle of a window. */
const now = Date.UTC(2026, 10, 23, 10, 7, 30)
const nowText = "Mon, 23 Nov 2026 10:07:30 GMT"
const turns = Date.UTC(2026, 10, 23, 10, 15)

const streams = (count: number): ReadonlyArray<UsageKind> =>
  Array.from({ length: count }, () => "withoutUsage")

/** Returns the requests of an athlete's first sync: the profile, pages of the list, then streams. */
const firstSync = (pages: number, activities: number): ReadonlyArray<UsageKind> => [
  ...Array.from({ length: 1 + pages }, () => "withUsage" as const),
  ...streams(activities),
]

/** Returns the outcome; virtual time runs as long as needed. */
const finished = <A, E, R>(self: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(self)
    while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

/** Counts the requests that Strava counted in each of its windows. */
const byWindow = (log: ReadonlyArray<SentRequest>) => {
  const counts = new Map<number, number>()
  for (const { counted } of log) {
    const start = counted - counted % quarterHour
    counts.set(start, (counts.get(start) ?? 0) + 1)
  }
  return counts
}

const at = (time: number) => TestClock.setTime(time)

test("a first sync uses every window and day to the last request and is never refused", () =>
  Effect.gen(function* () {
    yield* at(now)
    const log = yield* emptyLog
    yield* finished(sendAll(firstSync(7, 1_200), 8))
    const whole = Array.from({ length: 10 }, (_, i) => [turns - quarterHour + i * quarterHour, 100])
    const midnight = Date.UTC(2026, 10, 24)
    const next = [[midnight, 100], [midnight + quarterHour, 100], [midnight + 2 * quarterHour, 8]]
    assert.deepEqual([...byWindow(log)], [...whole, ...next])
    assert.ok(log.every(({ status }) => status !== 429))
  }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated()])))

for (const concurrency of [1, 2, 8, 32]) {
  test(`with ${concurrency} requests in flight, a run uses the limit to the last request and waits for the next window`, () =>
    Effect.gen(function* () {
      yield* at(now)
      const log = yield* emptyLog
      const { events } = yield* withEvents(finished(sendAll(streams(150), concurrency)))
      assert.equal(log.filter(({ sent }) => sent < turns).length, 100)
      assert.equal(log.filter(({ status }) => status === 429).length, 0)
      assert.ok(Math.max(...log.map(({ received }) => received)) < turns + 60_000)
      assert.deepEqual(events.map(({ _tag }) => _tag), ["Waiting", "Resumed"])
      assert.ok(events[0]?._tag === "Waiting")
      assert.equal(
        events[0].why,
        "Rate limit reached: 100 of 100 read requests in this 15-minute window",
      )
      assert.ok(events[0].until >= turns && events[0].until <= turns + 2_000)
    }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated()])))
}

test("a second run in the same window knows the usage of the first and stops with exit code 75", () =>
  Effect.gen(function* () {
    yield* at(now)
    const ledger = emptyLedger()
    yield* finished(sendAll(streams(60), 8)).pipe(Effect.provide(layerQuota(ledger, stop)))
    const log = yield* emptyLog
    const error = yield* finished(Effect.flip(sendAll(streams(60), 8))).pipe(
      Effect.provide(layerQuota(ledger, stop)),
    )
    assert.ok(error._tag === "LimitReached")
    assert.equal(log.length, 40)
    assert.equal(error.message.includes("100 of 100 read requests in this 15-minute window"), true)
    assert.match(error.message, /run the same command again after 2026-11-23T10:15:0[0-2]Z/)
    assert.equal(Object.values(error).includes(exitCodes.again), true)
    yield* at(error.until)
    yield* finished(sendAll(streams(20), 8)).pipe(Effect.provide(layerQuota(ledger, stop)))
    assert.equal(log.filter(({ status }) => status === 429).length, 0)
  }).pipe(Effect.provide(simulated())))

test("a run that a scheduler starts at the start of a window does not stop for a second of clock uncertainty", () =>
  Effect.gen(function* () {
    yield* at(now)
    const ledger = emptyLedger()
    yield* finished(sendAll(streams(100), 8)).pipe(Effect.provide(layerQuota(ledger, stop)))
    yield* at(turns)
    const log = yield* emptyLog
    yield* finished(sendAll(streams(100), 8)).pipe(Effect.provide(layerQuota(ledger, stop)))
    assert.equal(log.filter(({ status }) => status === 429).length, 0)
    assert.ok(Math.max(...log.map(({ received }) => received)) < turns + 60_000)
  }).pipe(Effect.provide(simulated())))

test("every request is durable in the ledger before it is sent", () =>
  Effect.gen(function* () {
    yield* at(now)
    const ledger = emptyLedger()
    yield* Effect.flatMap(Quota, (quota) => quota.take).pipe(Effect.provide(layerQuota(ledger)))
    assert.deepEqual(ledger.saves, [true])
    assert.equal(ledger.rows.find(({ bucket }) => bucket === "read15")?.used, 1)
  }).pipe(Effect.provide(simulated())))

test("if the ledger fails, no request starts and no other request waits for it", () =>
  Effect.gen(function* () {
    yield* at(now)
    const ledger = emptyLedger()
    let full = true
    const quota = yield* Effect.provide(
      Quota,
      Quota.layer({ onLimit: "wait", deadline: undefined, reserve: 0 }).pipe(
        Layer.provide(layerLedger(ledger, () => full)),
      ),
    )
    assert.ok(Exit.isFailure(yield* Effect.exit(quota.take)))
    full = false
    const permit = yield* finished(quota.take)
    assert.equal(yield* quota.spent, 1)
    yield* quota.lose(permit)
  }))

test("a run waits for a window that starts before its deadline, not for a later one", () =>
  Effect.gen(function* () {
    for (
      const [deadline, sent, tag] of [
        [turns - 60_000, 100, "LimitReached"],
        [turns, 100, "LimitReached"],
        [now + 300, 9, "DeadlineReached"],
      ] as const
    ) {
      yield* at(now)
      const ledger = emptyLedger()
      const error = yield* finished(Effect.flip(sendAll(streams(120), 8))).pipe(
        Effect.provide([
          layerQuota(ledger, { onLimit: "wait", deadline, reserve: 0 }),
          simulated(),
        ]),
      )
      assert.equal(error._tag, tag)
      assert.equal(ledger.rows.find(({ bucket }) => bucket === "read15")?.used, sent)
      assert.match(error.message, /Everything fetched so far is kept/)
      assert.ok((yield* Clock.currentTimeMillis) < turns)
    }
  }))

test("fault 38: requests of other users that a header reports are not used", () =>
  Effect.gen(function* () {
    yield* at(now)
    yield* (yield* Simulator).spend(64)
    const log = yield* emptyLog
    yield* finished(sendAll(firstSync(1, 60), 8))
    assert.equal(log.filter(({ sent }) => sent < turns).length, 36)
    assert.equal(log.filter(({ status }) => status === 429).length, 0)
  }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated()])))

test("fault 35: unreported requests of other users cost one refusal per request in flight, and none after that in the window", () =>
  Effect.gen(function* () {
    yield* at(now)
    const log = yield* emptyLog
    const fiber = yield* Effect.forkChild(sendAll(firstSync(1, 120), 4))
    yield* TestClock.adjust(5_000)
    yield* (yield* Simulator).spend(50)
    yield* finished(Fiber.join(fiber))
    const refused = log.filter(({ status }) => status === 429)
    assert.ok(refused.length > 0 && refused.length <= 4, String(refused.length))
    const after = log.filter(({ sent }) =>
      sent > Math.max(...refused.map(({ received }) => received))
    )
    assert.ok(after.every(({ sent }) => sent >= turns))
    const [first, second] = after
    assert.ok(first !== undefined && second !== undefined && second.sent >= first.received)
  }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated()])))

test("fault 37: an exhausted day is recognized by its numbers, and the run waits until midnight", () =>
  Effect.gen(function* () {
    yield* at(now)
    yield* (yield* Simulator).spend(999)
    const log = yield* emptyLog
    const { events } = yield* withEvents(finished(sendAll(firstSync(3, 3), 4)))
    const midnight = Date.UTC(2026, 10, 24)
    assert.deepEqual(log.slice(0, 2).map(({ status }) => status), [429, 200])
    assert.ok(log.slice(1).every(({ sent }) => sent >= midnight))
    assert.equal(log.length, 8)
    assert.ok(events.length === 2 && events[0]?._tag === "Waiting")
    assert.match(events[0].why, /read requests today \(UTC\)$/)
  }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated()])))

for (
  const headers of [
    {
      "x-ratelimit-limit": undefined,
      "x-ratelimit-usage": undefined,
      "x-readratelimit-limit": undefined,
      "x-readratelimit-usage": undefined,
    },
    { "x-readratelimit-usage": ",", "x-readratelimit-limit": ",", "x-ratelimit-usage": "574,1000" },
  ]
) {
  const kind = headers["x-readratelimit-usage"] === ","
    ? "whose numbers deny it"
    : "without numbers"
  test(`fault 36: after a refusal ${kind}, one request is sent alone in the next window`, () =>
    Effect.gen(function* () {
      yield* at(now)
      const response = { _tag: "Status", status: 429, headers } as const
      yield* (yield* Simulator).fault({ path: "/athlete", times: 2, response })
      const log = yield* emptyLog
      yield* finished(sendAll(["withUsage", "withUsage", "withUsage"], 8))
      const [first, second, third, fourth] = log
      assert.deepEqual([first?.status, second?.status], [429, 429])
      assert.ok(first!.received < turns)
      assert.ok(second!.sent >= turns && second!.sent < turns + 2_000)
      assert.ok(third!.sent >= turns + quarterHour && fourth!.sent >= third!.received)
    }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated()])))
}

test("fault 36: a Retry-After beyond the window is waited for, and a shorter one is ignored", () =>
  Effect.gen(function* () {
    for (const [after, earliest] of [["1800", now + 1_800_000], ["1", turns]] as const) {
      yield* at(now)
      const log = yield* emptyLog
      yield* Effect.gen(function* () {
        const response = { _tag: "Status", status: 429, headers: { "Retry-After": after } } as const
        yield* (yield* Simulator).fault({ path: "/athlete", times: 1, response })
        yield* finished(sendAll(["withUsage", "withUsage"], 1))
      }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated()]))
      assert.ok(log[1]!.sent >= earliest && log[1]!.sent < earliest + 2_000)
    }
  }))

test("changed limits apply at once, up and down", () =>
  Effect.gen(function* () {
    yield* at(now)
    const simulator = yield* Simulator
    const log = yield* emptyLog
    yield* finished(sendAll(firstSync(0, 9), 4))
    yield* simulator.limit({
      read: { short: 300, day: 3_000 },
      overall: { short: 600, day: 6_000 },
    })
    yield* finished(sendAll(firstSync(0, 289), 32))
    assert.ok(log.every(({ sent }) => sent < turns))
    yield* at(turns + 5_000)
    yield* simulator.limit({ read: { short: 10, day: 3_000 } })
    yield* finished(sendAll(firstSync(0, 19), 1))
    const later = log.slice(300)
    assert.equal(later.filter(({ sent }) => sent < turns + quarterHour).length, 10)
    assert.ok(log.every(({ status }) => status !== 429))
  }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated()])))

for (const skew of [-3_600_000, -400, 400, 3_600_000]) {
  test(`fault 19: windows follow Strava's clock if the local one differs by ${skew} ms`, () =>
    Effect.gen(function* () {
      yield* at(turns - 30_000)
      const log = yield* emptyLog
      yield* finished(sendAll(firstSync(1, 248), 8))
      const counts = byWindow(log)
      assert.deepEqual([...counts.values()], [100, 100, 50])
      assert.equal(
        Math.min(...counts.keys()),
        turns - quarterHour + (Math.abs(skew) > 1_000 ? skew : 0),
      )
      assert.ok(log.every(({ status }) => status !== 429))
    }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated({ skew })])))
}

test("a stored clock difference spares the next run the uncertainty", () =>
  Effect.gen(function* () {
    yield* at(now)
    const ledger = emptyLedger()
    yield* finished(sendAll(firstSync(0, 1), 1)).pipe(Effect.provide(layerQuota(ledger)))
    const offset = Number(ledger.meta.get("clock"))
    assert.ok(offset <= 3_600_000 && offset > 3_598_000, String(offset))
    const time = yield* Effect.flatMap(Quota, (quota) => quota.serverTime).pipe(
      Effect.provide(layerQuota(ledger)),
    )
    assert.equal(time, (yield* Clock.currentTimeMillis) + offset)
  }).pipe(Effect.provide(simulated({ skew: "1 hour" }))))

test("after close, no waiting or later request starts", () =>
  Effect.gen(function* () {
    yield* at(now)
    const quota = yield* Quota
    for (let i = 0; i < 100; i++) {
      yield* quota.learn(yield* quota.take, { status: 200, headers: {} })
    }
    const waiting = yield* Effect.forkChild(quota.take)
    yield* TestClock.adjust(1_000)
    assert.equal(waiting.pollUnsafe(), undefined)
    yield* quota.close
    assert.ok(Exit.hasInterrupts(yield* Fiber.await(waiting)))
    yield* at(turns + 60_000)
    assert.ok(Exit.hasInterrupts(yield* Effect.exit(quota.take)))
    assert.equal(yield* quota.spent, 100)
  }).pipe(Effect.provide(layerQuota(emptyLedger()))))

test("while it is uncertain that requests are left, a run waits for those in flight", () =>
  Effect.gen(function* () {
    yield* at(now)
    const quota = yield* Quota
    const reporting = (usage: number) => ({
      status: 200,
      headers: { "date": nowText, "x-readratelimit-usage": `${usage},${usage}` },
    })
    yield* quota.learn(yield* quota.take, reporting(1))
    const sent = [yield* quota.take, yield* quota.take, yield* quota.take] as const
    yield* quota.learn(sent[0], reporting(98))
    const next = yield* Effect.forkChild(quota.take)
    yield* TestClock.adjust(1_000)
    assert.equal(next.pollUnsafe(), undefined)
    yield* quota.learn(sent[1], reporting(96))
    yield* quota.learn(sent[2], reporting(97))
    yield* Fiber.join(next)
    yield* quota.take
    const refused = yield* Effect.forkChild(quota.take)
    yield* TestClock.adjust(1_000)
    assert.equal(refused.pollUnsafe(), undefined)
  }).pipe(Effect.provide(layerQuota(emptyLedger()))))

test("the snapshot shows the lower remainder of Strava's two windows", () =>
  Effect.gen(function* () {
    yield* at(now)
    const quota = yield* Quota
    yield* quota.learn(yield* quota.take, {
      status: 200,
      headers: {
        "date": nowText,
        "x-ratelimit-limit": "200,2000",
        "x-ratelimit-usage": "190,400",
        "x-readratelimit-limit": "100,1000",
        "x-readratelimit-usage": "1,17",
      },
    })
    const { day, quarter: short } = yield* quota.snapshot
    assert.deepEqual([short.used, short.cap, day.used, day.cap], [90, 100, 17, 1_000])
    assert.ok(short.end >= turns && short.end < turns + 2_000)
  }).pipe(Effect.provide(layerQuota(emptyLedger()))))

test("a single first request finds out the unreported usage at the cost of one", () =>
  Effect.gen(function* () {
    yield* at(now)
    yield* (yield* Simulator).spend(100)
    const log = yield* emptyLog
    yield* finished(Effect.forEach(streams(10), sendOne, { concurrency: 10, discard: true }))
    assert.equal(log.filter(({ status }) => status === 429).length, 1)
  }).pipe(Effect.provide([layerQuota(emptyLedger()), simulated()])))

test("fault 19: a clock that jumps ahead and is set back does not renew the limit", () =>
  Effect.gen(function* () {
    yield* at(now)
    const quota = yield* Quota
    const read = Effect.fnUntraced(function* (date: number) {
      const headers = { date: new Date(date).toUTCString() }
      yield* quota.learn(yield* quota.take, { status: 200, headers })
    })
    for (let i = 0; i < 90; i++) yield* read(now)
    yield* TestClock.adjust("20 minutes")
    yield* read(now)
    yield* read(now)
    assert.equal((yield* quota.snapshot).quarter.used, 92)
    yield* at(now)
    assert.equal((yield* quota.snapshot).quarter.used, 92)
  }).pipe(Effect.provide(layerQuota(emptyLedger()))))
