/** The streams of an activity as strips on top of each other. */
import { decimal } from "../../../format.ts"
import { meanValue, quantile, smoothed } from "../../../charts/smooth.ts"
import { cadenceUnit, rateOf } from "../../../charts/quantities.ts"
import { heightIn, unitNames, type Units } from "../../../../metrics/units.ts"
import type { Opened } from "../opened.ts"

/** A stream over the steps of a recording. */
export interface StreamLine {
  readonly key: "altitude" | "speed" | "beats" | "watts" | "cadence" | "temp"
  readonly title: string
  readonly unit: string
  readonly format: (value: number) => string
  /** One value per step. */
  readonly values: ReadonlyArray<number>
  /** Mean of the whole activity. */
  readonly mean: number
}

/** A stream with its place in the drawing. */
export interface Strip extends StreamLine {
  /** Values at the lower and upper end of its scale. */
  readonly low: number
  readonly high: number
  /** Pixels from the top of the drawing. */
  readonly top: number
  readonly bottom: number
  readonly y: (value: number) => number
}

const whole = (value: number) => decimal(value)

/** Returns the streams of a recording, in the order of their strips. */
export const streamLines = (
  { activity, recording }: Opened,
  units: Units,
): ReadonlyArray<StreamLine> => {
  const { group } = activity
  const rate = rateOf(group, units)
  const { altitude, beats, cadence, speed, temp, watts } = recording
  const plausible = (speed ?? []).map((each) => rate.isPlausible(each) ? each : 0)
  const line = (
    key: StreamLine["key"],
    title: string,
    unit: string,
    format: StreamLine["format"],
    values: ReadonlyArray<number> | undefined,
    mean?: number,
  ): ReadonlyArray<StreamLine> =>
    values === undefined || values.length === 0
      ? []
      : [{ key, title, unit, format, values, mean: mean ?? meanValue(values) }]
  return [
    ...line(
      "altitude",
      "Altitude",
      unitNames[units].height,
      (value) => decimal(heightIn(units, value)).replace("-", "−"),
      altitude,
    ),
    ...line(
      "speed",
      rate.name,
      rate.unit,
      rate.format,
      speed && smoothed(plausible),
      activity.meters > 0 && activity.moving > 0 ? activity.meters / activity.moving : undefined,
    ),
    ...line("beats", "Heart rate", "bpm", whole, beats, activity.beats),
    ...line("watts", "Power", "W", whole, watts && smoothed(watts), activity.watts),
    ...line("cadence", "Cadence", cadenceUnit(group), whole, cadence, activity.cadence),
    ...line(
      "temp",
      "Temperature",
      units === "metric" ? "°C" : "°F",
      (value) => decimal(units === "metric" ? value : value * 1.8 + 32).replace("-", "−"),
      temp,
    ),
  ]
}

const heights: Readonly<Record<StreamLine["key"], number>> = {
  altitude: 76,
  speed: 88,
  beats: 88,
  watts: 76,
  cadence: 54,
  temp: 44,
}

/** Pixels between strips, above the line of a strip for its title, and under the last for the axis. */
const gap = 12
const titleHeight = 22
const axisHeight = 16

/** Least meters of the scale of altitude, so that a flat activity looks flat. */
const leastHeight = 40

const scaleOf = ({ key, values }: StreamLine): readonly [low: number, high: number] => {
  // Standing and lost sensors say nothing about the scale; jumps of the GPS must not flatten the rest.
  const some = key === "altitude" || key === "temp" ? values : values.filter((value) => value > 0)
  const low = quantile(some, key === "speed" ? .06 : .02)
  const high = quantile(some, .99)
  if (key === "altitude") {
    const lowest = Math.min(...values)
    return [lowest, Math.max(...values, lowest + leastHeight)]
  }
  if (key === "watts") return [0, Math.max(high, 1)]
  if (key === "cadence") return [low * .85, Math.max(high, low + 1)]
  return [low, high - low < 1e-6 ? low + 1 : high]
}

/** Places the streams on top of each other. */
export const stripsOf = (lines: ReadonlyArray<StreamLine>): ReadonlyArray<Strip> => {
  let from = 0
  return lines.map((line) => {
    const [low, high] = scaleOf(line)
    const margin = (high - low) * .08
    const top = from + titleHeight
    const bottom = from + heights[line.key]
    from = bottom + gap
    return {
      ...line,
      low,
      high,
      top,
      bottom,
      y: (value) =>
        bottom -
        (Math.max(low - margin, Math.min(high + margin, value)) - low) / (high - low) *
          (bottom - top),
    }
  })
}

/** Returns the height of the drawing of these streams in pixels. */
export const stripsHeight = (lines: ReadonlyArray<StreamLine>): number =>
  lines.reduce((sum, { key }) => sum + heights[key] + gap, axisHeight)
