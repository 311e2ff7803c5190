/**
 * The columns of our tables: name, type, meaning, and how each is read from Strava's answer. The
 * tables, the statements that fill them and the comments in the database are all made from this.
 *
 * A value that does not fit its column is null there and never refuses the row, for `raw` holds the
 * whole answer. A column added after a release needs a migration of its own for older databases,
 * `alter table … add column if not exists …`, and a higher `projection` in tables.ts, which fills it.
 */
import type { StreamType } from "../../../schemas/StreamSet.ts"
import { column, indexed, type PostgresColumn } from "./column.ts"

export const athleteColumns: ReadonlyArray<PostgresColumn> = [
  column("username", "text", "the name in the address of the profile"),
  column("resource_state", "integer", "how much Strava told: 2 summary, 3 detail"),
  column("firstname", "text", "first name"),
  column("lastname", "text", "last name"),
  column("bio", "text", "what the athlete wrote of themselves"),
  column("city", "text", "city"),
  column("state", "text", "state or region"),
  column("country", "text", "country"),
  column("sex", "text", "M, F or null"),
  column("premium", "boolean", "whether a subscriber (the old name of summit)"),
  column("summit", "boolean", "whether a subscriber"),
  column("created_at", "timestamptz", "when the account was made"),
  column("updated_at", "timestamptz", "when the profile last changed"),
  column("weight", "float8", "kilograms"),
  column("ftp", "float8", "functional threshold power in watts"),
  column("measurement_preference", "text", "feet or meters"),
  column("date_preference", "text", "how the athlete writes dates"),
  column("follower_count", "integer", "how many follow the athlete"),
  column("friend_count", "integer", "how many the athlete follows"),
  column("profile_medium", "text", "address of the picture, 62 pixels wide"),
  column("profile", "text", "address of the picture, 124 pixels wide"),
]

export const activityColumns: ReadonlyArray<PostgresColumn> = [
  column("resource_state", "integer", "how much Strava told: 2 summary, 3 detail"),
  column("name", "text", "title"),
  column("distance", "float8", "metres"),
  column("moving_time", "integer", "seconds without pauses"),
  column("elapsed_time", "integer", "seconds from start to end"),
  column("total_elevation_gain", "float8", "metres climbed"),
  column("type", "text", "sport, in Strava's older and shorter list"),
  indexed("sport_type", "sport"),
  column(
    "workout_type",
    "integer",
    "0-3 runs, 10-12 rides, 30-31 weights: default, race, long, workout",
  ),
  column("device_name", "text", "what recorded it"),
  column("start_date", "timestamptz", "start"),
  column("start_date_local", "timestamp", "start, as the clock showed it there"),
  column("timezone", "text", "time zone, such as (GMT+01:00) Europe/Paris"),
  column("utc_offset", "float8", "seconds that local time was ahead of UTC"),
  column("location_city", "text", "city (no longer filled by Strava)"),
  column("location_state", "text", "state (no longer filled by Strava)"),
  column("location_country", "text", "country (no longer filled by Strava)"),
  column("achievement_count", "integer", "achievements"),
  column("kudos_count", "integer", "kudos"),
  column("comment_count", "integer", "comments"),
  column("athlete_count", "integer", "athletes in the group"),
  column("photo_count", "integer", "photos from Instagram"),
  column("map_id", "text", "id of the map", ["map", "id"]),
  column("map_summary_polyline", "text", "track in Google's polyline encoding", [
    "map",
    "summary_polyline",
  ]),
  column("trainer", "boolean", "whether on a trainer, indoors"),
  column("commute", "boolean", "whether a commute"),
  column("manual", "boolean", "whether typed in by hand"),
  column("private", "boolean", "whether only the athlete sees it"),
  column("visibility", "text", "everyone, followers_only or only_me"),
  column("flagged", "boolean", "whether flagged"),
  column("gear_id", "text", "bike (b…) or shoes (g…)"),
  column(
    "start_latlng",
    "float8[]",
    "latitude and longitude of the start in degrees; empty without a position",
  ),
  column(
    "end_latlng",
    "float8[]",
    "latitude and longitude of the end in degrees; empty without a position",
  ),
  column("average_speed", "float8", "metres per second"),
  column("max_speed", "float8", "metres per second"),
  column("average_cadence", "float8", "turns (of one foot, when running) per minute"),
  column("average_temp", "float8", "degrees Celsius"),
  column("average_watts", "float8", "watts"),
  column("max_watts", "float8", "watts"),
  column("weighted_average_watts", "float8", "watts, as normalised power"),
  column("kilojoules", "float8", "work in kilojoules"),
  column(
    "device_watts",
    "boolean",
    "whether a power meter measured the watts; else they are estimated",
  ),
  column("has_heartrate", "boolean", "whether there is a heart rate"),
  column("average_heartrate", "float8", "beats per minute"),
  column("max_heartrate", "float8", "beats per minute"),
  column("heartrate_opt_out", "boolean", "whether the athlete hides the heart rate"),
  column(
    "display_hide_heartrate_option",
    "boolean",
    "whether Strava offers to hide the heart rate",
  ),
  column("elev_high", "float8", "highest point in metres"),
  column("elev_low", "float8", "lowest point in metres"),
  column("upload_id", "bigint", "id of the upload"),
  column("upload_id_str", "text", "id of the upload, as text"),
  column("external_id", "text", "name of the uploaded file"),
  column("from_accepted_tag", "boolean", "whether taken over from a friend's activity"),
  column("pr_count", "integer", "personal records"),
  column("total_photo_count", "integer", "photos"),
  column("has_kudoed", "boolean", "whether the athlete gave kudos"),
  column("suffer_score", "float8", "relative effort"),
]

export interface StreamColumn {
  readonly name: string
  readonly type: "float8[]" | "boolean[]"
  readonly comment: string
  readonly stream: StreamType
  /** Where samples are pairs: which half. */
  readonly half?: 0 | 1
}

const stream = (
  name: StreamType,
  type: StreamColumn["type"],
  comment: string,
): StreamColumn => ({ name, type, comment, stream: name })

/**
 * One array per stream type; the n-th entries of all belong together. Numbers are `float8` throughout,
 * because Strava sends fractions also where its reference says integer.
 */
export const streamColumns: ReadonlyArray<StreamColumn> = [
  stream("time", "float8[]", "seconds since the start"),
  stream("distance", "float8[]", "metres since the start"),
  { name: "lat", type: "float8[]", comment: "latitude in degrees", stream: "latlng", half: 0 },
  { name: "lng", type: "float8[]", comment: "longitude in degrees", stream: "latlng", half: 1 },
  stream("altitude", "float8[]", "metres above sea level"),
  stream("velocity_smooth", "float8[]", "metres per second, smoothed"),
  stream("heartrate", "float8[]", "beats per minute"),
  stream("cadence", "float8[]", "turns (of one foot, when running) per minute"),
  stream("watts", "float8[]", "watts"),
  stream("temp", "float8[]", "degrees Celsius"),
  stream("moving", "boolean[]", "whether moving"),
  stream("grade_smooth", "float8[]", "slope in percent, smoothed"),
]
