/** The samples of one activity, as `GET /activities/{id}/streams` sends them. */
import { Schema } from "effect"
import { elementsOf, membersOf } from "./Json.ts"
import { maybe, open } from "./open.ts"

/** The eleven documented stream types, in the order of our columns. */
export const streamTypes = [
  "time",
  "distance",
  "latlng",
  "altitude",
  "velocity_smooth",
  "heartrate",
  "cadence",
  "watts",
  "temp",
  "moving",
  "grade_smooth",
] as const
export type StreamType = typeof streamTypes[number]

/**
 * Any list is a list of samples: numbers, booleans, pairs and nulls are all seen, and a check of
 * every sample by `Schema` costs more than the rest of the pipeline. A list of Infinity (1e400) is refused.
 */
const Samples = Schema.declare(
  (value: unknown): value is ReadonlyArray<unknown> =>
    Array.isArray(value) && !value.some((sample) => sample === Infinity || sample === -Infinity),
  { expected: "a list of finite samples" },
)

const Stream = open({
  data: Samples,
  series_type: maybe(Schema.String),
  original_size: maybe(Schema.Finite),
  resolution: maybe(Schema.String),
})

const ByType = Schema.Record(Schema.String, Stream)
const Listed = Schema.Array(
  Schema.StructWithRest(Schema.Struct({ type: Schema.String, data: Samples }), [
    Schema.Record(Schema.String, Schema.Unknown),
  ]),
).check(
  Schema.makeFilter((streams) =>
    new Set(streams.map(({ type }) => type)).size === streams.length || "a stream type comes twice"
  ),
)

/**
 * With `key_by_type=true` an object by type; without it, and in Strava's own example, a list of
 * streams that name their type. Both are accepted; `streamsOf` reads both.
 */
export const StreamSet = Schema.Union([ByType, Listed])
export type StreamSet = typeof StreamSet.Type

/** One stream: its samples as values, and as the text Strava sent for each. */
export interface StreamData {
  readonly type: string
  readonly data: ReadonlyArray<unknown>
  /** Lazily: the source text of each sample, such as `2.50`, `null` or `[51.5,-0.1]`. */
  readonly source: () => ReadonlyArray<string>
  /** What else Strava says of the stream: `series_type`, `original_size`, `resolution`. */
  readonly info: Readonly<Record<string, unknown>>
}

/** The streams of a response `text` that decoded to `set`, known types first, in our order. */
export const streamsOf = (text: string, set: StreamSet): ReadonlyArray<StreamData> => {
  const listed = Array.isArray(set)
  const cut = (): ReadonlyMap<string, string> =>
    listed ? new Map(elementsOf(text).map((stream, i) => [String(i), stream])) : membersOf(text)
  let sources: ReturnType<typeof cut> | undefined
  const found = Object.entries(set).map(([key, { data, type, ...info }]): StreamData => ({
    type: listed ? String(type) : key,
    data,
    source: () => {
      sources ??= cut()
      return elementsOf(membersOf(sources.get(key) ?? "{}").get("data") ?? "[]")
    },
    info,
  }))
  const order = (type: string) => {
    const known = (streamTypes as ReadonlyArray<string>).indexOf(type)
    return known === -1 ? streamTypes.length : known
  }
  return found.sort((a, b) => order(a.type) - order(b.type))
}
