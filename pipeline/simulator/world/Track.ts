/** A course on the ground: a line with a height at each distance. */
import { type Network, type Point, tour } from "./network.ts"
import { degreesOf, groundHeight, type WorldPlace } from "./places.ts"
import { hash, Random } from "./random.ts"
import type { Course } from "./sports.ts"

export interface Track {
  readonly x: Float64Array
  readonly y: Float64Array
  /** Meters from the start, at each point. */
  readonly along: Float64Array
  /** Total meters. */
  readonly length: number
}

const toTrack = (points: ReadonlyArray<Point>): Track => {
  const x = new Float64Array(points.length)
  const y = new Float64Array(points.length)
  const along = new Float64Array(points.length)
  for (let i = 0; i < points.length; i++) {
    const point = points[i]!
    x[i] = point[0]
    y[i] = point[1]
    if (i > 0) {
      along[i] = along[i - 1]! + Math.max(0.01, Math.hypot(x[i]! - x[i - 1]!, y[i]! - y[i - 1]!))
    }
  }
  return { x, y, along, length: along[along.length - 1]! }
}

const networks: Partial<Record<Course, Omit<Network, "seed">>> = {
  streets: { spacing: 165, jitter: 0.24, gaps: 0.16, bend: 0.09, diagonal: false },
  trails: { spacing: 210, jitter: 0.36, gaps: 0.25, bend: 0.3, diagonal: true },
  roads: { spacing: 560, jitter: 0.33, gaps: 0.22, bend: 0.2, diagonal: true },
  virtual: { spacing: 900, jitter: 0.3, gaps: 0.2, bend: 0.28, diagonal: true },
  loipe: { spacing: 420, jitter: 0.3, gaps: 0.1, bend: 0.25, diagonal: true },
}

/** Repeats one of a few slopes: up by a straight lift, down in turns. */
const slope = (seed: number, length: number): ReadonlyArray<Point> => {
  const random = new Random(seed, 21)
  const points: Array<Point> = []
  let left = length
  let x = random.between(-200, 200)
  let y = 0
  points.push([x, y])
  while (left > 400) {
    const rise = Math.min(left / 2.4, random.between(900, 2300))
    const drift = random.between(-250, 250)
    for (let k = 1; k <= 8; k++) points.push([x + (drift * k) / 8, y + (rise * k) / 8])
    x += drift
    y += rise
    const turns = Math.ceil(rise / 60)
    const wide = random.between(18, 45)
    const back = random.between(-200, 200)
    for (let k = 1; k <= turns * 4; k++) {
      const part = k / (turns * 4)
      points.push([
        x + back * part + wide * Math.sin(part * turns * 2 * Math.PI),
        y - rise * part,
      ])
    }
    x += back
    y -= rise
    left -= rise * 2.4
  }
  return points.length > 1 ? points : [[x, y], [x, y + length]]
}

/** Follows the shore of a lake and back, between buoys. */
const water = (seed: number, length: number): ReadonlyArray<Point> => {
  const random = new Random(seed, 22)
  const [cx, cy] = [random.between(1500, 2500), random.between(1000, 2000)]
  const side = Math.min(length / 3, 260)
  const buoys: ReadonlyArray<Point> = [[0, 0], [side, side * 0.2], [side * 0.7, side * 0.8]]
  const points: Array<Point> = []
  for (let at = 0, swum = 0; swum < length || points.length < 2; at++) {
    const [ax, ay] = buoys[at % 3]!
    const [bx, by] = buoys[(at + 1) % 3]!
    for (let k = 0; k < 6; k++) {
      points.push([cx + ax + ((bx - ax) * k) / 6, cy + ay + ((by - ay) * k) / 6])
    }
    swum += Math.hypot(bx - ax, by - ay)
  }
  return points
}

/**
 * Returns the tour closest to `length` meters of five attempts, because roads are longer than planned.
 */
