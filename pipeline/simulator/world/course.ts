/** The course of an activity in parts, with the start, duration and climb of each. */
import { float, type JsonObject } from "../responses/json.ts"
import type { Profile } from "./Profile.ts"

/** Returns the moving seconds at a distance of `meters`. */
export const secondsAt = ({ cells, distance, time }: Profile, meters: number): number => {
  const total = distance[cells]!
  const row = total === 0 ? 0 : Math.min(cells, (meters / total) * cells)
  const low = Math.floor(row)
  return time[low]! + ((time[Math.min(cells, low + 1)] ?? 0) - time[low]!) * (row - low)
}

export const courseHeight = ({ altitude, cells, distance }: Profile, meters: number): number =>
  altitude?.[Math.min(cells, Math.round((meters / distance[cells]!) * cells))] ?? 0

export interface CoursePart {
  readonly meters: number
  readonly seconds: number
  readonly climb: number
  readonly from: number
}

/** Splits the course into parts of `length` meters; the last can be shorter. */
export const courseParts = (profile: Profile, length: number): ReadonlyArray<CoursePart> => {
  const total = profile.distance[profile.cells]!
  return Array.from({ length: Math.ceil(total / length) }, (_, i) => {
    const [from, to] = [i * length, Math.min(total, (i + 1) * length)]
    return {
      from,
      meters: to - from,
      seconds: Math.max(1, Math.round(secondsAt(profile, to) - secondsAt(profile, from))),
      climb: courseHeight(profile, to) - courseHeight(profile, from),
    }
  })
}

/**
 * Returns the measurements of laps and efforts between `from` and `from + meters`: cadence, power and
 * heart rate, as far as the profile has them.
 */
export const bodyOf = (
  { cadence, cells, distance, heart, watts }: Profile,
  { from, meters }: Pick<CoursePart, "from" | "meters">,
): JsonObject => {
  const row = (at: number) => Math.floor((at / (distance[cells]! || 1)) * cells)
  const rows = (column: Float64Array) =>
    column.subarray(Math.min(cells, row(from)), Math.min(cells, row(from + meters)) + 1)
  const mean = (column: Float64Array) => {
    const part = rows(column)
    return float(part.reduce((sum, value) => sum + value, 0) / part.length)
  }
  return {
    ...(cadence && { average_cadence: mean(cadence) }),
    ...(watts && { average_watts: mean(watts) }),
    ...(heart && {
      average_heartrate: mean(heart),
      max_heartrate: float(Math.round(Math.max(...rows(heart)))),
    }),
  }
}
