/** Synthetic responses for details, zones, stats and gear, with peculiarities of real ones. */
import { item } from "../sinks/items.ts"

/** Id that JavaScript cannot represent exactly: it would round to …237000. */
export const longId = "3265366675164236880"

/** Returns `count` laps as text, with numbers that JavaScript would print differently (`1000.0`). */
const laps = (count: number) =>
  Array.from(
    { length: count },
    (_, i) =>
      `{"id": ${i + 1}, "name": "Lap ${i + 1}", "lap_index": ${i + 1}, "distance": 1000.0,
      "elapsed_time": 300, "start_date": "2026-01-01T10:00:00Z", "pace_zone": 2}`,
  )

/** Returns the details of an activity, with two segment efforts of one id. */
export const detailsResponse = (id: number, { count = 3 } = {}) =>
  item({
    resource: "details",
    id: String(id),
    text: `{"id": ${id}, "name": "Run ${id}", "distance": 3000, "calories": 201.50,
      "upload_id": ${longId}, "gear": {"id": "g22", "name": "Shoes"},
      "map": {"id": "a${id}", "polyline": "abc", "summary_polyline": "ab"},
      "photos": {"primary": {"urls": {"100": "small", "600": "large"}}, "count": 1},
      "laps": [${laps(count)}],
      "splits_metric": [{"split": 1, "average_heartrate": 150.5}, {"split": 2, "new": 1e2}],
      "splits_standard": [{"split": 1}],
      "segment_efforts": [
        {"id": ${longId}, "segment": {"id": 9, "name": "Hill", "average_grade": 5.5}},
        {"id": ${longId}, "segment": {"id": 9, "name": "Hill"}, "hidden": true}],
      "best_efforts": [{"id": 5, "name": "400m", "elapsed_time": 90, "pr_rank": null}],
      "new": 2.0}`,
  })

/** Zones of athlete 7, who has no power meter. */
export const zonesResponse = item({
  resource: "zones",
  id: "7",
  text: `{"heart_rate": {"custom_zones": false,
    "zones": [{"min": 0, "max": 120}, {"min": 120, "max": -1}]}}`,
})

/** Stats of athlete 7, who never rode. */
export const statsResponse = item({
  resource: "stats",
  id: "7",
  text: `{"recent_run_totals": {"count": 2, "distance": 5000.5, "achievement_count": 1},
    "ytd_run_totals": {"count": 9, "moving_time": 474287.0}, "new": 1.0}`,
})

/** Returns a bike or a pair of shoes. */
export const gearResponse = (id: string) =>
  item({
    resource: "gear",
    id,
    text: `{"id": "${id}", "primary": true, "name": "Old ${id}", "distance": 120000, "new": 1.0}`,
  })
