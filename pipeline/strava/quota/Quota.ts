/**
 * Reserves requests to Strava. Each is counted durably before it is sent, so that no count is lost with
 * the process; if a window is used up, a run waits for the next one, or stops.
 */
import { Context, Effect, Latch, Layer, Semaphore } from "effect"
import { isoTime } from "../../base/isoTime.ts"
import { notify } from "../../base/Progress.ts"
import { makeSignal } from "../../base/Signal.ts"
import type { StateError } from "../../state/StateError.ts"
import { StateFile } from "../../state/StateFile.ts"
import { DeadlineReached, LimitReached, type NotConfigured } from "../errors.ts"
import {
  QuotaLedger,
  type QuotaResponse,
  type QuotaSnapshot,
  type Reserved,
} from "./QuotaLedger.ts"

export type { QuotaResponse, QuotaSnapshot } from "./QuotaLedger.ts"

export interface QuotaPolicy {
  readonly onLimit: "wait" | "stop"
  /** Time when the run must end, in milliseconds since 1970. */
  readonly deadline: number | undefined
  /** Requests of each window that are left to other users of the same application. */
  readonly reserve: number
}

/** A reserved request; hand it back with `learn` or `lost`. */
type Permit = Reserved

/** Milliseconds that are waited for even if the policy is to stop: clocks differ, and schedulers are punctual. */
export const shortPause = 5_000

/** Milliseconds of a wait after which the clock is read again: it may have been set, or the machine slept. */
const longestSleep = 60_000

const farOff = (date: string, now: number) =>
  `Strava's response says it is ${isoTime(Date.parse(date))}, and this machine's clock ${
    isoTime(now)
  }: ` +
  "more than a day apart, so the limits are counted by this machine's clock. Set it if it is wrong"

/** State of one run, in addition to that of the ledger. */
interface RunState {
  /** Requests that ended, with a response or without. */
  settled: number
  /** Requests reserved by this run. */
  spent: number
  /** True once the user was warned of a `Date` header that is not believed. */
  noted: boolean
  /** True at first and after a refusal: the next request is sent alone, so that finding out costs one. */
  cautious: boolean
}

/** Chooses the time at which each request of a run is counted. */
const makeTurns = (ledger: QuotaLedger, { deadline = Infinity, onLimit }: QuotaPolicy) => {
  const answered = makeSignal()
  const state: RunState = { settled: 0, spent: 0, noted: false, cautious: true }

  const settle = () => {
    state.settled++
    answered.changed()
  }

  /** Reads the clock. If it was set, the next request is sent alone. */
  const look = Effect.tap(ledger.look, ({ jumped }) =>
    Effect.sync(() => {
      if (jumped) state.cautious = true
    }))

  const waitUntil = Effect.fnUntraced(function* (now: number, until: number, why: string) {
    const stops = onLimit === "stop" && until - now > shortPause
    if (stops || until >= deadline) return yield* new LimitReached({ until, why })
    yield* notify({ _tag: "Waiting", until, why })
    for (let at = { now, jumped: false }; at.now < until && !at.jumped; at = yield* look) {
      yield* Effect.sleep(Math.min(until - at.now, longestSleep))
    }
    yield* notify({ _tag: "Resumed" })
  })

  /** Waits for the response of a request in flight, or for a new window; either changes the usage. */
  const nextAnswer = (now: number) => {
    const before = state.settled
    return Effect.raceFirst(
      answered.until(() => state.settled > before),
      Effect.sleep(Math.min(ledger.nextTurn, deadline) - now),
    )
  }

  /** Counts one request as soon as it can be sent. */
  const countOne = Effect.fnUntraced(function* (): Effect.fn.Return<
    Permit,
    LimitReached | DeadlineReached | NotConfigured
  > {
    for (;;) {
      const { now } = yield* look
      if (now >= deadline) return yield* new DeadlineReached()
      if (ledger.nothingLeft !== undefined) return yield* ledger.nothingLeft
      const blocked = ledger.blocked(now)
      if (ledger.underWay > 0 && (state.cautious || ledger.mayBeUsedUp)) {
        yield* nextAnswer(now)
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

  return { countOne, look, lose, settle, state }
}

type Turns = ReturnType<typeof makeTurns>

/** Reserves requests one by one. Those counted at the same time are stored by one commit, before any is sent. */
const reserveWith = (
  ledger: QuotaLedger,
  { countOne, lose, state }: Turns,
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

/** Updates the ledger from a response; warns once if its time is not believed. */
const learnWith = (ledger: QuotaLedger, { look, settle, state }: Turns) =>
  Effect.fn("Quota.learn")(function* (permit: Permit, answer: QuotaResponse) {
    const { now } = yield* look
    const { headers, status } = answer
    const doubt = ledger.learn(permit, answer, now)
    if (!state.noted && ledger.clock.disbelieves(headers["date"], now)) {
      state.noted = true
      yield* notify({ _tag: "Note", text: farOff(headers["date"] ?? "", now) })
    }
    const good = status < 400 || status === 404
    state.cautious = status === 429 || doubt || (state.cautious && !good)
    settle()
    yield* ledger.save(false)
  })

export class Quota extends Context.Service<Quota, {
  /** Reserves one read; waits for the next window if the policy says so. */
  take: Effect.Effect<Permit, LimitReached | DeadlineReached | NotConfigured | StateError>
  /** Updates usage and limits from a response, also from a refusal. */
  learn(permit: Permit, answer: QuotaResponse): Effect.Effect<void, StateError>
  /** Ends a request without a response. It stays counted, because Strava may have counted it. */
  lost(permit: Permit): Effect.Effect<void>
  /** Interrupts every `take`, present and future, so that no further request begins. */
  close: Effect.Effect<void>
  snapshot: Effect.Effect<QuotaSnapshot>
  /** Strava's clock as far as it is known, in milliseconds since 1970; never ahead of it. */
  serverTime: Effect.Effect<number>
  /** True if a response of this run had a time that is too far from this machine's to be believed. */
  clockDisputed: Effect.Effect<boolean>
  /** Reads that Strava allows the application per day, as last reported; the reserve is in it. */
  readsPerDay: Effect.Effect<number>
  /** Requests reserved by this run. */
  spent: Effect.Effect<number>
}>()("paceline/strava/Quota") {
  static readonly layer = (policy: QuotaPolicy) =>
    Layer.effect(
      Quota,
      Effect.gen(function* () {
        const ledger = yield* QuotaLedger.open(yield* StateFile, policy.reserve)
        if (ledger.nothingLeft !== undefined) return yield* ledger.nothingLeft
        const turns = makeTurns(ledger, policy)
        const { look, lose, state } = turns
        const reserve = reserveWith(ledger, turns, yield* Semaphore.make(1))
        const closed = yield* Latch.make()
        return Quota.of({
          take: Effect.raceFirst(
            Effect.andThen(closed.await, Effect.interrupt),
            reserve,
          ).pipe(Effect.withSpan("Quota.take")),
          close: Latch.open(closed),
          learn: learnWith(ledger, turns),
          lost: lose,
          snapshot: Effect.map(look, ({ now }) => ledger.snapshot(now)),
          clockDisputed: Effect.sync(() => state.noted),
          serverTime: Effect.map(look, ({ now }) => ledger.clock.at(now)),
          readsPerDay: Effect.sync(() => ledger.readsPerDay),
          spent: Effect.sync(() => state.spent),
        })
      }),
    )
}
