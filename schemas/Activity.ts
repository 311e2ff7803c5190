/**
 * Activities, as `GET /athlete/activities` lists them. Field names are Strava's own, so its API
 * reference documents this file and every column our sinks write.
 */
import { Schema } from "effect"
import { declare } from "./Declaration.ts"
import { SentAthleteId } from "./Athlete.ts"
import { maybe, open } from "./open.ts"
import { parseTime } from "./time.ts"

/** An id as `JSON.parse` reads it, a number or text: `idIn` returns its digits as sent. */
export const SentId = Schema.Union([Schema.Finite, Schema.String])

/** `[lat, lng]` in degrees; `[]` (2025) or null (2019) if there is no position. */
const LatLng = Schema.Union([
  Schema.Tuple([]),
  Schema.Tuple([Schema.Finite, Schema.Finite]),
])

/**
 * One activity of the list. Only the id is certain: every other field has been absent or null in
 * the responses of some year, and a new sport is a string like the others.
 */
export const SummaryActivity = open({
  id: SentId,
  resource_state: maybe(Schema.Finite),
  athlete: maybe(open({ id: maybe(SentAthleteId) })),
  name: maybe(Schema.String),
  distance: maybe(Schema.Finite),
  moving_time: maybe(Schema.Finite),
  elapsed_time: maybe(Schema.Finite),
  total_elevation_gain: maybe(Schema.Finite),
  type: maybe(Schema.String),
  sport_type: maybe(Schema.String),
  workout_type: maybe(Schema.Finite),
  device_name: maybe(Schema.String),
  start_date: maybe(Schema.String),
  start_date_local: maybe(Schema.String),
  timezone: maybe(Schema.String),
  utc_offset: maybe(Schema.Finite),
  location_city: maybe(Schema.String),
  location_state: maybe(Schema.String),
  location_country: maybe(Schema.String),
  achievement_count: maybe(Schema.Finite),
  kudos_count: maybe(Schema.Finite),
  comment_count: maybe(Schema.Finite),
  athlete_count: maybe(Schema.Finite),
  photo_count: maybe(Schema.Finite),
  map: maybe(open({ id: maybe(Schema.String), summary_polyline: maybe(Schema.String) })),
  trainer: maybe(Schema.Boolean),
  commute: maybe(Schema.Boolean),
  manual: maybe(Schema.Boolean),
  private: maybe(Schema.Boolean),
  visibility: maybe(Schema.String),
  flagged: maybe(Schema.Boolean),
  gear_id: maybe(Schema.String),
  start_latlng: maybe(LatLng),
  end_latlng: maybe(LatLng),
  average_speed: maybe(Schema.Finite),
  max_speed: maybe(Schema.Finite),
  average_cadence: maybe(Schema.Finite),
  average_temp: maybe(Schema.Finite),
  average_watts: maybe(Schema.Finite),
  max_watts: maybe(Schema.Finite),
  weighted_average_watts: maybe(Schema.Finite),
  kilojoules: maybe(Schema.Finite),
  device_watts: maybe(Schema.Boolean),
  has_heartrate: maybe(Schema.Boolean),
  average_heartrate: maybe(Schema.Finite),
  max_heartrate: maybe(Schema.Finite),
  heartrate_opt_out: maybe(Schema.Boolean),
  display_hide_heartrate_option: maybe(Schema.Boolean),
  elev_high: maybe(Schema.Finite),
  elev_low: maybe(Schema.Finite),
  upload_id: maybe(Schema.Finite),
  upload_id_str: maybe(Schema.String),
  external_id: maybe(Schema.String),
  from_accepted_tag: maybe(Schema.Boolean),
  pr_count: maybe(Schema.Finite),
  total_photo_count: maybe(Schema.Finite),
  has_kudoed: maybe(Schema.Boolean),
  suffer_score: maybe(Schema.Finite),
})
export type SummaryActivity = typeof SummaryActivity.Type

/** Start of the activity in milliseconds since 1970; 0 if Strava sent no usable `start_date`. */
export const startOf = ({ start_date }: { readonly start_date?: unknown }): number =>
  typeof start_date === "string" ? parseTime(start_date) || 0 : 0

/** Known fields, in the order Strava lists them: the first columns of every table of activities. */
export const activityFields: ReadonlyArray<string> = Object.keys(SummaryActivity.schema.fields)

export const activityResource = declare({
  schema: SummaryActivity,
  noun: "activities",
  counted: ["activity", "activities"],
  help: "Fetch the list of activities",
  per: "activity",
  named: true,
  atOnce: { compared: 10_000, surveyed: 5_000, adopted: 5_000 },
})
