/** The streams of a scanned response in CSV: cells are copied as bytes. */
import { sampleCount } from "../../schemas/json/samples.ts"
import type { Scan, ScannedStream } from "../../schemas/json/scan.ts"
import { formatCsv, namesOf, textCell } from "./csv.ts"

/** A column: the samples of a stream, or the first (0) or second (1) numbers of its pairs. */
interface ScanColumn {
  readonly name: string
  readonly stream: ScannedStream
  readonly half?: 0 | 1
}

const quote = 0x22
const comma = 0x2c
const lineFeed = 0x0a
const opening = 0x5b
const closing = 0x5d
const letterN = 0x6e

/** `latlng` becomes two columns, unless a sample is anything but a pair or null. */
const columnsOf = (stream: ScannedStream): ReadonlyArray<ScanColumn> =>
  stream.type === "latlng" && stream.numbers + stream.booleans === 0
    ? [{ name: "lat", stream, half: 0 }, { name: "lng", stream, half: 1 }]
    : [{ name: textCell(stream.type), stream }]

const encoder = new TextEncoder()

/** Columns of a scan, and the index of the next sample of each. */
interface ScanCursor {
  readonly bytes: Uint8Array
  readonly counts: ReadonlyArray<number>
  readonly halves: ReadonlyArray<0 | 1 | undefined>
  readonly next: Array<number>
  /** Bytes between the cells of a row and its line feed. */
  readonly tail: Uint8Array
}

/** Copies the rows to `csv` at `to`; returns the index after them. One loop, because a call per cell is slow. */
const copyRows = (
  { bytes, counts, halves, next, tail }: ScanCursor,
  rows: number,
  csv: Uint8Array,
  to: number,
): number => {
  const width = counts.length
  let begin = to
  let k = 0
  for (let row = 0; row < rows;) {
    let i = next[k]!
    // A column that is shorter than others has no byte here.
    let byte = row < counts[k]! ? bytes[i] : undefined
    const half = halves[k]
    if (byte === letterN) {
      i += 4
    } else if (byte === opening && half === undefined) {
      csv[to++] = quote
      do csv[to++] = bytes[i]!
      while (bytes[i++] !== closing)
      csv[to++] = quote
    } else if (byte === opening) {
      const end = half === 0 ? comma : closing
      while (half !== 0 && bytes[i] !== comma) i++
      while ((byte = bytes[++i]!) !== end) csv[to++] = byte
      while (bytes[i] !== closing) i++
      i++
    } else if (byte !== undefined) {
      do csv[to++] = byte
      while ((byte = bytes[++i]!) !== comma && byte !== closing)
    }
    next[k] = i + 1
    if (++k < width) {
      csv[to++] = comma
      continue
    }
    // Readers skip empty lines.
    if (width === 1 && to === begin && tail.length === 0) {
      csv[to++] = quote
      csv[to++] = quote
    }
    for (let at = 0; at < tail.length; at++) csv[to++] = tail[at]!
    csv[to++] = lineFeed
    k = 0
    row++
    begin = to
  }
  return to
}

/**
 * Returns the file of an activity's streams, a row per sample, with the cell `source` in a column `source` unless it is
 * undefined; the same bytes as from its text.
 */
export const csvOfScan = ({ bytes, streams }: Scan, source: string | undefined): Uint8Array => {
  const columns = streams.flatMap(columnsOf)
  const width = columns.length
  const counts = columns.map(({ stream }) => sampleCount(stream))
  const rows = Math.max(0, ...counts)
  const names = [...columns.map(({ name }) => name), ...(source === undefined ? [] : ["source"])]
  const header = encoder.encode(formatCsv([namesOf(names)]))
  const tail = encoder.encode(source === undefined ? "" : `,${source}`)
  const most = columns.reduce(
    (sum, { stream: { at, end, pairs } }) => sum + end - at + 2 * pairs,
    0,
  )
  const csv = new Uint8Array(header.length + most + rows * (width + 3 + tail.length))
  csv.set(header)
  const cursor: ScanCursor = {
    bytes,
    counts,
    halves: columns.map(({ half }) => half),
    next: columns.map(({ stream }) => stream.at),
    tail,
  }
  return csv.subarray(0, copyRows(cursor, rows, csv, header.length))
}
