/** A recording in fewer steps of equal length, which end between the given ones. */
import type { Position } from "../../metrics/track.ts"
import type { SiteRecording } from "../model/ActivityBlock.ts"

/** End of a new step: in the given step `at`, after this part of it. */
interface StepEnd {
  readonly at: number
  readonly part: number
}

const endsIn = (count: number, steps: number): ReadonlyArray<StepEnd> =>
  Array.from({ length: steps }, (_, i) => {
    const end = (i + 1) * count / steps
    const at = Math.min(count, Math.ceil(end)) - 1
    return { at, part: end - at }
  })

const between = (from: number, to: number, part: number): number => from + (to - from) * part

/** Returns the values at the ends, on straight lines; before the first value is 0. */
const atEnds = (
  values: ReadonlyArray<number>,
  ends: ReadonlyArray<StepEnd>,
): ReadonlyArray<number> =>
  ends.map(({ at, part }) => between(values[at - 1] ?? 0, values[at]!, part))

/** Returns the means between the ends. */
const betweenEnds = (
  values: ReadonlyArray<number>,
  ends: ReadonlyArray<StepEnd>,
): ReadonlyArray<number> => {
  let [at, part] = [0, 0]
  return ends.map((end) => {
    let sum = 0
    let length = 0
    while (at < end.at || (at === end.at && part < end.part)) {
      const to = at < end.at ? 1 : end.part
      sum += values[at]! * (to - part)
      length += to - part
      part = to === 1 ? 0 : to
      if (to === 1) at++
    }
    return sum / length
  })
}

const trackAtEnds = (
  { from, positions }: NonNullable<SiteRecording["track"]>,
  ends: ReadonlyArray<StepEnd>,
): SiteRecording["track"] => {
  const isInside = ({ at }: StepEnd) => at > from && at < from + positions.length
  const shown = ends.filter(isInside)
  if (shown.length < 2) return undefined
  return {
    from: ends.findIndex(isInside),
    positions: shown.map(({ at, part }): Position => {
      const [before, after] = [positions[at - from - 1]!, positions[at - from]!]
      return [between(before[0], after[0], part), between(before[1], after[1], part)]
    }),
  }
}

/** Returns the recording in at most `steps` steps. */
export const withSteps = (recording: SiteRecording, steps: number): SiteRecording => {
  const { track, ...columns } = recording
  const count = recording.time.length
  if (count <= steps) return recording
  const ends = endsIn(count, steps)
  const values = Object.entries(columns).map(([name, column]) => [
    name,
    (name === "time" || name === "distance" ? atEnds : betweenEnds)(column, ends),
  ])
  const shown = track && trackAtEnds(track, ends)
  return { time: [], ...Object.fromEntries(values), ...(shown && { track: shown }) }
}
