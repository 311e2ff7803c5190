/**
 * Strava's clock, told by the `Date` header of its answers. An answer received at `t` that says second
 * `D` proves that Strava's clock was at least `D` by then, so the largest `D - t` seen is a lower bound
 * of the difference: a window that has turned by this reckoning has surely turned at Strava.
 */
export class ServerClock {
  private offset: number
  private proven = false
  private doubted = false

  /** Before the first answer a clock of ours that runs a second ahead is assumed. */
  constructor(offset = -1_000) {
    this.offset = Number.isFinite(offset) ? offset : -1_000
  }

  /** Milliseconds to add to our clock; at most what is true. */
  get lowerBound(): number {
    return this.offset
  }

  /**
   * Note an answer sent and received at these times of ours, with its `Date` header. One of the clocks
   * was set if a bound is above what is possible now; two answers must say so, since one may be a copy
   * out of some cache.
   */
  learn(date: string | undefined, sentAt: number, receivedAt: number): void {
    const said = Date.parse(date ?? "")
    if (Number.isNaN(said)) return
    const least = said - receivedAt
    const most = said + 1_000 - sentAt
    if (this.offset > most && this.proven && !this.doubted) {
      this.doubted = true
      return
    }
    this.offset = this.offset > most ? least : Math.max(this.offset, least)
    this.proven = true
    this.doubted = false
  }

  /** Strava's time when ours is `now`. */
  at(now: number): number {
    return now + this.offset
  }

  /** Our time when Strava's is `time`. */
  when(time: number): number {
    return time - this.offset
  }
}
