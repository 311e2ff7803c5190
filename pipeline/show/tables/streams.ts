/** The samples of one activity as a table, with a curve for each stream of numbers. */
import { parseExact } from "../../../schemas/json/Json.ts"
import type { Activity } from "../../landed/Activity.ts"
import type { Samples } from "../../landed/Samples.ts"
import { distanceIn, heightIn, speedIn, type Units } from "../../metrics/units.ts"
import { activityTitle } from "./title.ts"
import { exactSamples } from "../exact.ts"
import { anyNumber, decimalColumn, integerColumn, plainColumn } from "../screen.ts"
import type { Curve, ScreenColumn, ShowColumn, ShowRow, ShowTable } from "../Table.ts"

const types: Readonly<Record<keyof Samples, readonly [type: ShowColumn["type"], unit: string]>> = {
  time: ["int", "s"],
  distance: ["float", "m"],
  lat: ["float", "°"],
  lng: ["float", "°"],
  altitude: ["float", "m"],
  velocity_smooth: ["float", "m/s"],
  heartrate: ["int", "bpm"],
  cadence: ["int", "rpm"],
  watts: ["int", "W"],
  temp: ["int", "°C"],
  moving: ["bool", ""],
  grade_smooth: ["float", "%"],
}

const names = Object.keys(types) as ReadonlyArray<keyof Samples>

/** Positions and counters are not useful as a curve. */
const withoutCurve: ReadonlySet<keyof Samples> = new Set([
  "time",
  "distance",
  "lat",
  "lng",
  "moving",
])

const tenths: ReadonlySet<keyof Samples> = new Set(["distance", "altitude", "grade_smooth"])

/** A stream that mostly has whole numbers can also have fractions, such as steps of one foot. */
const isBroken = (name: keyof Samples, values: ReadonlyArray<unknown>): boolean =>
  types[name][0] === "int" && !values.every((value) => value === null || Number.isInteger(value))

const columnOf = (name: keyof Samples, values: ReadonlyArray<unknown>): ShowColumn => ({
  name,
  type: isBroken(name, values) ? "float" : types[name][0],
})

interface Measure {
  readonly unit: string
  readonly decimals: number
  readonly convert: (value: number) => number
}

/** Streams that have another unit on the screen than Strava's. */
const measures: Readonly<Record<Units, { readonly [Name in keyof Samples]?: Measure }>> = {
  metric: {},
  imperial: {
    distance: { unit: "mi", decimals: 2, convert: (meters) => distanceIn("imperial", meters) },
    altitude: { unit: "ft", decimals: 0, convert: (meters) => heightIn("imperial", meters) },
    velocity_smooth: { unit: "mph", decimals: 1, convert: (speed) => speedIn("imperial", speed) },
  },
}

const onScreen = (
  name: keyof Samples,
  values: ReadonlyArray<unknown>,
  measure: Measure | undefined,
): ScreenColumn => {
  const [type, unit] = types[name]
  if (measure !== undefined) {
    return decimalColumn(name, measure.decimals, { unit: measure.unit }, measure.convert)
  }
  if (isBroken(name, values) || tenths.has(name)) return decimalColumn(name, 1, { unit })
  return type === "bool" ? plainColumn(name) : integerColumn(name, { unit })
}

export const samplesTable = (
  activity: Activity,
  samples: Samples,
  /** The stored response, if every digit is needed. */
  sent: string | undefined,
  units: Units,
): ShowTable => {
  const own = measures[units]
  const there = names.filter((name) => samples[name] !== undefined)
  const length = there.reduce((most, name) => Math.max(most, samples[name]?.length ?? 0), 0)
  const id = parseExact(activity.id)
  const rows = Array.from(
    { length },
    (_, i): ShowRow =>
      Object.fromEntries([
        ["id", id],
        ...there.map((name) => [name, samples[name]?.[i] ?? null] as const),
      ]),
  )
  const curves = (some: ReadonlyArray<ShowRow>): ReadonlyArray<Curve> =>
    there.filter((name) => !withoutCurve.has(name)).map((name) => {
      const { convert = (value: number) => value, unit = types[name][1] } = own[name] ?? {}
      const values = some.map((row) => anyNumber(row[name]))
      return { name, unit, values: values.map((value) => value === null ? null : convert(value)) }
    })
  return {
    title: activityTitle(activity),
    noun: ["sample", "samples"],
    columns: [
      { name: "id", type: "int" },
      ...there.map((name) => columnOf(name, samples[name] ?? [])),
    ],
    screen: there.map((name) => onScreen(name, samples[name] ?? [], own[name])),
    rows: sent === undefined ? rows : exactSamples(rows, sent),
    curves,
  }
}
