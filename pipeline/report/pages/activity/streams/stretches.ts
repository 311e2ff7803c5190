/** Parts of a track between jumps of the GPS. */
import type { Stretch } from "../../../charts/coloredLine.ts"
import { metersBetween, type Position } from "../../../../metrics/track.ts"

/** Share of the positions that a stretch has at least; shorter ones are where a jump led. */
const leastShare = .05

const lengthOf = ({ first, last }: Stretch): number => last - first + 1

/**
 * Returns the stretches of a track in their order, without short ones that jumps separate. `times` are the
 * seconds of the positions, and `isPlausible` decides about meters per second.
 */
export const stretchesOf = (
  positions: ReadonlyArray<Position>,
  times: ReadonlyArray<number>,
  isPlausible: (speed: number) => boolean,
): ReadonlyArray<Stretch> => {
  const stretches: Array<Stretch> = []
  let first = 0
  for (let i = 1; i <= positions.length; i++) {
    const position = positions[i]
    const meters = position === undefined ? Infinity : metersBetween(positions[i - 1]!, position)
    if (meters === 0 || isPlausible(meters / Math.max(1, times[i]! - times[i - 1]!))) continue
    stretches.push({ first, last: i - 1 })
    first = i
  }
  const least = Math.max(2, positions.length * leastShare)
  const long = stretches.filter((stretch) => lengthOf(stretch) >= least)
  return long.length > 0
    ? long
    : stretches.toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, 1)
}
