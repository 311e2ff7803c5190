/** Points of an XML file: collects the values of each, and returns them as columns. */
import {
  type Column,
  countNote,
  type FileColumn,
  fileColumns,
  type Recording,
} from "../recording/Recording.ts"
import { timeParser } from "./isoTime.ts"
import { numberText } from "./numberText.ts"

/** Maximum number of points that are read: eleven days with one per second. */
export const mostPoints = 1_000_000

/** Note about points that were not read. */
export const tooManyPoints = `only the first ${mostPoints} points were read`

/** True for the texts that programs write for no value; `text` has no blanks around it. */
const isMissing = (text: string): boolean => /^([+-]?(nan|inf(inity)?))?$/i.test(text)

export class Points {
  readonly #times: Array<number> = []
  readonly #columns: Array<Array<string | undefined> | undefined> = fileColumns.map(() => undefined)
  readonly #point: Array<string | undefined> = fileColumns.map(() => undefined)
  readonly #parseTime = timeParser()
  #time = NaN
  #offset: number | undefined
  #withoutZone = 0
  #badTimes = 0
  #decimalCommas = 0
  #badNumbers = 0

  get count(): number {
    return this.#times.length
  }

  /** Sets a value of the current point, unless it has one: the first that is not missing counts. */
  set(column: number, text: string): void {
    if (this.#point[column] !== undefined) return
    const value = numberText(text)
    if (value !== undefined) this.#point[column] = value
    else if (/^[+-]?\d+,\d+$/.test(text.trim())) this.#decimalCommas++
    else if (!isMissing(text.trim())) this.#badNumbers++
  }

  setTime(text: string): void {
    const time = this.#parseTime(text)
    if (time === undefined) {
      if (!isMissing(text.trim())) this.#badTimes++
      return
    }
    if (time.offset === undefined) this.#withoutZone++
    else if (time.offset !== 0) this.#offset ??= time.offset
    this.#time = time.ms
  }

  /** Ends the current point, and begins the next one. */
  push(): void {
    const index = this.#times.push(this.#time) - 1
    this.#time = NaN
    for (let i = 0; i < this.#point.length; i++) {
      const value = this.#point[i]
      if (value !== undefined) {
        const column = this.#columns[i] ??= Array.from({ length: index }, () => undefined)
        column.push(value)
        this.#point[i] = undefined
      } else this.#columns[i]?.push(undefined)
    }
  }

  /** Discards the values of the current point, which is damaged. */
  discard(): void {
    this.#time = NaN
    this.#point.fill(undefined)
  }

  /** Returns all points but the current one. */
  recording(): Pick<Recording, "times" | "columns" | "notes" | "utcOffset"> {
    const columns: Partial<Record<FileColumn, Column>> = {}
    for (const [i, column] of fileColumns.entries()) {
      const values = this.#columns[i]
      if (values !== undefined) columns[column] = { kind: "text", values }
    }
    const notes = [
      ...countNote("times without a zone, read as UTC", this.#withoutZone),
      ...countNote("unreadable times, ignored", this.#badTimes),
      ...countNote("numbers with a decimal comma, ignored", this.#decimalCommas),
      ...countNote("values that are not numbers, ignored", this.#badNumbers),
      ...this.count < mostPoints ? [] : [tooManyPoints],
    ]
    const offset = this.#offset === undefined ? {} : { utcOffset: this.#offset }
    return { times: Float64Array.from(this.#times), columns, notes, ...offset }
  }
}
