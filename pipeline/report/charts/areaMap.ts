/** A map of the tracks of an area: lines over each other on plain ground, with a scale bar. */
import { type Html, markup } from "../html.ts"
import { tick } from "../format.ts"
import { type Area, boundsOf, lengthOfLongitude, longitudeFrom } from "../../metrics/area.ts"
import { pathOf, type Position, thinned } from "../../metrics/track.ts"
import { metersPer, unitNames, type Units } from "../../metrics/units.ts"
import { label } from "./axes.ts"
import { pixel } from "./svg.ts"

const pad = 14
/** Pixels between two points of a track: nearer ones are not visible. */
const leastStep = 1.5
/** Least degrees of a map, so that one short track is not enlarged. */
const leastDegrees = .01
const metersPerDegree = 111_195

/** Lengths of scale bars in kilometers or miles. */
const lengths = [.1, .2, .5, 1, 2, 5, 10, 20, 50, 100, 200]

const scaleBar = (metersPerPixel: number, units: Units, width: number, height: number): Html => {
  const unit = unitNames[units].distance
  const pixels = (length: number) => length * metersPer[unit] / metersPerPixel
  const length = lengths.findLast((each) => pixels(each) < width * .3) ?? lengths[0]!
  const [start, end] = [width - 14 - pixels(length), width - 14]
  return markup`<path class="scale" d="M${pixel(start)} ${height - 19}v5H${end}v-5"/>${
    label((start + end) / 2, height - 21, `${tick(length)} ${unit}`, {
      class: "s halo",
      anchor: "middle",
    })
  }`
}

/** The more tracks, the fainter each, so that roads of every day do not become blots. */
const looks = [
  { from: 150, opacity: .34, width: 1 },
  { from: 40, opacity: .5, width: 1.3 },
  { from: 0, opacity: .8, width: 1.3 },
] as const

interface MapOptions {
  readonly width: number
  readonly height: number
  readonly units: Units
  /** Share of positions at each side that may lie outside. */
  readonly outliers: number
}

/** Returns the map of an area as a drawing that is hidden from assistive technology. */
export const areaMap = (
  { center, tracks: indexes }: Area,
  tracks: ReadonlyArray<ReadonlyArray<Position>>,
  { height, outliers, units, width }: MapOptions,
): Html => {
  const shown = indexes.map((i) => tracks[i]!)
  const across = lengthOfLongitude(center[1])
  const { east, north, south, west } = boundsOf(shown.flat(), center[0], outliers)
  const scale = Math.min(
    (width - 2 * pad) / Math.max((east - west) * across, leastDegrees),
    (height - 2 * pad) / Math.max(north - south, leastDegrees),
  )
  const point = ([lng, lat]: Position) =>
    [
      (longitudeFrom(center[0], lng) - (west + east) / 2) * across * scale + width / 2,
      ((north + south) / 2 - lat) * scale + height / 2,
    ] as const
  const look = looks.find(({ from }) => shown.length > from) ?? looks[2]
  return markup`<svg class="clip" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" aria-hidden="true"><rect class="ground" width="${width}" height="${height}" rx="8"/><g class="tr" stroke-opacity="${look.opacity}" stroke-width="${look.width}">${
    shown.map((track) => markup`<path d="${pathOf(thinned(track.map(point), leastStep))}"/>`)
  }</g>${scaleBar(metersPerDegree / scale, units, width, height)}</svg>`
}
