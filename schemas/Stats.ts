/**
 * The athlete's stats, as `GET /athletes/{id}/stats` sends them: totals over activities that are
 * visible to everyone.
 */
import { Schema } from "effect"
import { declare } from "./Declaration.ts"
import { maybe, open } from "./open.ts"

/** Meters and seconds; `achievement_count` comes with recent totals only. */
export const ActivityTotal = open({
  count: maybe(Schema.Finite),
  distance: maybe(Schema.Finite),
  moving_time: maybe(Schema.Finite),
  elapsed_time: maybe(Schema.Finite),
  elevation_gain: maybe(Schema.Finite),
  achievement_count: maybe(Schema.Finite),
})

/**
 * `biggest_*` are absent for athletes without a ride. Recent means the last four weeks, ytd since 1
 * January.
 */
export const ActivityStats = open({
  biggest_ride_distance: maybe(Schema.Finite),
  biggest_climb_elevation_gain: maybe(Schema.Finite),
  recent_ride_totals: maybe(ActivityTotal),
  recent_run_totals: maybe(ActivityTotal),
  recent_swim_totals: maybe(ActivityTotal),
  ytd_ride_totals: maybe(ActivityTotal),
  ytd_run_totals: maybe(ActivityTotal),
  ytd_swim_totals: maybe(ActivityTotal),
  all_ride_totals: maybe(ActivityTotal),
  all_run_totals: maybe(ActivityTotal),
  all_swim_totals: maybe(ActivityTotal),
})
export type ActivityStats = typeof ActivityStats.Type

export const statsResource = declare({
  schema: ActivityStats,
  noun: "stats",
  counted: ["set of stats", "sets of stats"],
  help: "Fetch athlete stats (recent, this year, all time)",
  per: "athlete",
  named: false,
  planned: "stats, weekly",
  optional: { on: true },
  atOnce: { compared: 10, surveyed: 100, adopted: 100 },
})
