/** Colors of a track: zones of heart rate, or quantiles of another stream. */
import { type Html, markup } from "../../html.ts"
import { quantile } from "../../charts/smooth.ts"
import type { SiteView } from "../../model/SiteView.ts"
import { zoneOf } from "../../../metrics/heartRate.ts"
import type { StreamLine } from "./streams/strips.ts"

/** Streams that color a track, by their names in an address. */
const colorings = { pace: "speed", heart: "beats", altitude: "altitude", power: "watts" } as const

/** Returns the streams that can color a track, with their names in an address. */
export const colorable = (lines: ReadonlyArray<StreamLine>) =>
  Object.entries(colorings).flatMap(([name, key]) => {
    const found = lines.find((each) => each.key === key)
    return found === undefined ? [] : [{ name, line: found }]
  })

/** Returns the stream that colors the track; undefined if there is none. */
export const chosenColoring = (
  { query }: SiteView,
  lines: ReadonlyArray<StreamLine>,
): StreamLine | undefined => {
  const all = colorable(lines)
  return (all.find(({ name }) => name === query.get("color")) ?? all[0])?.line
}

interface Coloring {
  /** Returns the class of a color. */
  readonly colorOf: (value: number) => string
  readonly classes: ReadonlyArray<string>
  /** Texts at the ends of the ramp. */
  readonly ends: readonly [low: string, high: string]
}

/** Shares of the steps up to each of the inner limits, so that the extremes stand out. */
const limits = [.12, .35, .65, .88]

/** Returns five colors: zones of heart rate if they are known, otherwise quantiles. */
export const coloringOf = (
  { format, key, unit }: StreamLine,
  values: ReadonlyArray<number>,
  zones: ReadonlyArray<number>,
): Coloring => {
  if (key === "beats" && zones.length > 0) {
    const classes = zones.map((_, i) => `z${i + 1}`)
    return {
      colorOf: (value) => `z${Math.max(1, zoneOf(value, zones))}`,
      classes,
      ends: ["Z1", `Z${zones.length}`],
    }
  }
  const cuts = limits.map((p) => quantile(values, p))
  const low = format(quantile(values, .05))
  return {
    colorOf: (value) => `s${1 + cuts.filter((cut) => value >= cut).length}`,
    classes: [1, 2, 3, 4, 5].map((n) => `s${n}`),
    ends: [low === "–" ? "stop" : low, `${format(quantile(values, .98))} ${unit}`],
  }
}

/** Returns the colors from slow to fast, or from low to high, with the values at their ends. */
export const ramp = ({ classes, ends: [low, high] }: Coloring): Html =>
  markup`<div class="ramp"><span>${low}</span><svg class="rampbar" viewBox="0 0 ${
    classes.length * 20
  } 6" preserveAspectRatio="none" aria-hidden="true">${
    classes.map((name, i) => markup`<rect class="${name}" x="${i * 20}" width="19.4" height="6"/>`)
  }</svg><span>${high}</span></div>`
