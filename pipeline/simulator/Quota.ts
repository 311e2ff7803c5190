/** The application's two rate limits, each with a 15-minute window and a day (UTC). */

export interface Pair {
  readonly short: number
  readonly day: number
}

/** `none` counts no request and reports limits that no client reaches. */
export type SimulatedLimits = "none" | { readonly overall?: Pair; readonly read?: Pair }

const quarter = 15 * 60_000
const day = 24 * 60 * 60_000
const boundless: Pair = { short: 1_000_000, day: 10_000_000 }

/** Limit that is exceeded; undefined if none. */
type ExceededLimit = "overall" | "read" | undefined

export class SimulatedQuota {
  private limits: SimulatedLimits
  private window = { quarter: -1, day: -1 }
  private overall = { short: 0, day: 0 }
  private read = { short: 0, day: 0 }

  constructor(limits: SimulatedLimits) {
    this.limits = limits
  }

  /** Changes the limits. */
  change(limits: SimulatedLimits): void {
    this.limits = limits
  }

  private limit(of: "overall" | "read"): Pair {
    if (this.limits === "none") return boundless
    return this.limits[of] ??
      (of === "overall" ? { short: 200, day: 2000 } : { short: 100, day: 1000 })
  }

  private turn(now: number): void {
    const next = { quarter: Math.floor(now / quarter), day: Math.floor(now / day) }
    const used = [this.overall, this.read]
    if (next.quarter !== this.window.quarter) { for (const pair of used) pair.short = 0 }
    if (next.day !== this.window.day) { for (const pair of used) pair.day = 0 }
    this.window = next
  }

  /**
   * Counts `requests` at the server's time `now`, including refused ones. Returns the exceeded limit.
   */
  spend(now: number, requests = 1): ExceededLimit {
    if (this.limits === "none") return undefined
    this.turn(now)
    for (const pair of [this.overall, this.read]) {
      pair.short += requests
      pair.day += requests
    }
    const exceeded = (of: "overall" | "read") =>
      this[of].short > this.limit(of).short || this[of].day > this.limit(of).day
    return exceeded("overall") ? "overall" : exceeded("read") ? "read" : undefined
  }

  /** Returns the usage at `now`. */
  usage(now: number): { readonly overall: Pair; readonly read: Pair } {
    this.turn(now)
    return { overall: { ...this.overall }, read: { ...this.read } }
  }

  /** Returns the four rate-limit headers, with names in lower case. */
  headers(now: number): Readonly<Record<string, string>> {
    const { overall, read } = this.usage(now)
    const pair = ({ day, short }: Pair) => `${short},${day}`
    return {
      "x-ratelimit-limit": pair(this.limit("overall")),
      "x-ratelimit-usage": pair(overall),
      "x-readratelimit-limit": pair(this.limit("read")),
      "x-readratelimit-usage": pair(read),
    }
  }
}
