/**
 * What may still be asked of Strava, and when. Every request is reserved here first, durably, so that
 * no count is lost with the process; between windows a run waits, or stops.
 */
import { Clock, Context, Effect, Latch, Layer, Semaphore } from "effect"
import { notify } from "../Progress.ts"
import { makeSignal } from "../Signal.ts"
import type { StateError } from "../state/StateError.ts"
import { StateFile } from "../state/StateFile.ts"
import { DeadlineReached, LimitReached } from "./errors.ts"
import { QuotaCounter, type Sent } from "./QuotaCounter.ts"
import { type Bucket, buckets, defaultCaps, pauseFrom, quotaHeaders } from "./quotaWindow.ts"
import { ServerClock } from "./ServerClock.ts"

export interface QuotaPolicy {
  readonly onLimit: "wait" | "stop"
  /** When the run must be over, in milliseconds since 1970. */
  readonly deadline: number | undefined
}

const phrases: Readonly<Record<Bucket, string>> = {
  all15: "requests for this quarter of an hour",
  allDay: "requests for today (UTC)",
  read15: "reads for this quarter of an hour",
  readDay: "reads for today (UTC)",
}

/** A reserved request; hand it back with `learn` or `lost`. */
export interface Permit {
  readonly sentAt: number
  readonly sent: ReadonlyMap<Bucket, Sent>
}

export interface Answer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** So short a pause is waited for also where the policy is to stop: clocks differ, and schedulers are punctual. */
const shortPause = 5_000

/**
 * Counts for people, and for estimates: of each length one window as tight as the two of Strava, which
 * has the lower of their limits and as much left as the fuller one.
 */
export interface QuotaSnapshot {
  readonly quarter: { readonly used: number; readonly cap: number; readonly end: number }
  readonly day: { readonly used: number; readonly cap: number; readonly end: number }
}

