/** Streams that a file does not have and that follow from its positions and times. */
import { type SampleColumn, type SamplePositions, valueNumber } from "./SampleColumn.ts"

/** Mean radius of the earth in meters. */
const earth = 6_371_008.8
const radians = Math.PI / 180

/** Returns the meters between two positions in degrees, by the haversine formula. */
export const haversine = (lat1: number, lng1: number, lat2: number, lng2: number): number => {
  const north = Math.sin((lat2 - lat1) * radians / 2)
  const east = Math.sin((lng2 - lng1) * radians / 2)
  const half = north * north + Math.cos(lat1 * radians) * Math.cos(lat2 * radians) * east * east
  return 2 * earth * Math.asin(Math.min(1, Math.sqrt(half)))
}

/** True if a position is a fix: some devices write 0, 0 until they have one. */
export const isFix = (lat: number, lng: number): boolean =>
  !Number.isNaN(lat) && !(lat === 0 && lng === 0)

/** Returns meters along the positions since the first one; NaN where a sample has no position. */
export const distancesAlong = ({ lats, lngs }: SamplePositions): Float64Array => {
  const distances = new Float64Array(lats.length).fill(NaN)
  let sum = 0
  let previous = -1
  for (let row = 0; row < lats.length; row++) {
    const lat = lats[row]!
    const lng = lngs[row]!
    if (!isFix(lat, lng)) continue
    if (previous >= 0) sum += haversine(lats[previous]!, lngs[previous]!, lat, lng)
    distances[row] = sum
    previous = row
  }
  return distances
}

/** Returns the values of a column as numbers, one per sample; NaN where a sample has none. */
export const numbersOf = ({ column, index }: SampleColumn): Float64Array =>
  Float64Array.from(index, (i) => valueNumber(column, i))

/**
 * Returns meters per second since the previous sample with a distance: the difference of distances divided by
 * the difference of times. NaN for the first one, where there is no distance, and where it decreases.
 */
export const speedsFrom = (distances: Float64Array, seconds: Int32Array): Float64Array => {
  const speeds = new Float64Array(distances.length).fill(NaN)
  let previous = -1
  for (let row = 0; row < distances.length; row++) {
    if (Number.isNaN(distances[row]!)) continue
    if (previous >= 0) {
      const meters = distances[row]! - distances[previous]!
      if (meters >= 0) speeds[row] = meters / (seconds[row]! - seconds[previous]!)
    }
    previous = row
  }
  return speeds
}

/** Returns a column of computed values, rounded to `decimals`; undefined if all are NaN. */
export const computedColumn = (
  values: Float64Array,
  decimals: number,
): SampleColumn | undefined => {
  const factor = 10 ** decimals
  const index = new Int32Array(values.length)
  const scaled = new Float64Array(values.length)
  let count = 0
  for (let row = 0; row < values.length; row++) {
    const value = Math.round(values[row]! * factor)
    scaled[row] = value
    index[row] = Number.isNaN(value) ? -1 : row
    if (!Number.isNaN(value)) count++
  }
  return count === 0 ? undefined : { column: { kind: "scaled", decimals, values: scaled }, index }
}
