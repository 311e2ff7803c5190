/**
 * Strava's clock, from the `Date` header of its responses. A response received at `t` that says second
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
  /** Difference between our clock and the time since the machine started, at the last look. */
  private ahead: number | undefined

  /** Before the first answer a clock of ours that runs a second ahead is assumed. */
  constructor(offset = -1_000) {
    this.offset = Math.abs(offset) <= farthest ? offset : -1_000
  }

  /** Milliseconds to add to our clock; at most what is true. */
  get lowerBound(): number {
    return this.offset
  }

  /** True if the last response contradicted those before it. */
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
   * Notes the `Date` header of a response with the times of its request and receipt by our clock; returns
   * true if Strava's time is known by it. If a bound is above the possible maximum, one of the clocks was
   * set; two responses must agree, because one might come from a cache.
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
   * Notes our clock and a monotonic one, both in milliseconds; returns true if ours was set since the last
   * look, or the machine slept. A clock that was set back is corrected. One that went ahead was set or
   * the machine slept, and the next response decides.
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
