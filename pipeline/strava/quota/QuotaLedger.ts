/**
 * The four counters on Strava's clock, and how they survive the process: what is left to send, as far as
 * it is known, what each answer teaches, and rows in the state file that are written ahead.
 */
import { Clock, Effect, Option, Schema } from "effect"
import type { StateError } from "../../state/StateError.ts"
import type { StateFile } from "../../state/StateFile.ts"
import { NotConfigured } from "../errors.ts"
import { QuotaCounter, type Sent } from "./QuotaCounter.ts"
import {
  type Bucket,
  buckets,
  defaultCaps,
  longestPause,
  pauseFrom,
  quotaHeaders,
} from "./quotaWindow.ts"
import { ServerClock } from "./ServerClock.ts"

/** State of the ledger when a request was reserved, by which its response is judged. */
export interface Reserved {
  /** By our clock. */
  readonly at: number
  /** Number of times that our clock had been set by then. */
  readonly jumps: number
  readonly sent: ReadonlyMap<Bucket, Sent>
}

export interface QuotaResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** One of the windows, for people: `cap` is what we may use of it, `end` by our own clock. */
export interface Window {
  readonly used: number
  readonly cap: number
  readonly end: number
}

/**
 * Counts for people, and for estimates: of each length one window as tight as the two of Strava, which
 * has the lower of their limits and as much left as the fuller one. What is reserved for others is not
 * in the limits.
 */
export interface QuotaSnapshot {
  readonly quarter: Window
  readonly day: Window
  /** Time by our own clock when the pause that Strava asked for ends; absent if there is none. */
  readonly pause?: number
}

const phrases: Readonly<Record<Bucket, string>> = {
  all15: "requests for this quarter of an hour",
  allDay: "requests for today (UTC)",
  read15: "reads for this quarter of an hour",
  readDay: "reads for today (UTC)",
}

/** True if nothing is to be sent before `Retry-After`: refused by the limit, or unavailable. */
const asksForPause = (status: number) => status === 429 || status === 503

/** Windows left that a clock set right may lead back to: of a bucket, its starts and counts. */
const Remembered = Schema.fromJsonString(
  Schema.Record(Schema.String, Schema.Array(Schema.Tuple([Schema.Finite, Schema.Finite]))),
)
const decode = Schema.decodeUnknownOption(Remembered)
const none: typeof Remembered.Type = {}

/** Storage of the counters. */
type QuotaStore = Pick<StateFile["Service"], "quota" | "meta" | "saveQuota">

