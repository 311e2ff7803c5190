/** The whole client against a hostile world: what is refused, when it waits, and what its ledger says. */
import { Effect, Schema } from "effect"
import {
  type Bucket,
  buckets,
  lengthOf,
  quarter,
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
 * Whether all that had come to this process when `request` went out, and all that earlier ones had
 * durably noted, proved that it would be refused: in the window that counted it, either so many of our
 * own requests had been answered as the limit allows, or a usage told and those answered since.
 */
const couldKnow = ({ seen }: History, request: WorldRequest): boolean => {
  const { counted, process, sent } = request
  if (counted === undefined) return false
  const come = seen.filter(({ received }) => received !== undefined && received < sent)
  return buckets.some((bucket) => {
    const start = windowStart(bucket, counted)
    const here = come.filter((one) =>
      one.counted !== undefined && windowStart(bucket, one.counted) === start
    )
    const cap = come.findLast((one) => one.process === process && one.told?.caps[bucket])
      ?.told?.caps[bucket] ?? Infinity
    return here.length >= cap ||
      here.some(({ process: of, received = 0, told }) =>
        of === process && told?.used[bucket] !== undefined &&
        told.used[bucket] + here.filter(({ sent }) => sent > received).length >= cap
      )
  })
}

const refusedThough = (history: History) =>
  history.seen.filter((one) =>
    one.status === 429 && one.counted !== undefined && couldKnow(history, one)
  )

/** Requests of ours that Strava counted in a window. */
const ours = ({ seen }: History, bucket: Bucket, start: number) =>
  seen.filter(({ counted }) => counted !== undefined && windowStart(bucket, counted) === start)
    .length

/**
 * Whether each wait began with a window used up at Strava, but for requests whose answers never came
 * (they may have been counted), and was over as that window was, but for the doubt about the clock.
 */
const neverIdle = (history: History, latency: number): boolean =>
  history.waits.every(({ began, caps, ended, used, why }) => {
    const doubt = 1_001 + 2 * latency
    const justTurned = (ended ?? Infinity) <= windowStart("read15", began) + doubt
    // What a kill at the turn left on its way stays counted in both windows: docs/quota.md says so.
    const killed = history.begun.slice(1)
      .some((at) => Math.abs(at - windowStart("read15", began)) <= doubt)
    if (justTurned || killed || why === "Strava asked for a pause") return true
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

/** Of each window that the ledger has, no request of ours that Strava counted is missing. */
const allInLedger = (history: History): boolean =>
  history.ledger.rows.every(({ bucket, start, used }) => {
    const name = buckets.find((one) => one === bucket)
    return name !== undefined && used >= ours(history, name, start)
  })

/** Three windows of twelve. */
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
  "alone: nothing is refused but a first request, no second is idle, every request is in the ledger",
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
  "with other users, limits that change and answers that are lost, what could be known is never refused",
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
  "a clock that is set, and a process that is killed before it knows, cost one request each at most",
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
  "a clock that is set while it waits with all at once costs one refusal, and no second more than a minute",
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
      return refused <= (back ? 0 : 1) && history.end <= midnight + 3 * quarter + 2 * 60_000
    }).pipe(Effect.provide(hostileStrava(steady))),
  { runs: 10 },
)

test.prop(
  "after a refusal of somebody in between, nothing is sent before the window turns, then one alone",
  Schema.Struct({ schedule: LoadSchedule, happening: events(Schema.Union([Refuse, Spend])) }),
  ({ happening, schedule }) =>
    Effect.gen(function* () {
      const history = yield* liveThrough(schedule, happening)
      const alone = history.refusals.every((at) => {
        const next = history.seen.filter(({ sent }) => sent > at)
        const [first, second] = next
        // The window that we took it to be in: ours is behind Strava's by the doubt about the clock.
        const end = windowStart("read15", at - 1_001 - 2 * schedule.latency) + quarter
        return first === undefined ||
          (first.sent >= end &&
            (second === undefined || second.sent >= (first.received ?? Infinity)))
      })
      return alone && refusedThough(history).length === 0
    }).pipe(Effect.provide(hostileStrava(schedule))),
  { runs: 30 },
)
