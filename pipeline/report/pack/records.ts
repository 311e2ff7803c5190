/** The best efforts of all activities: records, and the rank of each effort. */
import type { Day } from "../../metrics/days.ts"
import type { EffortResult } from "../model/blockText.ts"
import type { RecordStep, SiteRecord } from "../model/Site.ts"

export interface EffortsOfActivity {
  readonly id: string
  readonly day: Day
  readonly efforts: ReadonlyArray<EffortResult>
}

interface Best {
  readonly records: ReadonlyArray<SiteRecord>
  /** Ranks of each activity's efforts, in their order. */
  readonly ranks: ReadonlyMap<string, ReadonlyArray<number>>
}

/**
 * Ranks the efforts of activities, newest first. `better` is negative if the first value is better; of equal
 * ones, the older is.
 */
export const rankedEfforts = (
  activities: ReadonlyArray<EffortsOfActivity>,
  keys: ReadonlyArray<number>,
  better: (a: number, b: number) => number,
): Best => {
  const oldestFirst = activities.toReversed()
  const ranks = new Map<string, Map<number, number>>(activities.map(({ id }) => [id, new Map()]))
  const records = keys.flatMap((key): ReadonlyArray<SiteRecord> => {
    const all = oldestFirst.flatMap(({ day, efforts, id }): ReadonlyArray<RecordStep> =>
      efforts.flatMap(([of, value]) => of === key ? [{ value, activity: id, day }] : [])
    )
    for (const [i, { activity }] of all.toSorted((a, b) => better(a.value, b.value)).entries()) {
      ranks.get(activity)?.set(key, i + 1)
    }
    const steps: Array<RecordStep> = []
    for (const step of all) {
      const best = steps.at(-1)
      if (best === undefined || better(step.value, best.value) < 0) steps.push(step)
    }
    return steps.length === 0 ? [] : [{ key, steps }]
  })
  return {
    records,
    ranks: new Map(activities.map(({ efforts, id }) => [
      id,
      efforts.map(([key]) => ranks.get(id)?.get(key) ?? 0),
    ])),
  }
}