/** The ledger of a run over the state file of all runs. */
export class QuotaLedger {
  readonly clock: ServerClock
  /** Requests sent and not answered yet. */
  underWay = 0
  private readonly state: QuotaStore
  private readonly counters: ReadonlyArray<QuotaCounter>
  /** Requests of each window that are left to other users of the application. */
  private readonly reserve: number
  private jumps = 0
  /** Offset of Strava's clock as it is stored: a change of a few seconds is not worth a write. */
  private storedOffset: number
  /** End of the pause that Strava asked for, by Strava's clock; 0 before the first. */
  private pauseEnd: number
  /** Facts as they were last stored, as JSON. */
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
    // Farther off than any pause that is believed, by a minute that clocks may differ: ours was set back.
    const pauseEnd = pause <= begin + longestPause + 60_000 ? pause : 0
    return new QuotaLedger(state, reserve, clock, counters, pauseEnd)
  })

  /** Go to the windows that hold the present; `now` by our clock, and whether that was set meanwhile. */
  readonly look = Effect.map(
    Effect.all([Clock.currentTimeMillis, Clock.monotonicTimeNanos]),
    ([now, nanos]) => {
      const jumped = this.clock.look(now, Number(nanos / 1_000_000n))
      if (jumped) this.jumps++
      this.turn(now)
      return { now, jumped }
    },
  )

  private turn(now: number): void {
    for (const counter of this.counters) counter.turn(this.clock.at(now), this.underWay)
  }

  /** Most that we may use of a window. */
  private limit({ cap }: QuotaCounter): number {
    return cap - this.reserve
  }

  /** Error if no request can ever be sent, because a limit is not above its reserve. */
  get nothingLeft(): NotConfigured | undefined {
    const none = this.counters.filter((counter) => this.limit(counter) <= 0)
      .sort((a, b) => a.cap - b.cap)[0]
    return none && new NotConfigured({
      missing: `--reserve ${this.reserve} leaves nothing: Strava's limit is ${none.cap} ` +
        phrases[none.bucket],
      remedy: `Give less than ${none.cap}`,
    })
  }

  /** End of the last window that is certainly used up, and the reason for the user. */
  get usedUp(): { readonly until: number; readonly why: string } | undefined {
    const last = this.counters.filter((counter) => counter.least >= this.limit(counter))
      .sort((a, b) => a.end - b.end).at(-1)
    const kept = this.reserve > 0 ? ` (${this.reserve} are reserved)` : ""
    return last && {
      until: Math.ceil(this.clock.when(last.end)),
      why: `Strava's limit is used up: ${last.least} of ${this.limit(last)} ` +
        `${phrases[last.bucket]}${kept}`,
    }
  }

  /** Returns when a request may go out again and why not before; undefined if one may go out now. */
  blocked(now: number): { readonly until: number; readonly why: string } | undefined {
    const { pause, usedUp } = this
    const longest = usedUp === undefined || pause > usedUp.until
      ? { until: pause, why: "Strava asked for a pause" }
      : usedUp
    return longest.until > now ? longest : undefined
  }

  /** End of the pause that Strava asked for, by our clock. */
  private get pause(): number {
    return Math.ceil(this.clock.when(this.pauseEnd))
  }

  /** True if a window might be used up, by requests in flight and by other users of the application. */
  get mayBeUsedUp(): boolean {
    return this.counters.some((counter) => counter.most >= this.limit(counter))
  }

  /** Start of the next window, by our clock. */
  get nextTurn(): number {
    return Math.min(...this.counters.map(({ end }) => Math.ceil(this.clock.when(end))))
  }

  send(now: number): Reserved {
    this.underWay++
    const sent = new Map(this.counters.map((counter) => [counter.bucket, counter.send()]))
    return { at: now, jumps: this.jumps, sent }
  }

  /** Notes a response; returns true if Strava's time is in doubt. */
  learn({ at, jumps, sent }: Reserved, { headers, status }: QuotaResponse, now: number): boolean {
    const jumped = jumps !== this.jumps
    const proven = !jumped && this.clock.learn(headers["date"], at, now)
    const date = this.clock.told(headers["date"], now) ?? this.clock.at(now)
    const said = quotaHeaders(headers)
    this.turn(now)
    for (const counter of this.counters) {
      const { bucket } = counter
      const one = sent.get(bucket)
      counter.cap = said.caps[bucket] ?? counter.cap
      if (one !== undefined) counter.answer(one, said.used[bucket], date)
      if (proven) counter.prove()
    }
    const short = this.counters.find(({ bucket }) => bucket === "read15")
    // Refused in the window that is still open, and no number says why: the short one is spent.
    const unexplained = !this.counters.some(({ cap, least }) => least >= cap)
    if (status === 429 && short !== undefined && date >= short.start && unexplained) short.exhaust()
    if (asksForPause(status)) {
      // A date is meant by the clock that the same response shows, however wrong that is.
      const shown = Date.parse(headers["date"] ?? "") || this.clock.at(now)
      const pause = pauseFrom(headers["retry-after"], shown)
      if (pause > 0) this.pauseEnd = Math.max(this.pauseEnd, this.clock.at(now) + pause)
    }
    this.underWay--
    return jumped || this.clock.inDoubt
  }

  /** No answer came; the request stays counted, since Strava may have counted it. */
  lose({ sent }: Reserved): void {
    for (const counter of this.counters) {
      const one = sent.get(counter.bucket)
      if (one !== undefined) counter.lose(one)
    }
    this.underWay--
  }

  /** Facts that are stored with the counters: windows left, Strava's clock, and the pause that it asked for. */
  private get facts(): Readonly<Record<string, string>> {
    const windows = this.counters.map(({ bucket, remembered }) =>
      [bucket, remembered.map(({ start, used }) => [start, used])] as const
    )
    const offset = this.clock.lowerBound
    if (Math.abs(offset - this.storedOffset) > 5_000) this.storedOffset = offset
    return {
      "quota.left": JSON.stringify(Object.fromEntries(windows)),
      "clock": String(this.storedOffset),
      ...(this.pauseEnd > 0 && { "quota.pause": String(this.pauseEnd) }),
    }
  }

  /** Stores the counts: at once if `durable` or if the facts have changed, otherwise with the next commit. */
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
        ...(durable && { inFlight: this.underWay }),
      })
      this.stored = stored
    },
  )

  /** Reads that Strava allows per day, with the reserve in it: a read counts in both of its limits. */
  get readsPerDay(): number {
    return Math.min(
      ...this.counters.filter(({ bucket }) => bucket.endsWith("Day")).map(({ cap }) => cap),
    )
  }

  snapshot(now: number): QuotaSnapshot {
    const tightest = (...names: ReadonlyArray<Bucket>): Window => {
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
