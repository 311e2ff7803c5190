/**
 * CSV by RFC 4180, with lines that end in LF, safe to open in a spreadsheet: cells from JSON, rows to text and
 * text to rows.
 */
import { parse } from "csv-parse/sync"
import { stringify } from "csv-stringify/sync"
import { Effect, Schema, Stream } from "effect"
import { onOneLine } from "../../schemas/json/Json.ts"

/** Text that a spreadsheet calculates: `=`, `+`, `-` or `@` after white space, or a tab or line end first. */
export const formula = /^'*(?:\s*[=+\-@＝＋－＠]|\s*[\t\r\n])/

/**
 * A string as a cell. NUL and lone surrogates, which UTF-8 files and their readers do not hold,
 * become U+FFFD. A string that a spreadsheet could take for a formula gets a leading `'`, and so does
 * one that had `'` before a formula already. So this is undone by taking one `'` off each cell of text
 * that matches `formula` and begins with `'`.
 */
export const textCell = (text: string): string => {
  const held = text.toWellFormed().replaceAll("\0", "\ufffd")
  return formula.test(held) ? `'${held}` : held
}

/**
 * The JSON `source` of a value as a cell: numbers in the digits they were sent in, objects and lists
 * as JSON, and null like an absent value: empty.
 */
export const cellOf = (source = ""): string => {
  switch (source[0]) {
    case "n":
      return ""
    case '"':
      return textCell(JSON.parse(source) as string)
    case "[":
    case "{":
      return onOneLine(source).toWellFormed()
    default:
      return source
  }
}

/** Rows as text. An empty cell that is alone in its row is `""`, since readers skip empty lines. */
export const formatCsv = (rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows[0]?.length === 0 ? "" : stringify([...rows], { quoted_empty: rows[0]?.length === 1 })

/** `formatCsv` for cells that are all JSON numbers, booleans or empty: none of them needs quotes. */
export const formatBare = (rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows.map((row) => row.length === 1 && row[0] === "" ? '""\n' : `${row.join(",")}\n`).join("")

/** Returns the names of columns, each but the first of its name with `_2` after it. */
export const namesOf = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const different = new Set<string>()
  for (let name of names) {
    while (different.has(name)) name += "_2"
    different.add(name)
  }
  return [...different]
}

/** The text is no CSV. */
export class CsvError extends Schema.TaggedError<CsvError>()("Unreadable", {
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot read CSV: ${this.detail}`
  }
}

/**
 * Returns the index just past the last row that ends in `text`, 0 if none does, and true if a quoted cell
 * is open at its end. `open` says the same of its beginning.
 */
const endOfRows = (text: string, open: boolean): readonly [number, boolean] => {
  let end = 0
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code === 0x22) open = !open
    else if (code === 0x0a && !open) end = i + 1
  }
  return [end, open]
}

const parseRows = (text: string, seen: number) =>
  Effect.try({
    try: (): ReadonlyArray<ReadonlyArray<string>> =>
      parse(text, {
        record_delimiter: ["\r\n", "\n"],
        relax_column_count: true,
        skip_empty_lines: true,
      }),
    catch: (error) =>
      new CsvError({
        detail: `${error instanceof Error ? error.message : error} (${seen} rows on)`,
      }),
  })

/** The rows of a CSV file in UTF-8, read in blocks that end where a row ends. */
export const csvRows = <E, R>(
  chunks: Stream.Stream<Uint8Array, E, R>,
): Stream.Stream<ReadonlyArray<string>, E | CsvError, R> =>
  Stream.suspend(() => {
    const decoder = new TextDecoder("utf-8", { fatal: true })
    // Joined when its row ends, so that a row over many chunks is not copied and searched with each.
    let begun: Array<string> = []
    let open = false
    let seen = 0
    const add = (chunk: Uint8Array | undefined) =>
      Effect.gen(function* () {
        const more = yield* Effect.try({
          try: () => decoder.decode(chunk, { stream: chunk !== undefined }),
          catch: () => new CsvError({ detail: `the text is not UTF-8 (${seen} rows on)` }),
        })
        const [end, stillOpen] = endOfRows(more, open)
        open = stillOpen
        if (end === 0 && chunk !== undefined) {
          begun.push(more)
          return []
        }
        const cut = chunk === undefined ? more.length : end
        const text = begun.join("") + more.slice(0, cut)
        begun = [more.slice(cut)]
        const rows = yield* parseRows(text, seen)
        seen += rows.length
        return rows
      })
    return chunks.pipe(
      Stream.concat(Stream.succeed(undefined)),
      Stream.mapEffect(add),
      Stream.flattenIterable,
    )
  })
