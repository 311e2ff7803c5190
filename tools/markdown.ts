/** Markdown in the style of `deno fmt`: tables, wrapped prose and generated parts of a page. */

type Row = ReadonlyArray<string | number>

/** Returns a table. */
export const markdown = (header: Row, rows: ReadonlyArray<Row>): string => {
  const widths = header.map((_, i) =>
    Math.max(...[header, ...rows].map((row) => `${row[i] ?? ""}`.length))
  )
  const line = (cells: Row) =>
    `| ${cells.map((cell, i) => `${cell}`.padEnd(widths[i] ?? 0)).join(" | ")} |`
  const rule = widths.map((width) => "-".repeat(width))
  return [header, rule, ...rows].map(line).join("\n")
}

/** Returns prose in lines of at most `width` characters. */
export const wrapProse = (text: string, width = 100): string =>
  text.split(" ").reduce((lines, word) => {
    const last = lines.slice(lines.lastIndexOf("\n") + 1)
    return last === "" ? word : lines + (last.length + 1 + word.length > width ? "\n" : " ") + word
  }, "")

/** Fills the parts of a page between `<!-- LABEL: NAME -->` and `<!-- end -->`; undefined keeps a part. */
export const withParts = (
  label: string,
  page: string,
  part: (name: string) => string | undefined,
): string =>
  page.replaceAll(
    new RegExp(`(<!-- ${label}: (\\w+) -->)([^]*?)(<!-- end -->)`, "g"),
    (_, begin, name, old, end) => {
      const text = part(name)
      return `${begin}${text === undefined ? old : `\n\n${text}\n\n`}${end}`
    },
  )
