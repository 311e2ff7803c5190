/** Record messages of FIT: which fields become which columns, and the columns as they grow. */
import type { Column, FileColumn } from "../recording/Recording.ts"
import { fileColumns, indexOfColumn } from "../recording/Recording.ts"
import { baseType, fieldNumber, sizeOfType } from "./baseTypes.ts"
import type { Definition } from "./definition.ts"

/** Global number of record messages: only they are points. */
export const recordMessage = 20

/**
 * Maximum number of points of a file: 24 days of one per second. A file of a few megabytes can define
 * records of one byte, and a point takes up to 88 bytes here.
 */
export const mostFitPoints = 2 ** 21

/** Digits after the point of each column's values, from the scales of the fields. */
const decimalsOf: Readonly<Record<FileColumn, number>> = {
  lat: 7,
  lng: 7,
  altitude: 1,
  distance: 2,
  velocity_smooth: 3,
  heartrate: 0,
  cadence: 0,
  watts: 0,
  temp: 0,
}

/** Position of the column that has the 128ths of `cadence`, after those of the file. */
const fractions = fileColumns.length

/**
 * Degrees times 10^7 per semicircle: 180 / 2^31 * 10^7 = 3515625 / 2^22. The product with 32 bits has
 * 54 bits at most, of which the last is 0: it is exact.
 */
const degrees = 3515625 / 2 ** 22

/** A field of a record as a column: `raw * factor + offset`. */
interface RecordField {
  readonly number: number
  readonly column: number
  readonly factor: number
  readonly offset: number
}

const field = (number: number, name: FileColumn, factor = 1, offset = 0): RecordField => ({
  number,
  column: indexOfColumn(name),
  factor,
  offset,
})

/** Number of the field with a speed and a distance of 12 bits each. */
const compressedField = 8

/**
 * Fields in ascending order of precedence: of two valid values for a column, the last one counts.
 * Altitude is raw / 5 - 500 m, distance raw / 100 m, speed raw / 1000 m/s.
 */
const recordFields: ReadonlyArray<RecordField> = [
  { number: compressedField, column: -1, factor: 0, offset: 0 },
  field(0, "lat", degrees),
  field(1, "lng", degrees),
  field(2, "altitude", 2, -5000),
  field(78, "altitude", 2, -5000),
  field(5, "distance"),
  field(6, "velocity_smooth"),
  field(73, "velocity_smooth"),
  field(3, "heartrate"),
  field(4, "cadence"),
  { number: 53, column: fractions, factor: 1, offset: 0 },
  field(7, "watts"),
  field(13, "temp"),
]

/** Fields of a record that become columns, in ascending order of precedence. */
export type RecordLayout = ReadonlyArray<
  RecordField & { readonly at: number; readonly type: number }
>

/** Returns the layout of the record messages of a definition. */
export const recordLayout = ({ fields }: Definition): RecordLayout =>
  recordFields.flatMap((known) =>
    fields.flatMap(({ at, number, size, type }) =>
      number !== known.number || type === baseType.string ||
        (number === compressedField && size < 3) ||
        (known.column === fractions && sizeOfType(type) !== 1)
        ? []
        : [{ ...known, at, type }]
    )
  )

/** Rounds to the nearest integer, halves away from zero: so the two hemispheres are alike. */
const rounded = (value: number): number =>
  value < 0 ? 0 - Math.floor(0.5 - value) : Math.floor(value + 0.5)

const grown = (values: Float64Array, capacity: number): Float64Array<ArrayBuffer> => {
  const copy = new Float64Array(capacity)
  copy.set(values)
  return copy.fill(NaN, values.length)
}

/** Points of a file: times and columns that grow as records are added. */
export class RecordPoints {
  /** Number of points. */
  length = 0
  /** Distance of compressed fields in 16ths of a meter. */
  private accumulated = 0
  private capacity = 1024
  /** Raw times: seconds since 1989-12-31. */
  private seconds = new Float64Array(this.capacity)
  private readonly columns: Array<Float64Array | undefined> = []

  /** Resets the state that belongs to one file of a chain. */
  beginFile(): void {
    this.accumulated = 0
  }

  private put(index: number, value: number): void {
    let values = this.columns[index]
    if (values === undefined) {
      values = new Float64Array(this.capacity).fill(NaN)
      this.columns[index] = values
    }
    values[this.length] = value
  }

  private reserve(): void {
    if (this.length < this.capacity) return
    this.capacity *= 2
    this.seconds = grown(this.seconds, this.capacity)
    this.columns.forEach((values, i) => {
      if (values !== undefined) this.columns[i] = grown(values, this.capacity)
    })
  }

