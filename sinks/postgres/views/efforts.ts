/** The view of best efforts: the fastest kilometer, mile, marathon, … of each run, ranked. */
import {
  localStart,
  mile,
  minutesPer,
  sportOf,
  timePer,
  titleOf,
  urlOf,
  type View,
  withExport,
} from "./View.ts"

/**
 * One row per run and length: the best effort that Strava found. Strava has been seen to repeat an
 * effort in one response; it counts once. Equal times share a rank.
 */
export const bestEffortsView: View = {
  name: "strava.v_best_efforts",
  comment:
    "One row per run and length: the fastest kilometer, mile, … in it, as computed by Strava. " +
    "Empty without details (--with details).",
  columns: [
    ["athlete_id", "bigint", "e.athlete_id", "athletes.id"],
    ["activity_id", "bigint", "e.activity_id", "activities.id"],
    ["effort_id", "bigint", "e.id", "Strava's id of the effort"],
    ["effort", "text", "e.name", "name of the length, such as 5K"],
    ["distance_m", "float8", "e.distance", "distance, meters"],
    ["elapsed_s", "integer", "e.elapsed_time", "elapsed time including pauses, seconds"],
    [
      "pace_per_km",
      "interval",
      timePer(1_000, "e.elapsed_time", "e.distance"),
      "elapsed time per kilometer",
    ],
    [
      "pace_min_per_km",
      "float8",
      minutesPer(1_000, "e.elapsed_time", "e.distance"),
      "elapsed minutes per kilometer as a number (5.5 is 5:30)",
    ],
    [
      "rank",
      "integer",
      "rank() over (partition by e.athlete_id, e.name order by e.elapsed_time)",
      "rank among the athlete's efforts of this length; 1 is the fastest",
    ],
    [
      "was_record",
      "boolean",
      "coalesce(e.elapsed_time < min(e.elapsed_time) over before, e.elapsed_time is not null)",
      "true if it was the fastest at that time, including the first",
    ],
    ["activity_date", "date", "e.local", "local date of the start of the activity"],
    ["activity_name", "text", "e.activity_name", "title of the activity"],
    ["sport_type", "text", "e.sport_type", "sport"],
    ["url", "text", urlOf("e.activity_id"), "URL of the activity at Strava"],
    [
      "pace_per_mi",
      "interval",
      timePer(mile, "e.elapsed_time", "e.distance"),
      "elapsed time per mile",
    ],
    [
      "pace_min_per_mi",
      "float8",
      minutesPer(mile, "e.elapsed_time", "e.distance"),
      "elapsed minutes per mile as a number (5.5 is 5:30)",
    ],
  ],
  from: `(
    select distinct on (b.activity_id, b.name, b.id, b.elapsed_time)
      b.athlete_id, b.activity_id, b.id, b.name, b.distance, b.elapsed_time, b.position,
      ${titleOf} as activity_name, ${sportOf} as sport_type, a.start_date, ${
    localStart("a")
  } as local
    from strava.best_efforts b
    left join strava.activities a on a.id = b.activity_id
    ${withExport}
    left join strava.details d on d.activity_id = b.activity_id
    where a.deleted_at is null and d.deleted_at is null
    order by b.activity_id, b.name, b.id, b.elapsed_time, b.position
  ) e
  window before as (
    partition by e.athlete_id, e.name order by e.start_date, e.activity_id, e.position
    rows between unbounded preceding and 1 preceding
  )`,
}
