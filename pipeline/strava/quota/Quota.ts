/**
 * Reserves requests to Strava. Each is counted durably before it is sent, so that no count is lost with
 * the process; if a window is used up, a run waits for the next one, or stops.
 */
import { Clock, Context, Effect, Latch, Layer, Semaphore } from "effect"
import { isoTime } from "../../output/kit/times.ts"
import { metrics, recordMetric } from "../../base/metrics.ts"
import { notify } from "../../base/Progress.ts"
import { makeSignal } from "../../base/Signal.ts"
import type { StateError } from "../../state/StateError.ts"
import { StateFile } from "../../state/StateFile.ts"
import { DeadlineReached, LimitReached, type NotConfigured } from "../errors.ts"
import { QuotaLedger, type QuotaResponse, type Reservation } from "./QuotaLedger.ts"
import type { QuotaSnapshot } from "./QuotaSnapshot.ts"
import { parseTime } from "../../../schemas/time.ts"

export type { QuotaResponse } from "./QuotaLedger.ts"
export type { QuotaSnapshot } from "./QuotaSnapshot.ts"

export interface QuotaPolicy {
  readonly onLimit: "wait" | "stop"
  /** Time when the run must end, in milliseconds since 1970. */
  readonly deadline: number | undefined
  /** Requests of each window that are left to other users of the same application. */
  readonly reserve: number
}

/** Reservation of a request. Return it with `learn` or `lose`. */
type Permit = Reservation

/**
 * Longest wait, in milliseconds, that is accepted even if the policy is to stop, because clocks differ
 * and schedulers start jobs exactly on time.
 */
export const shortPause = 5_000

/**
 * Longest sleep, in milliseconds, before the clock is read again: it can be set, and the machine can
 * sleep.
 */
const longestSleep = 60_000

const dateWarning = (date: string, now: number) =>
  `Strava's response says it is ${isoTime(parseTime(date))}, and this machine's clock ${
    isoTime(now)
  }: ` +
  "more than a day apart, so the limits are counted by this machine's clock. Set it if it is wrong"

/** State of one run, in addition to that of the ledger. */
interface RunState {
  /** Number of requests that ended, with or without a response. */
  settled: number
  /** Number of requests reserved by this run. */
  spent: number
  /** True after the warning about an implausible `Date` header. */
  dateWarned: boolean
  /**
   * True at first and after a refusal: the next request is sent alone, so that at most one is refused.
   */
  cautious: boolean
}

/** Decides when each request of a run is counted. */
const makeScheduling = (ledger: QuotaLedger, { deadline = Infinity, onLimit }: QuotaPolicy) => {
  const ended = makeSignal()
  const state: RunState = { settled: 0, spent: 0, dateWarned: false, cautious: true }

  const settle = () => {
    state.settled++
    ended.changed()
  }

  /** Reads the clock. If it was set, the next request is sent alone. */
  const readClock = Effect.tap(ledger.readClock, ({ jumped }) =>
    Effect.sync(() => {
      if (jumped) state.cautious = true
    }))

  const waitUntil = Effect.fnUntraced(function* (now: number, until: number, why: string) {
    const stops = onLimit === "stop" && until - now > shortPause
    if (stops || until >= deadline) return yield* new LimitReached({ until, why })
    yield* notify({ _tag: "Waiting", until, why })
    for (let at = { now, jumped: false }; at.now < until && !at.jumped; at = yield* readClock) {
      yield* Effect.sleep(Math.min(until - at.now, longestSleep))
    }
    yield* notify({ _tag: "Resumed" })
    yield* recordMetric(metrics.waited, Math.max(0, (yield* Clock.currentTimeMillis) - now) / 1_000)
  })

  /** Waits until a request in flight ends or a window ends; both change the usage. */
  const nextResponse = (now: number) => {
    const before = state.settled
    return Effect.raceFirst(
      ended.until(() => state.settled > before),
      Effect.sleep(Math.min(ledger.nextWindow, deadline) - now),
    )
  }

  /** Counts one request as soon as it can be sent. */
  const countOne = Effect.fnUntraced(function* (): Effect.fn.Return<
    Permit,
    LimitReached | DeadlineReached | NotConfigured
  > {
    for (;;) {
      const { now } = yield* readClock
      if (now >= deadline) return yield* new DeadlineReached()
      if (ledger.reserveError !== undefined) return yield* ledger.reserveError
      const blocked = ledger.blocked(now)
      if (ledger.inFlight > 0 && (state.cautious || ledger.mightBeExhausted)) {
        yield* nextResponse(now)
      } else if (blocked !== undefined) {
        yield* waitUntil(now, blocked.until, blocked.why)
      } else {
        return ledger.send(now)
      }
    }
  })

  const lose = (permit: Permit) =>
    Effect.sync(() => {
      ledger.lose(permit)
      settle()
    })

  return { countOne, readClock, lose, settle, state }
}

