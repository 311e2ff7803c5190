/**
 * What may still be asked of Strava, and when. Every request is reserved here first, durably, so that
 * no count is lost with the process; between windows a run waits, or stops.
 */
import { Clock, Context, Effect, Latch, Layer, Schema, Semaphore } from "effect"
import { errorExitCode, exitCodes } from "../exit.ts"
import { notify } from "../Progress.ts"
import { makeSignal } from "../Signal.ts"
import type { StateError } from "../state/StateError.ts"
import { StateFile } from "../state/StateFile.ts"
import { QuotaCounter, type Sent } from "./QuotaCounter.ts"
import { type Bucket, buckets, defaultCaps, quotaHeaders, windowStart } from "./quotaWindow.ts"
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

/** The run stopped because nothing more may be asked before `until`. Nothing was lost. */
export class LimitReached extends Schema.TaggedError<LimitReached>()("LimitReached", {
  /** Milliseconds since 1970, by our own clock. */
  until: Schema.Finite,
  why: Schema.String,
}) {
  override get message() {
    return `${this.why}. Everything fetched so far is kept. ` +
      `Run the same command again from ${new Date(this.until).toISOString().slice(0, 19)}Z on; ` +
      `it goes on where it stopped`
  }
  override readonly [errorExitCode] = exitCodes.again
}

export class DeadlineReached extends Schema.TaggedError<DeadlineReached>()("DeadlineReached", {}) {
  override get message() {
    return "The deadline of this run is reached. Everything fetched so far is kept. " +
      "Run the same command again; it goes on where it stopped"
  }
  override readonly [errorExitCode] = exitCodes.again
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

/** Counts for people: the pair of windows that binds. */
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
          const used = row?.start === windowStart(bucket, begin) ? row.used : 0
          return new QuotaCounter(bucket, row?.cap ?? defaultCaps[bucket], begin, used)
        })
        let underWay = 0
        let spent = 0
        let notBefore = 0
        /** After a refusal the next request goes alone, to find out at the price of one. */
        let cautious = false

        const turn = (now: number) => {
          for (const counter of counters) counter.turn(clock.at(now), underWay)
        }
        const save = (durable: boolean) =>
          state.saveQuota(
            counters.map(({ bucket, start, used, cap }) => ({ bucket, start, used, cap })),
            { durable },
          )
        const full = () => counters.filter(({ used, cap }) => used >= cap)

        const waitUntil = Effect.fnUntraced(function* (now: number, until: number, why: string) {
          if (policy.onLimit === "stop" || until > (policy.deadline ?? Infinity)) {
            return yield* new LimitReached({ until, why })
          }
          yield* notify({ _tag: "Waiting", until, why })
          yield* Effect.sleep(until - now)
          yield* notify({ _tag: "Resumed" })
        })

        const reserve = Effect.fnUntraced(function* (): Effect.fn.Return<
          Permit,
          LimitReached | DeadlineReached | StateError
        > {
          for (;;) {
            if (Latch.isOpen(closed)) return yield* Effect.interrupt
            const now = yield* Clock.currentTimeMillis
            if (now >= (policy.deadline ?? Infinity)) return yield* new DeadlineReached()
            turn(now)
            const last = full().sort((a, b) => a.end - b.end).at(-1)
            const until = Math.max(
              notBefore,
              last === undefined ? 0 : Math.ceil(clock.when(last.end)),
            )
            if (until > now) {
              const why = last === undefined
                ? "Strava asked for a pause"
                : `Strava's limit is used up: ${last.used} of ${last.cap} ${phrases[last.bucket]}`
              yield* waitUntil(now, until, why)
            } else if (cautious && underWay > 0) {
              yield* answered.until(() => underWay === 0)
            } else {
              underWay++
              spent++
              const sent = new Map(counters.map((counter) => [counter.bucket, counter.send()]))
              yield* save(true)
              return { sentAt: now, sent }
            }
          }
        })

        const settle = () => {
          underWay--
          answered.changed()
        }

        const learn = Effect.fn("Quota.learn")(
          function* ({ sentAt, sent }: Permit, { headers, status }: Answer) {
            const now = yield* Clock.currentTimeMillis
            clock.learn(headers["date"], sentAt, now)
            const date = Date.parse(headers["date"] ?? "") || clock.at(now)
            const said = quotaHeaders(headers)
            turn(now)
            settle()
            for (const counter of counters) {
              const { bucket } = counter
              const at = sent.get(bucket)
              counter.cap = said.caps[bucket] ?? counter.cap
              if (at !== undefined) counter.answer(at, said.used[bucket], date)
            }
            if (status === 429) {
              const pause = Number(headers["retry-after"] ?? 0) * 1_000
              notBefore = Math.max(notBefore, now + (Number.isFinite(pause) ? pause : 0))
              const short = counters.find(({ bucket }) => bucket === "read15")
              // Refused in the window that is still open, and no number says why: the short one is spent.
              if (full().length === 0 && sent.get("read15")?.start === short?.start) {
                short?.exhaust()
              }
            }
            cautious = status === 429 || (cautious && status >= 500)
            if (Math.abs(clock.lowerBound - storedOffset.value) > 5_000) {
              storedOffset.value = clock.lowerBound
              yield* state.setMeta("clock", String(clock.lowerBound))
            }
            yield* save(false)
          },
        )

        const snapshot = Effect.map(Clock.currentTimeMillis, (now): QuotaSnapshot => {
          turn(now)
          const tightest = (...names: ReadonlyArray<Bucket>) =>
            counters.filter(({ bucket }) => names.includes(bucket))
              .map(({ used, cap, end }) => ({ used, cap, end: clock.when(end) }))
              .reduce((a, b) => a.cap - a.used <= b.cap - b.used ? a : b)
          return { quarter: tightest("read15", "all15"), day: tightest("readDay", "allDay") }
        })

        return Quota.of({
          take: gate.withPermits(1)(reserve()).pipe(
            Effect.raceFirst(Effect.andThen(closed.await, Effect.interrupt)),
            Effect.withSpan("Quota.take"),
          ),
          close: Latch.open(closed),
          learn,
          lost: () => Effect.sync(settle),
          snapshot,
          serverTime: Effect.map(Clock.currentTimeMillis, (now) => clock.at(now)),
          spent: Effect.sync(() => spent),
        })
      }),
    )
}
