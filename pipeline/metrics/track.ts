/** Tracks from Google's polyline encoding: decoded, cut at their ends, thinned. */

/** Degrees. */
export type Position = readonly [lng: number, lat: number]

/** Most points of a track: Strava's summaries never have more. */
const most = 20_000

/** Returns the positions that `text` encodes; for invalid text, those that could be read. */
export const decodePolyline = (text: string): ReadonlyArray<Position> => {
  const positions: Array<Position> = []
  let at = 0
  let lat = 0
  let lng = 0
  const next = (): number | undefined => {
    let value = 0
    for (let shift = 0; shift < 30; shift += 5) {
      const code = text.charCodeAt(at++) - 63
      if (!(code >= 0 && code < 64)) return undefined
      value |= (code & 31) << shift
      if (code < 32) return value & 1 ? ~(value >> 1) : value >> 1
    }
    return undefined
  }
  while (at < text.length && positions.length < most) {
    const north = next()
    const east = next()
    if (north === undefined || east === undefined) break
    lat += north
    lng += east
    if (Math.abs(lat) > 85e5 || Math.abs(lng) > 180e5) break
    positions.push([lng / 1e5, lat / 1e5])
  }
  return positions
}

const earth = 6_371_000
const radians = Math.PI / 180

/** Returns the meters between two positions that are near each other. */
export const metersBetween = ([lng1, lat1]: Position, [lng2, lat2]: Position): number => {
  const x = (lng2 - lng1) * radians * Math.cos((lat1 + lat2) / 2 * radians)
  const y = (lat2 - lat1) * radians
  // `Math.hypot` is several times as slow, and this runs for every sample.
  return Math.sqrt(x * x + y * y) * earth
}

/** FNV-1a hash: the same number for the same id, everywhere. */
const hashOf = (id: string): number => {
  let hash = 0x811c9dc5
  for (const char of id) hash = Math.imul(hash ^ char.charCodeAt(0), 0x01000193) >>> 0
  return hash
}

/**
 * Meters to cut at the start and at the end of a track, to hide where it began: 200 to 900, by its
 * id.
 */
export const cutsOf = (id: string): readonly [start: number, end: number] => {
  const hash = hashOf(id)
  return [200 + (hash & 0xffff) % 701, 200 + (hash >>> 16) % 701]
}

/** Returns the index of the first position that is at least `meters` along the track; its length if there is none. */
const indexAfter = (track: ReadonlyArray<Position>, meters: number): number => {
  let left = meters
  for (let i = 1; i < track.length; i++) {
    left -= metersBetween(track[i - 1]!, track[i]!)
    if (left <= 0) return i
  }
  return track.length
}

/** Returns the range of positions that stays if the ends of the track are cut; empty if it is too short. */
export const rangeWithoutEnds = (
  id: string,
  track: ReadonlyArray<Position>,
): readonly [from: number, to: number] => {
  const [start, end] = cutsOf(id)
  const from = indexAfter(track, start)
  return [from, track.length - indexAfter(track.slice(from).toReversed(), end)]
}

/** Returns the track without its ends; empty if it is too short. */
export const withoutEnds = (
  id: string,
  track: ReadonlyArray<Position>,
): ReadonlyArray<Position> => track.slice(...rangeWithoutEnds(id, track))

/**
 * Returns points in pixels, without those nearer than `least` to the one before; the last one
 * stays.
 */
export const thinned = (
  points: ReadonlyArray<readonly [x: number, y: number]>,
  least: number,
): ReadonlyArray<readonly [x: number, y: number]> => {
  const kept: Array<readonly [number, number]> = []
  for (const [i, point] of points.entries()) {
    const before = kept.at(-1)
    if (
      before === undefined || i === points.length - 1 ||
      Math.hypot(point[0] - before[0], point[1] - before[1]) >= least
    ) kept.push(point)
  }
  return kept
}

/** Returns an SVG path in steps of a tenth of a pixel, each point relative to the one before. */
export const pathOf = (points: ReadonlyArray<readonly [x: number, y: number]>): string => {
  let x = 0
  let y = 0
  return points.map(([px, py], i) => {
    const dx = Math.round(px * 10) - x
    const dy = Math.round(py * 10) - y
    x += dx
    y += dy
    const step = (tenths: number) => String(tenths / 10).replace(/^(-?)0\./, "$1.")
    const second = step(dy)
    return `${i === 0 ? "M" : i === 1 ? "l" : dx < 0 ? "" : " "}${step(dx)}${
      second.startsWith("-") ? "" : " "
    }${second}`
  }).join("")
}
