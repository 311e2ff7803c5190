/** Texts of a moment and of a section of an activity, which the cursor reads out. */
import { clock, decimal } from "../../../format.ts"
import { type Html, markup } from "../../../html.ts"
import { distanceParts, heightText, rateOf } from "../../../charts/quantities.ts"
import { climbOf, meanValue } from "../../../charts/smooth.ts"
import type { Units } from "../../../../metrics/units.ts"
import { type Opened, stepDistances } from "../opened.ts"
import type { StreamLine } from "./strips.ts"

const joined = (parts: ReadonlyArray<string>): Html =>
  markup`${parts.map((part, i) => markup`${i > 0 && " · "}<b>${part}</b>`)}`

/** Returns the distance, the time and all values at a step. */
export const momentText = (
  { activity, recording }: Opened,
  lines: ReadonlyArray<StreamLine>,
  units: Units,
  step: number,
): Html => {
  const distances = stepDistances(recording)
  return joined([
    ...(distances === undefined
      ? []
      : [distanceParts(units, distances[step]!, activity.group).join(" ")]),
    clock(recording.time[step]!),
    ...lines.map(({ format, unit, values }) => `${format(values[step]!)} ${unit}`),
  ])
}

/** Returns distance, time, pace, climb and means between two steps, of which `from` is the earlier. */
export const sectionText = (
  { activity, recording }: Opened,
  units: Units,
  from: number,
  to: number,
): Html => {
  const { altitude, beats, time, watts } = recording
  const distances = stepDistances(recording)
  const seconds = time[to]! - time[from]!
  const meters = distances === undefined ? 0 : distances[to]! - distances[from]!
  const rate = rateOf(activity.group, units)
  const mean = (values: ReadonlyArray<number>) => meanValue(values.slice(from + 1, to + 1))
  return markup`Section ${
    joined([
      ...(meters > 0 ? [distanceParts(units, meters, activity.group).join(" ")] : []),
      clock(seconds),
      ...(meters > 0 && seconds > 0 ? [`${rate.format(meters / seconds)} ${rate.unit}`] : []),
      ...(altitude === undefined
        ? []
        : [`${heightText(units, climbOf(altitude.slice(from, to + 1)))} climb`]),
      ...(beats === undefined ? [] : [`${decimal(mean(beats))} bpm`]),
      ...(watts === undefined ? [] : [`${decimal(mean(watts))} W`]),
    ])
  }`
}
