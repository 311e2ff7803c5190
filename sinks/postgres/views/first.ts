/** The views of the first version, as its migration made them: never changed, see ../views.ts for today's. */
import { commentsOn } from "../schema/schema.ts"

interface View {
  readonly name: string
  readonly comment: string
  /** Name, expression and meaning of each column. */
  readonly columns: ReadonlyArray<readonly [name: string, expression: string, comment: string]>
  readonly from: string
}

/** numeric would come back as text or Decimal: what is rounded is made a float8 again. */
const rounded = (expression: string, digits: number) =>
  `round((${expression})::numeric, ${digits})::float8`

const total = (expression: string, digits: number) =>
  `coalesce(${rounded(`sum(${expression})`, digits)}, 0)`

const activities: View = {
  name: "strava.v_activities",
  comment: "One row per activity, in everyday units.",
  columns: [
    ["athlete_id", "athlete_id", "athletes.id"],
    ["activity_id", "id", "activities.id"],
    ["name", "name", "title"],
    ["sport_type", "sport_type", "sport"],
    ["started_at", "start_date", "start"],
    ["started_at_local", "start_date_local", "start, as the clock showed it there"],
    ["activity_date", "start_date_local::date", "local day of the start"],
    ["distance_km", rounded("distance / 1000", 2), "kilometres"],
    ["moving_h", rounded("moving_time / 3600.0", 2), "hours without pauses"],
    ["elevation_m", "total_elevation_gain", "metres climbed"],
    [
      "pace_per_km",
      "case when distance > 0 and sport_type in ('Run', 'TrailRun', 'VirtualRun', 'Walk', 'Hike') " +
      "then make_interval(secs => round(moving_time / (distance / 1000))) end",
      "moving time per kilometre, of foot sports only",
    ],
    ["speed_kmh", rounded("distance / nullif(moving_time, 0) * 3.6", 1), "kilometres per hour"],
    ["heartrate_bpm", rounded("average_heartrate", 0), "mean heart rate in beats per minute"],
    ["power_w", rounded("average_watts", 0), "mean power in watts"],
    ["url", "'https://www.strava.com/activities/' || id", "where Strava shows it"],
  ],
  from: "strava.activities",
}

const weekly: View = {
  name: "strava.v_weekly",
  comment: "One row per athlete, week (from Monday) and sport; weeks without training are zeros.",
  columns: [
    ["athlete_id", "w.athlete_id", "athletes.id"],
    ["week", "w.week", "Monday of the week, by local time"],
    ["sport_type", "s.sport_type", "sport"],
    ["activities", "count(a.id)", "how many activities"],
    ["distance_km", total("a.distance / 1000", 1), "kilometres"],
    ["moving_h", total("a.moving_time / 3600.0", 2), "hours without pauses"],
    ["elevation_m", total("a.total_elevation_gain", 0), "metres climbed"],
  ],
  from: `(
    select athlete_id, generate_series(
      date_trunc('week', min(start_date_local)),
      date_trunc('week', max(start_date_local)),
      interval '1 week'
    )::date as week from strava.activities group by athlete_id
  ) w
  join (select distinct athlete_id, sport_type from strava.activities) s
    on s.athlete_id = w.athlete_id
  left join strava.activities a
    on a.athlete_id = w.athlete_id and a.sport_type is not distinct from s.sport_type
    and date_trunc('week', a.start_date_local)::date = w.week
  group by w.athlete_id, w.week, s.sport_type`,
}

const streamPoints: View = {
  name: "strava.v_stream_points",
  comment: "One row per sample. A filter on activity_id, or on activities.start_date, is fast.",
  columns: [
    ["activity_id", "s.activity_id", "activities.id"],
    ["athlete_id", "s.athlete_id", "athletes.id"],
    ["idx", "(p.o - 1)::integer", "number of the sample, from 0"],
    ["time", "a.start_date + p.t_s * interval '1 second'", "when; null without the activity"],
    ["t_s", "p.t_s", "seconds since the start"],
    ["distance_m", "p.distance_m", "metres since the start"],
    ["lat", "p.lat", "latitude in degrees"],
    ["lng", "p.lng", "longitude in degrees"],
    ["altitude_m", "p.altitude_m", "metres above sea level"],
    ["speed_mps", "p.speed_mps", "metres per second, smoothed"],
    ["heartrate_bpm", "p.heartrate_bpm", "beats per minute"],
    ["cadence_rpm", "p.cadence_rpm", "turns (of one foot, when running) per minute"],
    ["power_w", "p.power_w", "watts"],
    ["temp_c", "p.temp_c", "degrees Celsius"],
    ["moving", "p.moving", "whether moving"],
    ["grade_pct", "p.grade_pct", "slope in percent, smoothed"],
  ],
  from: `strava.streams s
  left join strava.activities a on a.id = s.activity_id
  cross join lateral unnest(
    s.time, s.distance, s.lat, s.lng, s.altitude, s.velocity_smooth, s.heartrate, s.cadence,
    s.watts, s.temp, s.moving, s.grade_smooth
  ) with ordinality as p(
    t_s, distance_m, lat, lng, altitude_m, speed_mps, heartrate_bpm, cadence_rpm,
    power_w, temp_c, moving, grade_pct, o
  )`,
}

const statements = ({ columns, comment, from, name }: View): ReadonlyArray<string> => [
  `create view ${name} as select ${
    columns.map(([as, expression]) => `${expression} as ${as}`).join(", ")
  } from ${from}`,
  ...commentsOn("view", name, comment, columns.map(([name, , comment]) => ({ name, comment }))),
]

export const viewsOf1: ReadonlyArray<string> = [activities, weekly, streamPoints].flatMap(
  statements,
)
