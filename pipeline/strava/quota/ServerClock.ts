/**
 * Strava's clock, estimated from the `Date` header of its responses. A response received at `t` with
 * the date `D` proves that Strava's clock was at least `D` then, so the largest `D - t` is a lower
 * bound of the difference: a window that has ended by this bound has certainly ended at Strava.
 */
import { parseTime } from "../../../schemas/time.ts"

/** Difference, in milliseconds, that clocks of one machine can reach without one of them being set. */
const drift = 2_000

/**
 * Largest difference from the local clock, in milliseconds, at which a `Date` header is believed.
 * Clocks are wrong by hours, with a wrong time zone by up to a day; a header that is off by more would
 * move every window.
 */
const farthest = 24 * 60 * 60_000

export class ServerClock {
  private offset: number
  private proven = false
  private doubted = false
  /** Local clock minus the monotonic clock at the last reading; undefined before the first. */
  private difference: number | undefined

  /** Until the first response, the local clock is assumed to be one second fast. */
  constructor(offset = -1_000) {
    this.offset = Math.abs(offset) <= farthest ? offset : -1_000
  }

  /** Lower bound of the milliseconds to add to the local clock. */
  get lowerBound(): number {
    return this.offset
  }

  /** True if the last response contradicted those before it. */
  get inDoubt(): boolean {
    return this.doubted
  }

  /**
   * Returns the time of the `Date` header of a response received at `receivedAt`, in milliseconds since
   * 1970; undefined if it is absent, garbled, or too far both from the local clock and from the
   * estimate.
   */
  dateOf(date: string | undefined, receivedAt: number): number | undefined {
    const time = parseTime(date)
    const off = Math.min(
      Math.abs(time - receivedAt),
      Math.abs(time - receivedAt - this.offset),
    )
    return off <= farthest ? time : undefined
  }

  /** True if the header is a valid date that is too far off to be believed. */
  disbelieves(date: string | undefined, receivedAt: number): boolean {
    return !Number.isNaN(parseTime(date)) && this.dateOf(date, receivedAt) === undefined
  }

  /**
   * Updates the estimate from a response, with the local times of its request and arrival. Returns true
   * if Strava's time is known from it. If the bound is above what is now possible, one of the clocks
   * was set; a second response must confirm that, because one might come from a cache.
   */
  learn(date: string | undefined, sentAt: number, receivedAt: number): boolean {
    const time = this.dateOf(date, receivedAt)
    if (time === undefined) return false
    const least = time - receivedAt
    const most = time + 1_000 - sentAt
    if (this.offset > most && this.proven && !this.doubted) {
      this.doubted = true
      return false
    }
    const holds = this.proven && this.offset <= most
    this.offset = holds ? Math.max(this.offset, least) : least
    this.proven = true
    this.doubted = false
    return true
  }

  /**
   * Compares the local clock with a monotonic one, both in milliseconds. Returns true if the local
   * clock was set or the machine slept since the last call. A clock that was set back is corrected for;
   * a jump ahead can be either, and the next response decides.
   */
  compare(now: number, monotonic: number): boolean {
    const jump = now - monotonic - (this.difference ?? now - monotonic)
    this.difference = now - monotonic
    if (Math.abs(jump) <= drift) return false
    if (jump < 0) this.offset -= jump
    this.proven = false
    return true
  }

  /** Converts the local time `now` to Strava's. */
  at(now: number): number {
    return now + this.offset
  }

  /** Converts Strava's `time` to the local time. */
  when(time: number): number {
    return time - this.offset
  }
}