export class Quota extends Context.Service<Quota, {
  /** Reserve one read, waiting for the window where the policy says so. */
  take: Effect.Effect<Permit, LimitReached | DeadlineReached | StateError>
  /** Learn from an answer, also a refusal. */
  learn(permit: Permit, answer: Answer): Effect.Effect<void, StateError>
  /** No answer came; the request stays counted, since Strava may have counted it. */
  lost(permit: Permit): Effect.Effect<void>
  /** Let no request begin any more: every `take`, waiting or to come, is interrupted. */
  close: Effect.Effect<void>
  snapshot: Effect.Effect<QuotaSnapshot>
  /** Strava's clock as far as it is known, in milliseconds since 1970; never ahead of it. */
  serverTime: Effect.Effect<number>
  /** Requests reserved by this run. */
  spent: Effect.Effect<number>
}>()("paceline/strava/Quota") {
  static readonly layer = (policy: QuotaPolicy) =>
    Layer.effect(
      Quota,
      Effect.gen(function* () {
        const state = yield* StateFile
        const gate = yield* Semaphore.make(1)
        const answered = makeSignal()
        const closed = yield* Latch.make()
        const known = new Map((yield* state.quota).map((row) => [row.bucket, row]))
        const clock = new ServerClock(Number((yield* state.meta("clock")) ?? -1_000))
        const storedOffset = { value: clock.lowerBound }
        const begin = clock.at(yield* Clock.currentTimeMillis)
        const counters = buckets.map((bucket) => {
          const row = known.get(bucket)
          return new QuotaCounter(bucket, row?.cap ?? defaultCaps[bucket], begin, row)
        })
        let underWay = 0
        let settled = 0
        let spent = 0
        let notBefore = 0
        /** At first, and after a refusal, a request goes alone, to find out at the price of one. */
        let cautious = true

        const turn = (now: number) => {
          for (const counter of counters) counter.turn(clock.at(now), underWay)
        }
        const save = (durable: boolean) =>
          state.saveQuota(
            counters.map(({ bucket, cap, known }) => ({ bucket, cap, ...known })),
            { durable },
          )
        const full = () => counters.filter(({ cap, least }) => least >= cap)

        const settle = () => {
          underWay--
          settled++
          answered.changed()
        }

        const waitUntil = Effect.fnUntraced(function* (now: number, until: number, why: string) {
          const stops = policy.onLimit === "stop" && until - now > shortPause
          if (stops || until >= (policy.deadline ?? Infinity)) {
            return yield* new LimitReached({ until, why })
          }
          yield* notify({ _tag: "Waiting", until, why })
          yield* Effect.sleep(until - now)
          yield* notify({ _tag: "Resumed" })
        })

        /** What is on its way may tell more; a window that turns changes everything anyhow. */
        const nextAnswer = (now: number) => {
          const ends = counters.map(({ end }) => Math.ceil(clock.when(end)))
          const wake = Math.min(...ends, policy.deadline ?? Infinity)
          const before = settled
          return Effect.raceFirst(
            answered.until(() => settled > before),
            Effect.sleep(wake - now),
          )
        }

        const reserve = Effect.fnUntraced(function* (): Effect.fn.Return<
          Permit,
          LimitReached | DeadlineReached | StateError
        > {
          for (;;) {
            const now = yield* Clock.currentTimeMillis
            if (now >= (policy.deadline ?? Infinity)) return yield* new DeadlineReached()
            turn(now)
            const last = full().sort((a, b) => a.end - b.end).at(-1)
            const until = Math.max(
              notBefore,
              last === undefined ? 0 : Math.ceil(clock.when(last.end)),
            )
            const unsure = cautious || counters.some(({ cap, most }) => most >= cap)
            if (underWay > 0 && unsure) {
              yield* nextAnswer(now)
            } else if (until > now) {
              const why = last === undefined
                ? "Strava asked for a pause"
                : `Strava's limit is used up: ${last.least} of ${last.cap} ${phrases[last.bucket]}`
              yield* waitUntil(now, until, why)
            } else {
              underWay++
              const sent = new Map(counters.map((counter) => [counter.bucket, counter.send()]))
              yield* Effect.onError(save(true), () => Effect.sync(settle))
              spent++
              return { sentAt: now, sent }
            }
          }
        })

        const learn = Effect.fn("Quota.learn")(
          function* ({ sentAt, sent }: Permit, { headers, status }: Answer) {
            const now = yield* Clock.currentTimeMillis
            clock.learn(headers["date"], sentAt, now)
            const date = Date.parse(headers["date"] ?? "") || clock.at(now)
            const said = quotaHeaders(headers)
            turn(now)
            for (const counter of counters) {
              const { bucket } = counter
              const at = sent.get(bucket)
              counter.cap = said.caps[bucket] ?? counter.cap
              if (at !== undefined) counter.answer(at, said.used[bucket], date)
            }
            if (status === 429 || status === 503) {
              notBefore = Math.max(
                notBefore,
                now + pauseFrom(headers["retry-after"], clock.at(now)),
              )
            }
            if (status === 429) {
              const short = counters.find(({ bucket }) => bucket === "read15")
              // Refused in the window that is still open, and no number says why: the short one is spent.
              if (short !== undefined && date >= short.start && full().length === 0) short.exhaust()
            }
            cautious = status === 429 || (cautious && status >= 400 && status !== 404)
            settle()
            if (Math.abs(clock.lowerBound - storedOffset.value) > 5_000) {
              storedOffset.value = clock.lowerBound
              yield* state.setMeta("clock", String(clock.lowerBound))
            }
            yield* save(false)
          },
        )

        const snapshot = Effect.map(Clock.currentTimeMillis, (now): QuotaSnapshot => {
          turn(now)
          const tightest = (...names: ReadonlyArray<Bucket>) => {
            const both = counters.filter(({ bucket }) => names.includes(bucket))
            const cap = Math.min(...both.map(({ cap }) => cap))
            const left = Math.min(...both.map(({ cap, least }) => cap - least))
            return {
              used: cap - left,
              cap,
              end: Math.min(...both.map(({ end }) => clock.when(end))),
            }
          }
          return { quarter: tightest("read15", "all15"), day: tightest("readDay", "allDay") }
        })

        return Quota.of({
          take: Effect.raceFirst(
            Effect.andThen(closed.await, Effect.interrupt),
            gate.withPermits(1)(reserve()),
          ).pipe(Effect.withSpan("Quota.take")),
          close: Latch.open(closed),
          learn,
          lost: ({ sent }) =>
            Effect.sync(() => {
              for (const counter of counters) {
                const at = sent.get(counter.bucket)
                if (at !== undefined) counter.lose(at)
              }
              settle()
            }),
          snapshot,
          serverTime: Effect.map(Clock.currentTimeMillis, (now) => clock.at(now)),
          spent: Effect.sync(() => spent),
        })
      }),
    )
}
