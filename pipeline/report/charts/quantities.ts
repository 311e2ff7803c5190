/** Quantities of activities with their units: distances, heights, pace or speed. */
import type { Group } from "../../metrics/sports.ts"
import {
  distanceIn,
  heightIn,
  paceIn,
  speedIn,
  swimPaceIn,
  unitNames,
  type Units,
} from "../../metrics/units.ts"
import { decimal, minutesSeconds } from "../format.ts"

/** Returns kilometers or miles with one decimal up to 100. */
export const distanceNumber = (units: Units, meters: number): string => {
  const distance = distanceIn(units, meters)
  return decimal(distance, distance < 99.95 ? 1 : 0)
}

/** `16.2 km` */
export const distanceText = (units: Units, meters: number): string =>
  `${distanceNumber(units, meters)} ${unitNames[units].distance}`

/** `57 m` or `187 ft` */
export const heightText = (units: Units, meters: number): string =>
  `${signed(decimal(heightIn(units, meters)))} ${unitNames[units].height}`

/** Replaces the hyphen of a negative number by a minus sign. */
export const signed = (number: string): string => number.replace("-", "−")

/** Pace or speed, as the sport is measured. */
export interface Rate {
  readonly name: "Pace" | "Speed"
  readonly unit: string
  /** Formats meters per second without the unit; a dash for standing. */
  readonly format: (speed: number) => string
}

/** Meters per second: a slower walk is standing, and its pace says nothing. */
const standing = .3

const paceOf = (unit: string, least: number, seconds: (speed: number) => number): Rate => ({
  name: "Pace",
  unit,
  format: (speed) => speed > least ? minutesSeconds(seconds(speed)) : "–",
})

/** Returns pace on foot and in water, otherwise speed. */
export const rateOf = (group: Group, units: Units): Rate => {
  const names = unitNames[units]
  if (group === "swim") {
    return paceOf(names.swimPace, standing / 3, (speed) => swimPaceIn(units, speed))
  }
  if (group === "run" || group === "walk") {
    return paceOf(`/${names.distance}`, standing, (speed) => paceIn(units, speed))
  }
  return {
    name: "Speed",
    unit: names.speed,
    format: (speed) => speed > 0 ? decimal(speedIn(units, speed), 1) : "–",
  }
}
