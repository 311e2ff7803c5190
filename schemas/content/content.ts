/**
 * Compares the amounts that the summary of an activity claims with those that a response of its streams or
 * details contains: a response that contains less is incomplete.
 */
import { SummaryActivity } from "../Activity.ts"
import { DetailedActivity } from "../DetailedActivity.ts"
import { numberAt } from "../json/samples.ts"
import type { Scan } from "../json/scan.ts"
import { streamTypes } from "../StreamSet.ts"

/** Amounts by name: samples by stream type, entries and counts of the details, `seconds` of both. */
export type Amounts = Readonly<Record<string, number>>

/** Resources whose responses can be compared with a summary. */
export type Comparable = "streams" | "details"

/** True if responses of this resource can be compared with a summary. */
export const isComparableResource = (resource: string): resource is Comparable =>
  resource === "streams" || resource === "details"

type Fields = Readonly<Record<string, unknown>>

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null

const countIn = (value: unknown): number =>
  typeof value === "number" && value > 0 && Number.isFinite(value) ? value : 0

const lengthIn = (value: unknown): number => Array.isArray(value) ? value.length : 0

const flag = (condition: boolean): number => condition ? 1 : 0

/** 1 if the activity has a line on the map. */
const mapIn = ({ map }: Fields): number =>
  flag(
    isFields(map) &&
      [map["summary_polyline"], map["polyline"]].some((line) =>
        typeof line === "string" && line !== ""
      ),
  )

/**
 * 1 if the activity has achievements. These are won by efforts: on segments, which need a map, or
 * over the distances of a run.
 */
const effortsIn = (activity: Fields): number =>
  flag(
    countIn(activity["achievement_count"]) + countIn(activity["pr_count"]) > 0 &&
      (mapIn(activity) === 1 || activity["type"] === "Run"),
  )

/**
 * Amounts that the summary claims. A field that Strava computes from samples proves that they exist:
 * `average_cadence`, `average_temp`, and a difference in height. `average_watts` proves nothing, because
 * Strava estimates it; `device_watts` does.
 */
export const claimsOf = (activity: Fields): Amounts => {
  if (activity["manual"] === true) return {}
  const seconds = countIn(activity["elapsed_time"])
  const claims: Record<string, number> = {
    time: flag(seconds > 0),
    distance: flag(countIn(activity["distance"]) > 0),
    latlng: flag(lengthIn(activity["start_latlng"]) === 2),
    altitude: flag(countIn(activity["elev_high"]) !== countIn(activity["elev_low"])),
    heartrate: flag(activity["has_heartrate"] === true && activity["heartrate_opt_out"] !== true),
    cadence: flag(countIn(activity["average_cadence"]) > 0),
    watts: flag(activity["device_watts"] === true),
    temp: flag(typeof activity["average_temp"] === "number"),
    seconds,
    map: mapIn(activity),
    efforts: effortsIn(activity),
  }
  return Object.fromEntries(Object.entries(claims).filter(([, amount]) => amount > 0))
}

/** Name of the number of nulls among the samples of a type. */
const nullsOf = (type: string) => `nulls of ${type}`

/** Length of a list of samples; nulls count as long as there are no more of them than samples. */
const lengthOf = (count = 0, nulls = 0): number => nulls > count ? count : count + nulls

/** Amounts of one stream that are compared. */
interface StreamAmounts {
  readonly name: string
  /** Number of samples that are not null. */
  readonly count: number
  readonly nulls: number
  /** False for a value in place of a list of samples, which is stored too. */
  readonly isList: boolean
  /** Last sample that is a number, if there is one. */
  readonly last: number | undefined
}

/**
 * Samples by type and nulls among them, the longest list of them (`samples`), and the last time
 * (`seconds`).
 */
const amountsOf = (streams: ReadonlyArray<StreamAmounts>): Amounts => {
  const amounts: Record<string, number> = {}
  let longest = 0
  for (const { count, isList, last, name, nulls } of streams) {
    if (count === 0) continue
    amounts[name] = count
    if (nulls > 0) amounts[nullsOf(name)] = nulls
    if (isList) longest = Math.max(longest, lengthOf(count, nulls))
    if (name === "time") amounts["seconds"] = countIn(last)
  }
  return longest === 0 ? amounts : { ...amounts, samples: longest }
}

const streamsIn = (json: Fields): ReadonlyArray<StreamAmounts> =>
  Object.entries(json).map(([key, stream]) => {
    const { data: sent = null, type } = isFields(stream) ? stream : { data: stream }
    const data: ReadonlyArray<unknown> = Array.isArray(sent) ? sent : [sent]
    const count = data.filter((sample) => sample !== null).length
    return {
      name: Array.isArray(json) ? String(type) : key,
      count,
      nulls: data.length - count,
      isList: Array.isArray(sent),
      last: data.findLast((at) => typeof at === "number"),
    }
  })

/** Returns the content of streams, as `contentOf` does, from a scan of the response. */
export const contentOfScan = ({ bytes, streams }: Scan): Amounts =>
  amountsOf(streams.map(({ booleans, last, nulls, numbers, pairs, type }) => ({
    name: type,
    count: numbers + booleans + pairs,
    nulls,
    isList: true,
    last: last === undefined ? undefined : numberAt(bytes, last),
  })))

