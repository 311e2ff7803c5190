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

/**
 * Copies a sample of column `k` to `csv` at `to`, and notes where the next one begins; returns the index
 * after the copy. `half` is the place of the column in a pair, undefined if it is no half.
 */
const copySample = (
  bytes: Uint8Array,
  next: Array<number>,
  k: number,
  half: number | undefined,
  csv: Uint8Array,
  to: number,
): number => {
  let i = next[k]!
  let byte = bytes[i]!
  if (byte === letterN) {
    i += 4
  } else if (byte !== opening) {
    do csv[to++] = byte
    while ((byte = bytes[++i]!) !== comma && byte !== closing)
  } else if (half === undefined) {
    csv[to++] = quote
    do csv[to++] = bytes[i]!
    while (bytes[i++] !== closing)
    csv[to++] = quote
  } else {
    const end = half === 0 ? comma : closing
    while (half !== 0 && bytes[i] !== comma) i++
    while ((byte = bytes[++i]!) !== end) csv[to++] = byte
    while (bytes[i] !== closing) i++
    i++
  }
  next[k] = i + 1
  return to
}

/** Returns the file of an activity's streams, a row per sample; the same bytes as from its text. */
export const csvOfScan = ({ bytes, streams }: Scan): Uint8Array => {
  const columns = streams.flatMap(columnsOf)
  const width = columns.length
  const counts = columns.map(({ stream }) => sampleCount(stream))
  const rows = Math.max(0, ...counts)
  const header = encoder.encode(formatCsv([namesOf(columns.map(({ name }) => name))]))
  const most = columns.reduce(
    (sum, { stream: { at, end, pairs } }) => sum + end - at + 2 * pairs,
    0,
  )
  const csv = new Uint8Array(header.length + most + rows * (width + 3))
  csv.set(header)
  let to = header.length
  /** Index of the next sample of each column. */
  const next = columns.map(({ stream }) => stream.at)
  const halves = columns.map(({ half }) => half)
  for (let row = 0; row < rows; row++) {
    const begin = to
    for (let k = 0; k < width; k++) {
      if (k > 0) csv[to++] = comma
      if (row < counts[k]!) to = copySample(bytes, next, k, halves[k], csv, to)
    }
    // Readers skip empty lines.
    if (width === 1 && to === begin) {
      csv[to++] = quote
      csv[to++] = quote
    }
    csv[to++] = lineFeed
  }
  return csv.subarray(0, to)
}
