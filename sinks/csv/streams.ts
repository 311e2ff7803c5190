/** The file of an activity's streams in CSV: a row per sample. */
import { Array as Arr, Effect } from "effect"
import { sourceOf } from "../../schemas/export/source.ts"
import type { Item } from "../../schemas/Item.ts"
import { elementsOf } from "../../schemas/json/Json.ts"
import { type StreamData, type StreamSet, streamsOf } from "../../schemas/StreamSet.ts"
import { cellOf, formatBare, formatCsv, namesOf, textCell } from "./csv.ts"
import { csvOfScan } from "./scannedStreams.ts"
import { concat } from "../files/atomic.ts"
import { mapInTurns } from "../files/cooperative.ts"

type Row = ReadonlyArray<string>

const encoder = new TextEncoder()

interface Column {
  readonly name: string
  readonly cells: Row
  /** True if every cell is a number, a boolean or empty. */
  readonly bare: boolean
}

const column = (name: string, samples: Row): Column => ({
  name: textCell(name),
  cells: samples.map(cellOf),
  bare: samples.every((sample) => !/^["[{]/.test(sample)),
})

/**
 * Returns the coordinates of a sample; none for null. A value that is not a list is returned as it
 * is.
 */
const partsOf = (sample: string) =>
  sample === "null" ? [] : sample.startsWith("[") ? elementsOf(sample) : [sample]

/**
 * `latlng` becomes two columns, unless a sample is anything but a pair or null. If Strava sent
 * something other than a list of samples, it is in the first row.
 */
const columnsOfStream = ({ odd, source, type }: StreamData): ReadonlyArray<Column> => {
  const instead = odd()
  if (instead !== undefined) return [column(type, instead === "null" ? [] : [instead])]
  const samples = source()
  if (type !== "latlng") return [column(type, samples)]
  const pairs = samples.map(partsOf)
  return pairs.every(({ length }) => length === 0 || length === 2)
    ? [
      column("lat", pairs.map(([lat = ""]) => lat)),
      column("lng", pairs.map(([, lng = ""]) => lng)),
    ]
    : [column(type, samples)]
}

/** Number of rows that are formatted in one turn: some milliseconds of work. */
const blockSize = 1000

export const streamsContent = Effect.fn("streamsContent")(
  function* (item: Item) {
    yield* Effect.yieldNow
    const source = sourceOf(item)
    const marked = source === "api" ? undefined : source
    if (item.scan !== undefined) return csvOfScan(item.scan, marked)
    const set: StreamSet = JSON.parse(item.text)
    const sent = (yield* mapInTurns(streamsOf(item.text, set), 1, columnsOfStream)).flat()
    const length = sent.reduce((most, { cells }) => Math.max(most, cells.length), 0)
    const columns = marked === undefined ? sent : [...sent, {
      name: "source",
      cells: Arr.makeBy(length, () => marked),
      bare: true,
    }]
    const bare = columns.every((column) => column.bare)
    const starts = Array.from(
      { length: Math.ceil(length / blockSize) },
      (_, block) => block * blockSize,
    )
    const blocks = yield* mapInTurns(starts, 1, (start) => {
      const end = Math.min(start + blockSize, length)
      const rows: Array<Row> = []
      for (let i = start; i < end; i++) rows.push(columns.map(({ cells }) => cells[i] ?? ""))
      return encoder.encode(bare ? formatBare(rows) : formatCsv(rows))
    })
    return concat([
      encoder.encode(formatCsv([namesOf(columns.map(({ name }) => name))])),
      ...blocks,
    ])
  },
)