const fitTour = (network: Network, seed: number, length: number): Track => {
  let best = toTrack(tour(network, seed, length))
  let target = length
  for (let attempt = 0; attempt < 4 && Math.abs(best.length / length - 1) > 0.04; attempt++) {
    target *= (length / best.length) ** (attempt === 0 ? 1 : 0.7)
    const next = toTrack(tour(network, seed, target))
    if (Math.abs(next.length - length) < Math.abs(best.length - length)) best = next
  }
  return best
}

const pool = new Map<string, Track>()

/**
 * Returns the track of about `length` meters for `seed`. People have favorite routes, so most seeds
 * select one of a few for each distance, which are cached while they are in use.
 */
export const trackOf = (place: WorldPlace, course: Course, seed: number, length: number): Track => {
  const step = length < 3000 ? 300 : length < 20_000 ? 1200 : 6000
  const rounded = Math.max(step, Math.round(length / step) * step)
  const pick = hash(seed, 31) % 8 < 6 ? hash(seed, 32) % 4 : seed
  const key = `${place.seed} ${course} ${rounded} ${pick}`
  const found = pool.get(key)
  if (found !== undefined) return found
  const network = networks[course]
  const made = network !== undefined
    ? fitTour({ ...network, seed: place.seed }, hash(pick, rounded), rounded)
    : toTrack(course === "slope" ? slope(pick, rounded) : water(pick, rounded))
  if (pool.size >= 128) pool.delete(pool.keys().next().value ?? "")
  pool.set(key, made)
  return made
}

/** Returns a function that reads the track at increasing distances, in meters east and north. */
export const followTrack = ({ along, length, x, y }: Track) => {
  let at = 1
  const point = { x: 0, y: 0 }
  return (distance: number): { readonly x: number; readonly y: number } => {
    const d = Math.min(Math.max(distance, 0), length)
    while (at < along.length - 1 && along[at]! < d) at++
    while (at > 1 && along[at - 1]! > d) at--
    const part = (d - along[at - 1]!) / (along[at]! - along[at - 1]!)
    point.x = x[at - 1]! + (x[at]! - x[at - 1]!) * part
    point.y = y[at - 1]! + (y[at]! - y[at - 1]!) * part
    return point
  }
}

/** Returns the heights at `cells + 1` distances, evenly spaced over the track. */
export const heightsOf = (
  track: Track,
  place: WorldPlace,
  course: Course,
  cells: number,
): Float64Array => {
  const at = followTrack(track)
  const heights = new Float64Array(cells + 1)
  for (let i = 0; i <= cells; i++) {
    const { x, y } = at((i / cells) * track.length)
    heights[i] = groundHeight(place, x, y, course === "slope")
  }
  return heights
}

/** Returns the error of the receiver at a distance: a few meters that change slowly. */
export const wobble = (seed: number, distance: number): number =>
  2.4 * Math.sin(distance / 41 + (seed % 63)) + 1.3 * Math.sin(distance / 13 + (seed % 17))

const encodeNumber = (value: number): string => {
  let rest = value < 0 ? ~(value << 1) : value << 1
  let text = ""
  while (rest >= 0x20) {
    text += String.fromCharCode((0x20 | (rest & 0x1f)) + 63)
    rest >>= 5
  }
  return text + String.fromCharCode(rest + 63)
}

/** Returns the track as Google's encoded polyline of at most `most` points. */
export const polylineOf = (track: Track, place: WorldPlace, seed: number, most: number): string => {
  const at = followTrack(track)
  const count = Math.max(2, Math.min(most, track.x.length))
  let text = ""
  let [lastLat, lastLng] = [0, 0]
  for (let i = 0; i < count; i++) {
    const distance = (i / (count - 1)) * track.length
    const { x, y } = at(distance)
    const error = wobble(seed, distance)
    const [lat, lng] = degreesOf(place, x + error, y - error)
    const [a, b] = [Math.round(lat * 1e5), Math.round(lng * 1e5)]
    text += encodeNumber(a - lastLat) + encodeNumber(b - lastLng)
    ;[lastLat, lastLng] = [a, b]
  }
  return text
}
