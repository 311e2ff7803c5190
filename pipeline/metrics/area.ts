/** The area with the most tracks, which a map of all of them shows. */
import { metersBetween, type Position } from "./track.ts"

/** Side of a cell in degrees of latitude: about 25 km. */
const side = .225

/** Meters: a track belongs to the area if its middle is within this distance of the area's. */
const reach = 50_000

/** Returns the longitude relative to `center`, without a jump at 180 degrees. */
export const longitudeFrom = (center: number, lng: number): number =>
  ((lng - center + 540) % 360) - 180

const middleOf = (track: ReadonlyArray<Position>) => track[track.length >> 1]!

const cellOf = ([lng, lat]: Position) => {
  const row = Math.floor(lat / side)
  const width = side / Math.max(.05, Math.cos(row * side * Math.PI / 180))
  return { row, column: Math.floor(lng / width) }
}

const medianOf = (values: ReadonlyArray<number>) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** Returns the middle of the cell that, with its neighbors, has the most tracks. */
const densest = (middles: ReadonlyArray<Position>): Position => {
  const key = (row: number, column: number) => `${row} ${column}`
  const cells = Map.groupBy(middles, (position) => {
    const { column, row } = cellOf(position)
    return key(row, column)
  })
  const around = (position: Position) => {
    const { column, row } = cellOf(position)
    return [-1, 0, 1].flatMap((down) =>
      [-1, 0, 1].flatMap((right) => cells.get(key(row + down, column + right)) ?? [])
    )
  }
  let most: ReadonlyArray<Position> = []
  for (const [first] of cells.values()) {
    const some = around(first!)
    if (some.length > most.length) most = some
  }
  const lng = most[0]?.[0] ?? 0
  return [
    lng + medianOf(most.map(([each]) => longitudeFrom(lng, each))),
    medianOf(most.map(([, lat]) => lat)),
  ]
}

interface Area {
  readonly center: Position
  /** Indexes of the tracks that are shown. */
  readonly tracks: ReadonlyArray<number>
  /** Southwest and northeast corners; longitudes are relative to the center's. */
  readonly bounds: readonly [Position, Position]
}

/** Share of outliers to ignore: with many tracks, a single long one would make all others small. */
const shareOf = (tracks: number) => tracks < 50 ? 0 : .02

/** Returns the area; undefined without tracks. A track has at least two positions. */
export const areaOf = (tracks: ReadonlyArray<ReadonlyArray<Position>>): Area | undefined => {
  if (tracks.length === 0) return undefined
  const center = densest(tracks.map(middleOf))
  const near = ([lng, lat]: Position) =>
    metersBetween([0, center[1]], [longitudeFrom(center[0], lng), lat]) <= reach
  const inside = tracks.flatMap((track, i) => near(middleOf(track)) ? [i] : [])
  const positions = inside.flatMap((i) => tracks[i]!)
  const share = shareOf(inside.length)
  const part = (values: Float64Array, at: number) =>
    values[Math.min(values.length - 1, Math.floor(at * values.length))]!
  const lngs = Float64Array.from(positions, ([lng]) => longitudeFrom(center[0], lng)).sort()
  const lats = Float64Array.from(positions, ([, lat]) => lat).sort()
  return {
    center,
    tracks: inside,
    bounds: [
      [part(lngs, share), part(lats, share)],
      [part(lngs, 1 - share), part(lats, 1 - share)],
    ],
  }
}
