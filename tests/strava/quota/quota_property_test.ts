/**
 * The quota over random schedules: Strava refuses only unforeseeable requests, and every window is
 * used to its last request before the next.
 */
import { Clock, Effect, Fiber, Schema } from "effect"
import { TestClock } from "effect/testing"
import { Simulator } from "../../../pipeline/simulator/Simulator.ts"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { day, quarterHour, windowStart } from "../../../pipeline/strava/quota/quotaWindow.ts"
import { rounds, test } from "../../testing.ts"
import {
  emptyLedger,
  emptyLog,
  layerQuota,
  type QuotaRows,
  sendAll,
  type SentRequest,
  type UsageKind,
} from "./load.ts"

const world = World.make({ activities: 1 })
const between = (minimum: number, maximum: number) =>
  Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const Schedule = Schema.Struct({
  /** Milliseconds since the start of a day. */
  start: between(0, day - 1),
  read15: between(1, 12),
  readDay: between(8, 60),
  overall15: between(1, 24),
  overallDay: between(8, 100),
  concurrency: between(1, 32),
  latency: between(0, 3_000),
  /** Strava's clock minus the local clock, in milliseconds. */
  skew: Schema.Union([
    Schema.Literals([0, -3_600_000, 3_600_000]),
    between(-400, 400),
    between(-7_200_000, 7_200_000),
  ]),
  requests: between(1, 60),
  /** Percentage of requests whose response reports the usage. */
  reporting: Schema.Literals([0, 3, 50, 100]),
  /** A second run over the same ledger, `gap` milliseconds later. */
  again: Schema.Struct({ gap: between(0, 1_200_000), requests: between(0, 30) }),
})
type Schedule = typeof Schedule.Type

/** Requests of other users: their number, and the milliseconds since the ones before. */
const Others = Schema.Array(
  Schema.Struct({ after: between(0, 1_500_000), requests: between(1, 8) }),
).check(Schema.isMaxLength(12))

const kindsOf = (requests: number, reporting: number): ReadonlyArray<UsageKind> =>
  Array.from(
    { length: requests },
    (_, i) => i === 0 || (i * 37) % 100 < reporting ? "withUsage" : "withoutUsage",
  )

const midnight = Date.UTC(2026, 10, 23)

const simulated = (schedule: Schedule) =>
  Simulator.layer({
    world,
    anyToken: true,
    latency: schedule.latency,
    skew: schedule.skew,
    limits: {
      read: { short: schedule.read15, day: schedule.readDay },
      overall: { short: schedule.overall15, day: schedule.overallDay },
    },
  })

/** Runs one process: its own memory, with the stored ledger. */
const run = Effect.fnUntraced(function* (schedule: Schedule, requests: number, ledger: QuotaRows) {
  const fiber = yield* sendAll(kindsOf(requests, schedule.reporting), schedule.concurrency).pipe(
    Effect.provide(layerQuota(ledger)),
    Effect.forkChild,
  )
  while (fiber.pollUnsafe() === undefined) yield* TestClock.adjust("5 minutes")
  return yield* Fiber.join(fiber)
})

/**
 * Counts our requests and those of others by the start of Strava's window, for windows of this
 * length.
 */
const counted = (
  spending: ReadonlyArray<{ readonly at: number; readonly requests: number }>,
  bucket: "read15" | "readDay",
) => {
  const counts = new Map<number, number>()
  for (const { at, requests } of spending) {
    const start = windowStart(bucket, at)
    counts.set(start, (counts.get(start) ?? 0) + requests)
  }
  return counts
}

/**
 * True if each of Strava's windows, from the first request to the last, was full before the next
 * was used.
 */
