/** Where most tracks are: the part of the world that a map of all of them should show. */
import { metresBetween, type Position } from "./track.ts"

/** The sides of a cell, in degrees of latitude: about 25 km. */
const side = .225

/** A track is of the area if its middle is within this of the area's. */
const reach = 50_000

/** The longitude as seen from `centre`, without a leap at 180 degrees. */
export const longitudeFrom = (centre: number, lng: number): number =>
  ((lng - centre + 540) % 360) - 180

const middleOf = (track: ReadonlyArray<Position>) => track[track.length >> 1]!

const cellOf = ([lng, lat]: Position) => {
  const row = Math.floor(lat / side)
  const width = side / Math.max(.05, Math.cos(row * side * Math.PI / 180))
  return { row, column: Math.floor(lng / width) }
}

const medianOf = (values: ReadonlyArray<number>) =>
  values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0

/** The middle of the cell that, with those around it, has the most tracks. */
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
  readonly centre: Position
  /** Indices of the tracks that are shown. */
  readonly tracks: ReadonlyArray<number>
  /** West and south, east and north; longitudes from the centre's. */
  readonly bounds: readonly [Position, Position]
}

/** Of many tracks, a long way out of the area does not make all else small. */
const shareOf = (tracks: number) => tracks < 50 ? 0 : .02

/** None of no tracks. A track has at least two positions. */
export const areaOf = (tracks: ReadonlyArray<ReadonlyArray<Position>>): Area | undefined => {
  if (tracks.length === 0) return undefined
  const centre = densest(tracks.map(middleOf))
  const near = ([lng, lat]: Position) =>
    metresBetween([0, centre[1]], [longitudeFrom(centre[0], lng), lat]) <= reach
  const inside = tracks.flatMap((track, i) => near(middleOf(track)) ? [i] : [])
  const positions = inside.flatMap((i) => tracks[i]!)
  const share = shareOf(inside.length)
  const part = (values: Float64Array, at: number) =>
    values[Math.min(values.length - 1, Math.floor(at * values.length))]!
  const lngs = Float64Array.from(positions, ([lng]) => longitudeFrom(centre[0], lng)).sort()
  const lats = Float64Array.from(positions, ([, lat]) => lat).sort()
  return {
    centre,
    tracks: inside,
    bounds: [
      [part(lngs, share), part(lats, share)],
      [part(lngs, 1 - share), part(lats, 1 - share)],
    ],
  }
}
