/** Stored activities and streams for the tests of exported tracks. */
import assert from "node:assert/strict"
import { type Activity, activityFrom } from "../../../pipeline/landed/Activity.ts"
import { type ActivityTrack, activityTrackOf } from "../../../pipeline/show/tracks/ActivityTrack.ts"

/** Returns an activity that began at 2026-01-31T07:30:00Z. */
export const storedActivity = (fields: Readonly<Record<string, unknown>> = {}): Activity => {
  const activity = activityFrom("7", {
    name: "Morning Ride",
    sport_type: "Ride",
    start_date: "2026-01-31T07:30:00Z",
    start_date_local: "2026-01-31T08:30:00Z",
    ...fields,
  })
  assert.ok(activity !== undefined)
  return activity
}

/** Returns the track of streams, each with the source text of its list of samples. */
export const storedTrack = (streams: Readonly<Record<string, string>>): ActivityTrack => {
  const track = activityTrackOf(
    `{${Object.entries(streams).map(([type, data]) => `"${type}":{"data":${data}}`).join()}}`,
  )
  assert.ok(typeof track !== "string", String(track))
  return track
}
