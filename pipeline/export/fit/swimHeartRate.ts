/**
 * Heart rates of swims: a chest strap stores them under water and sends them after the swim, so that
 * they are in messages of their own, one per few beats, and not in the records.
 */
import { type FitMessage, fitNumber, fitNumbers, timeField } from "./definition.ts"
import { fitTime } from "./fitFacts.ts"

/** Global number of messages with heart rates. */
export const heartRateMessage = 132

/** Numbers of fields: rates, times of beats by the strap's clock, and the fraction of the time in UTC. */
const fields = { fraction: 0, rates: 6, times: 9, packedTimes: 10 } as const

/**
 * Maximum time between a record and the beat whose rate it gets, in milliseconds. With 40 beats per
 * minute or more, every moment is that close to one.
 */
const farthest = 750

/** Beats of a file with their rates. */
export class SwimHeartRate {
  private readonly times: Array<number> = []
  private readonly rates: Array<number> = []
  /** Time of the strap's clock at zero in milliseconds since 1970; NaN until a message has both times. */
  private zero = NaN
  /** Time of the last beat by the strap's clock, in 1024ths of a second. */
  private clock = 0

  /** Resets the strap's clock, which is another in the next file of a chain. */
  beginFile(): void {
    this.zero = NaN
    this.clock = 0
  }

  /** Returns the times of the beats of a message in 1024ths of a second. */
  private beatsOf(view: DataView, message: FitMessage): ReadonlyArray<number> {
    const beats = fitNumbers(view, message, fields.times).filter((value) => !Number.isNaN(value))
    this.clock = beats.at(-1) ?? this.clock
    const bytes = fitNumbers(view, message, fields.packedTimes)
      .map((value) => Number.isNaN(value) ? 0xff : value)
    if (bytes.every((byte) => byte === 0xff)) return beats
    // Two values of 12 bits in three bytes, lowest bits first; the clock's other bits follow from them.
    for (let i = 0; i * 12 + 12 <= bytes.length * 8; i++) {
      const first = i * 3 >> 1
      const pair = bytes[first]! | (bytes[first + 1]! << 8)
      const value = i % 2 === 0 ? pair & 0xfff : pair >> 4
      this.clock += (value - this.clock) & 0xfff
      beats.push(this.clock)
    }
    return beats
  }

  /** Adds the beats of a message. */
  add(view: DataView, message: FitMessage): void {
    const beats = this.beatsOf(view, message)
    const time = fitNumber(view, message, timeField)
    if (beats.length > 0 && !Number.isNaN(time)) {
      const fraction = fitNumber(view, message, fields.fraction) / 32768
      this.zero = fitTime(time + (fraction >= 0 ? fraction : 0)) - beats[0]! / 1.024
    }
    if (Number.isNaN(this.zero)) return
    const rates = fitNumbers(view, message, fields.rates)
    for (let i = 0; i < Math.min(beats.length, rates.length); i++) {
      if (!(rates[i]! > 0)) continue
      this.times.push(this.zero + beats[i]! / 1.024)
      this.rates.push(rates[i]!)
    }
  }

  /**
   * Returns a function from a time in milliseconds since 1970 to the rate of the nearest beat, NaN if
   * none is near. Undefined if the file has no beats.
   */
  lookup(): ((time: number) => number) | undefined {
    if (this.times.length === 0) return undefined
    const order = this.times.map((_, i) => i).sort((a, b) => this.times[a]! - this.times[b]!)
    const times = Float64Array.from(order, (i) => this.times[i]!)
    return (time) => {
      let from = 0
      let to = times.length
      while (from < to) {
        const middle = (from + to) >> 1
        if (times[middle]! < time) from = middle + 1
        else to = middle
      }
      const before = time - (times[from - 1] ?? -Infinity)
      const after = (times[from] ?? Infinity) - time
      if (!(Math.min(before, after) <= farthest)) return NaN
      return this.rates[order[before <= after ? from - 1 : from]!]!
    }
  }
}
