/** Rows as a table on a terminal, in the look of polars. */
import { isRawNumber } from "../schemas/Json.ts"

export interface TableColumn {
  readonly name: string
  /** Shown under the name; inferred from the values where it is absent. */
  readonly type?: string
}

export interface TableOptions {
  /** How many rows there are, where `rows` is only the beginning of them. */
  readonly total?: number
  /** The rows that the shape tells of, where `rows` is a part that was asked for. */
  readonly shape?: number
  /** Of more rows than this the middle ones are left out (default 10). */
  readonly maxRows?: number
  /** Columns of the terminal: what does not fit is left out in the middle (default 120). */
  readonly maxWidth?: number
  /** Longer values are cut (default 32). */
  readonly maxCell?: number
}

const more = "…"

const graphemes = new Intl.Segmenter(undefined, { granularity: "grapheme" })
const invisible = /^[\p{Mn}\p{Me}\p{Cf}]+$/u
const emoji = /\p{Emoji_Presentation}|\p{Regional_Indicator}|\ufe0f/u
const wide =
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{1f200}-\u{1f2ff}\u{20000}-\u{3fffd}]/u

const charactersOf = (text: string) => Array.from(graphemes.segment(text), ({ segment }) => segment)

const widthOfOne = (character: string): number =>
  invisible.test(character) ? 0 : emoji.test(character) || wide.test(character) ? 2 : 1

/** How many columns of a terminal `text` takes. */
export const widthOf = (text: string): number =>
  /^[\x20-\x7e]*$/.test(text)
    ? text.length
    : charactersOf(text).reduce((sum, character) => sum + widthOfOne(character), 0)

/** The first `width` columns of `text`, the last of them `…` where something is cut. */
const cut = (text: string, width: number): string => {
  if (widthOf(text) <= width) return text
  let kept = ""
  let used = 0
  for (const character of charactersOf(text)) {
    used += widthOfOne(character)
    if (used > width - 1) break
    kept += character
  }
  return kept + more
}

const named: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" }

/**
 * Without what could move the cursor, colour the screen or turn the reading direction: control and
 * format characters are spelt out, but for the joiners inside emoji and letters.
 */
