/** Quantities of activities with their units: distances, heights, pace or speed. */
import type { Group } from "../../metrics/sports.ts"
import {
  distanceIn,
  heightIn,
  metersPer,
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
  /** Formats meters per second without the unit; a dash for standing and for jumps of the GPS. */
  readonly format: (speed: number) => string
  /** True unless only a jump of the GPS is so fast. */
  readonly isPlausible: (speed: number) => boolean
}

interface Bounds {
  /** Meters per second: a slower step is standing, and its pace says nothing. */
  readonly standing: number
  /** Meters per second that this sport never reaches, even for a few seconds. */
  readonly most: number
}

const onFoot: Bounds = { standing: .3, most: 12 }
const inWater: Bounds = { standing: .1, most: 3 }
/** Fast descents on skis and wheels stay below it, other than in races for the record. */
const onWheels: Bounds = { standing: 0, most: 45 }

const rate = (
  name: Rate["name"],
  unit: string,
  { most, standing }: Bounds,
  format: (speed: number) => string,
): Rate => ({
  name,
  unit,
  format: (speed) => speed > standing && speed <= most ? format(speed) : "–",
  isPlausible: (speed) => speed <= most,
})

/** Returns pace on foot and in water, otherwise speed. */
export const rateOf = (group: Group, units: Units): Rate => {
  const names = unitNames[units]
  if (group === "swim") {
    return rate("Pace", names.swimPace, inWater, (v) => minutesSeconds(swimPaceIn(units, v)))
  }
  if (group === "run" || group === "walk") {
    return rate("Pace", `/${names.distance}`, onFoot, (v) => minutesSeconds(paceIn(units, v)))
  }
  return rate("Speed", names.speed, onWheels, (v) => decimal(speedIn(units, v), 1))
}

/** Returns the unit of cadence: steps and strokes per minute, otherwise turns. */
export const cadenceUnit = (group: Group): string =>
  group === "run" || group === "walk" || group === "swim" ? "spm" : "rpm"

/** Returns the number and the unit of a distance; meters or yards for swims, as pools are measured. */
export const distanceParts = (
  units: Units,
  meters: number,
  group: Group,
): readonly [number: string, unit: string] => {
  if (group !== "swim") return [distanceNumber(units, meters), unitNames[units].distance]
  const unit = units === "metric" ? "m" : "yd"
  return [decimal(meters / metersPer[unit]), unit]
}

/** `1st`, `2nd`, `11th` */
export const ordinal = (n: number): string =>
  `${n}${n % 100 > 10 && n % 100 < 14 ? "th" : ["th", "st", "nd", "rd"][n % 10] ?? "th"}`
