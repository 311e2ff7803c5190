/** Tracks as small pictures, each to its own scale. */
import { pathOf, type Position, thinned } from "../../metrics/track.ts"

const radians = Math.PI / 180

/** Returns pixels for positions. */
type Projection = (position: Position) => readonly [x: number, y: number]

/** Returns the degrees from one longitude to another, the short way around the earth. */
const eastwards = (from: number, to: number): number => (to - from + 540) % 360 - 180

interface FittedTrack {
  readonly project: Projection
  /** Pixels of a degree of latitude. */
  readonly scale: number
}

/**
 * Returns the projection that fits positions into a rectangle with `pad` pixels around them.
 * Longitudes are relative to the first position, so that a track can cross the antimeridian.
 */
export const fitted = (
  positions: ReadonlyArray<Position>,
  width: number,
  height: number,
  pad: number,
): FittedTrack => {
  const [lng0, lat0] = positions[0] ?? [0, 0]
  const shrink = Math.cos(lat0 * radians)
  const flat = ([lng, lat]: Position) => [eastwards(lng0, lng) * shrink, -lat] as const
  let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity]
  for (const position of positions) {
    const [x, y] = flat(position)
    left = Math.min(left, x)
    right = Math.max(right, x)
    top = Math.min(top, y)
    bottom = Math.max(bottom, y)
  }
  const tiny = 1e-9
  const scale = Math.min(
    (width - 2 * pad) / Math.max(right - left, tiny),
    (height - 2 * pad) / Math.max(bottom - top, tiny),
  )
  return {
    scale,
    project: (position) => {
      const [x, y] = flat(position)
      return [
        (x - (left + right) / 2) * scale + width / 2,
        (y - (top + bottom) / 2) * scale + height / 2,
      ]
    },
  }
}

/** Returns the path of a track as SVG data; empty for less than two positions. */
export const glyphPath = (
  positions: ReadonlyArray<Position>,
  width: number,
  height: number,
  pad = 3,
): string => {
  if (positions.length < 2) return ""
  const { project } = fitted(positions, width, height, pad)
  return pathOf(thinned(positions.map(project), 1))
}
