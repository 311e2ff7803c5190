/** Rows of text in columns of fixed width. */
import { widthOf } from "./terminal.ts"

/** Pads a text to the width of its column. */
type Column = (text: string) => string

const padding = (text: string, width: number) => " ".repeat(Math.max(0, width - widthOf(text)))

export const left = (width: number): Column => (text) => text + padding(text, width)
/** A column of names: as wide as the longest, but at least `least`. */
export const leftOf = (names: ReadonlyArray<string>, least: number): Column =>
  left(Math.max(least, ...names.map(widthOf)))
export const right = (width: number): Column => (text) => padding(text, width) + text

/** Returns one line: the cells after an indent of two, each padded to its column. */
export const formatRow = (cells: ReadonlyArray<string>, columns: ReadonlyArray<Column>): string =>
  `  ${cells.map((cell, i) => columns[i]?.(cell) ?? cell).join("")}`.trimEnd()
