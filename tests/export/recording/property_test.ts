/** Properties of imported streams: any recording equals its samples, and any file is read without a failure. */
import { Schema } from "effect"
import { gzipSync } from "node:zlib"
import { importedStreams } from "../../../pipeline/export/recording/importedStreams.ts"
import { readActivityFile } from "../../../pipeline/export/recording/readActivityFile.ts"
import {
  type Column,
  fileColumns,
  indexOfColumn,
  type Recording,
} from "../../../pipeline/export/recording/Recording.ts"
import { scan } from "../../../schemas/json/scan.ts"
import { streamsOf } from "../../../schemas/StreamSet.ts"
import { rounds, test } from "../../testing.ts"
import { gpxOf, tcxOf, utf8 } from "../xml/documents.ts"
import { integerBetween } from "./edits.ts"

const start = Date.UTC(2022, 4, 29, 15, 53, 35)
const elapsed = 60
const file = "activities/1.tcx.gz"

const Value = Schema.Union([Schema.Null, integerBetween(-900, 900)])
const Point = Schema.Struct({
  second: Schema.Union([Schema.Null, integerBetween(-40, 120)]),
  fraction: Schema.Literals([0, 250, 999]),
  values: Schema.Array(Value).check(Schema.isMinLength(9), Schema.isMaxLength(9)),
})
type Point = typeof Point.Type
const Case = Schema.Struct({
  points: Schema.Array(Point).check(Schema.isMaxLength(40)),
  decimals: integerBetween(0, 3),
  isText: Schema.Boolean,
})
type Case = typeof Case.Type

const printed = (value: number, decimals: number): string =>
  (value / 10 ** decimals).toFixed(decimals)

const timeOf = ({ fraction, second }: Point): number =>
  second === null ? NaN : start + second * 1000 + fraction

const columnOf = ({ decimals, isText, points }: Case, i: number): Column =>
  isText
    ? {
      kind: "text",
      values: points.map(({ values }) => {
        const value = values[i]
        return value == null ? undefined : printed(value, decimals)
      }),
    }
    : {
      kind: "scaled",
      decimals,
      values: Float64Array.from(points, ({ values }) => values[i] ?? NaN),
    }

const recordingOf = (value: Case): Recording => ({
  format: "tcx",
  times: Float64Array.from(value.points, timeOf),
  columns: Object.fromEntries(fileColumns.map((column, i) => [column, columnOf(value, i)])),
  notes: [],
})

/** Returns the samples of a case, by the rules and without regard to speed. */
const truthOf = ({ decimals, points }: Case): Record<string, ReadonlyArray<string>> => {
  const sorted = points.filter(({ second }) =>
    second !== null && second >= -2 && second <= elapsed + 2
  )
    .toSorted((a, b) => timeOf(a) - timeOf(b))
  const rows = [...Map.groupBy(sorted, ({ second }) => second!)]
  const last = (group: ReadonlyArray<Point>, text: (point: Point) => string | undefined): string =>
    group.map(text).findLast((value) => value !== undefined) ?? "null"
  const value =
    (i: number, isMissing: (value: number) => boolean = () => false) => (point: Point) => {
      const found = point.values[i]
      return found == null || isMissing(found) ? undefined : printed(found, decimals)
    }
  const position = (point: Point) => {
    const [lat = null, lng = null] = point.values
    const isValid = lat !== null && lng !== null && Math.abs(lat) <= 90 * 10 ** decimals &&
      Math.abs(lng) <= 180 * 10 ** decimals
    return isValid ? `[${printed(lat, decimals)},${printed(lng, decimals)}]` : undefined
  }
  const columns: Record<string, (point: Point) => string | undefined> = {
    time: ({ second }) => `${second}`,
    latlng: position,
    heartrate: value(indexOfColumn("heartrate"), (found) => found === 0),
  }
  for (
    const type of ["altitude", "distance", "velocity_smooth", "cadence", "watts", "temp"] as const
  ) {
    columns[type] = value(indexOfColumn(type))
  }
  return Object.fromEntries(
    Object.entries(columns).map((
      [type, text],
    ) => [type, rows.map(([, group]) => last(group, text))])
      .filter(([, values]) => (values as ReadonlyArray<string>).some((text) => text !== "null")),
  )
}

/** Returns the streams that are not derived, and that the plain reader of streams can read. */
const samplesIn = (recording: Recording): Record<string, ReadonlyArray<string>> | undefined => {
  const { bytes, derived } = importedStreams(recording, { start, elapsed, file })
  if (bytes === undefined) return {}
  if (scan(bytes) === undefined) return undefined
  const json = new TextDecoder().decode(bytes)
  return Object.fromEntries(
    streamsOf(json, JSON.parse(json))
      .filter(({ type }) => !derived.some((name) => name === type))
      .map(({ source, type }) => [type, source()]),
  )
}

const sorted = (streams: Record<string, ReadonlyArray<string>> | undefined) =>
  JSON.stringify(Object.entries(streams ?? { unreadable: [] }).toSorted())

test.prop(
  "samples equal the points of the file, by the rules",
  Case,
  (value) => sorted(samplesIn(recordingOf(value))) === sorted(truthOf(value)),
  { runs: rounds(300, 3_000) },
)

/** Returns the texts of a point in a file: its time, and each value; empty if there is none. */
const textsOf = (point: Point, decimals: number) => ({
  time: point.second === null ? "" : new Date(timeOf(point)).toISOString(),
  text: (i: number): string => {
    const value = point.values[i]
    return value == null ? "" : printed(value, decimals)
  },
})

const tcxPoint = (point: Point, decimals: number): string => {
  const { text, time } = textsOf(point, decimals)
  return `<Trackpoint><Time>${time}</Time><Position><LatitudeDegrees>${text(0)}</LatitudeDegrees>
<LongitudeDegrees>${text(1)}</LongitudeDegrees></Position><AltitudeMeters>${
    text(2)
  }</AltitudeMeters>
<DistanceMeters>${text(3)}</DistanceMeters><HeartRateBpm><Value>${text(5)}</Value></HeartRateBpm>
<Cadence>${text(6)}</Cadence><Extensions><n:TPX><n:Speed>${text(4)}</n:Speed><n:Watts>${
    text(7)
  }</n:Watts>
</n:TPX></Extensions></Trackpoint>`
}

const gpxPoint = (point: Point, decimals: number): string => {
  const { text, time } = textsOf(point, decimals)
  return `<trkpt lat="${text(0)}" lon="${text(1)}"><ele>${text(2)}</ele><time>${time}</time>
<extensions><power>${text(7)}</power><x:E><x:speed>${text(4)}</x:speed><x:hr>${text(5)}</x:hr>
<x:cad>${text(6)}</x:cad><x:atemp>${text(8)}</x:atemp></x:E></extensions></trkpt>`
}

const without = (value: Case, column: typeof fileColumns[number]): Case => ({
  ...value,
  points: value.points.map((point) => ({
    ...point,
    values: point.values.map((one, i) => i === indexOfColumn(column) ? null : one),
  })),
})

test.prop(
  "samples of a written TCX or GPX file equal its points",
  Case,
  (value) => {
    const { decimals, points } = value
    const read = (text: string) => sorted(samplesIn(readActivityFile(gzipSync(utf8(text)))))
    return read(tcxOf(...points.map((point) => tcxPoint(point, decimals)))) ===
        sorted(truthOf(without(value, "temp"))) &&
      read(gpxOf(...points.map((point) => gpxPoint(point, decimals)))) ===
        sorted(truthOf(without(value, "distance")))
  },
  { runs: rounds(100, 1_000) },
)
