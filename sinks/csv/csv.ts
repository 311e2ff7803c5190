/**
 * CSV as in RFC 4180, with lines that end in LF, safe to open in a spreadsheet: converts JSON to
 * cells, rows to text and text to rows.
 */
import { parse } from "csv-parse/sync"
import { stringify } from "csv-stringify/sync"
import { Effect, Schema, Stream } from "effect"
import { onOneLine } from "../../schemas/json/Json.ts"

/**
 * Text that a spreadsheet executes as a formula: `=`, `+`, `-` or `@` after white space, or a tab
 * or line end first.
 */
export const formula = /^'*(?:\s*[=+\-@＝＋－＠]|\s*[\t\r\n])/

/**
 * Returns a string as a cell. NUL and lone surrogates, which UTF-8 files cannot hold, become
 * U+FFFD. A string that a spreadsheet could execute as a formula gets a leading `'`, and so does
 * one that already had `'` before a formula. To undo this, remove one `'` from each text cell that
 * matches `formula` and begins with `'`.
 */
export const textCell = (text: string): string => {
  const held = text.toWellFormed().replaceAll("\0", "\ufffd")
  return formula.test(held) ? `'${held}` : held
}

/**
 * Returns the JSON `source` of a value as a cell: numbers with the digits that Strava sent, objects
 * and lists as JSON; null is empty, like an absent value.
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

/**
 * Returns rows as text. An empty cell that is alone in its row is `""`, because readers skip empty
 * lines.
 */
export const formatCsv = (rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows[0]?.length === 0 ? "" : stringify([...rows], { quoted_empty: rows[0]?.length === 1 })

/**
 * Like `formatCsv`, for cells that are all JSON numbers, booleans or empty: none of them needs
 * quotes.
 */
export const formatBare = (rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows.map((row) => row.length === 1 && row[0] === "" ? '""\n' : `${row.join(",")}\n`).join("")

/** Returns distinct column names: a repeated name gets `_2` at its end. */
export const namesOf = (names: ReadonlyArray<string>): ReadonlyArray<string> => {
  const different = new Set<string>()
  for (let name of names) {
    while (different.has(name)) name += "_2"
    different.add(name)
  }
  return [...different]
}

/** The text is not CSV. */
export class CsvError extends Schema.TaggedError<CsvError>()("Unreadable", {
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot read CSV: ${this.detail}`
  }
}

/**
 * Returns the index after the last complete row of `text` (0 if there is none), and true if a
 * quoted cell is open at its end. `open` is true if a quoted cell is open at its beginning.
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

/** Returns the rows of a CSV file in UTF-8, which is read in blocks that end where a row ends. */
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
