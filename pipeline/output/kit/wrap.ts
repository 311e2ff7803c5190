/** Text on lines of 80 columns, or of the terminal's if that is narrower. */
import { asTyped, prefixPattern } from "./commandPrefix.ts"
import { widthOf } from "./terminal.ts"

/** Columns of the widest page, because longer lines are hard to read. */
const widestPage = 80
/** Columns of the narrowest page: in fewer, the texts of flags would not fit next to their names. */
const narrowestPage = 50

/** One per process, because all of a process is read on one terminal. */
let current = widestPage

/** Columns of a page. */
export const pageWidth = (): number => current

/** Sets the columns of a page to those of the terminal, between 50 and 80. Call it before any output. */
export const usePageWidth = (columns: number): void => {
  current = Math.max(narrowestPage, Math.min(widestPage, columns))
}

interface Indent {
  /** Prefix of the first line. */
  readonly first?: string
  /** Prefix of the other lines (default: spaces as wide as `first`). */
  readonly rest?: string
  readonly width?: number
}

/** Puts `words` on lines, as many as fit on each; none is broken. */
const wrapWords = (
  words: ReadonlyArray<string>,
  { first = "", rest = " ".repeat(widthOf(first)), width = pageWidth() }: Indent = {},
): ReadonlyArray<string> => {
  const lines: Array<string> = []
  let line: string | undefined
  for (const word of words) {
    const longer: string = line === undefined ? first + word : `${line} ${word}`
    if (line !== undefined && widthOf(longer) > width) {
      lines.push(line)
      line = rest + word
    } else line = longer
  }
  return line === undefined ? [] : [...lines, line]
}

/** Matches the rest of a command to copy, which stays on one line. */
const restOfCommand =
  / [a-z]+(?: --(?:data|sink|with|older-than|allow-deletions) (?:'[^']*'|\S+)| --[a-z-]+)*\S*/

/** Breaks `text` between words, but not within a command, which it writes as the user types it. */
export const wrap = (text: string, indent?: Indent): ReadonlyArray<string> => {
  const wordOrCommand = new RegExp(
    `(?:deno task|${prefixPattern()})${restOfCommand.source}|\\S+`,
    "g",
  )
  return wrapWords(asTyped(text).match(wordOrCommand) ?? [""], indent)
}

/** Breaks a list after a comma, but not within an item. */
export const wrapList = (items: ReadonlyArray<string>, indent?: Indent): ReadonlyArray<string> =>
  wrapWords(items.map((item, i) => i < items.length - 1 ? `${item},` : item), indent)
