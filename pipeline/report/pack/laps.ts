/** Laps and efforts on segments, from the details of an activity. */
import { boolean, number, recordsIn, text } from "../../landed/values.ts"
import type { SiteLap } from "../model/ActivityBlock.ts"

type Row = Readonly<Record<string, unknown>>

const rounded = (value: unknown): number | undefined => {
  const known = number(value)
  return known === null ? undefined : Math.round(known)
}

const lapOf = (row: Row, name: string, seconds: number | null): SiteLap => ({
  name: text(row["name"]) ?? name,
  meters: Math.max(0, rounded(row["distance"]) ?? 0),
  seconds: Math.max(0, Math.round(seconds ?? 0)),
  climb: rounded(row["total_elevation_gain"]),
  beats: rounded(row["average_heartrate"]),
  watts: boolean(row["device_watts"]) === false ? undefined : rounded(row["average_watts"]),
})

/** Laps in moving time. Undefined if the details have no list of them. */
export const siteLaps = (details: Row): ReadonlyArray<SiteLap> | undefined =>
  Array.isArray(details["laps"])
    ? recordsIn(details["laps"]).map((row, i) =>
      lapOf(row, `Lap ${i + 1}`, number(row["moving_time"]) ?? number(row["elapsed_time"]))
    )
    : undefined

/** Efforts in elapsed time, as Strava ranks them, without hidden ones. Undefined as for laps. */
export const siteSegments = (details: Row): ReadonlyArray<SiteLap> | undefined =>
  Array.isArray(details["segment_efforts"])
    ? recordsIn(details["segment_efforts"]).filter((row) => row["hidden"] !== true).map((row) =>
      lapOf(row, "Segment", number(row["elapsed_time"]) ?? number(row["moving_time"]))
    )
    : undefined
