/** A list of samples in steps of equal length: means, or last values. */
import type { Numbers } from "../../landed/Samples.ts"

/** Returns the index of the last sample of each step. */
export const endsOf = (count: number, steps: number): ReadonlyArray<number> =>
  Array.from({ length: steps }, (_, i) => Math.floor((i + 1) * count / steps) - 1)

/** Steps before the first known value get that value. */
const withStart = (values: Array<number>, unknown: number): ReadonlyArray<number> =>
  unknown === 0 ? values : values.fill(values[unknown]!, 0, unknown)

/**
 * Returns the last known value up to the end of each step; undefined if no value is known.
 */
export const lastValues = (
  values: Numbers,
  ends: ReadonlyArray<number>,
): ReadonlyArray<number> | undefined => {
  const found: Array<number> = []
  let known: number | undefined
  let unknown = 0
  let i = 0
  for (const end of ends) {
    for (; i <= end; i++) known = values[i] ?? known
    if (known === undefined) unknown++
    found.push(known ?? 0)
  }
  return known === undefined ? undefined : withStart(found, unknown)
}

/**
 * Returns the mean of the known values of each step, and of one without any, that of the step before;
 * undefined if no value is known.
 */
export const meanValues = (
  values: Numbers,
  ends: ReadonlyArray<number>,
): ReadonlyArray<number> | undefined => {
  const found: Array<number> = []
  let known: number | undefined
  let unknown = 0
  let i = 0
  for (const end of ends) {
    let sum = 0
    let count = 0
    for (; i <= end; i++) {
      const value = values[i]
      if (value === null || value === undefined) continue
      sum += value
      count++
    }
    if (count > 0) known = sum / count
    if (known === undefined) unknown++
    found.push(known ?? 0)
  }
  return known === undefined ? undefined : withStart(found, unknown)
}
