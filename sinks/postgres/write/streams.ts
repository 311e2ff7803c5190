/** Streams as rows: one typed array per stream type, sent to PostgreSQL in its binary form. */
import { PgTypes } from "@effect/sql-pg"
import { createHash } from "node:crypto"
import { Predicate, Result } from "effect"
import { type Item, packedItem } from "../../../schemas/Item.ts"
import { sourceOf } from "../../../schemas/export/source.ts"
import { isRounded } from "../../../schemas/json/Json.ts"
import { sampleCount, textIn } from "../../../schemas/json/samples.ts"
import type { Scan, ScannedStream } from "../../../schemas/json/scan.ts"
import { type StreamData, type StreamSet, streamsOf } from "../../../schemas/StreamSet.ts"
import { acceptStreams } from "../../validate.ts"
import type { Refusal } from "../../Sink.ts"
import { type StreamColumn, streamColumns } from "../schema/columns.ts"
import { fitsColumn, SampleArray } from "./SampleArray.ts"
import { fitsBigint, sendable, storableJson } from "./sanitize.ts"
import { compareRows, project, upsert } from "./statements.ts"
import { exactTypes } from "../connection/types.ts"
import { formatTime } from "../../../schemas/time.ts"

const elements = {
  "float8[]": { oid: PgTypes.OID.float8, fits: Number.isFinite },
  "boolean[]": { oid: PgTypes.OID.bool, fits: Predicate.isBoolean },
}

/** Returns one half of each pair, for a column of latitudes or longitudes. */
const halves = (data: ReadonlyArray<unknown>, half: 0 | 1): ReadonlyArray<unknown> => {
  const isPair = (sample: unknown): sample is readonly [unknown, unknown] =>
    Array.isArray(sample) && sample.length === 2 && sample.every(Number.isFinite)
  return data.map((sample) => isPair(sample) ? sample[half] : sample)
}

/**
 * True if `text` might contain a number with more digits than a float8, or one so small that it
 * would become 0.
 */
const holdsLong = (text: string): boolean => /\d{16}|[\d.]{17}|\d[eE]/.test(text)

interface ColumnSamples {
  /** Samples, with null for those of another type; null if all are of another type. */
  readonly samples: ReadonlyArray<unknown> | null
  /** True if every sample is stored exactly as Strava sent it. */
  readonly exact: boolean
}

const samplesFor = (
  { half, type }: StreamColumn,
  { data }: StreamData,
): ColumnSamples => {
  const sent = half === undefined ? data : halves(data, half)
  const { fits } = elements[type]
  if (sent.every((sample) => sample === null || fits(sample))) return { exact: true, samples: sent }
  return {
    exact: false,
    samples: sent.some(fits) ? sent.map((sample) => fits(sample) ? sample : null) : null,
  }
}

/** Returns `{"type":…}`, or null without members. */
const objectOf = (members: ReadonlyArray<readonly [string, string]>): string | null =>
  members.length === 0 ? null : storableJson(
    `{${members.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`,
  )

const columns = [
  { name: "activity_id", type: "bigint" },
  { name: "athlete_id", type: "bigint" },
  { name: "n", type: "integer" },
  ...streamColumns,
  { name: "info", type: "jsonb" },
  { name: "other", type: "jsonb" },
  { name: "sha256", type: "text" },
  { name: "source", type: "text" },
  { name: "fetched_at", type: "timestamptz" },
  { name: "answer", type: "bytea" },
]
const names = columns.map(({ name }) => name)

const written = { table: "strava.streams", key: "activity_id", names }
const valuesOf = (types: ReadonlyArray<string>) =>
  `values (${types.map((type, i) => `$${i + 1}::${type}`).join(", ")})`
const values = valuesOf(columns.map(({ type }) => type))

const arrayNames = streamColumns.map(({ name }) => name)
const firstArray = names.indexOf(arrayNames[0] ?? "")
const isArray = (i: number) => i >= firstArray && i < firstArray + arrayNames.length
const valuesToCompare = valuesOf(columns.map(({ type }, i) => isArray(i) ? "bytea" : type))

const comparison = compareRows(
  written,
  `(${valuesToCompare}) as r(${names.join(", ")})`,
  true,
  arrayNames,
)

const types = exactTypes()

const isParameter = (value: unknown): value is PgTypes.Parameter =>
  Predicate.isObject(value) && PgTypes.ParameterTypeId in value

