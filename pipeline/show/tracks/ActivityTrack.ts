/** Positions of an activity with the samples recorded there, in the digits that are stored. */
import { StreamSet, streamsOf } from "../../../schemas/StreamSet.ts"
import { Option, Schema } from "effect"
import { numberText } from "../../export/xml/numberText.ts"
import { parsed } from "../../landed/values.ts"
import { type Position, rangeWithoutEnds } from "../../metrics/track.ts"

/** Streams that are exported with the positions. */
const sampleTypes = [
  "time",
  "altitude",
  "velocity_smooth",
  "heartrate",
  "cadence",
  "watts",
  "temp",
] as const
type SampleType = typeof sampleTypes[number]

/** Samples from `from` up to, but not including, `to`. */
export type SampleRange = readonly [from: number, to: number]

/** Numbers are texts without an exponent; undefined where a sample is missing. */
export interface ActivityTrack {
  readonly lat: ReadonlyArray<string | undefined>
  readonly lng: ReadonlyArray<string | undefined>
  readonly samples: Partial<Readonly<Record<SampleType, ReadonlyArray<string | undefined>>>>
  /** Ranges of samples in which each has a position; never empty ones. */
  readonly parts: ReadonlyArray<SampleRange>
}

const decode = Schema.decodeUnknownOption(StreamSet)

const pair = /^\[\s*([^\s,\]]+)\s*,\s*([^\s,\]]+)\s*\]$/

/** Returns the coordinates of a sample such as `[51.5,-0.1]`; empty if it is no position on Earth. */
const coordinatesOf = (sample: string): readonly [lat?: string, lng?: string] => {
  const found = pair.exec(sample)
  const lat = numberText(found?.[1] ?? "")
  const lng = numberText(found?.[2] ?? "")
  return lat !== undefined && lng !== undefined && Math.abs(Number(lat)) <= 90 &&
      Math.abs(Number(lng)) <= 180
    ? [lat, lng]
    : []
}

/** Returns the ranges of indexes below `length` that all pass. */
const rangesOf = (
  length: number,
  passes: (index: number) => boolean,
): ReadonlyArray<SampleRange> => {
  const ranges: Array<SampleRange> = []
  let from = -1
  for (let i = 0; i <= length; i++) {
    const inside = i < length && passes(i)
    if (inside && from < 0) from = i
    if (!inside && from >= 0) {
      ranges.push([from, i])
      from = -1
    }
  }
  return ranges
}

/** Returns the track of a response with streams, or the reason why it has none. */
export const activityTrackOf = (text: string): ActivityTrack | "positionless" | "unreadable" => {
  const set = Option.getOrUndefined(decode(parsed(text)))
  if (set === undefined) return "unreadable"
  const streams = new Map(streamsOf(text, set).map((stream) => [stream.type, stream.source]))
  const positions = (streams.get("latlng")?.() ?? []).map(coordinatesOf)
  const parts = rangesOf(positions.length, (i) => positions[i]?.[0] !== undefined)
  if (parts.length === 0) return "positionless"
  return {
    lat: positions.map(([lat]) => lat),
    lng: positions.map(([, lng]) => lng),
    samples: Object.fromEntries(
      sampleTypes.flatMap((type) => {
        const source = streams.get(type)
        return source === undefined ? [] : [[type, source().map(numberText)]]
      }),
    ),
    parts,
  }
}

/** Returns the track without 200 to 900 m at each end, as the report draws it. */
export const trimmedTrack = (id: string, track: ActivityTrack): ActivityTrack | "short" => {
  const kept = track.parts.flatMap(([from, to]) =>
    Array.from({ length: to - from }, (_, i) => from + i)
  )
  const positions = kept.map((i): Position => [Number(track.lng[i]), Number(track.lat[i])])
  const [from, to] = rangeWithoutEnds(id, positions)
  const inside = new Set(kept.slice(from, to))
  const parts = rangesOf(track.lat.length, (i) => inside.has(i))
  return parts.length === 0 ? "short" : { ...track, parts }
}