/** Fields that a summary lacks: a response without any of them has no details. */
const ofDetails = Object.keys(DetailedActivity.schema.fields).filter((name) =>
  !(name in SummaryActivity.schema.fields)
)

/** True of details that Strava has cut down to a summary, or to an id. */
const isCutDown = (json: Fields): boolean =>
  countIn(json["resource_state"] ?? 3) < 3 ||
  ofDetails.every((name) => json[name] === undefined || json[name] === null)

const inDetails = (json: unknown): Amounts =>
  !isFields(json) || isCutDown(json) ? {} : {
    map: mapIn(json),
    segments: lengthIn(json["segment_efforts"]),
    efforts: lengthIn(json["segment_efforts"]) + lengthIn(json["best_efforts"]),
    laps: lengthIn(json["laps"]),
    splits: lengthIn(json["splits_metric"]),
    seconds: countIn(json["elapsed_time"]),
  }

/** True of streams without a single list of samples, and of details without a field that only they have. */
export const isNothing = (resource: Comparable, content: Amounts): boolean =>
  resource === "streams" ? content["samples"] === undefined : Object.keys(content).length === 0

/** Amounts that a response contains; empty if there is nothing in it. */
export const contentOf = (resource: Comparable, json: unknown): Amounts =>
  resource === "details" ? inDetails(json) : isFields(json) ? amountsOf(streamsIn(json)) : {}

/**
 * True if the last sample is well before the end. Pauses count in both times, but a device may stop
 * recording before the activity is saved, and hidden places cut off some minutes: up to a tenth of the
 * elapsed time, or two minutes, is normal.
 */
const endsEarly = (elapsed = 0, last: number | undefined): boolean =>
  last !== undefined && elapsed - last > Math.max(120, elapsed / 10)

/** True if the stream has samples, at least nine tenths as many as the longest one. */
const isWhole = (count = 0, longest = 0): boolean => count > 0 && count >= longest * 0.9

/** Names of what the summary claims and the response lacks; empty if it is complete. */
export const shortfall = (
  resource: Comparable,
  claims: Amounts,
  content: Amounts,
): ReadonlyArray<string> => {
  if (resource === "details") {
    return ["map", "efforts"].filter((name) => (content[name] ?? 0) < (claims[name] ?? 0))
  }
  const types = streamTypes.filter((type) =>
    claims[type] !== undefined &&
    !isWhole(lengthOf(content[type], content[nullsOf(type)]), content["samples"])
  )
  return endsEarly(claims["seconds"], content["seconds"]) ? [...types, "length"] : types
}

/** Stream types whose end the summary explains: it no longer claims them. */
const claimable: ReadonlySet<string> = new Set([
  "distance",
  "latlng",
  "altitude",
  "heartrate",
  "cadence",
  "watts",
  "temp",
])

/** True if there are fewer samples for the same time, by more than a tenth. */
const isSparser = (next: Amounts, stored: Amounts): boolean => {
  const { samples = 0, seconds = 0 } = next
  const [before = 0, over = 0] = [stored["samples"], stored["seconds"]]
  return seconds > 0 && over > 0
    ? samples / seconds < (before / over) * 0.9
    : samples < before * 0.9
}

/** True if a stream has fewer samples relative to the longest one, by more than a tenth. */
const isThinner = (next: Amounts, stored: Amounts): boolean =>
  streamTypes.some((type) =>
    (next[type] ?? Infinity) * (stored["samples"] ?? 0) <
      (stored[type] ?? 0) * (next["samples"] ?? 0) * 0.9
  )

/**
 * True if `next` lacks something that `stored` contains, and the summary does not explain it. A crop
 * explains fewer samples over a shorter time, and a hidden heart rate the loss of that stream.
 */
export const isWorse = (
  resource: Comparable,
  claims: Amounts,
  next: Amounts,
  stored: Amounts,
): boolean => {
  if (isNothing(resource, next)) return !isNothing(resource, stored)
  if (resource === "details") {
    // A crop removes laps, splits and efforts.
    if ((next["seconds"] || Infinity) < (stored["seconds"] ?? 0)) return false
    return ["segments", "efforts", "laps", "splits", ...(claims["map"] === 1 ? ["map"] : [])]
      .some((name) => (next[name] ?? 0) < (stored[name] ?? 0))
  }
  const lost = Object.keys(stored).filter((name) =>
    (stored[name] ?? 0) > 0 && !next[name] && !name.startsWith(nullsOf(""))
  )
  const before = shortfall(resource, claims, stored)
  return lost.some((type) => !claimable.has(type)) ||
    shortfall(resource, claims, next).some((name) => !before.includes(name)) ||
    isSparser(next, stored) || isThinner(next, stored)
}

/**
 * Fields of a summary whose change means other streams: a crop, a correction or another upload. All others
 * (title, visibility, gear, counts of kudos and comments, maps, efforts) change without the streams.
 */
const basisFields = [
  "upload_id",
  "external_id",
  "start_date",
  "distance",
  "moving_time",
  "elapsed_time",
  "total_elevation_gain",
  "elev_high",
  "elev_low",
  "manual",
] as const

/** Returns these fields as text, for comparison; an absent field is like null. */
export const basisOf = (activity: SummaryActivity): string =>
  JSON.stringify([
    activity.sport_type ?? activity.type ?? null,
    ...basisFields.map((field) => activity[field] ?? null),
  ])