const allFull = (
  schedule: Schedule,
  log: ReadonlyArray<SentRequest>,
  others: ReadonlyArray<{ readonly at: number; readonly requests: number }>,
  idle: ReadonlyArray<readonly [from: number, to: number]>,
): boolean => {
  const ours = log.map(({ counted }) => ({ at: counted, requests: 1 }))
  const inQuarter = counted([...ours, ...others], "read15")
  const inDay = counted([...ours, ...others], "readDay")
  const first = Math.min(...ours.map(({ at }) => at))
  const last = windowStart("read15", Math.max(...ours.map(({ at }) => at)))
  // Time for one request after the other at worst, plus up to two seconds for clocks.
  const room = schedule.read15 * (schedule.latency + 1) + schedule.latency + 2_000
  const excused = [...idle, [first, first + 1] as const]
  for (let start = windowStart("read15", first); start < last; start += quarterHour) {
    const end = start + quarterHour
    const full = (inQuarter.get(start) ?? 0) >= Math.min(schedule.read15, schedule.overall15) ||
      (inDay.get(windowStart("readDay", start)) ?? 0) >=
        Math.min(schedule.readDay, schedule.overallDay)
    if (!full && !excused.some(([from, to]) => to + room >= end && from < end)) return false
  }
  return true
}

test.prop(
  "without other users, no request is refused and every window is used to its last request",
  Schedule,
  (schedule) =>
    Effect.gen(function* () {
      const ledger = emptyLedger()
      const { again, requests, skew } = schedule
      yield* TestClock.setTime(midnight + schedule.start)
      const log = yield* emptyLog
      const ended = yield* run(schedule, requests, ledger)
      yield* TestClock.adjust(again.gap)
      const begun = yield* Clock.currentTimeMillis
      if (again.requests > 0) yield* run(schedule, again.requests, ledger)
      return log.every(({ status }) => status !== 429) &&
        allFull(schedule, log, [], [[ended + skew, begun + skew]])
    }).pipe(Effect.provide(simulated(schedule))),
  { runs: rounds(15, 60) },
)

/**
 * Returns true if the responses received before `request` was sent prove that its window was
 * exhausted.
 */
const isForeseeable = (log: ReadonlyArray<SentRequest>, request: SentRequest): boolean => {
  const before = log.filter(({ received }) => received < request.sent)
  return (["read15", "readDay", "all15", "allDay"] as const).some((bucket) => {
    const start = windowStart(bucket, request.counted)
    const here = before.filter((one) => windowStart(bucket, one.counted) === start)
    const reported = here.filter(({ used }) => used !== undefined)
    const cap = before.findLast(({ caps }) => caps !== undefined)?.caps?.[bucket] ?? Infinity
    return here.length >= cap || reported.some(({ received, used }) =>
      (used?.[bucket] ?? 0) +
          here.filter(({ sent }) => sent > received).length >= cap
    )
  })
}

test.prop(
  "with other users, only unforeseeable requests are refused, at most one per window, and no window is skipped",
  Schema.Struct({ ...Schedule.fields, latency: between(1, 3_000), others: Others }),
  (schedule) =>
    Effect.gen(function* () {
      const { latency, others, requests, skew } = schedule
      yield* TestClock.setTime(midnight + schedule.start)
      const simulator = yield* Simulator
      const spent: Array<{ readonly at: number; readonly requests: number }> = []
      const log = yield* emptyLog
      yield* Effect.forkChild(Effect.forEach(others, ({ after, requests }) =>
        Effect.gen(function* () {
          yield* Effect.sleep(after)
          yield* simulator.spend(requests)
          spent.push({ at: (yield* Clock.currentTimeMillis) + skew, requests })
        })))
      yield* run(schedule, requests, emptyLedger())
      const refused = log.filter(({ status }) =>
        status === 429
      )
      if (refused.some((request) => isForeseeable(log, request))) return false
      // After the response to a refusal, no request is sent in that window, and then one alone.
      const patient = refused.every(({ counted, received }) => {
        const next = log.filter(({ sent }) => sent > received)
        const first = next[0]
        return first === undefined ||
          (windowStart("read15", first.counted) > windowStart("read15", counted) &&
            next.slice(1).every(({ sent }) => sent >= first.received))
      })
      return patient && allFull(schedule, log, spent, [[0, latency - 1]])
    }).pipe(Effect.provide(simulated(schedule))),
  { runs: rounds(15, 60) },
)
