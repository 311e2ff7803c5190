/** Streams as rows: one typed array per stream type, sent to PostgreSQL in its binary form. */
import { PgTypes } from "@effect/sql-pg"
import { Result } from "effect"
import type { Item } from "../../schemas/Item.ts"
import { elementsOf, membersOf } from "../../schemas/Json.ts"
import { type StreamData, type StreamSet, streamsOf } from "../../schemas/StreamSet.ts"
import { accept } from "../accept.ts"
import type { Refusal } from "../Sink.ts"
import { pack } from "./answer.ts"
import { type StreamColumn, streamColumns } from "./columns.ts"
import { sendable, storableJson } from "./sendable.ts"
import { compare, project, upsert } from "./statements.ts"

const elements = {
  "integer[]": {
    oid: PgTypes.OID.int4,
    fits: (sample: unknown) =>
      typeof sample === "number" && Number.isInteger(sample) && Math.abs(sample) < 2 ** 31,
  },
  "float8[]": { oid: PgTypes.OID.float8, fits: (sample: unknown) => typeof sample === "number" },
  "boolean[]": { oid: PgTypes.OID.bool, fits: (sample: unknown) => typeof sample === "boolean" },
}

/** The samples of a column that holds one half of each pair; undefined where a sample is no pair. */
const halves = (
  data: ReadonlyArray<unknown>,
  half: 0 | 1,
): ReadonlyArray<unknown> | undefined => {
  const isPair = (sample: unknown): sample is readonly [unknown, unknown] =>
    Array.isArray(sample) && sample.length === 2 &&
    Number.isFinite(sample[0]) && Number.isFinite(sample[1])
  return data.every((sample) => sample === null || isPair(sample))
    ? data.map((sample) => sample === null ? null : (sample as ReadonlyArray<unknown>)[half])
    : undefined
}

/** The samples as `column` holds them, or undefined where one of them does not fit. */
const samplesFor = (
  column: StreamColumn,
  data: ReadonlyArray<unknown>,
): ReadonlyArray<unknown> | undefined => {
  const samples = column.half === undefined ? data : halves(data, column.half)
  const { fits } = elements[column.type]
  return samples?.every((sample) => sample === null || fits(sample)) ? samples : undefined
}

/** The text of each stream as sent, in the order of the answer, each under its type. */
const textsOf = (item: Item, streams: ReadonlyArray<StreamData>): ReadonlyMap<string, string> =>
  item.text.trimStart().startsWith("[")
    ? new Map(
      elementsOf(item.text).map((text) => [(JSON.parse(text) as { type: string }).type, text]),
    )
    : new Map(
      [...membersOf(item.text)].filter(([type]) => streams.some((stream) => stream.type === type)),
    )

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
  compare: compare(written, `(${values}) as r(${names.join(", ")})`, true),
}

const rowOf = (item: Item, set: StreamSet): ReadonlyArray<unknown> => {
  const sent = streamsOf(item.text, set)
  const byType = new Map(sent.map((stream) => [stream.type, stream]))
  const landed = new Set<string>()
  const arrays = streamColumns.map((column) => {
    const data = byType.get(column.stream)?.data
    const samples = data === undefined ? undefined : samplesFor(column, data)
    if (samples === undefined) return null
    landed.add(column.stream)
    return Result.getOrThrow(PgTypes.array(samples, elements[column.type].oid))
  })
  const others = sent.filter(({ type }) => !landed.has(type))
  const texts = others.length === 0 ? new Map<string, string>() : textsOf(item, others)

  return [
    PgTypes.int8(BigInt(item.id)),
    PgTypes.int8(BigInt(item.athlete)),
    PgTypes.int4(Math.max(0, ...sent.map(({ data }) => data.length))),
    ...arrays,
    objectOf(sent.map(({ info, type }) => [type, JSON.stringify(info)])) ?? "{}",
    objectOf(others.map(({ type }) => [type, texts.get(type) ?? "null"])),
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
