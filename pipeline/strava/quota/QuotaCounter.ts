/**
 * One bucket's count in its present window: our own requests, exactly, and those of other users of the
 * same application between two bounds, as tight as Strava's headers let us draw them.
 */
import { type Bucket, lengthOf, windowStart } from "./quotaWindow.ts"

/** State of the counter when a request was sent, by which its response is judged. */
export interface Sent {
  readonly turn: number
  readonly silent: number
}

/** Known usage of a window; `start` in milliseconds since 1970. */
interface Known {
  readonly start: number
  readonly used: number
}

/** So many windows left behind are remembered, for a clock of ours that jumps and is set right. */
const remembered = 4

/** A window left: surely used, and at most if all that was on its way as it was left counted there. */
interface Left {
  readonly used: number
  readonly most: number
}

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
  /** Requests whose response reported a usage, and those without one or without a response. */
  private told = 0
  private silent = 0
  /** Highest reported usage, and `silent` at the time of its request. */
  private usage = 0
  private silentBefore = 0
  /** Requests of others: never fewer. */
  private others = 0
  private exhausted = false
  /** Earlier windows of this run or of a run before it, by their start; the latest is last. */
  private readonly left = new Map<number, Left>()
  /** Number of windows that have ended. */
  private turns = 0

  /** `known` is what earlier runs left, maybe of windows that only a better clock will take us to. */
  constructor(bucket: Bucket, cap: number, now: number, known: ReadonlyArray<Known> = []) {
    this.bucket = bucket
    this.cap = cap
    this.start = windowStart(bucket, now)
    for (const { start, used } of known) this.remember(start, { used, most: used })
    this.base = this.recall()
  }

  get end(): number {
    return this.start + lengthOf(this.bucket)
  }

  /** Used so far, and never less. */
  get least(): number {
    return Math.max(this.base + this.sent + this.others, this.exhausted ? this.cap : 0)
  }

  /** Upper bound of the usage with all requests in flight; equals `least` once every response reported a usage. */
  get most(): number {
    const others = this.usage - this.base - this.told - this.silentBefore
    return Math.max(this.least, this.ours + Math.max(this.others, others))
  }

  /** To be kept for a later run. */
  get known(): Known {
    return { start: this.start, used: Math.max(this.least, this.ours + this.others) }
  }

  /** Upper bounds of earlier windows, to which a corrected clock might return. */
  get remembered(): ReadonlyArray<Known> {
    return Array.from(this.left, ([start, { most }]) => ({ start, used: most }))
  }

  private get ours(): number {
    return this.base + this.sent + this.carried
  }

  /** Go to the window that holds `now`: the next, or an earlier one where a clock was set back. */
  turn(now: number, underWay: number): void {
    const start = windowStart(this.bucket, now)
    if (start === this.start) return
    const settled = this.known.used - (this.exhausted ? 0 : underWay)
    this.remember(this.start, { used: settled, most: settled + underWay })
    this.start = start
    this.base = this.recall()
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

  /**
   * An answer of Strava's puts us in this window, so what was counted in later ones by a clock that was
   * ahead was used in this one.
   */
  prove(): void {
    for (const [start, { used }] of this.left) {
      if (start <= this.start) continue
      this.base += used
      this.left.delete(start)
    }
  }

  /** The newest windows are kept: of one window the higher count. */
  private remember(start: number, { most, used }: Left): void {
    const before = this.left.get(start)
    this.left.delete(start)
    this.left.set(start, {
      used: Math.max(used, before?.used ?? 0),
      most: Math.max(most, before?.most ?? 0),
    })
    const [oldest] = this.left.keys()
    if (oldest !== undefined && this.left.size > remembered) this.left.delete(oldest)
  }

  /** Usage of the present window when it was left, or by an earlier run. */
  private recall(): number {
    const used = this.left.get(this.start)?.used ?? 0
    this.left.delete(this.start)
    return used
  }

  send(): Sent {
    this.sent++
    return { turn: this.turns, silent: this.silent }
  }

  /** Notes a response, the usage it reports, if any, and its time at Strava. */
  answer(at: Sent, usage: number | undefined, date: number): void {
    const late = at.turn !== this.turns
    if (late) {
      if (this.carried === 0) return
      this.carried--
      if (date < this.start) {
        const then = windowStart(this.bucket, date)
        const left = this.left.get(then)
        if (left !== undefined) {
          const used = left.used + 1
          this.left.set(then, { used, most: Math.max(left.most, used) })
        }
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
