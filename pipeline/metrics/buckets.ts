/** Samples of one activity in equal steps of an axis: one value per step and stream. */
import type { Numbers, Samples } from "../landed/Samples.ts"

export interface Axis {
  readonly of: "distance" | "time"
  /** Meters or seconds at each sample. */
  readonly at: Numbers
  readonly from: number
  readonly to: number
}

const known = (values: Numbers | undefined): ReadonlyArray<number> =>
  (values ?? []).filter((value) => value !== null)

/**
 * Returns the distance axis, or the time axis if there is hardly any distance; undefined without
 * both.
 */
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

/** Returns meters per second, as sent or computed from the distance; undefined without both. */
export const speedOf = ({ distance, time, velocity_smooth }: Samples): Numbers | undefined => {
  if (velocity_smooth !== undefined) return velocity_smooth
  if (distance === undefined || time === undefined) return undefined
  return distance.map((meters, i) => {
    const [before, from, to] = [distance[i - 1], time[i - 1], time[i]]
    if (typeof meters !== "number" || typeof before !== "number") return null
    if (typeof from !== "number" || typeof to !== "number" || to <= from) return null
    return Math.max(0, meters - before) / (to - from)
  })
}

/** True if a panel can draw these samples: a line over the distance or the time. */
export const isDrawable = (samples: Samples): boolean => {
  const { altitude, cadence, heartrate, watts } = samples
  return axisOf(samples) !== undefined &&
    [altitude, speedOf(samples), heartrate, watts, cadence].some((list) => known(list).length > 1)
}

/** Returns the mean of the values in each of `count` steps; null for a step without any. */
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

/** Fills gaps of at most `most` steps with a straight line, because samples can be wider than steps. */
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
