/** Columns on the screen: how each kind of value is written, in the chosen units. */
import { isRawNumber, parseExact } from "../../schemas/json/Json.ts"
import { number } from "../landed/values.ts"
import { groupOf, speedMeasureOf } from "../metrics/sports.ts"
import {
  distanceIn,
  heightIn,
  metersPer,
  paceIn,
  speedIn,
  swimPaceIn,
  unitNames,
  type Units,
} from "../metrics/units.ts"
import { clock, decimal, hoursMinutes, minutesSeconds } from "../report/format.ts"
import type { ScreenColumn, ShowRow } from "./Table.ts"

interface Look {
  readonly label?: string
  readonly unit?: string
  readonly rank?: number
  readonly shrinkTo?: number
}

/** Returns the number of a value, however many digits it was sent with; null if it is none. */
export const anyNumber = (value: unknown): number | null =>
  number(isRawNumber(value) ? Number(value.rawJSON) : value)

/** Returns a column whose cells are written from other values than those of the row. */
export const columnOf = (
  screen: ScreenColumn,
  valuesOf: (row: ShowRow) => ShowRow,
): ScreenColumn => ({ ...screen, cell: (row) => screen.cell(valuesOf(row)) })

const column = (
  name: string,
  { label = name, unit = "", ...fit }: Look,
  right: boolean,
  write: (value: unknown, row: ShowRow) => unknown,
): ScreenColumn => ({
  label,
  unit,
  right,
  ...fit,
  cell: (row) => {
    const value = row[name] ?? null
    return value === null ? null : write(value, row)
  },
})

/** Values as they are: text, days, ids. */
export const plainColumn = (name: string, look: Look = {}): ScreenColumn =>
  column(name, look, false, (value) => value)

/** Whole numbers and ids, with every digit. */
export const integerColumn = (name: string, look: Look = {}): ScreenColumn =>
  column(name, look, true, (value) => value)

/** Times without seconds: `2026-01-31 07:30`. */
export const momentColumn = (name: string, look: Look = {}): ScreenColumn =>
  column(name, look, false, (value) => String(value).slice(0, 16).replace("T", " "))

/** Numbers with some decimals, each converted first. */
export const decimalColumn = (
  name: string,
  decimals: number,
  look: Look = {},
  convert = (value: number): number => value,
): ScreenColumn =>
  column(
    name,
    look,
    true,
    (value) => {
      const known = anyNumber(value)
      return known === null ? String(value) : parseExact(convert(known).toFixed(decimals))
    },
  )

/** Distances of a column in meters or kilometers, in kilometers or miles. */
export const distanceColumn = (
  name: string,
  stored: "m" | "km",
  units: Units,
  decimals: number,
  look: Look = {},
): ScreenColumn =>
  decimalColumn(
    name,
    decimals,
    { label: "distance", unit: unitNames[units].distance, ...look },
    (value) => distanceIn(units, value * metersPer[stored]),
  )

/** Climbs of a column in meters, in meters or feet. */
export const climbColumn = (name: string, units: Units, look: Look = {}): ScreenColumn =>
  decimalColumn(
    name,
    0,
    { label: "climb", unit: unitNames[units].height, ...look },
    (value) => heightIn(units, value),
  )

/** Durations of a column in units of `seconds`, as hours and minutes. */
export const hoursColumn = (name: string, look: Look = {}, seconds = 1): ScreenColumn =>
  column(
    name,
    { label: "time", unit: "h:mm", ...look },
    true,
    (value) => hoursMinutes((anyNumber(value) ?? 0) * seconds),
  )

/** Durations of a column in seconds, to the second. */
export const clockColumn = (name: string, look: Look = {}): ScreenColumn =>
  column(
    name,
    { label: "time", unit: "h:mm:ss", ...look },
    true,
    (seconds) => clock(anyNumber(seconds) ?? 0),
  )

/**
 * Returns a speed in meters per second in the measure of its sport: `5:28 /km`, `1:45 /100 m` or
 * `28.4 km/h`; null for 0.
 */
export const speedText = (units: Units, sport: string | null, speed: number): string | null => {
  if (!(speed > 0)) return null
  const names = unitNames[units]
  switch (speedMeasureOf(groupOf(sport))) {
    case "pace":
      return `${minutesSeconds(paceIn(units, speed))} ${names.pace.slice("min".length)}`
    case "swimPace":
      return `${minutesSeconds(swimPaceIn(units, speed))} ${names.swimPace}`
    case "speed":
      return `${decimal(speedIn(units, speed), 1)} ${names.speed}`
  }
}

/** Speeds in meters per second, in the measure of the row's sport. */
export const speedColumn = (
  units: Units,
  of: (row: ShowRow) => { readonly sport: string | null; readonly speed: number | null },
  look: Look = {},
): ScreenColumn => ({
  label: "pace",
  unit: "or speed",
  right: true,
  ...look,
  cell: (row) => {
    const { speed, sport } = of(row)
    return speed === null ? null : speedText(units, sport, speed)
  },
})
