/** Tracks for the map of all activities. */
import { metersBetween, type Position } from "../../metrics/track.ts"

/** Meters: points nearer to the line between others than this are not visible on the map. */
const tolerance = 12

/** Degrees: positions are rounded to these, about 10 m. */
const perDegree = 1e4

/** Returns the meters from a position to the line between two others. */
const distanceTo = (a: Position, b: Position, p: Position): number => {
  const across = Math.cos(a[1] * Math.PI / 180)
  const [x, y] = [(b[0] - a[0]) * across, b[1] - a[1]]
  const [dx, dy] = [(p[0] - a[0]) * across, p[1] - a[1]]
  const length = Math.sqrt(x * x + y * y)
  if (length === 0) return metersBetween(a, p)
  return Math.abs(dx * y - dy * x) / length * 111_195
}

/** Returns the track with fewer points, by Douglas and Peucker; each is rounded to 0.0001 degrees. */
export const simplified = (track: ReadonlyArray<Position>): ReadonlyArray<Position> => {
  if (track.length === 0) return []
  const kept = new Uint8Array(track.length)
  kept[0] = kept[track.length - 1] = 1
  const parts: Array<readonly [from: number, to: number]> = [[0, track.length - 1]]
  for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
    const [from, to] = part
    let [farthest, at] = [tolerance, -1]
    for (let i = from + 1; i < to; i++) {
      const distance = distanceTo(track[from]!, track[to]!, track[i]!)
      if (distance > farthest) [farthest, at] = [distance, i]
    }
    if (at === -1) continue
    kept[at] = 1
    parts.push([from, at], [at, to])
  }
  return track.filter((_, i) => kept[i] === 1).map(([lng, lat]): Position => [
    Math.round(lng * perDegree) / perDegree,
    Math.round(lat * perDegree) / perDegree,
  ])
}
