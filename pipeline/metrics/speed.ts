/** Speed of the samples of one activity. */
import type { Numbers, Samples } from "../landed/Samples.ts"

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
