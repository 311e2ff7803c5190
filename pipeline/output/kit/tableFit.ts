/** Fits the columns of a table to a terminal, and names those that are hidden. */
import { cut, more, widthOf } from "./terminal.ts"

/** A column ready to print: its name, its heading, its cells, and how wide the widest is. */
export interface Printed {
  /** Its place among all columns. */
  readonly index: number
  readonly name: string
  readonly rank: number
  readonly shrinkTo: number | undefined
  readonly head: ReadonlyArray<string>
  readonly cells: ReadonlyArray<string>
  readonly width: number
  readonly right: boolean
}

/** Returns the number of terminal columns that a table of these columns takes. */
const widthOfAll = (columns: ReadonlyArray<Printed>): number =>
  columns.reduce((sum, { width }) => sum + width + 3, 1)

/** Returns the number of terminal columns at which every column is shown. */
export const needed = (columns: ReadonlyArray<Printed>): number =>
  columns.reduce((sum, { shrinkTo, width }) => sum + Math.min(width, shrinkTo ?? width) + 3, 1)

/** Returns as many columns as fit, from both ends, with a column of `…` between them. */
const fromBothEnds = (
  columns: ReadonlyArray<Printed>,
  maxWidth: number,
): ReadonlyArray<Printed> => {
  const elision: Printed = {
    index: -1,
    name: "",
    rank: 0,
    shrinkTo: undefined,
    head: [more, ""],
    cells: columns[0]?.cells.map(() => more) ?? [],
    width: 1,
    right: false,
  }
  const without = (left: number, right: number) => [
    ...columns.slice(0, left),
    elision,
    ...columns.slice(columns.length - right),
  ]
  for (let shown = columns.length - 1; shown > 1; shown--) {
    const candidate = without(Math.ceil(shown / 2), Math.floor(shown / 2))
    if (widthOfAll(candidate) <= maxWidth) return candidate
  }
  return without(1, 0).slice(0, Math.min(2, columns.length))
}

const shrunk = (column: Printed, width: number): Printed => ({
  ...column,
  head: column.head.map((text) => cut(text, width)),
  cells: column.cells.map((text) => cut(text, width)),
  width,
})

/** The columns with values cut so that they fit; undefined if that is not enough. */
const byCutting = (columns: ReadonlyArray<Printed>, maxWidth: number) => {
  let over = widthOfAll(columns) - maxWidth
  const fitted = columns.map((column) => {
    const { shrinkTo = column.width, width } = column
    const less = Math.min(Math.max(0, over), Math.max(0, width - shrinkTo))
    over -= less
    return less === 0 ? column : shrunk(column, width - less)
  })
  return over <= 0 ? fitted : undefined
}

/** Cuts values first, then hides columns by their rank, then those in the middle. */
export const fit = (columns: ReadonlyArray<Printed>, maxWidth: number): {
  readonly shown: ReadonlyArray<Printed>
  readonly hidden: ReadonlyArray<Printed>
} => {
  const ranks = new Set(columns.map(({ rank }) => rank).filter((rank) => rank > 0))
  const fewer = [Infinity, ...[...ranks].sort((a, b) => b - a)]
    .map((limit) => columns.filter(({ rank }) => rank < limit))
  const least = fewer.at(-1) ?? columns
  const shown = fewer.reduce<ReadonlyArray<Printed> | undefined>(
    (found, some) => found ?? byCutting(some, maxWidth),
    undefined,
  ) ?? fromBothEnds(least, maxWidth)
  const kept = new Set(shown.map(({ index }) => index))
  return { shown, hidden: columns.filter(({ index }) => !kept.has(index)) }
}

/** Most characters of names of hidden columns. */
const mostNames = 160

/** Lines that name the hidden columns and say how to see them; none if every column is shown. */
export const notShown = (
  hidden: ReadonlyArray<Printed>,
  maxWidth: number,
  least: number,
  all: ReadonlyArray<string> = [],
): ReadonlyArray<string> => {
  if (hidden.length === 0) return []
  let length = 0
  const names = hidden.map(({ name }) => cut(name, 32))
    .filter((name) => (length += widthOf(name) + 2) <= mostNames)
  const rest = hidden.length - names.length
  const ways = [...all, ...(least > 300 ? [] : [`${least} columns`])]
  const text = `Not shown in ${maxWidth} columns: ${names.join(", ")}${
    rest > 0 ? ` and ${rest} more` : ""
  }.${ways.length === 0 ? "" : ` To see all: ${ways.join(", ").replace(/, (?=[^,]*$)/, " or ")}.`}`
  return text.split(" ").reduce<ReadonlyArray<string>>((lines, word) => {
    const last = lines.at(-1)
    const longer = `${last} ${word}`
    return last === undefined || widthOf(longer) > maxWidth
      ? [...lines, cut(word, maxWidth)]
      : [...lines.slice(0, -1), longer]
  }, [])
}
