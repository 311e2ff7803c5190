/** The streams of one activity, as `GET /activities/{id}/streams` sends them. */
import { Predicate, Schema } from "effect"
import { declare } from "./Declaration.ts"
import { entryNames } from "./json/entryNames.ts"
import { elementsOf, membersOf } from "./json/Json.ts"

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
 * With `key_by_type=true` an object by type; without it, and in Strava's own example, a list of
 * streams that name their type. `streamsOf` reads both. Any value in place of a stream is accepted,
 * because one that is null or has another shape must not lose the others.
 */
export const StreamSet = Schema.Union([
  Schema.Record(Schema.String, Schema.Unknown),
  Schema.Array(Schema.Unknown),
])
export type StreamSet = typeof StreamSet.Type

/** One stream: its samples as values, and as the text Strava sent for each. */
export interface StreamData {
  readonly type: string
  /** Empty if Strava sent no list of samples. */
  readonly data: ReadonlyArray<unknown>
  /** Lazily: the source text of each sample, such as `2.50`, `null` or `[51.5,-0.1]`. */
  readonly source: () => ReadonlyArray<string>
  /** Other fields of the stream: `series_type`, `original_size`, `resolution`. */
  readonly info: Readonly<Record<string, unknown>>
  /** Lazily: the source text of the whole stream. */
  readonly text: () => string
  /** Lazily: the source text of what Strava sent in place of a list of samples; undefined if it sent a list. */
  readonly odd: () => string | undefined
}

/** Returns the streams in `set` by type, with distinct names for repeated types. */
const typed = (set: StreamSet): ReadonlyArray<readonly [type: string, stream: unknown]> => {
  if (!Array.isArray(set)) return Object.entries(set)
  const streams: ReadonlyArray<unknown> = set
  return entryNames(streams, "stream").map((type, i) => [type, streams[i]] as const)
}

/** Returns the streams with known types first, in the order of our columns, and the others as they came. */
export const inColumnOrder = <A extends { readonly type: string }>(
  streams: ReadonlyArray<A>,
): ReadonlyArray<A> => {
  const order = (type: string) => {
    const known = (streamTypes as ReadonlyArray<string>).indexOf(type)
    return known === -1 ? streamTypes.length : known
  }
  return streams.toSorted((a, b) => order(a.type) - order(b.type))
}

/** Returns the streams of a response `text` that decoded to `set`, known types first, in our order. */
export const streamsOf = (text: string, set: StreamSet): ReadonlyArray<StreamData> => {
  const cut = (): ReadonlyMap<string, string> =>
    Array.isArray(set)
      ? new Map(elementsOf(text).map((stream, i) => [found[i]?.type ?? "", stream]))
      : membersOf(text)
  let sources: ReturnType<typeof cut> | undefined
  const found = typed(set).map(([type, stream]): StreamData => {
    const members = Predicate.isReadonlyObject(stream) ? stream : undefined
    const { data, type: _, ...info } = members ?? {}
    const source = () => (sources ??= cut()).get(type) ?? "null"
    const list = () => membersOf(source()).get("data")
    return {
      type,
      data: Array.isArray(data) ? data : [],
      source: () => Array.isArray(data) ? elementsOf(list() ?? "[]") : [],
      info,
      text: source,
      odd: () =>
        Array.isArray(data) ? undefined : members === undefined ? source() : list() ?? "null",
    }
  })
  return inColumnOrder(found)
}

/** The streams of an all-day ride take a megabyte, so only few are in memory at once. */
export const streamsResource = declare({
  schema: StreamSet,
  noun: "streams",
  counted: ["set of streams", "sets of streams"],
  help: "Fetch missing streams (heart rate, position, power, …)",
  per: "activity",
  named: false,
  scope: "activity:read_all",
  atOnce: { compared: 8, surveyed: 1_000, adopted: 20 },
})
