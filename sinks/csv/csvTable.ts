/** A table in a CSV file that grows. A key column says which item a row belongs to. */
import { Array as Arr, Effect, Option, Stream } from "effect"
import { sourceOf } from "../../schemas/export/source.ts"
import { isListed, type Item } from "../../schemas/Item.ts"
import { membersOf } from "../../schemas/json/Json.ts"
import { namedSources } from "../../schemas/json/entryNames.ts"
import { cellOf, CsvError, csvRows, formatCsv, textCell } from "./csv.ts"
import { readFile, replaceFile } from "../files/atomic.ts"
import type { Failure, Services } from "../files/Format.ts"
import { merge, type PositionedRow, type UnpositionedRow } from "../files/merge.ts"
import { SinkError } from "../Sink.ts"
import { mapInTurns } from "../files/cooperative.ts"
import { parseTime } from "../../schemas/time.ts"

type Row = ReadonlyArray<string>

/** Cells of a row, by column. */
export type Cells = ReadonlyMap<string, string>

/** Returns the members of a JSON object as cells, by column. */
export const cellsOf = (members: ReadonlyMap<string, string>): Cells =>
  new Map(Array.from(members, ([name, source]) => [textCell(name), cellOf(source)]))

/** Returns the members of an item and its column `source`. A field `source` of Strava's becomes `source_2`. */
export const cellsWithSource = (item: Item, members: ReadonlyMap<string, string>): Cells => {
  const source = sourceOf(item)
  const fields = Array.from(members)
    .filter(([name]) => source === "api" || name !== "source")
    .map(([name, value]) => [/^source(_2)*$/.test(name) ? `${name}_2` : name, value] as const)
  return new Map(cellsOf(new Map(fields))).set("source", source)
}

/** Returns the source texts of the members of a response, or of its entries by name. */
export const sourcesOf = (item: Item): ReadonlyMap<string, string> =>
  isListed(item.resource) ? namedSources(item.text) : membersOf(item.text)

export interface CsvTable {
  /** Name of its file. */
  readonly file: string
  /** Column with the id of the item that a row belongs to. */
  readonly key: string
  readonly isKey: (cell: string) => boolean
  /** Description of that column for the user: "an activity's id". */
  readonly keyIs: string
  /** Columns that always exist. */
  readonly first: Row
  /**
   * Known columns in their order, including `first`; others follow in the order in which they first
   * appeared.
   */
  readonly known: Row
  /** Cells of rows in files of earlier versions, which lack these columns. */
  readonly defaults?: Cells
  /**
   * Returns the rows of an item whose response has these members, or entries by name; each has the
   * cell `key`.
   */
  rowsOf(item: Item, members: ReadonlyMap<string, string>): ReadonlyArray<Cells>
}

/** A row with the header that names its cells. */
export interface CsvLine {
  readonly header: Row
  readonly row: Row
  /** Id of the item; undefined if the row has none. */
  readonly id: string | undefined
  /** Number of the line in the file, from 1, which is the header. */
  readonly number: number
}

/** Returns the reason why the rows cannot be read by column; undefined if they can. */
const faultOf = (key: string, header: Row, rows: ReadonlyArray<Row>): string | undefined =>
  !header.includes(key)
    ? `it has no column \`${key}\``
    : new Set(header).size < header.length
    ? "two of its columns have the same name"
    : rows.some((row) => row.length > header.length)
    ? "a row is longer than the header"
    : undefined

/**
 * Returns the rows of the table at `file`, without the header. Fails if they cannot be read by
 * column.
 */
export const csvLines = (
  { isKey, key }: CsvTable,
  file: string,
): Stream.Stream<CsvLine, Failure | CsvError, Services> =>
  csvRows(readFile(file)).pipe(
    Stream.mapAccumArrayEffect(
      (): { readonly header: Row | undefined; readonly number: number } => ({
        header: undefined,
        number: 1,
      }),
      ({ header: known, number }, rows) => {
        const header = known ?? rows[0]
        const body = known === undefined ? Arr.drop(rows, 1) : rows
        const fault = faultOf(key, header, body)
        if (fault !== undefined) return new CsvError({ detail: fault })
        const at = header.indexOf(key)
        const lines = body.map((row, i): CsvLine => {
          const id = row[at] ?? ""
          return { header, row, id: isKey(id) ? id : undefined, number: number + i + 1 }
        })
        return Effect.succeed([{ header, number: number + lines.length }, lines] as const)
      },
    ),
  )

const encoder = new TextEncoder()
const encode = (rows: ReadonlyArray<Row>) => encoder.encode(formatCsv(rows))

/**
 * Returns the names in `seen`: those of `known` first and in its order, then the others in their
 * order.
 */
export const csvColumns = (known: Row, seen: ReadonlySet<string>): Row => [
  ...known.filter((name) => seen.has(name)),
  ...seen.difference(new Set(known)),
]

/**
 * Returns the position of an item's rows: they are adjacent, newest item first if the rows have its
 * start.
 */
const place = (id: string, cells: Cells | undefined, rows: ReadonlyArray<Row>) => ({
  id,
  start: parseTime(cells?.get("start_date")) || 0,
  row: rows,
})

/**
 * Adds or replaces the rows of `items` in the table at `file`, and deletes those of `gone`. The file is read
 * back and written row by row, with the cells as they were read. A row without an id, such as a sum that
 * someone added, stays in its place.
 */
export const mergeInto = Effect.fn("csvTable.mergeInto")(
  function* (table: CsvTable, file: string, items: ReadonlyArray<Item>, gone: ReadonlySet<string>) {
    const header = yield* Stream.runHead(csvRows(readFile(file)))
    const names = new Set([...table.first, ...Option.getOrElse(header, () => [])])
    const batch = yield* mapInTurns(items, 20, (item) => {
      const rows = table.rowsOf(item, sourcesOf(item))
      for (const cells of rows) for (const name of cells.keys()) names.add(name)
      return { id: item.id, rows }
    })
    const columns = csvColumns(table.known, names)
    const widen = (cells: Cells): Row => columns.map((column) => cells.get(column) ?? "")
    const placed = yield* mapInTurns(
      batch,
      20,
      ({ id, rows }) => place(id, rows[0], rows.map(widen)),
    )
    const lines = Stream.map(
      csvLines(table, file),
      (
        { header, id, row },
      ): PositionedRow<ReadonlyArray<Row>> | UnpositionedRow<ReadonlyArray<Row>> => {
        const read = new Map(header.map((column, i) => [column, row[i] ?? ""]))
        if (id === undefined) return { id, row: [widen(read)] }
        const cells = table.defaults === undefined ? read : new Map([...table.defaults, ...read])
        return place(id, cells, [widen(cells)])
      },
    )
    yield* replaceFile(
      file,
      Stream.succeed(columns).pipe(
        Stream.concat(Stream.flattenIterable(merge(lines, placed, gone))),
        Stream.rechunk(100),
        Stream.mapArray((block) => [encode(block)] as const),
      ),
    )
  },
  (effect, _table, file) =>
    Effect.catchTag(effect, "Unreadable", ({ detail }) =>
      Effect.fail(
        new SinkError({
          sink: "csv",
          reason: "disk",
          detail:
            `${file} cannot be read back: ${detail}. It was not changed. Fix it and run again`,
        }),
      )),
)
