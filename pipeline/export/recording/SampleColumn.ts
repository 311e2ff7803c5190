/** Columns of an activity's samples: for each sample, the value of one of its points. */
import type { JsonBytes } from "./JsonBytes.ts"
import type { Column, Recording } from "./Recording.ts"
import type { SampleRows } from "./SampleRows.ts"

/** A column with at least one value. */
export interface SampleColumn {
  readonly column: Column
  /** Index in the column's values for each sample; -1 where it has none. */
  readonly index: Int32Array
}

/** Positions of samples: both columns have the same `index`. */
export interface SamplePositions {
  readonly lat: Column
  readonly lng: Column
  readonly index: Int32Array
  /** Degrees of each sample; NaN where it has none. */
  readonly lats: Float64Array
  readonly lngs: Float64Array
}

const hasValue = ({ kind, values }: Column, i: number): boolean => {
  if (kind === "text") return values[i] !== undefined
  const value = values[i]!
  return value >= -Number.MAX_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER
}

/** Returns a value as a number; NaN if there is none. */
export const valueNumber = (column: Column, i: number): number => {
  if (i < 0) return NaN
  if (column.kind === "scaled") return column.values[i]! / 10 ** column.decimals
  const text = column.values[i]
  return text === undefined ? NaN : Number(text)
}

/** Returns a value as it is written to JSON; undefined if there is none. */
export const valueText = (column: Column, i: number): string | undefined =>
  i < 0
    ? undefined
    : column.kind === "text"
    ? column.values[i]
    : valueNumber(column, i).toFixed(column.decimals)

/**
 * Returns for each sample the last of its points that has a value, because several points of one second are
 * one sample; undefined if no sample has a value.
 */
const lastPresent = (
  { firsts, points, seconds }: SampleRows,
  isPresent: (point: number) => boolean,
): Int32Array | undefined => {
  const index = new Int32Array(seconds.length)
  let count = 0
  for (let row = 0; row < index.length; row++) {
    const first = firsts[row]!
    let at = firsts[row + 1]! - 1
    while (at >= first && !isPresent(points[at]!)) at--
    index[row] = at < first ? -1 : points[at]!
    if (at >= first) count++
  }
  return count === 0 ? undefined : index
}

/** Returns a column of the samples; undefined if it has no value. */
export const sampleColumn = (
  column: Column | undefined,
  rows: SampleRows,
  isPresent = hasValue,
): SampleColumn | undefined => {
  if (column === undefined) return undefined
  const index = lastPresent(rows, (point) => isPresent(column, point))
  return index === undefined ? undefined : { column, index }
}

/** Returns the heart rates of the samples. 0 bpm is a sensor without contact, so it is no value. */
export const heartRates = (
  column: Column | undefined,
  rows: SampleRows,
): SampleColumn | undefined =>
  sampleColumn(column, rows, (known, i) => hasValue(known, i) && valueNumber(known, i) !== 0)

/** Returns the positions of the samples; undefined if none has one. Both coordinates are of the same point. */
export const samplePositions = (
  { columns: { lat, lng } }: Recording,
  rows: SampleRows,
): SamplePositions | undefined => {
  if (lat === undefined || lng === undefined) return undefined
  const lats = new Float64Array(rows.seconds.length).fill(NaN)
  const lngs = new Float64Array(rows.seconds.length).fill(NaN)
  // False for NaN, which is no position.
  const isPosition = (point: number) =>
    Math.abs(valueNumber(lat, point)) <= 90 && Math.abs(valueNumber(lng, point)) <= 180
  const index = lastPresent(rows, isPosition)
  if (index === undefined) return undefined
  for (let row = 0; row < index.length; row++) {
    lats[row] = valueNumber(lat, index[row]!)
    lngs[row] = valueNumber(lng, index[row]!)
  }
  return { lat, lng, index, lats, lngs }
}

/** Writes a value; null if the index is -1. */
export const writeValue = (out: JsonBytes, column: Column, i: number): void => {
  if (i < 0) out.text("null")
  else if (column.kind === "scaled") out.scaled(column.values[i]!, column.decimals)
  else out.text(column.values[i] ?? "null")
}
