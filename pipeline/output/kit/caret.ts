/** A line of a text with a mark below one of its characters. */
import { cut, printable, widthOf } from "./terminal.ts"

/** Columns before the marked character, if the line is too long to show from its start. */
const before = 40

/**
 * Returns the line of `text` that has the character at `position` (from 1), and a line with a caret
 * below that character, both at most `width` columns wide.
 */
export const caretLines = (
  text: string,
  position: number,
  width: number,
): readonly [line: string, caret: string] => {
  const characters = [...text]
  const at = Math.min(position - 1, characters.length)
  const start = characters.lastIndexOf("\n", at - 1) + 1
  const end = characters.indexOf("\n", at)
  const line = characters.slice(start, end === -1 ? undefined : end)
    .map((character) => character === "\t" ? " " : character)
  const first = at - start < width - 10 ? 0 : Math.max(0, at - start - before)
  const shown = (part: ReadonlyArray<string>) => printable(part.join(""))
  return [
    cut(shown(line.slice(first)), width),
    `${" ".repeat(widthOf(shown(line.slice(first, at - start))))}^`,
  ]
}