export const printable = (text: string): string =>
  text.toWellFormed().replaceAll(
    /(?![\u200c\u200d\u{e0020}-\u{e007f}])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu,
    (character) => {
      const code = character.codePointAt(0) ?? 0
      return named[character] ??
        (code < 0x100 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`)
    },
  )

const isNumber = (value: unknown) =>
  typeof value === "number" || typeof value === "bigint" || isRawNumber(value)

/** Lists longer than this show two values at the beginning and one at the end. */
const longestList = 4

const show = (value: unknown): string => {
  if (value === null || value === undefined) return "null"
  if (typeof value === "string") return value
  if (isRawNumber(value)) return value.rawJSON
  if (value instanceof Date) return value.toISOString()
  if (Array.isArray(value)) {
    const shown = value.length > longestList
      ? [...value.slice(0, 2).map(show), `${more} ${show(value.at(-1))}`]
      : value.map(show)
    return `[${shown.join(", ")}]`
  }
  return typeof value === "object" ? JSON.stringify(value) : String(value)
}

const typeOf = (values: ReadonlyArray<unknown>): string => {
  const kinds = new Set(
    values.filter((value) => value !== null && value !== undefined).map((value) => {
      if (typeof value === "number") return Number.isInteger(value) ? "int" : "float"
      if (isRawNumber(value)) return /^-?\d+$/.test(value.rawJSON) ? "int" : "float"
      if (typeof value === "bigint") return "int"
      if (typeof value === "string") return "str"
      if (typeof value === "boolean") return "bool"
      return Array.isArray(value) ? "list" : value instanceof Date ? "datetime" : "struct"
    }),
  )
  if (kinds.size === 2 && kinds.has("int") && kinds.has("float")) return "float"
  return kinds.size === 0 ? "null" : kinds.size === 1 ? [...kinds].join() : "any"
}

/** A column ready to print: its name, its type, its cells, and how wide the widest is. */
interface Printed {
  readonly head: ReadonlyArray<string>
  readonly cells: ReadonlyArray<string>
  readonly width: number
  readonly right: boolean
}

const elision: Omit<Printed, "cells"> = { head: [more, ""], width: 1, right: false }

/** As many columns as fit, from both ends, with one of `…` between them. */
const fitting = (columns: ReadonlyArray<Printed>, maxWidth: number): ReadonlyArray<Printed> => {
  const widthWith = (shown: ReadonlyArray<Printed>) =>
    shown.reduce((sum, { width }) => sum + width + 3, 1)
  if (widthWith(columns) <= maxWidth) return columns
  const without = (left: number, right: number) => [
    ...columns.slice(0, left),
    { ...elision, cells: columns[0]?.cells.map(() => more) ?? [] },
    ...columns.slice(columns.length - right),
  ]
  for (let shown = columns.length - 1; shown > 1; shown--) {
    const candidate = without(Math.ceil(shown / 2), Math.floor(shown / 2))
    if (widthWith(candidate) <= maxWidth) return candidate
  }
  return without(1, 0).slice(0, Math.min(2, columns.length))
}

/**
 * `rows` as text of several lines, without a line break at its end:
 *
 * ```
 * shape: (2, 2)
 * ┌─────┬──────┐
 * │  id ┆ name │
 * │ int ┆ str  │
 * ╞═════╪══════╡
 * │   1 ┆ Ada  │
 * │   2 ┆ null │
 * └─────┴──────┘
 * ```
 */
export const renderTable = (
  columns: ReadonlyArray<TableColumn>,
  rows: ReadonlyArray<Readonly<Record<string, unknown>>>,
  options: TableOptions = {},
): string => {
  const { maxRows = 10, maxWidth = 120, total = rows.length } = options
  const maxCell = Math.max(1, Math.min(options.maxCell ?? 32, maxWidth - 4))
  const above = Math.ceil(maxRows / 2)
  const elided = rows.length > maxRows
  const head = elided ? rows.slice(0, above) : rows
  const tail = elided ? rows.slice(rows.length - (maxRows - above)) : []
  const gap = elided || total > rows.length

  const printed = columns.map(({ name, type }): Printed => {
    const cell = (row: Readonly<Record<string, unknown>>) =>
      cut(printable(show(row[name])), maxCell)
    const values = rows.map((row) => row[name])
    const present = values.filter((value) => value !== null && value !== undefined)
    const cells = [...head.map(cell), ...(gap ? [more] : []), ...tail.map(cell)]
    const heading = [cut(printable(name), maxCell), cut(printable(type ?? typeOf(values)), maxCell)]
    return {
      head: heading,
      cells,
      width: Math.max(...[...heading, ...cells].map(widthOf)),
      right: present.length > 0 && present.every(isNumber),
    }
  })
  const shown = fitting(printed, maxWidth)

  const rule = (left: string, fill: string, cross: string, right: string) =>
    left + shown.map(({ width }) => fill.repeat(width + 2)).join(cross) + right
  const line = (texts: ReadonlyArray<string | undefined>) =>
    `│${
      shown.map(({ right, width }, i) => {
        const text = texts[i] ?? ""
        const space = " ".repeat(Math.max(0, width - widthOf(text)))
        return right ? ` ${space}${text} ` : ` ${text}${space} `
      }).join("┆")
    }│`
  const lines = (shown[0]?.cells ?? []).map((_, i) => line(shown.map(({ cells }) => cells[i])))

  return [
    `shape: (${options.shape ?? total}, ${columns.length})`,
    ...(shown.length === 0 ? [] : [
      rule("┌", "─", "┬", "┐"),
      ...[0, 1].map((i) => line(shown.map(({ head }) => head[i]))),
      rule("╞", "═", "╪", "╡"),
      ...lines,
      rule("└", "─", "┴", "┘"),
    ]),
  ].join("\n")
}
