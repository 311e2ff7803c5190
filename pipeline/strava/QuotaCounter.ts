/**
 * One bucket's count in its present window: ours, exactly, and what others of the same application
 * have used, as far as Strava's headers let us know it.
 */
import { type Bucket, lengthOf, windowStart } from "./quotaWindow.ts"

/** What was so when a request was sent, to judge its answer's headers by. */
export interface Sent {
  readonly start: number
  /** Requests of ours in this window that were answered before this one was sent. */
  readonly answered: number
  /** Requests of ours sent in this window, this one included. */
  readonly sent: number
}

export class QuotaCounter {
  readonly bucket: Bucket
  cap: number
  start: number
  /** Used in this window before: by an earlier run, or by requests on their way as it turned. */
  private base: number
  private sent = 0
  private answered = 0
  private others = 0

  constructor(bucket: Bucket, cap: number, now: number, base = 0) {
    this.bucket = bucket
    this.cap = cap
    this.start = windowStart(bucket, now)
    this.base = base
  }

  get used(): number {
    return this.base + this.sent + this.others
  }

  get end(): number {
    return this.start + lengthOf(this.bucket)
  }

  /** Begin a new window if `now` is in one. Requests on their way may count in either: count them here too. */
  turn(now: number, underWay: number): void {
    const start = windowStart(this.bucket, now)
    if (start <= this.start) return
    this.start = start
    this.base = underWay
    this.sent = this.answered = this.others = 0
  }

  send(): Sent {
    this.sent++
    return { start: this.start, answered: this.answered, sent: this.sent }
  }

  /** Note an answer, the usage it told if it did, and the time Strava put on it. */
  answer(at: Sent, usage: number | undefined, date: number): void {
    if (at.start !== this.start) {
      if (date < this.start && this.base > 0) this.base--
      return
    }
    const surelyCounted = this.base + at.answered + 1
    const alone = at.answered === at.sent - 1 && this.sent === at.sent
    this.answered++
    if (usage === undefined || date >= this.end) return
    const extra = Math.max(0, usage - surelyCounted)
    this.others = alone ? extra : Math.max(this.others, extra)
  }

  /** Strava has refused a request: until the window turns, nothing is left. */
  exhaust(): void {
    this.others = Math.max(this.others, this.cap - this.base - this.sent)
  }
}
