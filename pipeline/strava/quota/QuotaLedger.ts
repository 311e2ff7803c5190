/** The four counters on Strava's clock, stored in the state file ahead of the requests. */
import { Clock, Effect, Option, Schema } from "effect"
import type { StateError } from "../../state/StateError.ts"
import type { StateFile } from "../../state/StateFile.ts"
import { NotConfigured } from "../errors.ts"
import { QuotaCounter, type SendState } from "./QuotaCounter.ts"
import type { QuotaSnapshot, SnapshotWindow } from "./QuotaSnapshot.ts"
import {
  asksToWait,
  type Bucket,
  buckets,
  defaultCaps,
  longestPause,
  pauseFrom,
  quotaHeaders,
} from "./quotaWindow.ts"
import { ServerClock } from "./ServerClock.ts"
import { parseTime } from "../../../schemas/time.ts"

/** State of the ledger when a request was reserved. Its response is judged by this state. */
export interface Reservation {
  /** Time by the local clock, in milliseconds since 1970. */
  readonly at: number
  /** Number of times that the local clock had been set by then. */
  readonly jumps: number
  readonly sent: ReadonlyMap<Bucket, SendState>
}

export interface QuotaResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
}

const phrases: Readonly<Record<Bucket, string>> = {
  all15: "requests in this 15-minute window",
  allDay: "requests today (UTC)",
  read15: "read requests in this 15-minute window",
  readDay: "read requests today (UTC)",
}

/** Past windows by bucket, each as its start and usage. */
const PastWindows = Schema.fromJsonString(
  Schema.Record(Schema.String, Schema.Array(Schema.Tuple([Schema.Finite, Schema.Finite]))),
)
const decode = Schema.decodeUnknownOption(PastWindows)
const none: typeof PastWindows.Type = {}

/** Storage of the counters. */
type QuotaStore = Pick<StateFile["Service"], "quota" | "meta" | "saveQuota">

/** Ledger of one run, stored in the state file that all runs share. */
export class QuotaLedger {
  readonly clock: ServerClock
  /** Number of requests sent without a response yet. */
  inFlight = 0
  private readonly state: QuotaStore
  private readonly counters: ReadonlyArray<QuotaCounter>
  /** Requests of each window that are left to other users of the application. */
  private readonly reserve: number
  private jumps = 0
  /** Offset of Strava's clock as stored. A change of at most five seconds is not written. */
  private storedOffset: number
  /** Time by Strava's clock until which it asked to wait; 0 if it never did. */
  private pauseEnd: number
  /** Facts as last stored, as JSON. */
  private stored: string

  private constructor(
    state: QuotaStore,
    reserve: number,
    clock: ServerClock,
    counters: ReadonlyArray<QuotaCounter>,
    pauseEnd: number,
  ) {
    this.state = state
    this.reserve = reserve
    this.clock = clock
    this.counters = counters
    this.storedOffset = clock.lowerBound
    this.pauseEnd = pauseEnd
    this.stored = JSON.stringify(this.facts)
  }

  static readonly open = Effect.fnUntraced(function* (
    state: QuotaStore,
    reserve: number,
  ): Effect.fn.Return<QuotaLedger, StateError> {
    const rows = yield* state.quota
    const clock = new ServerClock(Number((yield* state.meta("clock")) ?? -1_000))
    const stored = (yield* state.meta("quota.left")) ?? ""
    const left = Option.getOrElse(decode(stored), () => none)
    const begin = clock.at(yield* Clock.currentTimeMillis)
    const counters = buckets.map((bucket) => {
      const row = rows.find((row) => row.bucket === bucket)
      return new QuotaCounter(bucket, row?.cap ?? defaultCaps[bucket], begin, [
        ...(left[bucket] ?? []).map(([start, used]) => ({ start, used })),
        ...(row === undefined ? [] : [row]),
      ])
    })
    const pause = Number((yield* state.meta("quota.pause")) ?? 0)
    // Ignore a stored time that is farther off than the longest pause plus a minute of clock
    // difference: the local clock was set back since.
    const pauseEnd = pause <= begin + longestPause + 60_000 ? pause : 0
    return new QuotaLedger(state, reserve, clock, counters, pauseEnd)
  })

  /**
   * Reads the clock and moves to the current windows. Returns the local time, and true in `jumped` if
   * the clock was set since the last call.
   */
  readonly readClock = Effect.map(
    Effect.all([Clock.currentTimeMillis, Clock.monotonicTimeNanos]),
    ([now, nanos]) => {
      const jumped = this.clock.compare(now, Number(nanos / 1_000_000n))
      if (jumped) this.jumps++
      this.moveWindows(now)
      return { now, jumped }
    },
  )

  private moveWindows(now: number): void {
    for (const counter of this.counters) counter.moveTo(this.clock.at(now), this.inFlight)
  }

  /** Limit of a window minus the reserve. */
  private limit({ cap }: QuotaCounter): number {
    return cap - this.reserve
  }

  /** Error if the reserve leaves no request in some window; undefined otherwise. */
  get reserveError(): NotConfigured | undefined {
    const none = this.counters.filter((counter) => this.limit(counter) <= 0)
      .sort((a, b) => a.cap - b.cap)[0]
    return none && new NotConfigured({
      missing: `--reserve ${this.reserve} leaves no requests: Strava's limit is ${none.cap} ` +
        phrases[none.bucket],
      remedy: `Use a value below ${none.cap}`,
    })
  }

  /**
   * End and message of the last of the windows that are certainly exhausted; undefined if there is
   * none.
   */
  get exhausted(): { readonly until: number; readonly why: string } | undefined {
    const last = this.counters.filter((counter) => counter.least >= this.limit(counter))
      .sort((a, b) => a.end - b.end).at(-1)
    const kept = this.reserve > 0 ? ` (${this.reserve} reserved)` : ""
    return last && {
      until: Math.ceil(this.clock.when(last.end)),
      why: `Rate limit reached: ${last.least} of ${this.limit(last)} ` +
        `${phrases[last.bucket]}${kept}`,
    }
  }

