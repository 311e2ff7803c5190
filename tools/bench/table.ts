/** Tables of a benchmark, in Markdown, so that docs/benchmark.md takes them as they are printed. */
import { markdown, type Row } from "../markdown.ts"

export type Print = (text: string) => void

/** A table, with a line around it. */
export const table = (header: Row, rows: ReadonlyArray<Row>): string =>
  `\n${markdown(header, rows)}`
