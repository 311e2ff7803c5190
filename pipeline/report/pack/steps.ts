/** A list of samples in steps of equal length: means, or last values. */
import type { Numbers } from "../../landed/Samples.ts"

/** Returns the index of the last sample of each step. */
export const endsOf = (count: number, steps: number): ReadonlyArray<number> =>
  Array.from({ length: steps }, (_, i) => Math.floor((i + 1) * count / steps) - 1)

/**
 * Returns a value of each step. `value` returns that of the samples from `from` to `to`; a step without any
 * gets that of the step before, and the first steps that of the first known one. Undefined if no value is
 * known.
 */
const byStep = (
  ends: ReadonlyArray<number>,
  value: (from: number, to: number) => number | undefined,
): ReadonlyArray<number> | undefined => {
  let known: number | undefined
  const found = ends.map((end, i) => known = value((ends[i - 1] ?? -1) + 1, end) ?? known)
  const first = found.find((each) => each !== undefined)
  return first === undefined ? undefined : found.map((each) => each ?? first)
}

/** Returns the last known value up to the end of each step; undefined if no value is known. */
export const lastValues = (
  values: Numbers,
  ends: ReadonlyArray<number>,
): ReadonlyArray<number> | undefined =>
  byStep(ends, (from, to) => {
    for (let i = to; i >= from; i--) {
      const value = values[i]
      if (value !== null && value !== undefined) return value
    }
    return undefined
  })

/**
 * Returns the mean of the known values of each step, and of one without any, that of the step before;
 * undefined if no value is known.
 */
export const meanValues = (
  values: Numbers,
  ends: ReadonlyArray<number>,
): ReadonlyArray<number> | undefined =>
  byStep(ends, (from, to) => {
    let sum = 0
    let count = 0
    for (let i = from; i <= to; i++) {
      const value = values[i]
      if (value === null || value === undefined) continue
      sum += value
      count++
    }
    return count === 0 ? undefined : sum / count
  })
