/** Views over samples: one row per sample, and the time in each heart rate zone. */
import { localStart, roundedSql, sportOf, type View, type ViewColumn, withExport } from "./View.ts"

/** Columns of streams, with their names, types and comments in the view. */
const samples = [
  ["time", "t_s", "float8", "time since the start, seconds"],
  ["distance", "distance_m", "float8", "distance since the start, meters"],
  ["lat", "lat", "float8", "latitude, degrees"],
  ["lng", "lng", "float8", "longitude, degrees"],
  ["altitude", "altitude_m", "float8", "altitude above sea level, meters"],
  ["velocity_smooth", "speed_mps", "float8", "smoothed speed, meters per second"],
  ["heartrate", "heartrate_bpm", "float8", "heart rate, beats per minute"],
  ["cadence", "cadence_rpm", "float8", "cadence, revolutions per minute (for runs: of one foot)"],
  ["watts", "power_w", "float8", "power, watts"],
  ["temp", "temp_c", "float8", "temperature, degrees Celsius"],
  ["moving", "moving", "boolean", "true if moving"],
  ["grade_smooth", "grade_pct", "float8", "smoothed grade, percent"],
] as const

const present = `strava.streams s left join strava.activities a on a.id = s.activity_id
  ${withExport} where a.deleted_at is null and s.deleted_at is null`

/**
 * Null for seconds beyond what a timestamp can hold: adding them is an error, and the query fails
 * for every row.
 */
const timeOf = (seconds: string, start: string) =>
  `case when ${seconds} between -2147483648 and 2147483647
    then ${start} + ${seconds} * interval '1 second' end`

/** Number of samples in the longest array; streams in `other` may be longer. */
const count = `case when s.other is null then s.n
  else greatest(${samples.map(([name]) => `cardinality(s.${name})`).join(", ")}) end`

/**
 * Reads only the arrays whose columns a query names: the planner drops the others from both subqueries.
 * The inner subquery reads each array once: `array_append` returns it in a form whose entries are found at
 * once, also if some are null. Its set of one row keeps the planner from merging it into the outer one;
 * unlike `offset 0`, it lets filters through.
 */
export const streamPoints: View = {
  name: "strava.v_stream_points",
  comment: "One row per sample. Excludes deleted activities. " +
    "Fast with a filter on activity_id or started_at.",
  columns: [
    ["activity_id", "bigint", "p.activity_id", "activities.id"],
    ["athlete_id", "bigint", "p.athlete_id", "athletes.id"],
    ["idx", "integer", "p.o - 1", "index of the sample, from 0"],
    [
      "time",
      "timestamptz",
      timeOf("p.t_s[p.o]", "p.start_date"),
      "time of the sample; null without the activity",
    ],
    ...samples.map(([, name, type, comment]): ViewColumn => [
      name,
      type,
      `p.${name}[p.o]`,
      comment,
    ]),
    ["started_at", "timestamptz", "p.start_date", "start time of the activity"],
    ["sport_type", "text", "p.sport_type", "sport"],
  ],
  from: `(
    select q.*, generate_series(1, q.count) as o from (
      select s.activity_id, s.athlete_id, a.start_date, ${sportOf} as sport_type, ${count} as count,
        ${samples.map(([name, as]) => `array_append(s.${name}, null) as ${as}`).join(", ")},
        generate_series(1, 1) as one
      from ${present}
    ) q
  ) p`,
}

/** Seconds: a longer gap between samples is not counted, because the heart rate in it is unknown. */
const longestGap = 30

/**
 * The zone is the last one whose lower bound is reached. A null bound would be an error, so it is
 * checked first.
 */
const zoneOf = `case when array_position(z.heart_rate_min, null) is null
  then width_bucket(p.bpm::float8, z.heart_rate_min::float8[]) end`

/**
 * One row per activity and zone, with the seconds in it; 0 for zones without samples. A sample
 * counts for the time since the sample before it. Old activities use the current zones too.
 */
export const heartRateZones: View = {
  name: "strava.v_hr_zones",
  comment:
    "One row per activity with heart rate and per zone, using the athlete's current zones. " +
    `Excludes gaps of over ${longestGap} seconds between samples.`,
  columns: [
    ["athlete_id", "bigint", "s.athlete_id", "athletes.id"],
    ["activity_id", "bigint", "s.activity_id", "activities.id"],
    ["activity_date", "date", localStart("a"), "local date of the start"],
    ["sport_type", "text", sportOf, "sport"],
    ["zone", "integer", "q.zone", "number of the zone, from 1, the lowest"],
    ["min_bpm", "float8", "q.min_bpm", "lower bound, beats per minute"],
    [
      "max_bpm",
      "float8",
      "nullif(q.max_bpm, -1)",
      "upper bound, beats per minute; null if unbounded",
    ],
    ["time_s", "integer", "q.seconds", "time in the zone, seconds"],
    [
      "share_pct",
      "float8",
      roundedSql("100 * q.seconds / nullif(q.all_seconds, 0)", 1),
      "share of the activity's time in zones, percent",
    ],
  ],
  from: `strava.streams s
  join strava.activities a on a.id = s.activity_id and a.deleted_at is null
  ${withExport}
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
        where bpm > 0 and t > before and t - before <= ${longestGap}
        group by bpm
      ) p
      group by 1
    ) t on t.zone = o.zone
  ) q
  where s.heartrate is not null and s.deleted_at is null`,
}
