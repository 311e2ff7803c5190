/** Segments: those that the efforts of the activities name. */
import { Predicate } from "effect"
import type { World } from "../world/World.ts"
import { detailOf } from "./details.ts"
import { float, type JsonObject, numberOf } from "./json.ts"

const known = new WeakMap<World, ReadonlyMap<string, JsonObject>>()

/** Returns the segments of a world by their ids; the world has them once activities have efforts. */
const segmentsIn = (world: World): ReadonlyMap<string, JsonObject> => {
  const found = known.get(world) ?? new Map(
    world.ids.flatMap((id) => {
      const efforts: unknown = detailOf(world, String(id))?.["segment_efforts"]
      return Array.isArray(efforts) ? efforts : []
    }).flatMap((effort: unknown): ReadonlyArray<[string, JsonObject]> => {
      const segment = Predicate.hasProperty(effort, "segment") ? effort.segment : undefined
      return Predicate.isReadonlyObject(segment)
        ? [[String((segment as JsonObject)["id"]), segment as JsonObject]]
        : []
    }),
  )
  known.set(world, found)
  return found
}

/** Returns the response to `GET /segments/{id}`; undefined if there is no such segment. */
export const segmentOf = (world: World, id: string): JsonObject | undefined => {
  const segment = segmentsIn(world).get(id)
  if (segment === undefined) return undefined
  const high = numberOf(segment["elevation_high"])
  const low = numberOf(segment["elevation_low"])
  return {
    ...segment,
    resource_state: 3,
    created_at: "2019-04-01T08:00:00Z",
    updated_at: "2024-02-01T08:00:00Z",
    total_elevation_gain: float(Math.max(0, high - low)),
    effort_count: 1_200 + (numberOf(segment["id"]) % 900),
    athlete_count: 400 + (numberOf(segment["id"]) % 300),
    star_count: numberOf(segment["id"]) % 40,
  }
}
