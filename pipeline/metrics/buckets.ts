/** The samples of one activity in equal steps of its axis: one value each, for lists that lie over another. */
import type { Numbers, Samples } from "../landed/Samples.ts"

export interface Axis {
  readonly of: "distance" | "time"
  /** Metres, or seconds, at each sample. */
  readonly at: Numbers
  readonly from: number
  readonly to: number
}

const known = (values: Numbers | undefined): ReadonlyArray<number> =>
  (values ?? []).filter((value) => value !== null)

/** The distance, or the time where there was no way to speak of; undefined where there is neither. */
export const axisOf = ({ distance, time }: Samples): Axis | undefined => {
  const spanned = (of: Axis["of"], at: Numbers | undefined): Axis | undefined => {
    const values = known(at)
    if (at === undefined || values.length < 2) return undefined
    const from = values.reduce((a, b) => Math.min(a, b))
    const to = values.reduce((a, b) => Math.max(a, b))
    return to > from ? { of, at, from, to } : undefined
  }
  const way = spanned("distance", distance)
  return way !== undefined && way.to - way.from >= 100 ? way : spanned("time", time)
}

/** Metres per second, as sent or else from the distance; undefined if there is neither. */
export const speedOf = ({ distance, time, velocity_smooth }: Samples): Numbers | undefined => {
  if (velocity_smooth !== undefined) return velocity_smooth
  if (distance === undefined || time === undefined) return undefined
  return distance.map((metres, i) => {
    const [before, from, to] = [distance[i - 1], time[i - 1], time[i]]
    if (typeof metres !== "number" || typeof before !== "number") return null
    if (typeof from !== "number" || typeof to !== "number" || to <= from) return null
    return Math.max(0, metres - before) / (to - from)
  })
}

/** True if a panel can draw these samples: a line over the distance or the time. */
export const isDrawable = (samples: Samples): boolean => {
  const { altitude, cadence, heartrate, watts } = samples
  return axisOf(samples) !== undefined &&
    [altitude, speedOf(samples), heartrate, watts, cadence].some((list) => known(list).length > 1)
}

/** The mean of what falls into each of `count` steps; null of a step without any. */
export const bucketed = (axis: Axis, values: Numbers, count: number): Numbers => {
  const sums = new Float64Array(count)
  const counts = new Uint32Array(count)
  for (let i = 0; i < Math.min(values.length, axis.at.length); i++) {
    const at = axis.at[i]
    const value = values[i]
    if (at === null || at === undefined || value === null || value === undefined) continue
    const bucket = Math.min(count - 1, Math.floor((at - axis.from) / (axis.to - axis.from) * count))
    sums[bucket]! += value
    counts[bucket]!++
  }
  return Array.from(sums, (sum, i) => counts[i]! === 0 ? null : sum / counts[i]!)
}

/** A gap of at most `most` steps is where samples are wider than steps: it is bridged by a straight line. */
export const bridged = (values: Numbers, most: number): Numbers => {
  const filled = [...values]
  let last = -1
  for (let i = 0; i < filled.length; i++) {
    const value = filled[i]
    if (value === null || value === undefined) continue
    const gap = i - last - 1
    const before = filled[last]
    if (last >= 0 && gap > 0 && gap <= most && before !== null && before !== undefined) {
      for (let j = 1; j <= gap; j++) filled[last + j] = before + (value - before) * j / (gap + 1)
    }
    last = i
  }
  return filled
}
