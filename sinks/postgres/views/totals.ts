/** Views of sums by day, by week and from 1 January, all by local time. */
import {
  inFeet,
  mile,
  presentActivities,
  roundedSql,
  sameSport,
  total,
  type View,
  type ViewColumn,
} from "./View.ts"

const athleteId = (expression: string): ViewColumn => [
  "athlete_id",
  "bigint",
  expression,
  "athletes.id",
]

const moving: ViewColumn = [
  "moving_h",
  "float8",
  total("a.moving_time / 3600.0", 2),
  "moving time, hours",
]
const elapsed: ViewColumn = [
  "elapsed_h",
  "float8",
  total("a.elapsed_time / 3600.0", 2),
  "elapsed time including pauses, hours",
]
const elevation: ViewColumn = [
  "elevation_m",
  "float8",
  total("a.total_elevation_gain", 0),
  "elevation gain, meters",
]
const miles = (digits: number): ViewColumn => [
  "distance_mi",
  "float8",
  total(`a.distance / ${mile}`, digits),
  "distance, miles",
]
const feet: ViewColumn = [
  "elevation_ft",
  "float8",
  total(inFeet("a.total_elevation_gain"), 0),
  "elevation gain, feet",
]
const relativeEffort: ViewColumn = [
  "relative_effort",
  "float8",
  "sum(a.suffer_score)",
  "relative effort (Strava's points, no unit); null if Strava sent none",
]

/** One row per local day and sport. Days without the sport have no row. */
export const daily: View = {
  name: "strava.v_daily",
  comment: "One row per athlete, local day and sport. Days without that sport have no row.",
  columns: [
    athleteId("a.athlete_id"),
    ["day", "date", "a.local::date", "local date of the start"],
    ["sport_type", "text", "a.sport_type", "sport"],
    ["activities", "integer", "count(*)", "number of activities"],
    ["distance_km", "float8", total("a.distance / 1000", 2), "distance, kilometers"],
    moving,
    elapsed,
    elevation,
    relativeEffort,
    miles(2),
    feet,
  ],
  from: `${presentActivities} a where a.local is not null
  group by a.athlete_id, a.local::date, a.sport_type`,
}

/**
 * Weeks: a longer gap has no empty weeks, so that one activity with a wrong date adds only one
 * week.
 */
const longestGap = 104

/**
 * SQL for the first day of the week of a time: Monday, or the day that the setting `paceline.week_start`
 * of the session, the role or the database names.
 */
const weekOf = (local: string) => `(date_trunc('week', ${local} + ${untilMonday}) - ${untilMonday})`
const untilMonday = "case current_setting('paceline.week_start', true) " +
  "when 'sunday' then interval '1 day' when 'saturday' then interval '2 days' " +
  "else interval '0 days' end"

/** The weeks with activities, and the empty weeks after each. */
const weeks = `(
    select athlete_id, generate_series(
      week,
      case when next <= week + interval '${longestGap} weeks' then next - interval '1 week'
        else week end,
      interval '1 week'
    )::date as week
    from (
      select athlete_id, week, lead(week) over (partition by athlete_id order by week) as next
      from (
        select distinct athlete_id, ${weekOf("local")} as week from ${presentActivities} a
        where local is not null
      ) a
    ) a
  )`

/**
 * One row per week and sport. Every week from the athlete's first activity to the last has a row
 * for each sport of the athlete, so that a chart shows 0 for a week without it.
 */
export const weeklyView: View = {
  name: "strava.v_weekly",
  comment: "One row per athlete, week and sport. Weeks without training have zeros; " +
    `gaps of more than ${longestGap} weeks have no rows. Weeks begin on Monday, or on the day that ` +
    "the setting paceline.week_start names: sunday or saturday.",
  columns: [
    athleteId("w.athlete_id"),
    ["week", "date", "w.week", "first day of the week, local date"],
    ["sport_type", "text", "s.sport_type", "sport"],
    // bigint since the first version; a view keeps its types.
    ["activities", "bigint", "count(a.id)", "number of activities"],
    ["distance_km", "float8", total("a.distance / 1000", 1), "distance, kilometers"],
    moving,
    elevation,
    elapsed,
    relativeEffort,
    miles(1),
    feet,
  ],
  from: `${weeks} w
  join (select distinct athlete_id, sport_type from ${presentActivities} a) s on s.athlete_id = w.athlete_id
  left join ${presentActivities} a
    on ${weekOf("a.local")}::date = w.week and ${sameSport("a", "s")}
  group by w.athlete_id, w.week, s.sport_type`,
}

const soFar = (expression: string, digits: number) =>
  `coalesce(${roundedSql(`sum(t.${expression}) over so_far`, digits)}, 0)`

/**
 * The days of the years with activities. A year ends with its last activity if no later year has
 * any. An activity dated in the future by a wrong clock does not extend the year before it.
 */
const days = `(
    select y.athlete_id, y.day::date as day, y.year
    from (
      select athlete_id, year, generate_series(
        make_timestamp(year, 1, 1, 0, 0, 0),
        case when year < newest then make_timestamp(year, 12, 31, 0, 0, 0) else last end,
        interval '1 day'
      ) as day
      from (
        select athlete_id, extract(year from local)::integer as year, max(local) as last,
          max(extract(year from max(local) filter (where local < now() + interval '1 day')))
            over (partition by athlete_id) as newest
        from ${presentActivities} a where local is not null
        group by athlete_id, extract(year from local)::integer
      ) a
    ) y
  )`

/**
 * One row per day and sport: the sums from 1 January to that day. Every day until the athlete's
 * newest activity has a row for each sport of its year, so that a join compares the same day of two
 * years.
 */
export const yearToDateView: View = {
  name: "strava.v_year_to_date",
  comment: "One row per athlete, local day and sport: totals from 1 January to that day. " +
    "Covers each sport done in that year, for every day until the newest activity.",
  columns: [
    athleteId("d.athlete_id"),
    ["year", "integer", "d.year", "year"],
    ["day", "date", "d.day", "local date"],
    ["day_of_year", "integer", "extract(doy from d.day)", "number of the day in its year, from 1"],
    ["sport_type", "text", "s.sport_type", "sport"],
    [
      "activities",
      "integer",
      "coalesce(sum(t.activities) over so_far, 0)",
      "number of activities since 1 January",
    ],
    ["distance_km", "float8", soFar("distance / 1000", 1), "distance since 1 January, kilometers"],
    [
      "moving_h",
      "float8",
      soFar("moving_time / 3600.0", 2),
      "moving time since 1 January, hours",
    ],
    ["elevation_m", "float8", soFar("elevation", 0), "elevation gain since 1 January, meters"],
    [
      "distance_mi",
      "float8",
      soFar(`distance / ${mile}`, 1),
      "distance since 1 January, miles",
    ],
    [
      "elevation_ft",
      "float8",
      soFar(inFeet("elevation"), 0),
      "elevation gain since 1 January, feet",
    ],
  ],
  from: `${days} d
  join (
    select distinct athlete_id, extract(year from local)::integer as year, sport_type
    from ${presentActivities} a
  ) s on s.athlete_id = d.athlete_id and s.year = d.year
  left join (
    select athlete_id, local::date as day, sport_type, count(*) as activities,
      sum(distance) as distance, sum(moving_time) as moving_time,
      sum(total_elevation_gain) as elevation
    from ${presentActivities} a group by athlete_id, local::date, sport_type
  ) t on t.day = d.day and ${sameSport("t", "s")}
  window so_far as (partition by d.athlete_id, d.year, s.sport_type order by d.day)`,
}
