/**
 * The columns of our tables: name, type, meaning, and how each is read from Strava's response. The
 * tables, the statements that fill them and the comments in the database are all made from this. A
 * value that does not fit its column is null there and never refuses the row, because `raw` holds
 * the whole response. A column added after a release needs its own migration for older databases,
 * `alter table … add column if not exists …`, and a higher number above the columns, which fills
 * it.
 */
import type { StreamType } from "../../../schemas/StreamSet.ts"
import { column, indexed, type PostgresColumn } from "./column.ts"

export const athleteColumns: ReadonlyArray<PostgresColumn> = [
  column("username", "text", "username, as in the profile URL"),
  column("resource_state", "integer", "level of detail: 2 summary, 3 detail"),
  column("firstname", "text", "first name"),
  column("lastname", "text", "last name"),
  column("bio", "text", "biography"),
  column("city", "text", "city"),
  column("state", "text", "state or region"),
  column("country", "text", "country"),
  column("sex", "text", "M, F or null"),
  column("premium", "boolean", "true if subscriber (older name of summit)"),
  column("summit", "boolean", "true if subscriber"),
  column("created_at", "timestamptz", "time the account was created"),
  column("updated_at", "timestamptz", "time of the last change of the profile"),
  column("weight", "float8", "weight, kilograms"),
  column("ftp", "float8", "functional threshold power, watts"),
  column("measurement_preference", "text", "feet or meters"),
  column("date_preference", "text", "preferred date format"),
  column("follower_count", "integer", "number of followers"),
  column("friend_count", "integer", "number of athletes followed"),
  column("profile_medium", "text", "URL of the picture, 62 pixels wide"),
  column("profile", "text", "URL of the picture, 124 pixels wide"),
]

/** Version of the columns of activities: see `PostgresTable`. 2: ids above 2^53 are no longer null. */
export const activityProjection = 2

export const activityColumns: ReadonlyArray<PostgresColumn> = [
  column("resource_state", "integer", "level of detail: 2 summary, 3 detail"),
  column("name", "text", "title"),
  column("distance", "float8", "distance, meters"),
  column("moving_time", "integer", "moving time, seconds"),
  column("elapsed_time", "integer", "elapsed time including pauses, seconds"),
  column("total_elevation_gain", "float8", "elevation gain, meters"),
  column("type", "text", "sport, from Strava's older and shorter list"),
  indexed("sport_type", "sport"),
  column(
    "workout_type",
    "integer",
    "0-3 runs, 10-12 rides, 30-31 weights: default, race, long, workout",
  ),
  column("device_name", "text", "recording device"),
  column("start_date", "timestamptz", "start time"),
  column("start_date_local", "timestamp", "start in local time"),
  column("timezone", "text", "time zone, such as (GMT+01:00) Europe/Paris"),
  column("utc_offset", "float8", "offset of local time from UTC, seconds"),
  column("location_city", "text", "city (no longer filled by Strava)"),
  column("location_state", "text", "state (no longer filled by Strava)"),
  column("location_country", "text", "country (no longer filled by Strava)"),
  column("achievement_count", "integer", "number of achievements"),
  column("kudos_count", "integer", "number of kudos"),
  column("comment_count", "integer", "number of comments"),
  column("athlete_count", "integer", "number of athletes in the group"),
  column("photo_count", "integer", "number of photos from Instagram"),
  column("map_id", "text", "id of the map", ["map", "id"]),
  column("map_summary_polyline", "text", "track in Google's polyline encoding", [
    "map",
    "summary_polyline",
  ]),
  column("trainer", "boolean", "true if on a trainer (indoors)"),
  column("commute", "boolean", "true if a commute"),
  column("manual", "boolean", "true if entered manually"),
  column("private", "boolean", "true if visible only to the athlete"),
  column("visibility", "text", "everyone, followers_only or only_me"),
  column("flagged", "boolean", "true if flagged"),
  column("gear_id", "text", "bike (b…) or shoes (g…)"),
  column(
    "start_latlng",
    "float8[]",
    "latitude and longitude of the start, degrees; empty without a position",
  ),
  column(
    "end_latlng",
    "float8[]",
    "latitude and longitude of the end, degrees; empty without a position",
  ),
  column("average_speed", "float8", "average speed, meters per second"),
  column("max_speed", "float8", "maximum speed, meters per second"),
  column(
    "average_cadence",
    "float8",
    "average cadence, revolutions per minute (for runs: of one foot)",
  ),
  column("average_temp", "float8", "average temperature, degrees Celsius"),
  column("average_watts", "float8", "average power, watts"),
  column("max_watts", "float8", "maximum power, watts"),
  column("weighted_average_watts", "float8", "weighted average power (normalized power), watts"),
  column("kilojoules", "float8", "work, kilojoules"),
  column(
    "device_watts",
    "boolean",
    "true if measured by a power meter; false if estimated",
  ),
  column("has_heartrate", "boolean", "true if there is a heart rate"),
  column("average_heartrate", "float8", "average heart rate, beats per minute"),
  column("max_heartrate", "float8", "maximum heart rate, beats per minute"),
  column("heartrate_opt_out", "boolean", "true if the athlete hides the heart rate"),
  column(
    "display_hide_heartrate_option",
    "boolean",
    "true if Strava offers to hide the heart rate",
  ),
  column("elev_high", "float8", "highest elevation, meters"),
  column("elev_low", "float8", "lowest elevation, meters"),
  column("upload_id", "bigint", "id of the upload"),
  column("upload_id_str", "text", "id of the upload, as text"),
  column("external_id", "text", "name of the uploaded file"),
  column("from_accepted_tag", "boolean", "true if copied from a friend's activity"),
  column("pr_count", "integer", "number of personal records"),
  column("total_photo_count", "integer", "number of photos"),
  column("has_kudoed", "boolean", "true if this athlete gave kudos"),
  column("suffer_score", "float8", "relative effort"),
]

export interface StreamColumn {
  readonly name: string
  readonly type: "float8[]" | "boolean[]"
  readonly comment: string
  readonly stream: StreamType
  /** Half of each pair that the column holds. */
  readonly half?: 0 | 1
}

const stream = (
  name: StreamType,
  type: StreamColumn["type"],
  comment: string,
): StreamColumn => ({ name, type, comment, stream: name })

/**
 * One array per stream type; the n-th entries belong together. Numbers are `float8`, because Strava
 * sends fractions even if its reference says integer.
 */
export const streamColumns: ReadonlyArray<StreamColumn> = [
  stream("time", "float8[]", "time since the start, seconds"),
  stream("distance", "float8[]", "distance since the start, meters"),
  { name: "lat", type: "float8[]", comment: "latitude, degrees", stream: "latlng", half: 0 },
  { name: "lng", type: "float8[]", comment: "longitude, degrees", stream: "latlng", half: 1 },
  stream("altitude", "float8[]", "altitude above sea level, meters"),
  stream("velocity_smooth", "float8[]", "smoothed speed, meters per second"),
  stream("heartrate", "float8[]", "heart rate, beats per minute"),
  stream("cadence", "float8[]", "cadence, revolutions per minute (for runs: of one foot)"),
  stream("watts", "float8[]", "power, watts"),
  stream("temp", "float8[]", "temperature, degrees Celsius"),
  stream("moving", "boolean[]", "true if moving"),
  stream("grade_smooth", "float8[]", "smoothed grade, percent"),
]
