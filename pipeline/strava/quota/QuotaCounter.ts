/**
 * Counts the requests of one bucket in its current window: our own requests exactly, and those of other
 * users of the same application between two bounds, as close as Strava's headers allow.
 */
import { type Bucket, lengthOf, windowStart } from "./quotaWindow.ts"

/** State of a counter when a request was sent. Its response is judged by this state. */
export interface SendState {
  readonly turn: number
  readonly withoutUsage: number
}

/** Usage of a window; `start` in milliseconds since 1970. */
interface WindowUsage {
  readonly start: number
  readonly used: number
}

/** Maximum number of past windows kept, for a local clock that jumps and is set back. */
const maxPastWindows = 4

/**
 * Usage of a past window: at least `used`; at most `most`, if all requests in flight at its end were
 * counted in it.
 */
interface PastUsage {
  readonly used: number
  readonly most: number
}

export class QuotaCounter {
  readonly bucket: Bucket
  cap: number
  start: number
  /** Usage of this window by earlier runs. */
  private base: number
  /** Our requests counted in this window. */
  private sent = 0
  /**
   * Our requests that were in flight at the start of the window: counted in this window or the one
   * before.
   */
  private carried = 0
  /**
   * Number of our requests whose response reported a usage, and of those without one or without a
   * response.
   */
  private withUsage = 0
  private withoutUsage = 0
  /** Highest usage reported, and the value of `withoutUsage` when its request was sent. */
  private highestUsage = 0
  private withoutUsageBefore = 0
  /** Lower bound of the requests of other users. */
  private others = 0
  private exhausted = false
  /** Past windows, including those of earlier runs, by start; the most recent one is last. */
  private readonly past = new Map<number, PastUsage>()
  /** Number of times that the window has changed. */
  private turns = 0

  /**
   * `known` comes from earlier runs. It can include windows that are reached only when the clock is
   * corrected.
   */
  constructor(bucket: Bucket, cap: number, now: number, known: ReadonlyArray<WindowUsage> = []) {
    this.bucket = bucket
    this.cap = cap
    this.start = windowStart(bucket, now)
    for (const { start, used } of known) this.addPast(start, { used, most: used })
    this.base = this.takePast()
  }

  get end(): number {
    return this.start + lengthOf(this.bucket)
  }

  /** Lower bound of the usage. */
  get least(): number {
    return Math.max(this.base + this.sent + this.others, this.exhausted ? this.cap : 0)
  }

  /**
   * Upper bound of the usage, including requests in flight. Equals `least` once every response has
   * reported a usage.
   */
  get most(): number {
    const others = this.highestUsage - this.base - this.withUsage - this.withoutUsageBefore
    return Math.max(this.least, this.ours + Math.max(this.others, others))
  }

  /** Usage of the current window, stored for later runs. */
  get known(): WindowUsage {
    return { start: this.start, used: Math.max(this.least, this.ours + this.others) }
  }

  /** Usage of past windows, stored because a corrected clock can lead back to them. */
  get pastWindows(): ReadonlyArray<WindowUsage> {
    return Array.from(this.past, ([start, { most }]) => ({ start, used: most }))
  }

  private get ours(): number {
    return this.base + this.sent + this.carried
  }

  /** Moves to the window of `now`: a later one, or an earlier one if a clock was set back. */
  moveTo(now: number, inFlight: number): void {
    const start = windowStart(this.bucket, now)
    if (start === this.start) return
    const settled = this.known.used - (this.exhausted ? 0 : inFlight)
    this.addPast(this.start, { used: settled, most: settled + inFlight })
    this.start = start
    this.base = this.takePast()
    this.carried = inFlight
    this.sent =
      this.withUsage =
      this.withoutUsage =
      this.highestUsage =
      this.withoutUsageBefore =
      this.others =
        0
    this.exhausted = false
    this.turns++
  }

  /**
   * Confirms the current window by a response of Strava: requests that a fast clock counted in later
   * windows belong to this one.
   */
  confirmWindow(): void {
    for (const [start, { used }] of this.past) {
      if (start <= this.start) continue
      this.base += used
      this.past.delete(start)
    }
  }

  /** Keeps the newest windows, and the higher count if a window is already stored. */
  private addPast(start: number, { most, used }: PastUsage): void {
    const before = this.past.get(start)
    this.past.delete(start)
    this.past.set(start, {
      used: Math.max(used, before?.used ?? 0),
      most: Math.max(most, before?.most ?? 0),
    })
    const [oldest] = this.past.keys()
    if (oldest !== undefined && this.past.size > maxPastWindows) this.past.delete(oldest)
  }

  /**
   * Removes and returns the usage of the current window stored when it was left, or by an earlier run.
   */
  private takePast(): number {
    const used = this.past.get(this.start)?.used ?? 0
    this.past.delete(this.start)
    return used
  }

  send(): SendState {
    this.sent++
    return { turn: this.turns, withoutUsage: this.withoutUsage }
  }

  /** Records a response: the usage that it reported, if any, and its `Date`. */
  recordResponse(at: SendState, usage: number | undefined, date: number): void {
    const late = at.turn !== this.turns
    if (late) {
      if (this.carried === 0) return
      this.carried--
      if (date < this.start) {
        const then = windowStart(this.bucket, date)
        const past = this.past.get(then)
        if (past !== undefined) {
          const used = past.used + 1
          this.past.set(then, { used, most: Math.max(past.most, used) })
        }
        return
      }
      this.sent++
    }
    if (usage === undefined || date < this.start || date >= this.end) {
      this.withoutUsage++
      return
    }
    this.withUsage++
    if (usage > this.highestUsage) {
      this.highestUsage = usage
      this.withoutUsageBefore = late ? 0 : at.withoutUsage
    }
    this.others = Math.max(this.others, usage - this.ours)
  }

  /**
   * Records that a request ended without a response. It stays counted, because Strava might have
   * counted it.
   */
  lose(at: SendState): void {
    this.recordResponse(at, undefined, this.start)
  }

  /** Marks the window as exhausted until it ends, because Strava refused a request. */
  exhaust(): void {
    this.exhausted = true
  }
}
