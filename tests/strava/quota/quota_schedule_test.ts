/** The whole client under hostile conditions: refusals, waits, and the contents of its ledger. */
import { Effect, Schema } from "effect"
import {
  type Bucket,
  buckets,
  lengthOf,
  quarterHour,
  windowStart,
} from "../../../pipeline/strava/quota/quotaWindow.ts"
import { test } from "../../testing.ts"
import {
  between,
  Change,
  events,
  type History,
  hostileStrava,
  Jump,
  Kill,
  liveThrough,
  LoadSchedule,
  midnight,
  Refuse,
  Spend,
  type WorldRequest,
} from "../hostile.ts"

/**
 * True if a refusal was foreseeable: the responses received by this process before `request` was
 * sent, and the durable notes of earlier ones, proved that its window was exhausted, either by our
 * own requests with a response, or by a reported usage and those with a response since.
 */
const isForeseeable = ({ seen }: History, request: WorldRequest): boolean => {
  const { counted, process, sent } = request
  if (counted === undefined) return false
  const before = seen.filter(({ received }) => received !== undefined && received < sent)
  return buckets.some((bucket) => {
    const start = windowStart(bucket, counted)
    const here = before.filter((one) =>
      one.counted !== undefined && windowStart(bucket, one.counted) === start
    )
    const cap = before.findLast((one) => one.process === process && one.reported?.caps[bucket])
      ?.reported?.caps[bucket] ?? Infinity
    return here.length >= cap ||
      here.some(({ process: of, received = 0, reported }) =>
        of === process && reported?.used[bucket] !== undefined &&
        reported.used[bucket] + here.filter(({ sent }) => sent > received).length >= cap
      )
  })
}

const refusedThough = (history: History) =>
  history.seen.filter((one) =>
    one.status === 429 && one.counted !== undefined && isForeseeable(history, one)
  )

/** Counts our requests in a window of Strava's. */
const ours = ({ seen }: History, bucket: Bucket, start: number) =>
  seen.filter(({ counted }) => counted !== undefined && windowStart(bucket, counted) === start)
    .length

/**
 * True if each wait started with a window exhausted at Strava, apart from requests without a
 * response (which might have been counted), and ended with that window, apart from the uncertainty
 * about the clock.
 */
const neverIdle = (history: History, latency: number): boolean =>
  history.waits.every(({ began, caps, ended, used, why }) => {
    const doubt = 1_001 + 2 * latency
    const justTurned = (ended ?? Infinity) <= windowStart("read15", began) + doubt
    // Requests in flight when a process is killed at the end of a window stay counted in both
    // windows: see docs/quota.md.
    const killed = history.begun.slice(1)
      .some((at) => Math.abs(at - windowStart("read15", began)) <= doubt)
    if (justTurned || killed || why === "Strava asked to wait (Retry-After)") return true
    const full = buckets.filter((bucket) => {
      const start = windowStart(bucket, began)
      const unknown = history.seen.filter(({ received, sent }) =>
        (received === undefined || received > began) && sent < began &&
        sent >= start - 65_000
      )
      const proxy = history.refusals.some((at) => at >= start - 1_000 && at <= began)
      return proxy || used[bucket] + unknown.length >= caps[bucket]
    })
    const until = Math.max(...full.map((bucket) => windowStart(bucket, began) + lengthOf(bucket)))
    return full.length > 0 && (ended ?? 0) <= until + doubt
  })

/** True if the ledger counts, in each of its windows, all our requests that Strava counted. */
const allInLedger = (history: History): boolean =>
  history.ledger.rows.every(({ bucket, start, used }) => {
    const name = buckets.find((one) => one === bucket)
    return name !== undefined && used >= ours(history, name, start)
  })

/** Three windows of twelve requests. */
const steady: LoadSchedule = {
  start: 0,
  limits: { read15: 12, readDay: 60, all15: 24, allDay: 100 },
  ahead: 0,
  concurrency: 1,
  latency: 200,
  requests: 30,
  seed: 1,
}

test.prop(
  "without other users, only a first request is refused, no second is idle, and the ledger has every request",
  LoadSchedule,
  (schedule) =>
    Effect.gen(function* () {
      const history = yield* liveThrough(schedule, [])
      return history.seen.every(({ status }) => status !== 429) &&
        neverIdle(history, schedule.latency) && allInLedger(history)
    }).pipe(Effect.provide(hostileStrava(schedule))),
  { runs: 30 },
)

test.prop(
  "with other users, changing limits and lost responses, no foreseeable request is refused",
  Schema.Struct({
    schedule: LoadSchedule,
    happening: events(Schema.Union([Spend, Change])),
    lost: Schema.Literals([0, 0, 8]),
  }),
  ({ happening, lost, schedule }) =>
    Effect.gen(function* () {
      const history = yield* liveThrough(schedule, happening, { lost })
      return refusedThough(history).length === 0 &&
          lost > 0 ||
        happening.some(({ _tag }) => _tag === "Change") || neverIdle(history, schedule.latency) &&
          allInLedger(history)
    }).pipe(Effect.provide(hostileStrava(schedule))),
  { runs: 40 },
)

test.prop(
  "a clock that is set and a process that is killed before it notices cost at most one request each",
  Schema.Struct({ schedule: LoadSchedule, happening: events(Schema.Union([Jump, Kill])) }),
  ({ happening, schedule }) =>
    Effect.gen(function* () {
      const history = yield* liveThrough(schedule, happening)
      const { begun, jumps } = history
      return refusedThough(history).length <= jumps.length &&
          history.seen.filter(({ status }) => status === 429).length <=
            jumps.length + begun.length &&
          jumps.length > 0 || neverIdle(history, schedule.latency)
    }).pipe(Effect.provide(hostileStrava(schedule))),
  { runs: 40 },
)

test.prop(
  "a clock that is set while all requests wait costs one refusal and at most a minute",
  Schema.Struct({
    concurrency: between(2, 32),
    by: between(900_000, 10_800_000),
    back: Schema.Boolean,
  }),
  ({ back, by, concurrency }) =>
    Effect.gen(function* () {
      const happening = [{ _tag: "Jump", after: 300_000, by: back ? -by : by } as const]
      const history = yield* liveThrough({ ...steady, concurrency }, happening)
      const refused = history.seen.filter(({ status }) => status === 429).length
      return refused <= (back ? 0 : 1) && history.end <= midnight + 3 * quarterHour + 2 * 60_000
    }).pipe(Effect.provide(hostileStrava(steady))),
  { runs: 10 },
)

test.prop(
  "after a refusal caused by another user, no request is sent until the next window, and then one alone",
  Schema.Struct({ schedule: LoadSchedule, happening: events(Schema.Union([Refuse, Spend])) }),
  ({ happening, schedule }) =>
    Effect.gen(function* () {
      const history = yield* liveThrough(schedule, happening)
      const alone = history.refusals.every((at) => {
        const next = history.seen.filter(({ sent }) => sent > at)
        const [first, second] = next
        // End of the window as estimated: our estimate is behind Strava's clock by the uncertainty.
        const end = windowStart("read15", at - 1_001 - 2 * schedule.latency) + quarterHour
        return first === undefined ||
          (first.sent >= end &&
            (second === undefined || second.sent >= (first.received ?? Infinity)))
      })
      return alone && refusedThough(history).length === 0
    }).pipe(Effect.provide(hostileStrava(schedule))),
  { runs: 30 },
)
