/** A stored activity: Strava's fields under Strava's names, each a plain value or null. */
import { boolean, localTimeOf, number, record, text } from "./values.ts"
import type { Source } from "../../schemas/export/source.ts"
import { parseTime } from "../../schemas/time.ts"

const fields = {
  name: text,
  sport_type: text,
  type: text,
  workout_type: number,
  start_date: text,
  start_date_local: text,
  timezone: text,
  utc_offset: number,
  distance: number,
  moving_time: number,
  elapsed_time: number,
  total_elevation_gain: number,
  elev_high: number,
  elev_low: number,
  average_speed: number,
  max_speed: number,
  average_cadence: number,
  average_temp: number,
  average_watts: number,
  max_watts: number,
  weighted_average_watts: number,
  kilojoules: number,
  device_watts: boolean,
  has_heartrate: boolean,
  average_heartrate: number,
  max_heartrate: number,
  suffer_score: number,
  achievement_count: number,
  kudos_count: number,
  comment_count: number,
  athlete_count: number,
  photo_count: number,
  pr_count: number,
  trainer: boolean,
  commute: boolean,
  manual: boolean,
  private: boolean,
  flagged: boolean,
  visibility: text,
  gear_id: text,
  device_name: text,
  location_city: text,
  location_state: text,
  location_country: text,
} as const

type Fields = { readonly [K in keyof typeof fields]: ReturnType<(typeof fields)[K]> }

const typeNames = new Map<unknown, "str" | "float" | "bool">([
  [text, "str"],
  [number, "float"],
  [boolean, "bool"],
])

/** Strava's fields, and the type of each if it is not null. */
export const fieldTypes = Object.fromEntries(
  Object.entries(fields).map(([name, read]) => [name, typeNames.get(read) ?? "str"]),
)

/** Names and units as in Strava's API reference; null if Strava sent nothing, or another type. */
export interface Activity extends Fields {
  /** Strava's id in decimal digits, every one of them. */
  readonly id: string
  /** Start, in milliseconds since 1970; null if unknown. */
  readonly start: number | null
  /** Local time of the start, as `2026-01-31T07:30:00`; null if unknown. */
  readonly local: string | null
  readonly source: Source
  /** Track of Strava's map in Google's polyline encoding; null if there is none. */
  readonly polyline: string | null
}

const names = Object.keys(fields) as ReadonlyArray<keyof Fields>

/** Returns the activity of parsed JSON; undefined if it is no object. */
export const activityFrom = (id: string, sent: unknown): Activity | undefined => {
  const part = record(sent)
  if (part === undefined) return undefined
  const values = Object.fromEntries(names.map((name) => [name, fields[name](part[name])]))
  const known = values as unknown as Fields
  const begun = parseTime(known.start_date)
  const start = Number.isNaN(begun) ? null : begun
  const polyline = text(record(part["map"])?.["summary_polyline"])
  return {
    id,
    ...known,
    start,
    source: part["source"] === "export" ? "export" : "api",
    local: localTimeOf(known.start_date_local, start, known.utc_offset),
    polyline: polyline === "" ? null : polyline,
  }
}

/** Sorts newest first; of two with one start, the greater id first; those without a start last. */
export const newestFirst = (a: Activity, b: Activity): number =>
  (b.start ?? -Infinity) - (a.start ?? -Infinity) || b.id.length - a.id.length ||
  (a.id < b.id ? 1 : a.id > b.id ? -1 : 0)