/** Replaces each array in the parameters of a row by the SHA-256 of its binary form. */
const digested = (landed: ReadonlyArray<unknown>): ReadonlyArray<unknown> => {
  const lengths = landed.map((one) =>
    isParameter(one) && one.value instanceof SampleArray ? one.value.length : 0
  )
  // One buffer for all arrays: each takes 36 kB per hour of samples.
  const buffer = new ArrayBuffer(Math.max(...lengths))
  return landed.map((one, i) => {
    if (!isArray(i) || !isParameter(one)) return one
    const { oid, value } = one
    const bytes = value instanceof SampleArray
      ? value.encode(buffer)
      : Result.getOrThrow(PgTypes.encode(value, oid, types))
    return PgTypes.bytea(createHash("sha256").update(bytes).digest())
  })
}

/** Statements that write and compare one row; `landed` are the parameters of `streamRow`. */
export const streamStatements = {
  insert: upsert(written, values, true),
  project: project(written, values),
  content: names.filter((name) => !["activity_id", "athlete_id", "source"].includes(name)),
  comparing: (landed: ReadonlyArray<unknown>) => ({
    text: comparison,
    parameters: digested(landed),
  }),
}

/** Content of the columns that differ between parsed and scanned streams. */
interface StreamRow {
  /** Number of samples in the longest stream. */
  readonly n: number
  readonly arrays: ReadonlyArray<PgTypes.Parameter | null>
  readonly streams: ReadonlyArray<Pick<StreamData, "info" | "text" | "type">>
  /** Stream types whose arrays hold the samples exactly as Strava sent them. */
  readonly exact: ReadonlySet<string>
}

const parametersOf = (item: Item, { arrays, exact, n, streams }: StreamRow) => [
  PgTypes.int8(BigInt(item.id)),
  PgTypes.int8(BigInt(item.athlete)),
  PgTypes.int4(n),
  ...arrays,
  objectOf(streams.map(({ info, type }) => [type, JSON.stringify(info)])) ?? "{}",
  objectOf(
    streams.filter(({ type }) => !exact.has(type)).map(({ text, type }) => [type, text()]),
  ),
  item.hash,
  sourceOf(item),
  formatTime(item.fetchedAt),
  PgTypes.bytea(packedItem(item)),
]

const rowOf = (item: Item, set: StreamSet): ReadonlyArray<unknown> => {
  const streams = streamsOf(item.text, set)
  const byType = new Map(streams.map((stream) => [stream.type, stream]))
  const long = holdsLong(item.text)
  const exact = new Set<string>()
  const arrays = streamColumns.map((column) => {
    const stream = byType.get(column.stream)
    if (stream === undefined || stream.odd() !== undefined) return null
    const found = samplesFor(column, stream)
    if (found.exact && !(long && stream.source().some(isRounded))) exact.add(column.stream)
    return found.samples &&
      Result.getOrThrow(PgTypes.array(found.samples, elements[column.type].oid))
  })
  const n = Math.max(0, ...streams.map(({ data }) => data.length))
  return parametersOf(item, { n, arrays, streams, exact })
}

const holdsRounded = (bytes: Uint8Array, { at, end }: ScannedStream): boolean =>
  textIn(bytes, at, end).split(/[,[\]]/).some(isRounded)

/**
 * Returns the row of a scanned response; undefined if a list has samples of another type than its
 * column.
 */
const rowOfScan = (item: Item, { bytes, streams }: Scan): ReadonlyArray<unknown> | undefined => {
  const byType = new Map(streams.map((stream) => [stream.type, stream]))
  const arrays: Array<PgTypes.Parameter | null> = []
  const exact = new Set<string>()
  for (const column of streamColumns) {
    const stream = byType.get(column.stream)
    if (stream !== undefined && !fitsColumn(column, stream)) return undefined
    arrays.push(stream === undefined ? null : new SampleArray(bytes, stream, column).parameter)
    if (stream === undefined || exact.has(stream.type)) continue
    if (!(stream.long && holdsRounded(bytes, stream))) exact.add(stream.type)
  }
  return parametersOf(item, {
    n: Math.max(0, ...streams.map(sampleCount)),
    arrays,
    exact,
    streams: streams.map(({ from, info, to, type }) => ({
      info,
      type,
      text: () => textIn(bytes, from, to),
    })),
  })
}

/**
 * Returns the parameters of `streamStatements` for an item, or the reason why it can never be
 * stored.
 */
export const streamRow = (item: Item): Result.Result<ReadonlyArray<unknown>, Refusal> =>
  Result.gen(function* () {
    const accepted = yield* acceptStreams(item)
    const { scan } = item
    // A scanned response is only three levels deep.
    const scanned = scan && rowOfScan(yield* fitsBigint(item), scan)
    return scanned ?? rowOf(yield* sendable(item), accepted.value)
  })