  /** Reads a speed in 100ths and the last 12 bits of a distance in 16ths. */
  private putCompressed(view: DataView, at: number): boolean {
    const [low, middle, high] = [view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2)]
    if (low === 0xff && middle === 0xff && high === 0xff) return false
    const speed = low | ((middle & 0x0f) << 8)
    if (speed !== 0xfff) this.put(indexOfColumn("velocity_smooth"), speed * 10)
    const distance = (middle >> 4) | (high << 4)
    this.accumulated += (distance - this.accumulated) & 0xfff
    this.put(indexOfColumn("distance"), this.accumulated * 6.25)
    return true
  }

  /**
   * Adds a record whose data begin at `at`, with its time in seconds or NaN. A record with neither a
   * time nor a known value is no point.
   */
  add(view: DataView, at: number, layout: RecordLayout, little: boolean, time: number): void {
    this.reserve()
    let isPoint = time === time
    for (let i = 0; i < layout.length; i++) {
      const known = layout[i]!
      if (known.column < 0) {
        if (this.putCompressed(view, at + known.at)) isPoint = true
        continue
      }
      const value = fieldNumber(view, at + known.at, known.type, little)
      if (value !== value) continue
      this.put(known.column, value * known.factor + known.offset)
      isPoint = true
    }
    if (!isPoint) return
    this.seconds[this.length] = time
    this.length++
  }

  /** Raw times of all points: seconds since 1989-12-31, NaN where there is none. */
  get times(): Float64Array {
    return this.seconds.subarray(0, this.length)
  }

  /** Values of a column before they are rounded; undefined if no point has one. */
  private valuesOf(index: number): Float64Array | undefined {
    return this.columns[index]?.subarray(0, this.length)
  }

  /** Drops heart rates of 0, which devices write while they have no signal. */
  dropZeroHeartRates(): void {
    const values = this.valuesOf(indexOfColumn("heartrate")) ?? []
    for (let i = 0; i < values.length; i++) {
      if (values[i] === 0) values[i] = NaN
    }
  }

  /** Drops positions beyond 90 degrees of latitude or 180 of longitude, and returns their number. */
  dropBadPositions(): number {
    const lat = this.valuesOf(indexOfColumn("lat"))
    const lng = this.valuesOf(indexOfColumn("lng"))
    let dropped = 0
    for (let i = 0; i < this.length; i++) {
      const isBad = Math.abs(lat?.[i] ?? NaN) > 90e7 || Math.abs(lng?.[i] ?? NaN) > 180e7
      if (!isBad) continue
      if (lat !== undefined) lat[i] = NaN
      if (lng !== undefined) lng[i] = NaN
      dropped++
    }
    return dropped
  }

  /** Sets missing heart rates, where `rateOf` returns one for a point. */
  fillHeartRates(rateOf: (point: number) => number): void {
    const index = indexOfColumn("heartrate")
    const values = this.columns[index] ?? new Float64Array(this.capacity).fill(NaN)
    for (let i = 0; i < this.length; i++) {
      if (Number.isNaN(values[i])) values[i] = rateOf(i)
    }
    this.columns[index] = values
  }

  /**
   * Adds the fractions to the cadence, and returns its decimals: as few as make every value exact, so 0
   * if no fraction was written, 1 for halves of a revolution and 7 for 128ths.
   */
  private withFractions(): number {
    const cadence = this.valuesOf(indexOfColumn("cadence"))
    const parts = this.valuesOf(fractions)
    if (cadence === undefined || parts === undefined) return 0
    let bits = 0
    for (let i = 0; i < cadence.length; i++) {
      if (cadence[i] === cadence[i] && parts[i] === parts[i]) bits |= parts[i]!
    }
    if (bits === 0) return 0
    const decimals = Math.max(0, 7 - Math.log2(bits & -bits))
    for (let i = 0; i < cadence.length; i++) {
      cadence[i] = (cadence[i]! + (parts[i] === parts[i] ? parts[i]! : 0) / 128) * 10 ** decimals
    }
    return decimals
  }

  /** Returns the columns that have at least one value. Call it once, after the last record. */
  finish(): Partial<Record<FileColumn, Column>> {
    const cadenceDecimals = this.withFractions()
    return Object.fromEntries(fileColumns.flatMap((name, index) => {
      const values = this.valuesOf(index)
      if (values === undefined) return []
      let hasValue = false
      for (let i = 0; i < values.length; i++) {
        if (Number.isNaN(values[i])) continue
        values[i] = rounded(values[i]!)
        hasValue = true
      }
      const decimals = name === "cadence" ? cadenceDecimals : decimalsOf[name]
      return hasValue ? [[name, { kind: "scaled", decimals, values }]] : []
    }))
  }
}
