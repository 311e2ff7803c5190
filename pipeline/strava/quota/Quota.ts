/**
 * What may still be asked of Strava, and when. Every request is reserved here first, durably, so that
 * no count is lost with the process; between windows a run waits, or stops.
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
  /** When the run must be over, in milliseconds since 1970. */
  readonly deadline: number | undefined
  /** So many requests of each window are left to other users of the same application. */
  readonly reserve: number
}

/** A reserved request; hand it back with `learn` or `lost`. */
type Permit = Reserved

/** So short a pause is waited for also where the policy is to stop: clocks differ, and schedulers are punctual. */
export const shortPause = 5_000

/** After so long a wait the clock is looked at again: it may have been set, or the machine have slept. */
const longestSleep = 60_000

const farOff = (date: string, now: number) =>
  `Strava's response says it is ${isoTime(Date.parse(date))}, and this machine's clock ${
    isoTime(now)
  }: ` +
  "more than a day apart, so the limits are counted by this machine's clock. Set it if it is wrong"

export class Quota extends Context.Service<Quota, {
  /** Reserve one read, waiting for the window where the policy says so. */
  take: Effect.Effect<Permit, LimitReached | DeadlineReached | NotConfigured | StateError>
  /** Learn from an answer, also a refusal. */
  learn(permit: Permit, answer: QuotaResponse): Effect.Effect<void, StateError>
  /** No answer came; the request stays counted, since Strava may have counted it. */
  lost(permit: Permit): Effect.Effect<void>
  /** Let no request begin any more: every `take`, waiting or to come, is interrupted. */
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
  static readonly layer = ({ deadline = Infinity, onLimit, reserve }: QuotaPolicy) =>
    Layer.effect(
      Quota,
      Effect.gen(function* () {
        const ledger = yield* QuotaLedger.open(yield* StateFile, reserve)
        if (ledger.nothingLeft !== undefined) return yield* ledger.nothingLeft
        const gate = yield* Semaphore.make(1)
        const answered = makeSignal()
        const closed = yield* Latch.make()
        let settled = 0
        let spent = 0
        /** True once the user was told of a `Date` header that is not believed. */
        let noted = false
        /** At first, and after a refusal, a request goes alone, to find out at the price of one. */
        let cautious = true

        const settle = () => {
          settled++
          answered.changed()
        }

        /** A clock that was set is found out about at the price of one, too. */
        const look = Effect.tap(ledger.look, ({ jumped }) =>
          Effect.sync(() => {
            if (jumped) cautious = true
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

        /** What is on its way may tell more; a window that turns changes everything anyhow. */
        const nextAnswer = (now: number) => {
          const before = settled
          return Effect.raceFirst(
            answered.until(() => settled > before),
            Effect.sleep(Math.min(ledger.nextTurn, deadline) - now),
          )
        }

        /** Counts one request, once it may be sent. */
        const countOne = Effect.fnUntraced(function* (): Effect.fn.Return<
          Permit,
          LimitReached | DeadlineReached | NotConfigured
        > {
          for (;;) {
            const { now } = yield* look
            if (now >= deadline) return yield* new DeadlineReached()
            if (ledger.nothingLeft !== undefined) return yield* ledger.nothingLeft
            const blocked = ledger.blocked(now)
            if (ledger.underWay > 0 && (cautious || ledger.mayBeUsedUp)) {
              yield* nextAnswer(now)
            } else if (blocked !== undefined) {
              yield* waitUntil(now, blocked.until, blocked.why)
            } else {
              return ledger.send(now)
            }
          }
        })

        /** Requests that are counted at the same time are stored by one commit, before any of them is sent. */
        const reserveOne = Effect.uninterruptibleMask((restore) =>
          Effect.flatMap(restore(gate.withPermits(1)(countOne())), (permit) =>
            restore(ledger.save(true)).pipe(
              Effect.onError(() =>
                Effect.sync(() => {
                  ledger.lose(permit)
                  settle()
                })
              ),
              Effect.andThen(Effect.sync(() => {
                spent++
                return permit
              })),
            ))
        )

        const learn = Effect.fn("Quota.learn")(function* (permit: Permit, answer: QuotaResponse) {
          const { now } = yield* look
          const { headers, status } = answer
          const doubt = ledger.learn(permit, answer, now)
          if (!noted && ledger.clock.disbelieves(headers["date"], now)) {
            noted = true
            yield* notify({ _tag: "Note", text: farOff(headers["date"] ?? "", now) })
          }
          const good = status < 400 || status === 404
          cautious = status === 429 || doubt || (cautious && !good)
          settle()
          yield* ledger.save(false)
        })

        return Quota.of({
          take: Effect.raceFirst(
            Effect.andThen(closed.await, Effect.interrupt),
            reserveOne,
          ).pipe(Effect.withSpan("Quota.take")),
          close: Latch.open(closed),
          learn,
          lost: (permit) =>
            Effect.sync(() => {
              ledger.lose(permit)
              settle()
            }),
          snapshot: Effect.map(look, ({ now }) =>
            ledger.snapshot(now)),
          clockDisputed: Effect.sync(() =>
            noted
          ),
          serverTime: Effect.map(look, ({ now }) => ledger.clock.at(now)),
          readsPerDay: Effect.sync(() => ledger.readsPerDay),
          spent: Effect.sync(() => spent),
        })
      }),
    )
}
