/** Streams as rows: one typed array per stream type, sent to PostgreSQL in its binary form. */
import { PgTypes } from "@effect/sql-pg"
import { Predicate, Result } from "effect"
import type { Item } from "../../schemas/Item.ts"
import { isRounded } from "../../schemas/Json.ts"
import { type StreamData, type StreamSet, streamsOf } from "../../schemas/StreamSet.ts"
import { accept } from "../accept.ts"
import type { Refusal } from "../Sink.ts"
import { pack } from "./answer.ts"
import { type StreamColumn, streamColumns } from "./columns.ts"
import { sendable, storableJson } from "./sendable.ts"
import { compare, project, upsert } from "./statements.ts"

const elements = {
  "float8[]": { oid: PgTypes.OID.float8, fits: Number.isFinite },
  "boolean[]": { oid: PgTypes.OID.bool, fits: Predicate.isBoolean },
}

/** The samples of a column that holds one half of each pair. */
const halves = (data: ReadonlyArray<unknown>, half: 0 | 1): ReadonlyArray<unknown> => {
  const isPair = (sample: unknown): sample is readonly [unknown, unknown] =>
    Array.isArray(sample) && sample.length === 2 && sample.every(Number.isFinite)
  return data.map((sample) => isPair(sample) ? sample[half] : sample)
}

/** True if `text` may hold a number of more digits than a float8, or one so small that it would be 0. */
const holdsLong = (text: string): boolean => /\d{16}|[\d.]{17}|\d[eE]/.test(text)

interface ColumnSamples {
  /** A sample of another type is null; if all are, there are none. */
  readonly samples: ReadonlyArray<unknown> | null
  /** True if every sample is as Strava sent it. */
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

/** `{"type":…}`, or null where there is none. */
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
  { name: "fetched_at", type: "timestamptz" },
  { name: "answer", type: "bytea" },
]
const names = columns.map(({ name }) => name)

const written = { table: "strava.streams", key: "activity_id", names }
const values = `values (${columns.map(({ type }, i) => `$${i + 1}::${type}`).join(", ")})`

/** The statements that land and compare one row, their parameters those of `streamRow`. */
export const streams = {
  insert: upsert(written, values, true),
  project: project(written, values),
  content: names.filter((name) => !["activity_id", "athlete_id"].includes(name)),
  compare: compare(written, `(${values}) as r(${names.join(", ")})`, true),
}

const rowOf = (item: Item, set: StreamSet): ReadonlyArray<unknown> => {
  const sent = streamsOf(item.text, set)
  const byType = new Map(sent.map((stream) => [stream.type, stream]))
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
  const others = sent.filter(({ type }) => !exact.has(type))

  return [
    PgTypes.int8(BigInt(item.id)),
    PgTypes.int8(BigInt(item.athlete)),
    PgTypes.int4(Math.max(0, ...sent.map(({ data }) => data.length))),
    ...arrays,
    objectOf(sent.map(({ info, type }) => [type, JSON.stringify(info)])) ?? "{}",
    objectOf(others.map(({ text, type }) => [type, text()])),
    item.hash,
    new Date(item.fetchedAt).toISOString(),
    PgTypes.bytea(pack(item.text)),
  ]
}

/** The parameters of `streams` for an item, or why it can never be a row. */
export const streamRow = (item: Item): Result.Result<ReadonlyArray<unknown>, Refusal> =>
  Result.gen(function* () {
    const { value } = yield* accept.streams(item)
    return rowOf(yield* sendable(item), value)
  })
