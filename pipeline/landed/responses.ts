/** Parses the responses that a sink keeps. All sinks return the same rows. */
import { Effect, Option, Schema, Stream } from "effect"
import { Buffer } from "node:buffer"
import { isIdOf } from "../../schemas/Item.ts"
import { hashOf } from "../../schemas/json/hash.ts"
import { membersOf } from "../../schemas/json/Json.ts"
import { resources } from "../../schemas/resources.ts"
import type { ActivityResource, SinkReader, StoredText } from "../../sinks/SinkReader.ts"
import { type Activity, activityFrom } from "./Activity.ts"
import { type SampleNames, type Samples, samplesOf } from "./Samples.ts"
import { scannedSamples } from "./scannedSamples.ts"
import { storedDataError } from "./StoredDataError.ts"
import { parsed, record } from "./values.ts"

/** Returns the id with every digit, also if JavaScript would round it. */
const idOf = (text: string, value: unknown): string | undefined => {
  const id = record(value)?.["id"]
  const digits = Number.isSafeInteger(id) ? String(id) : membersOf(text).get("id")
  return digits !== undefined && isIdOf("activities", digits) ? digits : undefined
}

/** Returns the activity of a response; undefined if it is damaged. */
const activityOf = (text: string): Activity | undefined => {
  const value = parsed(text)
  const id = record(value) && idOf(text, value)
  return id === undefined ? undefined : activityFrom(id, value)
}

/** Numbers are ASCII, and as such a text is decoded several times as fast; the rest of it is not used. */
const asciiOf = ({ bytes, text }: StoredText): string => {
  if (bytes === undefined) return text
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
}

/** Returns the samples of a response with streams; undefined if it is none. */
export const storedSamples = (response: StoredText, wanted?: SampleNames): Samples | undefined =>
  (wanted && response.bytes && scannedSamples(response.bytes, wanted)) ??
    samplesOf(asciiOf(response), wanted)

/** Returns the details of a response as `JSON.parse` reads them; undefined if it is no object. */
export const storedDetails = ({ text }: StoredText): StoredDetails | undefined =>
  record(parsed(text))

/** Returns the SHA-256 of a response in hexadecimal. */
export const storedHash = (response: StoredText): string =>
  response.hash ?? hashOf(response.bytes ?? response.text)

const decoder = <S extends Schema.ConstraintDecoder<unknown>>(schema: S) => {
  const decode = Schema.decodeUnknownOption(Schema.fromJsonString(schema))
  return (text: Option.Option<string>) => Option.flatMap(text, decode)
}

const decodeAthlete = decoder(resources.athlete.schema)
const decodeGear = decoder(resources.gear.schema)
const decodeZones = decoder(resources.zones.schema)

export type StoredDetails = Readonly<Record<string, unknown>>

export const responsesOf = (reader: SinkReader) => {
  const read = (...[resource, ids]: Parameters<SinkReader["read"]>) =>
    Stream.mapError(reader.read(resource, ids), storedDataError)
  const streamsOf = (ids: ReadonlyArray<string>, wanted?: SampleNames) =>
    read("streams", ids).pipe(
      Stream.map((response): ReadonlyArray<readonly [id: string, samples: Samples]> => {
        const samples = storedSamples(response, wanted)
        return samples === undefined ? [] : [[response.id, samples]]
      }),
      Stream.flattenIterable,
    )
  return {
    /** Responses of those of `ids` that have one, in the order of `ids`. */
    responses: (resource: ActivityResource, ids: ReadonlyArray<string>) => read(resource, ids),
    /** Every activity that Strava still has, newest first, each once; not held in memory. */
    activities: Stream.suspend(() => {
      const seen = new Set<string>()
      const isNew = (activity: Activity | undefined) =>
        activity !== undefined && seen.size < seen.add(activity.id).size
      return reader.activities.pipe(
        Stream.map(activityOf),
        Stream.filter(isNew),
        Stream.flatMap((activity) => Stream.fromIterable(activity === undefined ? [] : [activity])),
        Stream.mapError(storedDataError),
      )
    }),
    /** Texts of the rows of the export, in any order. */
    exported: Stream.mapError(reader.exported, storedDataError),
    /** The athlete's bikes and shoes, in the order of their ids. */
    gear: Stream.runCollect(
      reader.gear.pipe(
        Stream.map((text) => Option.toArray(decodeGear(Option.some(text)))),
        Stream.flattenIterable,
        Stream.mapError(storedDataError),
      ),
    ),
    athlete: Effect.mapError(Effect.map(reader.profile("athlete"), decodeAthlete), storedDataError),
    zones: Effect.mapError(Effect.map(reader.profile("zones"), decodeZones), storedDataError),
    /**
     * Streams of those of `ids` that have any, in the order of `ids`. With `wanted`, only these lists are sure
     * to be there, and reading is faster.
     */
    streamsOf,
    streams: (id: string) =>
      Effect.map(Stream.runHead(streamsOf([id])), Option.map(([, samples]) => samples)),
    /** Responses, in the digits that Strava sent, of those of `ids` that have one. */
    texts: (resource: "activities" | "streams" | "details", ids: ReadonlyArray<string>) =>
      Stream.map(read(resource, ids), ({ id, text }) => [id, text] as const),
    /** Details as `JSON.parse` reads them; ids of efforts in them may be rounded. */
    details: (id: string) =>
      Effect.map(Stream.runHead(read("details", [id])), Option.flatMapNullishOr(storedDetails)),
  }
}
