/** Quantities in conditions, such as `30km`, `20mi` or `1:30`, in the unit of a column. */
import { metersPer } from "../metrics/units.ts"

const secondsPer = { s: 1, min: 60, h: 3_600 } as const

/** Unit of the values of a column: a length or a duration. */
export type StoredUnit = keyof typeof metersPer | keyof typeof secondsPer

const words: Readonly<Record<StoredUnit, string>> = {
  m: "meters",
  km: "kilometers",
  mi: "miles",
  yd: "yards",
  ft: "feet",
  s: "seconds",
  min: "minutes",
  h: "hours",
}

/** Returns the name of a unit in a sentence. */
export const unitWord = (unit: StoredUnit): string => words[unit]

const isLength = (unit: string): unit is keyof typeof metersPer => Object.hasOwn(metersPer, unit)
const isDuration = (unit: string): unit is keyof typeof secondsPer =>
  Object.hasOwn(secondsPer, unit)

/** Returns the unit that a number without one was probably meant in. */
export const usualUnit = (unit: StoredUnit): string => isLength(unit) ? "km" : "min"

/** Returns an example with another unit than the column's. */
export const exampleOf = (unit: StoredUnit): string => isLength(unit) ? "30km" : "1:30"

/** `30km`, `.5 mi` */
const measured = /^([+-]?(?:\d+\.?\d*|\.\d+))\s*([a-z]+)$/i
/** `1:30` hours and minutes, `1:30:00` with seconds */
const clock = /^(\d+):([0-5]\d)(?::([0-5]\d(?:\.\d+)?))?$/

/** Returns the value in the unit of the column; undefined if the text has no unit that fits. */
export const quantityIn = (unit: StoredUnit, text: string): number | undefined => {
  const [, hours, minutes, seconds = "0"] = clock.exec(text) ?? []
  if (hours !== undefined) {
    if (!isDuration(unit)) return undefined
    return (Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds)) / secondsPer[unit]
  }
  const [, number, given = ""] = measured.exec(text) ?? []
  const from = given.toLowerCase()
  if (isLength(unit) && isLength(from)) {
    return Number(number) * metersPer[from] / metersPer[unit]
  }
  if (isDuration(unit) && isDuration(from)) {
    return Number(number) * secondsPer[from] / secondsPer[unit]
  }
  return undefined
}
