/** The samples of one activity as a table, with a curve for each stream of numbers. */
import { parseExact } from "../../schemas/json/Json.ts"
import type { Activity } from "../landed/Activity.ts"
import type { Numbers, Samples } from "../landed/Samples.ts"
import { exactSamples } from "./exact.ts"
import type { Curve, ShowColumn, ShowRow, ShowTable } from "./Table.ts"

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
const plain: ReadonlySet<keyof Samples> = new Set(["time", "distance", "lat", "lng", "moving"])

const tenths: ReadonlySet<keyof Samples> = new Set(["distance", "altitude", "grade_smooth"])

/** A stream that mostly has whole numbers can also have fractions, such as steps of one foot. */
const columnOf = (name: keyof Samples, values: ReadonlyArray<unknown>): ShowColumn => {
  const [type] = types[name]
  const broken = type === "int" &&
    !values.every((value) => value === null || Number.isInteger(value))
  return {
    name,
    type: broken ? "float" : type,
    ...(broken || tenths.has(name) ? { decimals: 1 } : {}),
  }
}

export const samplesTable = (
  activity: Activity,
  samples: Samples,
  /** The stored response, if every digit is needed. */
  sent: string | undefined,
): ShowTable => {
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
    there.filter((name) => !plain.has(name)).map((name) => ({
      name,
      values: some.map((row) => row[name]) as Numbers,
      unit: types[name][1],
    }))
  return {
    title: [activity.id, activity.local?.slice(0, 16).replace("T", " "), activity.name]
      .filter((word) => word !== null && word !== undefined).join("  "),
    columns: [
      { name: "id", type: "int", hidden: true },
      ...there.map((name) => columnOf(name, samples[name] ?? [])),
    ],
    rows: sent === undefined ? rows : exactSamples(rows, sent),
    curves,
  }
}
