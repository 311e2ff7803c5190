/** Response to `GET /athletes/{id}/stats`: totals over public activities. */
import { float, type JsonObject, numberOf } from "./json.ts"
import type { World } from "../world/World.ts"

const month = 28 * 86_400_000

/**
 * Returns the totals at the server's time `now`. As in recordings, `biggest_*` is absent without a
 * ride.
 */
export const statsOf = (world: World, now: number): JsonObject => {
  const shown = world.outlines.map(({ id }) => world.summary(id) ?? {})
    .filter((summary) => summary["visibility"] === "everyone")
  const year = Date.UTC(new Date(now).getUTCFullYear(), 0, 1)
  const totals = (type: string, since: number, recent: boolean): JsonObject => {
    const counted = shown.filter((summary) =>
      summary["type"] === type && Date.parse(String(summary["start_date"])) >= since
    )
    const sum = (field: string) =>
      counted.reduce((total, summary) => total + numberOf(summary[field]), 0)
    return {
      count: counted.length,
      distance: float(sum("distance")),
      moving_time: since === year && type === "Run"
        ? float(sum("moving_time"))
        : sum("moving_time"),
      elapsed_time: sum("elapsed_time"),
      elevation_gain: float(sum("total_elevation_gain")),
      ...(recent && { achievement_count: sum("achievement_count") }),
    }
  }
  const rides = shown.filter(({ type }) => type === "Ride")
  const most = (field: string) => Math.max(...rides.map((ride) => numberOf(ride[field])))
  const spans = [["recent", now - month], ["ytd", year], ["all", -Infinity]] as const
  const kinds = [["ride", "Ride"], ["run", "Run"], ["swim", "Swim"]] as const
  return {
    ...(rides.length > 0 && {
      biggest_ride_distance: float(most("distance")),
      biggest_climb_elevation_gain: float(most("total_elevation_gain")),
    }),
    ...Object.fromEntries(
      spans.flatMap(([span, since]) =>
        kinds.map((
          [kind, type],
        ) => [`${span}_${kind}_totals`, totals(type, since, span === "recent")])
      ),
    ),
    ...(world.news && { sim_longest_rest: 86_400, all_hover_totals: { count: 0, distance: 0 } }),
  }
}
