/** Tables of a benchmark, in Markdown, so that docs/benchmark.md takes them as they are printed. */
import { markdown, type MarkdownRow } from "../markdown.ts"

export type Print = (text: string) => void

/** A table, with a line around it. */
export const markdownTable = (header: MarkdownRow, rows: ReadonlyArray<MarkdownRow>): string =>
  `\n${markdown(header, rows)}`
