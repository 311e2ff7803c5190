/** Areas in which tracks lie near each other. */
import type { Position } from "./track.ts"

/** Degrees of latitude, and as many kilometers of longitude: tracks within these form an area. */
const reach = { lat: .5, lng: .6 }

/** Returns the longitude relative to `center`, without a jump at 180 degrees. */
export const longitudeFrom = (center: number, lng: number): number =>
  ((lng - center + 540) % 360) - 180

/** Returns the length of a degree of longitude, as a part of a degree of latitude. */
export const lengthOfLongitude = (lat: number): number => Math.cos(lat * Math.PI / 180)

export interface Area {
  /** Middle of the first track of the area. */
  readonly center: Position
  /** Indexes of its tracks, in their order. */
  readonly tracks: ReadonlyArray<number>
}

const middleOf = (track: ReadonlyArray<Position>) => track[track.length >> 1]!

/**
 * Returns the areas of tracks, those with the most tracks first. A track belongs to the first area whose
 * center is near its middle; tracks of less than two positions belong to none.
 */
export const areasOf = (
  tracks: ReadonlyArray<ReadonlyArray<Position>>,
): ReadonlyArray<Area> => {
  const areas: Array<{ center: Position; tracks: Array<number> }> = []
  for (const [i, track] of tracks.entries()) {
    if (track.length < 2) continue
    const middle = middleOf(track)
    const found = areas.find(({ center: [lng, lat] }) =>
      Math.abs(middle[1] - lat) < reach.lat &&
      Math.abs(longitudeFrom(lng, middle[0])) * lengthOfLongitude(lat) < reach.lng
    )
    if (found === undefined) areas.push({ center: middle, tracks: [i] })
    else found.tracks.push(i)
  }
  return areas.sort((a, b) => b.tracks.length - a.tracks.length)
}

interface Bounds {
  readonly west: number
  readonly east: number
  readonly south: number
  readonly north: number
}

/**
 * Returns the bounds of positions in degrees, with longitudes relative to `center`. `outliers` is the share
 * of positions at each side to leave out: with many tracks, a single long one would make all others small.
 */
export const boundsOf = (
  positions: ReadonlyArray<Position>,
  center: number,
  outliers: number,
): Bounds => {
  const lngs = Float64Array.from(positions, ([lng]) => longitudeFrom(center, lng)).sort()
  const lats = Float64Array.from(positions, ([, lat]) => lat).sort()
  const last = positions.length - 1
  const [low, high] = [Math.round(outliers * last), Math.round((1 - outliers) * last)]
  return { west: lngs[low]!, east: lngs[high]!, south: lats[low]!, north: lats[high]! }
}
