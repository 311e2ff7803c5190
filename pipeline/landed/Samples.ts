/** The samples of one activity as lists of numbers, under Strava's names. */
import { streamTypes } from "../../schemas/StreamSet.ts"
import { number, parsed, record } from "./values.ts"

/** A list of samples; null if a sample is missing or no number. */
export type Numbers = ReadonlyArray<number | null>

/** Units as in Strava's API reference; the n-th of every list belong together. */
export interface Samples {
  readonly time?: Numbers
  readonly distance?: Numbers
  readonly lat?: Numbers
  readonly lng?: Numbers
  readonly altitude?: Numbers
  readonly velocity_smooth?: Numbers
  readonly heartrate?: Numbers
  readonly cadence?: Numbers
  readonly watts?: Numbers
  readonly temp?: Numbers
  readonly moving?: ReadonlyArray<boolean | null>
  readonly grade_smooth?: Numbers
}

/** Names of the lists to read; reading fewer is faster. */
export type SampleNames = ReadonlySet<keyof Samples>

const numbers = (data: ReadonlyArray<unknown>): Numbers =>
  data.every((value) => typeof value === "number" && value - value === 0)
    ? data as Numbers
    : data.map(number)

const half = (data: ReadonlyArray<unknown>, at: 0 | 1): Numbers =>
  data.map((pair) => Array.isArray(pair) ? number(pair[at]) : null)

const listOf = (type: string, data: ReadonlyArray<unknown>): Samples => {
  switch (type) {
    case "latlng":
      return { lat: half(data, 0), lng: half(data, 1) }
    case "moving":
      return { moving: data.map((value) => typeof value === "boolean" ? value : null) }
    default:
      return (streamTypes as ReadonlyArray<string>).includes(type) ? { [type]: numbers(data) } : {}
  }
}

/** Streams of a response by type, or of a list of streams with a type each. */
export const entriesOf = (sent: unknown): ReadonlyArray<readonly [string, unknown]> =>
  Array.isArray(sent)
    ? sent.map((stream) => [String(record(stream)?.["type"]), stream] as const)
    : Object.entries(record(sent) ?? {})

/** Returns the samples of a parsed response; undefined if it is none. */
const samplesFrom = (sent: unknown): Samples | undefined => {
  if (typeof sent !== "object" || sent === null) return undefined
  return Object.assign(
    {},
    ...entriesOf(sent).map(([type, stream]) => {
      const data = record(stream)?.["data"]
      return Array.isArray(data) ? listOf(type, data) : {}
    }),
  )
}

/** Returns Strava's stream that a list is part of. */
export const streamOf = (name: keyof Samples) => name === "lat" || name === "lng" ? "latlng" : name

/** Returns the samples of a stream in a response by type, cut out of the text as Strava writes it. */
const cutOf = (text: string, type: string): ReadonlyArray<unknown> | undefined | "elsewhere" => {
  const at = text.indexOf(`"${type}":{`)
  if (at === -1) return text.includes(`"${type}"`) ? "elsewhere" : undefined
  const from = text.indexOf(`"data":[`, at)
  // The text between is short and has no list.
  if (from === -1 || from - at > 200 || text.slice(at + type.length + 4, from).includes("{")) {
    return "elsewhere"
  }
  const begin = from + `"data":`.length
  const end = type === "latlng" ? text.indexOf("]]", begin) + 2 : text.indexOf("]", begin) + 1
  const data = end > begin + 1 ? parsed(text.slice(begin, end)) : undefined
  return Array.isArray(data) ? data : "elsewhere"
}

/**
 * Returns the samples of a response; undefined if it is none. With `wanted`, only these lists are read, which
 * is several times faster if they are few; others can be missing then.
 */
export const samplesOf = (text: string, wanted?: SampleNames): Samples | undefined => {
  if (wanted !== undefined && text.startsWith("{") && text.trimEnd().endsWith("}")) {
    const found: Array<Samples> = []
    for (const type of new Set(Array.from(wanted, streamOf))) {
      const data = cutOf(text, type)
      if (data === "elsewhere") return samplesFrom(parsed(text))
      if (data !== undefined) found.push(listOf(type, data))
    }
    return Object.assign({}, ...found)
  }
  return samplesFrom(parsed(text))
}
