/** What is made out of the samples of activities: points, and the time in zones of heart rate. */
import { localStart, rounded, type View } from "./View.ts"

/** The columns of samples with their names in the view, as the table has them. */
const samples = [
  ["time", "t_s"],
  ["distance", "distance_m"],
  ["lat", "lat"],
  ["lng", "lng"],
  ["altitude", "altitude_m"],
  ["velocity_smooth", "speed_mps"],
  ["heartrate", "heartrate_bpm"],
  ["cadence", "cadence_rpm"],
  ["watts", "power_w"],
  ["temp", "temp_c"],
  ["moving", "moving"],
  ["grade_smooth", "grade_pct"],
] as const

type Sample = typeof samples[number][1]

/** The type of samples that Strava's reference calls integers: `integer` up to the fourth version. */
type Whole = "integer" | "float8"

/** Differences between the versions of the view. */
interface Points {
  readonly whole: Whole
  /** Number of the sample, from 1. */
  readonly number: string
  readonly sample: (name: Sample) => string
  readonly time: string
  readonly start: string
  readonly sport: string
  readonly row: string
  readonly from: string
}

/** One row is one sample of an activity. A filter on activity_id or started_at reads no other's. */
const points = ({ from, number, row, sample, sport, start, time, whole }: Points): View => ({
  name: "strava.v_stream_points",
  comment: "One row per sample; those of deleted activities are left out. " +
    "A filter on activity_id, or on started_at, is fast.",
  columns: [
    ["activity_id", "bigint", `${row}.activity_id`, "activities.id"],
    ["athlete_id", "bigint", `${row}.athlete_id`, "athletes.id"],
    ["idx", "integer", `${number} - 1`, "number of the sample, from 0"],
    ["time", "timestamptz", time, "when; null without the activity"],
    ["t_s", whole, sample("t_s"), "seconds since the start"],
    ["distance_m", "float8", sample("distance_m"), "metres since the start"],
    ["lat", "float8", sample("lat"), "latitude in degrees"],
    ["lng", "float8", sample("lng"), "longitude in degrees"],
    ["altitude_m", "float8", sample("altitude_m"), "metres above sea level"],
    ["speed_mps", "float8", sample("speed_mps"), "metres per second, smoothed"],
    ["heartrate_bpm", whole, sample("heartrate_bpm"), "beats per minute"],
    [
      "cadence_rpm",
      "float8",
      sample("cadence_rpm"),
      "turns (of one foot, when running) per minute",
    ],
    ["power_w", whole, sample("power_w"), "watts"],
    ["temp_c", whole, sample("temp_c"), "degrees Celsius"],
    ["moving", "boolean", sample("moving"), "whether moving"],
    ["grade_pct", "float8", sample("grade_pct"), "slope in percent, smoothed"],
    ["started_at", "timestamptz", start, "start of the activity"],
    ["sport_type", "text", sport, "sport"],
  ],
  from,
})

const present = `strava.streams s left join strava.activities a on a.id = s.activity_id
  where a.deleted_at is null and s.deleted_at is null`

/** Null for seconds that no clock shows: adding those would be an error, which costs every row. */
const timeOf = (seconds: string, start: string) =>
  `case when ${seconds} between -2147483648 and 2147483647
    then ${start} + ${seconds} * interval '1 second' end`

/** The versions that expand all arrays at once, whichever of them are read. */
const expanded = (whole: Whole, time: string) =>
  points({
    whole,
    row: "s",
    number: "p.o",
    sample: (name) => `p.${name}`,
    time,
    start: "a.start_date",
    sport: "a.sport_type",
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

export const streamPointsOf3: View = expanded(
  "integer",
  "a.start_date + p.t_s * interval '1 second'",
)
export const streamPointsOf5: View = expanded("float8", timeOf("p.t_s", "a.start_date"))

/** Number of samples in the longest array; streams in `other` may be longer. */
const count = `case when s.other is null then s.n
  else greatest(${samples.map(([name]) => `cardinality(s.${name})`).join(", ")}) end`

/**
 * Reads only the arrays whose columns a query names: the planner drops the others from both subqueries.
 * The inner subquery reads each array once: `array_append` returns it in a form whose entries are found at
 * once, also if some are null. Its set of one row keeps the planner from merging it into the outer one;
 * unlike `offset 0`, it lets filters through.
 */
export const streamPoints: View = points({
  whole: "float8",
  row: "p",
  number: "p.o",
  sample: (name) => `p.${name}[p.o]`,
  time: timeOf("p.t_s[p.o]", "p.start_date"),
  start: "p.start_date",
  sport: "p.sport_type",
  from: `(
    select q.*, generate_series(1, q.count) as o from (
      select s.activity_id, s.athlete_id, a.start_date, a.sport_type, ${count} as count,
        ${samples.map(([name, as]) => `array_append(s.${name}, null) as ${as}`).join(", ")},
        generate_series(1, 1) as one
      from ${present}
    ) q
  ) p`,
})

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
