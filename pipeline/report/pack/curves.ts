/** Curves of best results, from the efforts of all activities. */
import type { Day } from "../../metrics/days.ts"
import { recentDays, type SiteBest, type SiteCurve } from "../model/SiteCurve.ts"
import type { EffortsOfActivity } from "./records.ts"

/** Compares two results of the same key; true if the first is better. */
type IsBetter = (a: number, b: number) => boolean

/** Returns the best result for each key; of equal ones, the older. */
const bestsOf = (
  activities: ReadonlyArray<EffortsOfActivity>,
  isBetter: IsBetter,
): ReadonlyArray<SiteBest> => {
  const bests = new Map<number, SiteBest>()
  for (const { day, efforts, id } of activities.toReversed()) {
    for (const [key, value] of efforts) {
      const before = bests.get(key)
      if (before === undefined || isBetter(value, before.value)) {
        bests.set(key, { key, value, activity: id, day })
      }
    }
  }
  return [...bests.values()].sort((a, b) => a.key - b.key)
}

/**
 * Returns the bests, where a result for a longer key also counts for a shorter one. `part` returns the result
 * that the second key has at the same pace or power as the first.
 */
const withLonger = (
  bests: ReadonlyArray<SiteBest>,
  isBetter: IsBetter,
  part: (best: SiteBest, key: number) => number,
): ReadonlyArray<SiteBest> => {
  let longer: SiteBest | undefined
  return bests.toReversed().map((best) => {
    const value = longer === undefined ? best.value : part(longer, best.key)
    longer = longer !== undefined && isBetter(value, best.value)
      ? { ...longer, key: best.key, value }
      : best
    return longer
  }).toReversed()
}

interface CurveKind {
  readonly isBetter: IsBetter
  readonly part: (best: SiteBest, key: number) => number
}

/** Least seconds over distances. */
export const paceKind: CurveKind = {
  isBetter: (a, b) => a < b,
  part: ({ key, value }, shorter) => value * shorter / key,
}

/** Highest mean watts over times. */
export const powerKind: CurveKind = {
  isBetter: (a, b) => a > b,
  part: ({ value }) => value,
}

/** Returns both curves of the efforts of activities, newest first, up to the day `last`. */
export const siteCurve = (
  activities: ReadonlyArray<EffortsOfActivity>,
  { isBetter, part }: CurveKind,
  last: Day,
): SiteCurve => {
  const recent = activities.filter(({ day }) => day > last - recentDays)
  return {
    all: withLonger(bestsOf(activities, isBetter), isBetter, part),
    recent: withLonger(bestsOf(recent, isBetter), isBetter, part),
  }
}
