/** What is made out of the samples of activities: points, and the time in zones of heart rate. */
import { localStart, rounded, type View } from "./View.ts"

const timeOf4 = "a.start_date + p.t_s * interval '1 second'"

/** Null for seconds that no clock shows: adding those would be an error, which costs every row. */
const timeOf = `case when p.t_s between -2147483648 and 2147483647 then ${timeOf4} end`

/** The type of samples that Strava's reference calls integers: `integer` up to the fourth version. */
type Whole = "integer" | "float8"

/** One row is one sample of an activity. A filter on activity_id or started_at reads no other's. */
const points = (whole: Whole): View => ({
  name: "strava.v_stream_points",
  comment: "One row per sample; those of deleted activities are left out. " +
    "A filter on activity_id, or on started_at, is fast.",
  columns: [
    ["activity_id", "bigint", "s.activity_id", "activities.id"],
    ["athlete_id", "bigint", "s.athlete_id", "athletes.id"],
    ["idx", "integer", "p.o - 1", "number of the sample, from 0"],
    [
      "time",
      "timestamptz",
      whole === "integer" ? timeOf4 : timeOf,
      "when; null without the activity",
    ],
    ["t_s", whole, "p.t_s", "seconds since the start"],
    ["distance_m", "float8", "p.distance_m", "metres since the start"],
    ["lat", "float8", "p.lat", "latitude in degrees"],
    ["lng", "float8", "p.lng", "longitude in degrees"],
    ["altitude_m", "float8", "p.altitude_m", "metres above sea level"],
    ["speed_mps", "float8", "p.speed_mps", "metres per second, smoothed"],
    ["heartrate_bpm", whole, "p.heartrate_bpm", "beats per minute"],
    ["cadence_rpm", "float8", "p.cadence_rpm", "turns (of one foot, when running) per minute"],
    ["power_w", whole, "p.power_w", "watts"],
    ["temp_c", whole, "p.temp_c", "degrees Celsius"],
    ["moving", "boolean", "p.moving", "whether moving"],
    ["grade_pct", "float8", "p.grade_pct", "slope in percent, smoothed"],
    ["started_at", "timestamptz", "a.start_date", "start of the activity"],
    ["sport_type", "text", "a.sport_type", "sport"],
  ],
  from: `strava.streams s
  left join strava.activities a on a.id = s.activity_id
  cross join lateral unnest(
    s.time, s.distance, s.lat, s.lng, s.altitude, s.velocity_smooth, s.heartrate, s.cadence,
    s.watts, s.temp, s.moving, s.grade_smooth
  ) with ordinality as p(
    t_s, distance_m, lat, lng, altitude_m, speed_mps, heartrate_bpm, cadence_rpm,
    power_w, temp_c, moving, grade_pct, o
  )
  where a.deleted_at is null and s.deleted_at is null`,
})

export const streamPoints: View = points("float8")
export const streamPointsOf3: View = points("integer")

/** Seconds: after a longer gap between samples nobody knows what the heart did. */
const longestGap = 30

/** The zone is the last whose lower bound is reached. A null bound would be an error, so it is asked first. */
const zoneOf = `case when array_position(z.heart_rate_min, null) is null
  then width_bucket(p.bpm::float8, z.heart_rate_min::float8[]) end`

/**
 * One row is an activity and a zone, with the seconds spent in it; zones that were not entered are 0. A
 * sample stands for the time since the sample before it. The zones are today's, also for old activities.
 */
const zonesWithin = (gap: string): View => ({
  name: "strava.v_hr_zones",
  comment: "One row per activity that has a heart rate, and zone: the athlete's as they are now. " +
    `Gaps of over ${longestGap} seconds between samples are not counted.`,
  columns: [
    ["athlete_id", "bigint", "s.athlete_id", "athletes.id"],
    ["activity_id", "bigint", "s.activity_id", "activities.id"],
    ["activity_date", "date", localStart("a"), "local day of the start"],
    ["sport_type", "text", "a.sport_type", "sport"],
    ["zone", "integer", "q.zone", "number of the zone, from 1, the lowest"],
    ["min_bpm", "float8", "q.min_bpm", "where the zone begins, in beats per minute"],
    [
      "max_bpm",
      "float8",
      "nullif(q.max_bpm, -1)",
      "where the zone ends, in beats per minute; null: it does not",
    ],
    ["time_s", "integer", "q.seconds", "seconds in the zone"],
    [
      "share_pct",
      "float8",
      rounded("100 * q.seconds / nullif(q.all_seconds, 0)", 1),
      "percent of the activity's seconds in any zone",
    ],
  ],
  from: `strava.streams s
  join strava.activities a on a.id = s.activity_id and a.deleted_at is null
  join strava.zones z on z.athlete_id = s.athlete_id and z.deleted_at is null
  cross join lateral (
    select o.zone, o.min_bpm, o.max_bpm, coalesce(t.seconds, 0) as seconds,
      sum(t.seconds) over () as all_seconds
    from unnest(z.heart_rate_min, z.heart_rate_max) with ordinality as o(min_bpm, max_bpm, zone)
    left join (
      select ${zoneOf} as zone, sum(p.seconds)::float8 as seconds
      from (
        select bpm, sum(t - before) as seconds
        from unnest(s.time, array_prepend(null, s.time), s.heartrate) as u(t, before, bpm)
        where bpm > 0 and ${gap}
        group by bpm
      ) p
      group by 1
    ) t on t.zone = o.zone
  ) q
  where s.heartrate is not null and s.deleted_at is null`,
})

export const heartRateZones: View = zonesWithin(`t > before and t - before <= ${longestGap}`)
export const heartRateZonesOf3: View = zonesWithin(`t - before between 1 and ${longestGap}`)
