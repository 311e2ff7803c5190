/** The table of activities in a CSV file: the cells of an activity, and what the file holds of them. */
import { Array as Arr, Effect, Stream } from "effect"
import { isDecimalId } from "../schemas/Item.ts"
import { membersOf } from "../schemas/Json.ts"
import { cellOf, rowsOf, textCell, Unreadable } from "./csv.ts"
import { readFile } from "./files.ts"
import type { Failure, Services, TableLook } from "./Format.ts"
import type { Held } from "./Sink.ts"

type Row = ReadonlyArray<string>

/** The members of a JSON object as cells, by column. */
export const cellsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    Array.from(membersOf(text), ([name, source]) => [textCell(name), cellOf(source)]),
  )

/** What the rows of `header` lack to be read by column, if anything. */
const faultOf = (header: Row, rows: ReadonlyArray<Row>): string | undefined =>
  !header.includes("id")
    ? "it has no column `id`"
    : new Set(header).size < header.length
    ? "two of its columns have one name"
    : rows.some((row) => row.length > header.length)
    ? "a row is longer than the header"
    : undefined

/** A row, and what it is read by. */
interface Line {
  readonly header: Row
  readonly row: Row
  readonly id: string | undefined
  /** Counted from 1, the header being the first. */
  readonly number: number
}

/** The rows of the file, without the header; fails where they cannot be read by column. */
export const linesOf = (file: string): Stream.Stream<Line, Failure | Unreadable, Services> =>
  rowsOf(readFile(file)).pipe(
    Stream.mapAccumArrayEffect(
      (): { readonly header: Row | undefined; readonly number: number } => ({
        header: undefined,
        number: 1,
      }),
      ({ header: known, number }, rows) => {
        const header = known ?? rows[0]
        const body = known === undefined ? Arr.drop(rows, 1) : rows
        const fault = faultOf(header, body)
        if (fault !== undefined) return new Unreadable({ detail: fault })
        const at = header.indexOf("id")
        const lines = body.map((row, i): Line => {
          const id = row[at] ?? ""
          return { header, row, id: isDecimalId(id) ? id : undefined, number: number + i + 1 }
        })
        return Effect.succeed([{ header, number: number + lines.length }, lines] as const)
      },
    ),
  )

const shortest = (cell: string) => {
  const text = JSON.stringify(cell)
  return text.length > 32 ? `${text.slice(0, 30)}…"` : text
}

/** Which cell of the line is not the one of `cells`, if any. */
const differenceOf = (
  { header, row }: Line,
  cells: ReadonlyMap<string, string>,
): string | undefined => {
  for (const [i, column] of header.entries()) {
    const found = row[i] ?? ""
    const expected = cells.get(column) ?? ""
    if (found !== expected) {
      return `column ${column} holds ${shortest(found)} instead of ${shortest(expected)}`
    }
  }
  for (const [column, cell] of cells) {
    if (cell !== "" && !header.includes(column)) return `column ${column} is missing`
  }
  return undefined
}

/** Why what was to be read could not be, if so. */
const damageOf = <E, R>(reading: Effect.Effect<void, E | Unreadable, R>) =>
  reading.pipe(
    Effect.as(undefined),
    Effect.catchIf((error) => error instanceof Unreadable, ({ detail }) => Effect.succeed(detail)),
  )

export const look: TableLook = {
  held: (file) =>
    linesOf(file).pipe(
      Stream.map(({ id, number }): Held =>
        id === undefined ? { id, fault: `row ${number} has no activity's id` } : { id }
      ),
      Stream.catchTag("Unreadable", ({ detail }) =>
        Stream.succeed<Held>({ id: undefined, fault: `the table cannot be read back: ${detail}` })),
    ),

  kept: () => Effect.succeed([]),

  differing: Effect.fnUntraced(function* (file, activities) {
    const expected = new Map(activities.map(({ item }) => [item.id, item]))
    const found = new Map<string, string | undefined>()
    const damage = yield* damageOf(Stream.runForEach(linesOf(file), (line) =>
      Effect.sync(() => {
        const item = line.id === undefined ? undefined : expected.get(line.id)
        if (item === undefined) return
        found.set(
          item.id,
          found.has(item.id) ? "is there twice" : differenceOf(line, cellsOf(item.text)),
        )
      })))
    return new Map(
      [...expected.keys()].map((id) => [
        id,
        damage !== undefined
          ? `the table cannot be read back: ${damage}`
          : found.has(id)
          ? found.get(id)
          : "missing",
      ]),
    )
  }),

  damage: (file) => damageOf(Stream.runDrain(linesOf(file))),
}

/** The id in the one row of the file of an athlete. */
export const athleteIdOf = (content: Uint8Array): Effect.Effect<string | undefined> =>
  Stream.runCollect(rowsOf(Stream.make(content))).pipe(
    Effect.map(([header, row]) => row?.[header?.indexOf("id") ?? -1]),
    Effect.map((id) => id !== undefined && isDecimalId(id) ? id : undefined),
    Effect.orElseSucceed(() => undefined),
  )
