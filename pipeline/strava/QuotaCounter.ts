/**
 * One bucket's count in its present window: our own requests, exactly, and those of other users of the
 * same application between two bounds, as tight as Strava's headers let us draw them.
 */
import { type Bucket, lengthOf, windowStart } from "./quotaWindow.ts"

/** What was so when a request was sent, to judge its answer by. */
export interface Sent {
  readonly turn: number
  readonly silent: number
}

/** What is known of a window; `start` in milliseconds since 1970. */
export interface Known {
  readonly start: number
  readonly used: number
}

/** So many windows left behind are remembered, for a clock of ours that jumps ahead and is set back. */
const remembered = 4

export class QuotaCounter {
  readonly bucket: Bucket
  cap: number
  start: number
  /** Used in this window by an earlier run. */
  private base: number
  /** Of ours: counted in this window. */
  private sent = 0
  /** Of ours: on their way as the window turned, so counted in this one or in the one before. */
  private carried = 0
  /** Of those sent: how many answers told a usage, and how many came without, or never. */
  private told = 0
  private silent = 0
  /** The highest usage told, and `silent` as its request was sent. */
  private usage = 0
  private silentBefore = 0
  /** Requests of others: never fewer. */
  private others = 0
  private exhausted = false
  /** What an earlier run knew, maybe of a window that only a better clock will take us to. */
  private readonly earlier: Known | undefined
  /** What was surely used in windows left behind, by their start; the one left last comes last. */
  private readonly behind = new Map<number, number>()
  /** How often the window has turned. */
  private turns = 0

  constructor(bucket: Bucket, cap: number, now: number, known?: Known) {
    this.bucket = bucket
    this.cap = cap
    this.start = windowStart(bucket, now)
    this.base = known?.start === this.start ? known.used : 0
    this.earlier = known
  }

  get end(): number {
    return this.start + lengthOf(this.bucket)
  }

  /** Used so far, and never less. */
  get least(): number {
    return Math.max(this.base + this.sent + this.others, this.exhausted ? this.cap : 0)
  }

  /** What the window's use may come to with what is on its way; `least` once all is answered with a usage. */
  get most(): number {
    const others = this.usage - this.base - this.told - this.silentBefore
    return Math.max(this.least, this.ours + Math.max(this.others, others))
  }

  /** To be kept for a later run. */
  get known(): Known {
    return { start: this.start, used: Math.max(this.least, this.ours + this.others) }
  }

  private get ours(): number {
    return this.base + this.sent + this.carried
  }

  /** Go to the window that holds `now`: the next, or an earlier one where the clock was ahead of Strava's. */
  turn(now: number, underWay: number): void {
    const start = windowStart(this.bucket, now)
    if (start === this.start) return
    const before = this.earlier?.start === start ? this.earlier.used : 0
    if (start < this.start) {
      this.base += Math.max(before, this.behind.get(start) ?? 0)
    } else {
      this.leave(underWay)
      this.base = before
      this.carried = underWay
      this.sent =
        this.told =
        this.silent =
        this.usage =
        this.silentBefore =
        this.others =
          0
      this.exhausted = false
      this.turns++
    }
    this.start = start
  }

  /** What is on its way is left out: it is carried along, and its answer tells where it belongs. */
  private leave(underWay: number): void {
    const settled = Math.max(this.least, this.ours + this.others) - (this.exhausted ? 0 : underWay)
    const used = Math.max(settled, this.behind.get(this.start) ?? 0)
    this.behind.delete(this.start)
    this.behind.set(this.start, used)
    const [oldest] = this.behind.keys()
    if (oldest !== undefined && this.behind.size > remembered) this.behind.delete(oldest)
  }

  send(): Sent {
    this.sent++
    return { turn: this.turns, silent: this.silent }
  }

  /** Note an answer, the usage it told if it did, and the time Strava put on it. */
  answer(at: Sent, usage: number | undefined, date: number): void {
    const late = at.turn !== this.turns
    if (late) {
      if (this.carried === 0) return
      this.carried--
      if (date < this.start) {
        const then = windowStart(this.bucket, date)
        const used = this.behind.get(then)
        if (used !== undefined) this.behind.set(then, used + 1)
        return
      }
      this.sent++
    }
    if (usage === undefined || date < this.start || date >= this.end) {
      this.silent++
      return
    }
    this.told++
    if (usage > this.usage) {
      this.usage = usage
      this.silentBefore = late ? 0 : at.silent
    }
    this.others = Math.max(this.others, usage - this.ours)
  }

  /** No answer will come; Strava may have counted the request, so it stays counted. */
  lose(at: Sent): void {
    this.answer(at, undefined, this.start)
  }

  /** Strava has refused a request: until the window turns, nothing is left. */
  exhaust(): void {
    this.exhausted = true
  }
}