type Scheduling = ReturnType<typeof makeScheduling>

/**
 * Reserves one request at a time. A single commit stores all requests counted at the same time, before
 * any of them is sent.
 */
const reserveWith = (
  ledger: QuotaLedger,
  { countOne, lose, state }: Scheduling,
  gate: Semaphore.Semaphore,
) =>
  Effect.uninterruptibleMask((restore) =>
    Effect.flatMap(
      restore(gate.withPermits(1)(countOne())),
      (permit) =>
        restore(ledger.save(true)).pipe(
          Effect.onError(() => lose(permit)),
          Effect.andThen(Effect.sync(() => {
            state.spent++
            return permit
          })),
        ),
    )
  )

/** Updates the ledger from a response. Warns once if its `Date` header is implausible. */
const learnWith = (ledger: QuotaLedger, { readClock, settle, state }: Scheduling) =>
  Effect.fn("Quota.learn")(function* (permit: Permit, response: QuotaResponse) {
    const { now } = yield* readClock
    const { headers, status } = response
    const doubt = ledger.learn(permit, response, now)
    if (!state.dateWarned && ledger.clock.disbelieves(headers["date"], now)) {
      state.dateWarned = true
      yield* notify({ _tag: "Note", text: dateWarning(headers["date"] ?? "", now) })
    }
    const good = status < 400 || status === 404
    state.cautious = status === 429 || doubt || (state.cautious && !good)
    settle()
    yield* ledger.save(false)
  })

export class Quota extends Context.Service<Quota, {
  /** Reserves one read. Waits for the next window if the policy allows it. */
  take: Effect.Effect<Permit, LimitReached | DeadlineReached | NotConfigured | StateError>
  /** Updates usage and limits from a response, including a refusal. */
  learn(permit: Permit, response: QuotaResponse): Effect.Effect<void, StateError>
  /** Ends a request without a response. It stays counted, because Strava might have counted it. */
  lose(permit: Permit): Effect.Effect<void>
  /** Interrupts every present and future `take`, so that no further request starts. */
  close: Effect.Effect<void>
  snapshot: Effect.Effect<QuotaSnapshot>
  /** Lower bound of the time on Strava's clock, in milliseconds since 1970. */
  serverTime: Effect.Effect<number>
  /**
   * True if a response of this run had an implausible `Date` header: too far from this machine's time.
   */
  clockDisputed: Effect.Effect<boolean>
  /** Reads that Strava allows the application per day, as last reported, including the reserve. */
  readsPerDay: Effect.Effect<number>
  /** Number of requests reserved by this run. */
  spent: Effect.Effect<number>
}>()("paceline/strava/Quota") {
  static readonly layer = (policy: QuotaPolicy) =>
    Layer.effect(
      Quota,
      Effect.gen(function* () {
        const ledger = yield* QuotaLedger.open(yield* StateFile, policy.reserve)
        if (ledger.reserveError !== undefined) return yield* ledger.reserveError
        const scheduling = makeScheduling(ledger, policy)
        const { readClock, lose, state } = scheduling
        const reserve = reserveWith(ledger, scheduling, yield* Semaphore.make(1))
        const closed = yield* Latch.make()
        return Quota.of({
          take: Effect.raceFirst(
            Effect.andThen(closed.await, Effect.interrupt),
            reserve,
          ).pipe(Effect.withSpan("Quota.take")),
          close: Latch.open(closed),
          learn: learnWith(ledger, scheduling),
          lose,
          snapshot: Effect.map(readClock, ({ now }) => ledger.snapshot(now)),
          clockDisputed: Effect.sync(() => state.dateWarned),
          serverTime: Effect.map(readClock, ({ now }) => ledger.clock.at(now)),
          readsPerDay: Effect.sync(() => ledger.readsPerDay),
          spent: Effect.sync(() => state.spent),
        })
      }),
    )
}
