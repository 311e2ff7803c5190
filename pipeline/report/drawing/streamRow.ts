/** One stream, drawn as a line or as filled ground, with a few ticks. */
import { tick, ticks } from "../format.ts"
import { type Html, markup } from "../html.ts"
import { pathOf } from "../../metrics/track.ts"

export interface StreamRow {
  readonly name: string
  readonly unit: string
  readonly color: string
  readonly values: ReadonlyArray<number | null>
  readonly shown: (value: number) => string
  readonly area: boolean
  /** Ticks for values that round numbers do not suit, such as a pace. */
  readonly ticks?: (low: number, high: number) => ReadonlyArray<number>
  /** True if low values are at the top: a slow pace is a high number. */
  readonly reverse: boolean
}

/** Pixels: height of a row, gap between rows, and margins. */
export const layout = { row: 58, gap: 18, top: 18, left: 42, right: 6, bottom: 24 }

const tenths = (pixels: number) => Math.round(pixels * 10) / 10

/** Splits a line at steps without a value. */
const pieces = (
  values: StreamRow["values"],
  x: (i: number) => number,
  y: (value: number) => number,
) => {
  const found: Array<Array<readonly [number, number]>> = [[]]
  for (const [i, value] of values.entries()) {
    if (value === null) {
      if (found.at(-1)!.length > 0) found.push([])
    } else found.at(-1)!.push([x(i), y(value)])
  }
  return found.filter((piece) => piece.length > 1)
}

/** Draws the row with its upper edge at `top`. The row has at least two values. */
export const drawRow = (row: StreamRow, top: number, width: number): Html => {
  const known = row.values.filter((value) => value !== null)
  const min = known.reduce((a, b) => Math.min(a, b))
  const max = known.reduce((a, b) => Math.max(a, b))
  const room = Math.max((max - min) * .06, .5)
  const right = width - layout.right
  const bottom = top + layout.row
  const y = (value: number) => {
    const part = (value - min + room) / (max - min + 2 * room)
    return top + (row.reverse ? part : 1 - part) * layout.row
  }
  const x = (i: number) => layout.left + (i + .5) / row.values.length * (right - layout.left)
  const paths = pieces(row.values, x, y)
  const grid = (row.ticks ?? ((low, high) => ticks(low, high, 3)))(min, max).map((value) => {
    const at = tenths(y(value))
    const name = row.ticks === undefined ? tick(value) : row.shown(value)
    return markup`<path class="grid" d="M${layout.left} ${at}H${right}"/><text class="tick" x="${
      layout.left - 6
    }" y="${at}" dy=".32em" text-anchor="end">${name}</text>`
  })
  const ground = paths.map((piece) =>
    `${pathOf(piece)}L${tenths(piece.at(-1)![0])} ${bottom}H${tenths(piece[0]![0])}Z`
  ).join("")
  const area = row.area ? markup`<path class="area ${row.color}" d="${ground}"/>` : ""
  const line = markup`<path class="line ${row.color}" d="${paths.map(pathOf).join("")}"/>`
  const name = markup`<text class="name" x="${layout.left}" y="${
    top - 5
  }">${row.name} <tspan class="unit">${row.unit}</tspan></text>`
  return markup`<g class="row">${grid}${area}${line}${name}</g>`
}