  /**
   * Returns the time when the next request can be sent, and the cause of the wait; undefined if it can
   * be sent now.
   */
  blocked(now: number): { readonly until: number; readonly why: string } | undefined {
    const { pause, exhausted } = this
    const longest = exhausted === undefined || pause > exhausted.until
      ? { until: pause, why: "Strava asked to wait (Retry-After)" }
      : exhausted
    return longest.until > now ? longest : undefined
  }

  /** Time by the local clock until which Strava asked to wait. */
  private get pause(): number {
    return Math.ceil(this.clock.when(this.pauseEnd))
  }

  /**
   * True if some window might be exhausted, counting requests in flight and possible requests of other
   * users.
   */
  get mightBeExhausted(): boolean {
    return this.counters.some((counter) => counter.most >= this.limit(counter))
  }

  /** Time by the local clock when the next window starts. */
  get nextWindow(): number {
    return Math.min(...this.counters.map(({ end }) => Math.ceil(this.clock.when(end))))
  }

  send(now: number): Reservation {
    this.inFlight++
    const sent = new Map(this.counters.map((counter) => [counter.bucket, counter.send()]))
    return { at: now, jumps: this.jumps, sent }
  }

  /** Records a response. Returns true if Strava's time is in doubt. */
  learn(
    { at, jumps, sent }: Reservation,
    { headers, status }: QuotaResponse,
    now: number,
  ): boolean {
    const jumped = jumps !== this.jumps
    const proven = !jumped && this.clock.learn(headers["date"], at, now)
    const date = this.clock.dateOf(headers["date"], now) ?? this.clock.at(now)
    const reported = quotaHeaders(headers)
    this.moveWindows(now)
    for (const counter of this.counters) {
      const { bucket } = counter
      const one = sent.get(bucket)
      counter.cap = reported.caps[bucket] ?? counter.cap
      if (one !== undefined) counter.recordResponse(one, reported.used[bucket], date)
      if (proven) counter.confirmWindow()
    }
    const read15 = this.counters.find(({ bucket }) => bucket === "read15")
    // If no number explains a refusal in the current window, the 15-minute window is exhausted.
    const unexplained = !this.counters.some(({ cap, least }) => least >= cap)
    if (status === 429 && read15 !== undefined && date >= read15.start && unexplained) {
      read15.exhaust()
    }
    if (asksToWait(status)) {
      // A date in `Retry-After` is relative to the clock of the same response, right or wrong.
      const shown = parseTime(headers["date"]) || this.clock.at(now)
      const pause = pauseFrom(headers["retry-after"], shown)
      if (pause > 0) this.pauseEnd = Math.max(this.pauseEnd, this.clock.at(now) + pause)
    }
    this.inFlight--
    return jumped || this.clock.inDoubt
  }

  /**
   * Records that a request ended without a response. It stays counted, because Strava might have
   * counted it.
   */
  lose({ sent }: Reservation): void {
    for (const counter of this.counters) {
      const one = sent.get(counter.bucket)
      if (one !== undefined) counter.lose(one)
    }
    this.inFlight--
  }

  /**
   * Facts stored with the counters: past windows, the offset of Strava's clock, and the time until
   * which Strava asked to wait.
   */
  private get facts(): Readonly<Record<string, string>> {
    const windows = this.counters.map(({ bucket, pastWindows }) =>
      [bucket, pastWindows.map(({ start, used }) => [start, used])] as const
    )
    const offset = this.clock.lowerBound
    if (Math.abs(offset - this.storedOffset) > 5_000) this.storedOffset = offset
    return {
      "quota.left": JSON.stringify(Object.fromEntries(windows)),
      "clock": String(this.storedOffset),
      ...(this.pauseEnd > 0 && { "quota.pause": String(this.pauseEnd) }),
    }
  }

  /**
   * Stores the counts: at once if `durable` or if the facts changed, otherwise with the next commit.
   */
  readonly save = Effect.fnUntraced(
    { self: this },
    function* (durable: boolean): Effect.fn.Return<void, StateError> {
      let stored = this.stored
      const quota = () => {
        const { facts } = this
        stored = JSON.stringify(facts)
        const rows = this.counters.map(({ bucket, cap, known }) => ({ bucket, cap, ...known }))
        return { facts, rows }
      }
      yield* this.state.saveQuota(quota, {
        durable: durable || JSON.stringify(this.facts) !== stored,
        ...(durable && { inFlight: this.inFlight }),
      })
      this.stored = stored
    },
  )

  /**
   * Reads that Strava allows per day, including the reserve. A read counts in both daily limits, so the
   * lower one applies.
   */
  get readsPerDay(): number {
    return Math.min(
      ...this.counters.filter(({ bucket }) => bucket.endsWith("Day")).map(({ cap }) => cap),
    )
  }

  snapshot(now: number): QuotaSnapshot {
    const tightest = (...names: ReadonlyArray<Bucket>): SnapshotWindow => {
      const both = this.counters.filter(({ bucket }) => names.includes(bucket))
      const cap = Math.min(...both.map((counter) => this.limit(counter)))
      const left = Math.min(...both.map((counter) => this.limit(counter) - counter.least))
      const end = Math.min(...both.map(({ end }) => this.clock.when(end)))
      return { used: cap - left, cap, end }
    }
    return {
      quarter: tightest("read15", "all15"),
      day: tightest("readDay", "allDay"),
      ...(this.pause > now && { pause: this.pause }),
    }
  }
}
