/** Rate of recent progress: neither the start of a stage nor a wait for a window lowers it. */

interface Mark {
  readonly at: number
  readonly done: number
}

/** Milliseconds that a rate is measured over before it is shown: an earlier one is a guess. */
const leastMeasured = 3_000

/** Milliseconds between two marks; a rate is measured over one or two of these. */
const markEvery = 10_000

/** Times are in milliseconds since 1970. */
export class RecentRate {
  private from: Mark | undefined
  private next: Mark | undefined

  /** Records that `done` items, or bytes, are done at `now`. The first call begins the measurement. */
  record(done: number, now: number): void {
    this.from ??= { at: now, done }
    this.next ??= { at: now, done }
    if (now - this.next.at < markEvery) return
    this.from = this.next
    this.next = { at: now, done }
  }

  /** Begins a new measurement with the next record. */
  restart(): void {
    this.from = this.next = undefined
  }

  /** Returns the milliseconds that `left` take if `done` are done at `now`; undefined if too little is known. */
  timeFor(left: number, done: number, now: number): number | undefined {
    const { from } = this
    if (from === undefined || now - from.at < leastMeasured || done <= from.done) return undefined
    return left * (now - from.at) / (done - from.done)
  }
}
