/** Markdown as `deno fmt` would leave it: tables and wrapped prose, for the generated documents. */

export type MarkdownRow = ReadonlyArray<string>

/** A table as `deno fmt` would leave it. */
export const markdown = (header: MarkdownRow, rows: ReadonlyArray<MarkdownRow>): string => {
  const widths = header.map((name, i) =>
    Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0))
  )
  const line = (cells: MarkdownRow) =>
    `| ${cells.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join(
    "\n",
  )
}

/** Prose in lines of at most `width` characters, as `deno fmt` would leave it. */
export const wrapProse = (text: string, width = 100): string =>
  text.split(" ").reduce((lines, word) => {
    const last = lines.slice(lines.lastIndexOf("\n") + 1)
    return last === "" ? word : lines + (last.length + 1 + word.length > width ? "\n" : " ") + word
  }, "")
