/** The application's two limits and two windows, turning at the quarter hour and at midnight UTC. */

export interface Pair {
  readonly short: number
  readonly day: number
}

/** `none` counts nothing and reports limits that nobody reaches. */
export type SimulatedLimits = "none" | { readonly overall?: Pair; readonly read?: Pair }

const quarter = 15 * 60_000
const day = 24 * 60 * 60_000
const boundless: Pair = { short: 1_000_000, day: 10_000_000 }

/** Whose limit is passed. */
type Passed = "overall" | "read" | undefined

export class SimulatedQuota {
  private limits: SimulatedLimits
  private window = { quarter: -1, day: -1 }
  private overall = { short: 0, day: 0 }
  private read = { short: 0, day: 0 }

  constructor(limits: SimulatedLimits) {
    this.limits = limits
  }

  /** Other limits from now on. */
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

  /** Count `requests` at the server's time `now`; refused ones count too. */
  spend(now: number, requests = 1): Passed {
    if (this.limits === "none") return undefined
    this.turn(now)
    for (const pair of [this.overall, this.read]) {
      pair.short += requests
      pair.day += requests
    }
    const passed = (of: "overall" | "read") =>
      this[of].short > this.limit(of).short || this[of].day > this.limit(of).day
    return passed("overall") ? "overall" : passed("read") ? "read" : undefined
  }

  /** What is used at `now`. */
  usage(now: number): { readonly overall: Pair; readonly read: Pair } {
    this.turn(now)
    return { overall: { ...this.overall }, read: { ...this.read } }
  }

  /** The four headers, names in lower case. */
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
