/** Lists of numbers for a drawing: smoothed, and cut at quantiles. */

/** Returns the mean of each value and its two neighbors at each side. */
export const smoothed = (values: ReadonlyArray<number>): ReadonlyArray<number> =>
  values.map((_, i) => meanValue(values.slice(Math.max(0, i - 2), i + 3)))

export const meanValue = (values: ReadonlyArray<number>): number =>
  values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)

/** Returns the value below which a share `p` (0 to 1) of the values is; 0 for an empty list. */
export const quantile = (values: ReadonlyArray<number>, p: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.round(p * (sorted.length - 1))] ?? 0
}

/** Meters that a climb rises at least before it counts, because the altitude of a recording trembles. */
const leastRise = 2

/** Returns the meters of climb in a list of altitudes, without rises of less than 2 m. */
export const climbOf = (altitudes: ReadonlyArray<number>): number => {
  let low = altitudes[0] ?? 0
  let climb = 0
  for (const altitude of altitudes) {
    if (altitude - low >= leastRise) {
      climb += altitude - low
      low = altitude
    } else if (altitude < low) low = altitude
  }
  return climb
}
