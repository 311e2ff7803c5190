/** Fitness and fatigue: moving averages of the daily load. */
import type { Day } from "./days.ts"

export interface Form {
  readonly day: Day
  readonly load: number
  /** Average with a time constant of 42 days. */
  readonly fitness: number
  /** Average with a time constant of 7 days. */
  readonly fatigue: number
}

export const fitnessDays = 42
export const fatigueDays = 7

const weight = (days: number) => 1 - Math.exp(-1 / days)

/**
 * Days after which a load no longer counts: the slower average keeps less of it than a number has
 * digits.
 */
const forgotten = 50 * fitnessDays

/**
 * Returns both averages for each day from the first load, or from the first that counts, to `last`;
 * both begin at 0.
 */
export const formOf = (loads: ReadonlyMap<Day, number>, last: Day): ReadonlyArray<Form> => {
  const days = [...loads.keys()].filter((day) => day <= last)
  if (days.length === 0) return []
  const form: Array<Form> = []
  let fitness = 0
  let fatigue = 0
  const first = days.reduce((a, b) => Math.min(a, b))
  for (let day = Math.max(first, last - forgotten); day <= last; day++) {
    const load = loads.get(day) ?? 0
    fitness += (load - fitness) * weight(fitnessDays)
    fatigue += (load - fatigue) * weight(fatigueDays)
    form.push({ day, load, fitness, fatigue })
  }
  return form
}
