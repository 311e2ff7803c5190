/** The three quantities by which years and weeks are compared. */
import { decimal, hoursMinutes } from "../format.ts"
import type { SiteActivity } from "../model/SiteActivity.ts"
import { metersPer, unitNames, type Units } from "../../metrics/units.ts"

export interface Measure {
  /** Value of its filter in an address. */
  readonly key: string
  readonly name: string
  /** Returns meters or seconds. */
  readonly of: (activity: SiteActivity) => number
  readonly unit: (units: Units) => string
  /** Meters or seconds of one unit. */
  readonly size: (units: Units) => number
  /** Formats meters or seconds, without the unit. */
  readonly format: (units: Units, value: number) => string
}

const lengthOf = (
  key: string,
  name: string,
  of: Measure["of"],
  kind: "distance" | "height",
): Measure => {
  const size = (units: Units) => metersPer[unitNames[units][kind]]
  return {
    key,
    name,
    of,
    unit: (units) => unitNames[units][kind],
    size,
    format: (units, value) => decimal(value / size(units)),
  }
}

export const distanceMeasure = lengthOf("d", "Distance", ({ meters }) => meters, "distance")

export const timeMeasure: Measure = {
  key: "m",
  name: "Time",
  of: ({ moving }) => moving,
  unit: () => "h",
  size: () => 3_600,
  format: (_, value) => hoursMinutes(value),
}

export const climbMeasure = lengthOf("c", "Climb", ({ climb }) => climb, "height")

/** Returns `1,203 km`, `12:05 h`, `340 m`. */
export const measured = (measure: Measure, units: Units, value: number): string =>
  `${measure.format(units, value)} ${measure.unit(units)}`

/** Sums a measure over activities. */
export const measureSum = (activities: ReadonlyArray<SiteActivity>, measure: Measure): number =>
  activities.reduce((sum, activity) => sum + measure.of(activity), 0)
