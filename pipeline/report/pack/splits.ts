/** Splits of one kilometer or one mile, from all samples. */
import type { Samples } from "../../landed/Samples.ts"
import type { Split } from "../model/ActivityBlock.ts"

/** Seconds: a longer gap between samples is a pause, of which only so much counts as moving. */
const longestGap = 30

/** Share of a split that its last one must have. */
const leastPart = .05

/** Most splits of an activity, so that a wrong distance cannot make millions. */
const mostSplits = 2_000

/** Sums since the last split. */
class Tally {
  private rise = 0
  private beats = 0
  private counted = 0
  private readonly hasAltitude: boolean

  constructor(hasAltitude: boolean) {
    this.hasAltitude = hasAltitude
  }

  add(rise: number, beats: number | null | undefined): void {
    this.rise += rise
    if (beats === null || beats === undefined) return
    this.beats += beats
    this.counted++
  }

  /** Returns the split that ends here, and begins the next. */
  split(meters: number, seconds: number): Split {
    const split = {
      meters: Math.round(meters),
      seconds: Math.round(seconds),
      rise: this.hasAltitude ? Math.round(this.rise) : undefined,
      beats: this.counted === 0 ? undefined : Math.round(this.beats / this.counted),
    }
    this.rise = this.beats = this.counted = 0
    return split
  }
}

/**
 * Returns splits of `length` meters by moving time, and the rest as a shorter one. The moment at which a
 * split ends lies on a straight line between two samples. Empty if the distance is shorter than one split.
 */
export const splitsOf = (samples: Samples, length: number): ReadonlyArray<Split> => {
  const { altitude = [], distance = [], heartrate = [], moving = [], time = [] } = samples
  const splits: Array<Split> = []
  const tally = new Tally(samples.altitude !== undefined)
  let before: { readonly time: number; readonly meters: number } | undefined
  let height: number | undefined
  let [begun, now, next, first] = [0, 0, length, 0]
  for (let i = 0; i < Math.min(time.length, distance.length); i++) {
    const [t, d] = [time[i], distance[i]]
    if (typeof t !== "number" || typeof d !== "number") continue
    if (before === undefined) first = d
    const last = before ?? { time: t, meters: d }
    if (t < last.time || d < last.meters) continue
    const from = now
    now += moving[i] === false ? 0 : Math.min(t - last.time, longestGap)
    const up = altitude[i] ?? height
    tally.add(up === undefined || height === undefined ? 0 : up - height, heartrate[i])
    height = up
    const step = d - last.meters
    while (d - first >= next && splits.length < mostSplits) {
      const end = step > 0 ? from + (next - (last.meters - first)) / step * (now - from) : now
      splits.push(tally.split(length, end - begun))
      begun = end
      next += length
    }
    before = { time: t, meters: d }
  }
  if (before === undefined || splits.length === 0) return []
  const rest = before.meters - first - (next - length)
  return rest > length * leastPart ? [...splits, tally.split(rest, now - begun)] : splits
}
