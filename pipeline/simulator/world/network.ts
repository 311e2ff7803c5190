/**
 * Roads without a map: a lattice of crossings, each moved a little, some streets missing, all curved.
 */
import { hash, Random, unit } from "./random.ts"

export interface Network {
  readonly seed: number
  /** Meters between crossings. */
  readonly spacing: number
  /** Maximum distance of a crossing from its lattice point, as a share of the spacing. */
  readonly jitter: number
  /** Share of streets that do not exist. */
  readonly gaps: number
  /** Maximum curve of a street, as a share of the spacing. */
  readonly bend: number
  /** True if roads also run diagonally, as they do between villages. */
  readonly diagonal: boolean
}

type Node = readonly [i: number, j: number]
/** Meters east and north of the place's center. */
export type Point = readonly [x: number, y: number]

const steps: ReadonlyArray<Node> = [
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
  [1, -1],
]

/** Bends and rotates the whole plane, so that no long avenue is straight. */
const warp = ({ seed, spacing }: Network, x: number, y: number): Point => {
  const wide = 150 + spacing * 0.7
  const length = 900 + spacing * 7
  const bentX = x + wide * Math.sin(y / length + 1) + (wide / 4) * Math.sin((y * 3.1) / length)
  const bentY = y + wide * Math.sin((x * 0.83) / length) + (wide / 4) * Math.sin((x * 3.5) / length)
  const turn = 0.3 + seed
  return [
    bentX * Math.cos(turn) - bentY * Math.sin(turn),
    bentX * Math.sin(turn) + bentY * Math.cos(turn),
  ]
}

const crossing = (network: Network, [i, j]: Node): Point => {
  const { jitter, seed, spacing } = network
  return warp(
    network,
    (i + jitter * (unit(seed, i, j, 1) * 2 - 1)) * spacing,
    (j + jitter * (unit(seed, i, j, 2) * 2 - 1)) * spacing,
  )
}

/** Returns the number of a street, the same from both ends. */
const streetOf = (seed: number, [i, j]: Node, [di, dj]: Node): number => {
  const kind = di === 0 ? 0 : dj === 0 ? 1 : di === dj ? 2 : 3
  return hash(seed, Math.min(i, i + di), Math.min(j, j + dj), kind, 3)
}

/** Walks from crossing to crossing toward `to`; straight on if that is as good. */
const walk = (network: Network, from: Node, to: Node, used: Set<number>): ReadonlyArray<Node> => {
  const path: Array<Node> = []
  const visited = new Set([hash(from[0], from[1])])
  let [i, j] = from
  let heading = -1
  const most = 4 * (Math.abs(to[0] - i) + Math.abs(to[1] - j)) + 8
  while ((i !== to[0] || j !== to[1]) && path.length < most) {
    let best = -1
    let least = Infinity
    for (let direction = 0; direction < 8; direction += network.diagonal ? 1 : 2) {
      const [di, dj] = steps[direction]!
      const street = streetOf(network.seed, [i, j], [di, dj])
      const gaps = direction % 2 === 0 ? network.gaps : 0.6
      const cost = Math.hypot(to[0] - i - di, to[1] - j - dj) +
        (direction === heading ? -0.35 : 0) +
        (direction === (heading + 4) % 8 && heading >= 0 ? 3 : 0) +
        (street / 0x1_0000_0000 < gaps ? 2.5 : 0) +
        (used.has(street) ? 0.6 : 0) +
        (visited.has(hash(i + di, j + dj)) ? 2 : 0)
      if (cost < least) {
        least = cost
        best = direction
      }
    }
    const [di, dj] = steps[best]!
    used.add(streetOf(network.seed, [i, j], [di, dj]))
    i += di
    j += dj
    heading = best
    visited.add(hash(i, j))
    path.push([i, j])
  }
  return path
}

/** Rounds the corners (Chaikin). Twice is smooth enough for a road. */
const roundCorners = (points: ReadonlyArray<Point>): ReadonlyArray<Point> => {
  const out: Array<Point> = [points[0]!]
  for (let at = 1; at < points.length; at++) {
    const [ax, ay] = points[at - 1]!
    const [bx, by] = points[at]!
    out.push([ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25])
    out.push([ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75])
  }
  out.push(points[points.length - 1]!)
  return out
}

/** Returns the line of a path, with the curve of every street. */
const lineOf = (network: Network, path: ReadonlyArray<Node>): ReadonlyArray<Point> => {
  const points: Array<Point> = [crossing(network, path[0]!)]
  for (let at = 1; at < path.length; at++) {
    const [a, b] = [path[at - 1]!, path[at]!]
    const [ax, ay] = points[points.length - 1]!
    const [bx, by] = crossing(network, b)
    const [di, dj] = [b[0] - a[0], b[1] - a[1]]
    const street = streetOf(network.seed, a, [di, dj]) / 0x1_0000_0000
    const bow = (di > 0 || (di === 0 && dj > 0) ? 1 : -1) * network.bend * (street * 2 - 1)
    points.push([(ax + bx) / 2 - (by - ay) * bow, (ay + by) / 2 + (bx - ax) * bow], [bx, by])
  }
  return roundCorners(roundCorners(points))
}

/**
 * Returns a line of about `length` meters on the network's roads that starts near the center: a loop,
 * or (one in five) out and back. The same `seed` returns the same line.
 */
export const tour = (network: Network, seed: number, length: number): ReadonlyArray<Point> => {
  const random = new Random(network.seed, seed)
  const start: Node = [random.int(-1, 1), random.int(-1, 1)]
  const heading = random.between(0, 2 * Math.PI)
  const at = (x: number, y: number): Node => [
    start[0] + Math.round(x / network.spacing),
    start[1] + Math.round(y / network.spacing),
  ]
  const used = new Set<number>()
  if (random.chance(0.2)) {
    const far = length / 2 / 1.36
    const out = [
      start,
      ...walk(network, start, at(Math.cos(heading) * far, Math.sin(heading) * far), used),
    ]
    return lineOf(network, [...out, ...out.slice(0, -1).reverse()])
  }
  const stretch = random.between(0.7, 1.4)
  const radius = length / 1.42 / (2 * Math.PI)
  const corners = random.int(4, 7)
  const turn = random.chance(0.5) ? 1 : -1
  const path: Array<Node> = [start]
  for (let corner = 1; corner <= corners; corner++) {
    const angle = turn * (corner / corners) * 2 * Math.PI
    const along = radius * stretch * (1 - Math.cos(angle)) * random.between(0.85, 1.15)
    const across = (radius / stretch) * Math.sin(angle) * random.between(0.85, 1.15)
    const goal = corner === corners ? start : at(
      along * Math.cos(heading) - across * Math.sin(heading),
      along * Math.sin(heading) + across * Math.cos(heading),
    )
    path.push(...walk(network, path[path.length - 1]!, goal, used))
  }
  return lineOf(network, path.length > 1 ? path : [start, [start[0] + 1, start[1]]])
}
