/** Streams of an imported activity, in the form of Strava's API. */
import { type StreamType, streamTypes } from "../../../schemas/StreamSet.ts"
import { computedColumn, distancesAlong, numbersOf, speedsFrom } from "./derived.ts"
import { factsOf, type FileFacts } from "./FileFacts.ts"
import { JsonBytes } from "./JsonBytes.ts"
import type { Recording } from "./Recording.ts"
import {
  heartRates,
  type SampleColumn,
  sampleColumn,
  type SamplePositions,
  samplePositions,
  writeValue,
} from "./SampleColumn.ts"
import { type ActivityWindow, type SampleRows, sampleRowsOf } from "./SampleRows.ts"

interface ImportedStreams {
  /** The streams as JSON by type, in ASCII without white space; undefined if the file has no samples. */
  readonly bytes: Uint8Array<ArrayBuffer> | undefined
  /** Types in `bytes`, in its order. */
  readonly types: ReadonlyArray<StreamType>
  /** Types that were computed, because the file does not have them. */
  readonly derived: ReadonlyArray<StreamType>
  readonly facts: FileFacts
  /** Note that says why points of the file can be missing or wrong; undefined if it is intact. */
  readonly damage: string | undefined
  /** Problems of the file, and what of it was dropped. If there are no samples, the first one says why. */
  readonly notes: ReadonlyArray<string>
}

interface ImportedStream {
  readonly type: StreamType
  readonly isDerived: boolean
  /** Writes the value of one sample. */
  readonly write: (out: JsonBytes, row: number) => void
}

/** Bytes that a value takes on average with its comma; the output grows if they are more. */
const usualValue = 8

const comma = 0x2c
const opening = 0x5b
const closing = 0x5d

/** Returns a text as JSON in ASCII. */
const asciiJson = (text: string): string =>
  JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  )

const streamsJson = (
  streams: ReadonlyArray<ImportedStream>,
  count: number,
  file: string,
): Uint8Array<ArrayBuffer> => {
  const out = new JsonBytes(streams.length * (count * usualValue + 200))
  const source =
    `,"series_type":"time","original_size":${count},"resolution":"high","source":"export","file":${
      asciiJson(file)
    }`
  for (const [i, { isDerived, type, write }] of streams.entries()) {
    out.text(`${i === 0 ? "{" : ","}"${type}":{"data":`)
    for (let row = 0; row < count; row++) {
      out.code(row === 0 ? opening : comma)
      write(out, row)
    }
    out.code(closing)
    out.text(`${source}${isDerived ? `,"derived":true` : ""}}`)
  }
  out.text("}")
  return out.take()
}

/** Returns the distance of the file, otherwise the one along its positions. */
const distanceOf = (
  fromFile: SampleColumn | undefined,
  positions: SamplePositions | undefined,
): { readonly column: SampleColumn | undefined; readonly meters: Float64Array | undefined } => {
  if (fromFile !== undefined) return { column: fromFile, meters: numbersOf(fromFile) }
  const meters = positions === undefined ? undefined : distancesAlong(positions)
  return { column: meters === undefined ? undefined : computedColumn(meters, 1), meters }
}

const writerOf = ({ column, index }: SampleColumn): ImportedStream["write"] => (out, row) =>
  writeValue(out, column, index[row]!)

const positionWriter =
  ({ index, lat, lng }: SamplePositions): ImportedStream["write"] => (out, row) => {
    const i = index[row]!
    if (i < 0) return out.text("null")
    out.code(opening)
    writeValue(out, lat, i)
    out.code(comma)
    writeValue(out, lng, i)
    out.code(closing)
  }

/** Returns all streams of the samples, in the order of our columns. */
const streamsIn = (
  { columns }: Recording,
  rows: SampleRows,
  positions: SamplePositions | undefined,
) => {
  const found = new Map<StreamType, ImportedStream>()
  const add = (type: StreamType, column: SampleColumn | undefined, isDerived = false) => {
    if (column !== undefined) found.set(type, { type, isDerived, write: writerOf(column) })
  }
  const fromFile = sampleColumn(columns.distance, rows)
  const distance = distanceOf(fromFile, positions)
  const speed = sampleColumn(columns.velocity_smooth, rows)
  found.set("time", {
    type: "time",
    isDerived: false,
    write: (out, row) => out.scaled(rows.seconds[row]!, 0),
  })
  add("distance", distance.column, fromFile === undefined)
  if (positions !== undefined) {
    found.set("latlng", { type: "latlng", isDerived: false, write: positionWriter(positions) })
  }
  add("velocity_smooth", speed)
  if (speed === undefined && distance.meters !== undefined) {
    add("velocity_smooth", computedColumn(speedsFrom(distance.meters, rows.seconds), 3), true)
  }
  add("heartrate", heartRates(columns.heartrate, rows))
  for (const type of ["altitude", "cadence", "watts", "temp"] as const) {
    add(type, sampleColumn(columns[type], rows))
  }
  return streamTypes.flatMap((type) => found.get(type) ?? [])
}

/**
 * Returns the streams of an activity from its file, and facts of the file. `file` is the name of the file in
 * the export.
 *
 * Numbers keep the digits of the file; a value that it does not have is null, and a type without any value is
 * omitted. `distance` and `velocity_smooth` are computed if the file lacks them, with 1 and 3 decimals, from
 * positions and times. `moving` and `grade_smooth` are never written, because Strava's results cannot be
 * reproduced. `distance` of the file is not set to 0 at the start of an activity that is a part of it.
 */
export const importedStreams = (
  recording: Recording,
  { elapsed, file, start }: ActivityWindow & { readonly file: string },
): ImportedStreams => {
  const rows = sampleRowsOf(recording, { elapsed, start })
  const positions = samplePositions(recording, rows)
  const count = rows.seconds.length
  const streams = count === 0 ? [] : streamsIn(recording, rows, positions)
  const has = (type: StreamType) => streams.some((stream) => stream.type === type)
  return {
    bytes: count === 0 ? undefined : streamsJson(streams, count, file),
    types: streams.map(({ type }) => type),
    derived: streams.flatMap(({ isDerived, type }) => isDerived ? [type] : []),
    facts: factsOf(
      recording,
      { positions, hasHeartrate: has("heartrate"), deviceWatts: has("watts") },
      start,
    ),
    damage: recording.damage,
    notes: [...rows.absence, ...recording.notes, ...rows.notes],
  }
}
