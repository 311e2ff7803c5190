/** One row per activity, in everyday units. */
import {
  effortOf,
  inFeet,
  localStart,
  mile,
  minutesPer,
  roundedSql,
  sourceComment,
  sportOf,
  timePer,
  titleOf,
  urlOf,
  type View,
  withExport,
  yard,
} from "./View.ts"

const onFoot = `${sportOf} in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike')`

const movingPer = (length: number) => timePer(length, "a.moving_time", "a.distance")
const ifSwim = (length: number) =>
  `case when ${sportOf} = 'Swim' and a.distance > 0 then ` +
  `make_interval(secs => round(a.moving_time / (a.distance / ${length}))) end`
const ifOnFoot = (expression: string) => `case when ${onFoot} then ${expression} end`

/** One row per activity that is not deleted, with the fields that people read in a list. */
export const activitiesView: View = {
  name: "strava.v_activities",
  comment: "One row per activity, in kilometers or miles, and hours. Excludes deleted activities.",
  columns: [
    ["athlete_id", "bigint", "a.athlete_id", "athletes.id"],
    ["activity_id", "bigint", "a.id", "activities.id"],
    ["name", "text", titleOf, "title"],
    ["sport_type", "text", sportOf, "sport"],
    ["started_at", "timestamptz", "a.start_date", "start time"],
    [
      "started_at_local",
      "timestamp",
      localStart("a"),
      "start in local time; 00:00:01 if the athlete hides it",
    ],
    ["activity_date", "date", localStart("a"), "local date of the start"],
    ["distance_km", "float8", roundedSql("a.distance / 1000", 2), "distance, kilometers"],
    ["moving_h", "float8", roundedSql("a.moving_time / 3600.0", 2), "moving time, hours"],
    ["elevation_m", "float8", "a.total_elevation_gain", "elevation gain, meters"],
    [
      "pace_per_km",
      "interval",
      ifOnFoot(movingPer(1_000)),
      "moving time per kilometer (foot sports only)",
    ],
    [
      "speed_kmh",
      "float8",
      roundedSql("a.distance / nullif(a.moving_time, 0) * 3.6", 1),
      "moving speed, km/h",
    ],
    [
      "heartrate_bpm",
      "float8",
      roundedSql("a.average_heartrate", 0),
      "average heart rate, beats per minute",
    ],
    ["power_w", "float8", roundedSql("a.average_watts", 0), "average power, watts"],
    ["url", "text", urlOf("a.id"), "URL of the activity at Strava"],
    [
      "elapsed_h",
      "float8",
      roundedSql("a.elapsed_time / 3600.0", 2),
      "elapsed time including pauses, hours",
    ],
    [
      "pace_min_per_km",
      "float8",
      ifOnFoot(minutesPer(1_000, "a.moving_time", "a.distance")),
      "moving minutes per kilometer as a number (5.5 is 5:30; foot sports only)",
    ],
    [
      "pace_per_100m",
      "interval",
      ifSwim(100),
      "moving time per 100 meters (swims only)",
    ],
    [
      "time_zone",
      "text",
      "nullif(regexp_replace(a.timezone, '^\\(.*\\) *', ''), '')",
      "time zone of the start, such as Europe/Paris",
    ],
    [
      "utc_offset_h",
      "float8",
      "a.utc_offset / 3600",
      "offset of local time from UTC, with daylight saving, hours",
    ],
    ["gear", "text", "coalesce(g.name, e.activity_gear)", "name of the bike or the shoes"],
    ["relative_effort", "float8", effortOf, "relative effort (Strava's points, no unit)"],
    [
      "calories_kcal",
      "float8",
      "coalesce(d.calories, e.calories)",
      "energy, kilocalories; null without details (--with details) and without an export",
    ],
    ["has_streams", "boolean", "s.activity_id is not null", "true if streams are stored"],
    [
      "description",
      "text",
      "coalesce(d.description, e.description)",
      "description; null without details (--with details) and without an export",
    ],
    [
      "private_note",
      "text",
      "coalesce(d.private_note, e.private_note)",
      "note that only the athlete sees; null without details (--with details) and without an export",
    ],
    [
      "perceived_exertion",
      "float8",
      "coalesce(d.perceived_exertion, e.perceived_exertion)",
      "perceived exertion, 1 to 10",
    ],
    ["training_load", "float8", "e.training_load", "training load; null without an export"],
    ["source", "text", "a.source", sourceComment],
    ["streams_source", "text", "s.source", `${sourceComment}; null without streams`],
    ["distance_mi", "float8", roundedSql(`a.distance / ${mile}`, 2), "distance, miles"],
    [
      "elevation_ft",
      "float8",
      roundedSql(inFeet("a.total_elevation_gain"), 0),
      "elevation gain, feet",
    ],
    [
      "speed_mph",
      "float8",
      roundedSql(`a.distance / nullif(a.moving_time, 0) * 3600 / ${mile}`, 1),
      "moving speed, miles per hour",
    ],
    [
      "pace_per_mi",
      "interval",
      ifOnFoot(movingPer(mile)),
      "moving time per mile (foot sports only)",
    ],
    [
      "pace_min_per_mi",
      "float8",
      ifOnFoot(minutesPer(mile, "a.moving_time", "a.distance")),
      "moving minutes per mile as a number (5.5 is 5:30; foot sports only)",
    ],
    ["pace_per_100yd", "interval", ifSwim(100 * yard), "moving time per 100 yards (swims only)"],
  ],
  from: `strava.activities a
  ${withExport}
  left join strava.gear g on g.id = a.gear_id and g.athlete_id = a.athlete_id
  left join strava.details d on d.activity_id = a.id and d.deleted_at is null
  left join strava.streams s on s.activity_id = a.id and s.deleted_at is null
  where a.deleted_at is null`,
}
