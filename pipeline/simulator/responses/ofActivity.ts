/** Responses to `GET /activities/{id}/NAME`, by that name. */
import type { OptionalResource } from "../../../schemas/Item.ts"
import type { Json } from "../../../schemas/json/Json.ts"
import type { World } from "../world/World.ts"
import { lapsOf } from "./details.ts"
import { float } from "./json.ts"

interface ActivityResponse {
  /** Resource that can be limited to subscribers; undefined if none. */
  readonly resource?: OptionalResource
  readonly of: (world: World, id: string) => Json
}

/** Upper bounds of the heart-rate zones, beats per minute; -1 if a zone has no end. */
const heartRateZones = [118, 142, 157, 171, -1]

/** Heart-rate zones of an activity with a heart rate, and of no other. */
const zonesOf = (world: World, id: string): Json => {
  const profile = world.profileFor(id)
  if (profile?.heart === undefined) return []
  const { cells, heart, time } = profile
  const seconds = heartRateZones.map(() => 0)
  for (let i = 0; i < cells; i++) {
    const zone = heartRateZones.findIndex((max) => max === -1 || heart[i]! < max)
    seconds[zone]! += time[i + 1]! - time[i]!
  }
  return [{
    score: Math.round(seconds.reduce((sum, time, zone) => sum + time * (zone + 1), 0) / 100),
    distribution_buckets: heartRateZones.map((max, i) => ({
      min: heartRateZones[i - 1] ?? 0,
      max,
      time: float(seconds[i]!),
    })),
    type: "heartrate",
    sensor_based: true,
    points: Math.round(seconds.reduce((sum, time, zone) => sum + time * zone, 0) / 100),
    custom_zones: false,
    max: 196,
  }]
}

export const activityResponses: Readonly<Record<string, ActivityResponse>> = {
  laps: { of: lapsOf },
  zones: { resource: "activity_zones", of: zonesOf },
}
