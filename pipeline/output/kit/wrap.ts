/** Text on lines of 80 columns. */
import { asTyped, prefixPattern } from "./commandPrefix.ts"
import { widthOf } from "./terminal.ts"

/** Columns of a page: as wide as the narrowest terminal in common use. */
export const pageWidth = 80

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
  { first = "", rest = " ".repeat(widthOf(first)), width = pageWidth }: Indent = {},
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
