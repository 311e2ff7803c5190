/**
 * CSV: `athlete.csv` (one row), `activities.csv` (a row each, newest first), `streams/<id>.csv` (a row
 * per sample). Columns are Strava's fields: those we know first, then any others in the order in
 * which they first appeared. What a cell holds is told in `csv.ts`.
 */
import { Effect, Option, Stream } from "effect"
import { activityFields } from "../schemas/Activity.ts"
import { DetailedAthlete } from "../schemas/Athlete.ts"
import { isDecimalId } from "../schemas/Item.ts"
import { elementsOf } from "../schemas/Json.ts"
import { type StreamData, streamsOf } from "../schemas/StreamSet.ts"
import { cellOf, format, formatBare, rowsOf, textCell } from "./csv.ts"
import { athleteIdOf, cellsOf, linesOf, look } from "./csvTable.ts"
import { concat, readFile, replaceFile } from "./files.ts"
import * as FileSink from "./FileSink.ts"
import type { Format } from "./Format.ts"
import { merge, type Placed, type Unplaced } from "./order.ts"
import { SinkError } from "./Sink.ts"
import { mapInTurns } from "./turns.ts"

type Row = ReadonlyArray<string>

const athleteFields = Object.keys(DetailedAthlete.schema.fields)
const encoder = new TextEncoder()
const encode = (rows: ReadonlyArray<Row>) => encoder.encode(format(rows))

/** The names in `seen`: those of `known` first and in its order, then the others in theirs. */
const columnsOf = (known: ReadonlyArray<string>, seen: ReadonlySet<string>): Row => [
  ...known.filter((name) => seen.has(name)),
  ...seen.difference(new Set(known)),
]

const athleteContent: Format["athleteContent"] = ({ item }) =>
  Effect.sync(() => {
    const cells = cellsOf(item.text)
    const columns = columnsOf(athleteFields, new Set(cells.keys()))
    return encode([columns, columns.map((column) => cells.get(column) ?? "")])
  })

const place = (cells: ReadonlyMap<string, string>, row: Row): Placed<Row> | Unplaced<Row> => {
  const id = cells.get("id") ?? ""
  const start = Date.parse(cells.get("start_date") ?? "") || 0
  return isDecimalId(id) ? { id, start, row } : { id: undefined, row }
}

/**
 * The file is read back and written row by row; its cells are written as they were read. A row without
 * an id, such as a sum someone added, stays where it is.
 */
const mergeActivities: Format["mergeActivities"] = Effect.fn("CsvSink.mergeActivities")(
  function* (file, activities) {
    const header = yield* Stream.runHead(rowsOf(readFile(file)))
    const names = new Set(Option.getOrUndefined(header))
    const batch = yield* mapInTurns(activities, 100, ({ item }) => {
      const cells = cellsOf(item.text)
      for (const name of cells.keys()) names.add(name)
      return cells
    })
    const columns = columnsOf(activityFields, names)
    const widen = (cells: ReadonlyMap<string, string>) =>
      place(cells, columns.map((column) => cells.get(column) ?? ""))
    const placed = yield* mapInTurns(batch, 100, widen)
    const table = Stream.map(
      linesOf(file),
      ({ header, row }) => widen(new Map(header.map((column, i) => [column, row[i] ?? ""]))),
    )
    const merged = merge(table, placed.filter((row) => row.id !== undefined))
    yield* replaceFile(
      file,
      Stream.succeed(columns).pipe(
        Stream.concat(merged),
        Stream.rechunk(100),
        Stream.mapArray((block) => [encode(block)] as const),
      ),
    )
  },
  (effect, file) =>
    Effect.catchTag(effect, "Unreadable", ({ detail }) =>
      Effect.fail(
        new SinkError({
          sink: "csv",
          reason: "disk",
          detail:
            `${file} cannot be read back: ${detail}. It was left as it is; mend it and run again`,
        }),
      )),
)

interface Column {
  readonly name: string
  readonly cells: Row
  /** Whether every cell is a number, a boolean or empty. */
  readonly bare: boolean
}

const column = (name: string, samples: Row): Column => ({
  name: textCell(name),
  cells: samples.map(cellOf),
  bare: samples.every((sample) => !/^["[{]/.test(sample)),
})

/** `latlng` becomes two columns, unless a sample is anything but a pair or nothing. */
const columnsOfStream = ({ type, source }: StreamData): ReadonlyArray<Column> => {
  const samples = source()
  if (type !== "latlng") return [column(type, samples)]
  const pairs = samples.map((sample) => sample === "null" ? [] : elementsOf(sample))
  return pairs.every(({ length }) => length === 0 || length === 2)
    ? [
      column("lat", pairs.map(([lat = ""]) => lat)),
      column("lng", pairs.map(([, lng = ""]) => lng)),
    ]
    : [column(type, samples)]
}

/** The names of `columns`, each but the first of its name with `_2` after it. */
const namesOf = (columns: ReadonlyArray<Column>): Row => {
  const names = new Set<string>()
  for (let { name } of columns) {
    while (names.has(name)) name += "_2"
    names.add(name)
  }
  return [...names]
}

/** Rows that are formatted in one turn: some milliseconds of work. */
const blockSize = 1000

const streamsContent: Format["streamsContent"] = Effect.fn("CsvSink.streamsContent")(
  function* ({ item, value }) {
    yield* Effect.yieldNow
    const columns = (yield* mapInTurns(streamsOf(item.text, value), 1, columnsOfStream)).flat()
    const bare = columns.every((column) => column.bare)
    const length = columns.reduce((most, { cells }) => Math.max(most, cells.length), 0)
    const starts = Array.from(
      { length: Math.ceil(length / blockSize) },
      (_, block) => block * blockSize,
    )
    const blocks = yield* mapInTurns(starts, 1, (start) => {
      const end = Math.min(start + blockSize, length)
      const rows: Array<Row> = []
      for (let i = start; i < end; i++) rows.push(columns.map(({ cells }) => cells[i] ?? ""))
      return encoder.encode(bare ? formatBare(rows) : format(rows))
    })
    return concat([encode([namesOf(columns)]), ...blocks])
  },
)

/** The sink that lands in `directory`. */
export const make = (directory: string) =>
  FileSink.make(directory, {
    name: "csv",
    athlete: "athlete.csv",
    activities: "activities.csv",
    extension: ".csv",
    athleteContent,
    streamsContent,
    mergeActivities,
    keepsAnswers: false,
    athleteIdOf,
    look,
  })
