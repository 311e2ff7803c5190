/** Reads a table in a CSV file back: its items, and rows that differ from what was written. */
import { Effect, Stream } from "effect"
import type { Item } from "../../schemas/Item.ts"
import { CsvError } from "./csv.ts"
import { type Cells, type CsvLine, csvLines, type CsvTable, sourcesOf } from "./csvTable.ts"
import { readFile } from "../files/atomic.ts"
import type { Failure, Services } from "../files/Format.ts"
import type { SinkEntry } from "../Sink.ts"

const shortest = (cell: string) => {
  const text = JSON.stringify(cell)
  return text.length > 32 ? `${text.slice(0, 30)}…"` : text
}

/** Describes the first cell of the line that differs from `cells`; undefined if none does. */
const differenceOf = (
  { header, row }: CsvLine,
  cells: Cells,
  defaults: Cells | undefined,
): string | undefined => {
  for (const [i, column] of header.entries()) {
    const found = row[i] ?? ""
    const expected = cells.get(column) ?? ""
    if (found !== expected) {
      return `column ${column} holds ${shortest(found)} instead of ${shortest(expected)}`
    }
  }
  for (const [column, cell] of cells) {
    if (cell !== (defaults?.get(column) ?? "") && !header.includes(column)) {
      return `column ${column} is missing`
    }
  }
  return undefined
}

const unreadable = (detail: string) => `the table cannot be read back: ${detail}`

/** Returns the reason why the table at `file` cannot be read back; undefined if it can. */
export const damageOf = (table: CsvTable, file: string) =>
  damageIn(Stream.runDrain(csvLines(table, file)))

const damageIn = <E, R>(reading: Effect.Effect<void, E | CsvError, R>) =>
  reading.pipe(
    Effect.as(undefined),
    Effect.catchIf((error) => error instanceof CsvError, ({ detail }) => Effect.succeed(detail)),
  )

const quote = 0x22
const newline = 0x0a

/**
 * Returns the number of records in the file at `file` after its header. Line ends within quotes
 * belong to a cell.
 */
export const countRecords = (file: string) =>
  readFile(file).pipe(
    Stream.runFold(
      () => ({ records: -1, quoted: false }),
      (counted, chunk) => {
        let { quoted, records } = counted
        for (const byte of chunk) {
          if (byte === quote) quoted = !quoted
          else if (byte === newline && !quoted) records++
        }
        return { quoted, records }
      },
    ),
    Effect.map(({ records }) => Math.max(0, records)),
  )

/** Returns the item of each row in the table at `file`; a row without an item is a fault. */
export const heldIn = (
  table: CsvTable,
  file: string,
): Stream.Stream<SinkEntry, Failure, Services> =>
  csvLines(table, file).pipe(
    Stream.map(({ id, number }): SinkEntry =>
      id === undefined ? { id, fault: `row ${number} has no ${table.keyIs}` } : { id }
    ),
    Stream.catchTag("Unreadable", ({ detail }) =>
      Stream.succeed<SinkEntry>({ id: undefined, fault: unreadable(detail) })),
  )

/**
 * Returns by id a description of the items whose rows in the table at `file` differ from what was
 * written.
 */
export const differencesIn = Effect.fn("csvTable.differencesIn")(
  function* (table: CsvTable, file: string, items: ReadonlyArray<Item>) {
    const expectedItems = new Map(items.map((item) => [item.id, item]))
    /** Number of rows read of an item, and the first difference. */
    const met = new Map<string, { readonly rows: number; readonly detail: string | undefined }>()
    // Rows of an item are adjacent, so only those of the last one are used again.
    let last: { readonly id: string; readonly rows: ReadonlyArray<Cells> } | undefined
    const rowsOf = (item: Item) => {
      if (last?.id !== item.id) {
        last = { id: item.id, rows: table.rowsOf(item, sourcesOf(item)) }
      }
      return last.rows
    }
    const compare = (item: Item, line: CsvLine) => {
      const expected = rowsOf(item)
      const { detail, rows } = met.get(item.id) ?? { detail: undefined, rows: 0 }
      const cells = expected[rows]
      const found = cells !== undefined
        ? differenceOf(line, cells, table.defaults)
        : rows === 1
        ? "occurs twice"
        : `has more than ${rows} rows`
      met.set(item.id, { rows: rows + 1, detail: detail ?? found })
    }
    const damage = yield* damageIn(
      Stream.runForEach(csvLines(table, file), (line) =>
        Effect.sync(() => {
          const item = line.id === undefined ? undefined : expectedItems.get(line.id)
          if (item !== undefined) compare(item, line)
        })),
    )
    const differences = new Map<string, string>()
    for (const item of expectedItems.values()) {
      const { detail, rows } = met.get(item.id) ?? { detail: undefined, rows: 0 }
      const expected = rowsOf(item).length
      const found = damage !== undefined
        ? unreadable(damage)
        : detail ?? (rows === expected
          ? undefined
          : rows === 0
          ? "missing"
          : `has ${rows} of ${expected} rows`)
      if (found !== undefined) differences.set(item.id, found)
    }
    return differences
  },
)
