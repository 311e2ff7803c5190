/**
 * Strava's clock, told by the `Date` header of its answers. An answer received at `t` that says second
 * `D` proves that Strava's clock was at least `D` by then, so the largest `D - t` seen is a lower bound
 * of the difference: a window that has turned by this reckoning has surely turned at Strava.
 */

/** So far clocks of one machine run apart without one of them having been set. */
const drift = 2_000

/**
 * Largest difference from our clock, in milliseconds, that a `Date` header is believed. Clocks are wrong by
 * hours, with a wrong time zone by up to a day; a header that is off by more would move every window.
 */
const farthest = 24 * 60 * 60_000

export class ServerClock {
  private offset: number
  private proven = false
  private doubted = false
  /** What our clock showed more than the time since the machine started, when last looked at. */
  private ahead: number | undefined

  /** Before the first answer a clock of ours that runs a second ahead is assumed. */
  constructor(offset = -1_000) {
    this.offset = Math.abs(offset) <= farthest ? offset : -1_000
  }

  /** Milliseconds to add to our clock; at most what is true. */
  get lowerBound(): number {
    return this.offset
  }

  /** Whether the last answer contradicted those before it. */
  get inDoubt(): boolean {
    return this.doubted
  }

  /**
   * Returns the time of a `Date` header that came with a response at `receivedAt`, in milliseconds since
   * 1970; undefined if it is absent, garbled, or too far from our clock and from all that is known.
   */
  told(date: string | undefined, receivedAt: number): number | undefined {
    const said = Date.parse(date ?? "")
    const off = Math.min(
      Math.abs(said - receivedAt),
      Math.abs(said - receivedAt - this.offset),
    )
    return off <= farthest ? said : undefined
  }

  /** True if the header is a time that is too far off to be believed. */
  disbelieves(date: string | undefined, receivedAt: number): boolean {
    return !Number.isNaN(Date.parse(date ?? "")) && this.told(date, receivedAt) === undefined
  }

  /**
   * Note an answer sent and received at these times of ours, with its `Date` header; gives whether the
   * time is known by it. One of the clocks was set if a bound is above what is possible now; two answers
   * must say so, since one may be a copy out of some cache.
   */
  learn(date: string | undefined, sentAt: number, receivedAt: number): boolean {
    const said = this.told(date, receivedAt)
    if (said === undefined) return false
    const least = said - receivedAt
    const most = said + 1_000 - sentAt
    if (this.offset > most && this.proven && !this.doubted) {
      this.doubted = true
      return false
    }
    const held = this.proven && this.offset <= most
    this.offset = held ? Math.max(this.offset, least) : least
    this.proven = true
    this.doubted = false
    return true
  }

  /**
   * Note our clock and, in milliseconds too, one that nobody sets; gives whether ours was set since the
   * last look, or the machine slept. What a clock was set back is made good; what it went ahead may
   * be either, and the next answer tells.
   */
  look(now: number, monotonic: number): boolean {
    const jump = now - monotonic - (this.ahead ?? now - monotonic)
    this.ahead = now - monotonic
    if (Math.abs(jump) <= drift) return false
    if (jump < 0) this.offset -= jump
    this.proven = false
    return true
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
