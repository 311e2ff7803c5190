/** Details of one activity: its summary and the fields that only `GET /activities/{id}` has. */
import type { Json } from "../../../schemas/json/Json.ts"
import { gearFor } from "../world/athlete.ts"
import type { Outline } from "../world/calendar.ts"
import { bodyOf, type CoursePart, courseParts } from "../world/course.ts"
import { effortsOf, fastestStretches, stretchFields } from "./efforts.ts"
import { float, type JsonObject, numberOf } from "./json.ts"
import { meanOf, type Profile } from "../world/Profile.ts"
import { Random } from "../world/random.ts"
import { polylineOf } from "../world/Track.ts"
import type { World } from "../world/World.ts"

const split =
  (profile: Profile) => ({ climb, meters, seconds }: CoursePart, i: number): JsonObject => ({
    distance: float(meters),
    elapsed_time: seconds,
    elevation_difference: float(climb),
    moving_time: seconds,
    split: i + 1,
    average_speed: float(meters / seconds, 2),
    average_grade_adjusted_speed: float(meters / seconds, 2),
    ...(profile.heart && { average_heartrate: float(meanOf(profile, profile.heart), 6) }),
    pace_zone: 1 + (Math.round(meters / seconds) % 5),
  })

/** Response to `GET /activities/{id}/laps`: a lap for every five kilometers, or a single one. */
export const lapsOf = (world: World, id: string): Json => {
  const profile = world.profileFor(id)
  const summary = world.summary(id)
  if (profile === undefined || summary === undefined) return []
  const parts = profile.distance[profile.cells]! > 0 && !profile.outline.manual
    ? courseParts(profile, 5000)
    : [{
      from: 0,
      meters: numberOf(summary["distance"]),
      seconds: numberOf(summary["moving_time"]),
      climb: 0,
    }]
  const last = Math.max(0, profile.recording.samples - 1)
  const total = Math.max(1, parts.reduce((sum, { seconds }) => sum + seconds, 0))
  let passed = 0
  return parts.map(({ climb, from, meters, seconds }, i) => {
    const [start, end] = [passed, passed + seconds].map((at) => Math.round((at / total) * last))
    passed += seconds
    return {
      id: profile.outline.id * 3 + i,
      ...stretchFields(world, profile, summary, { name: `Lap ${i + 1}`, meters, seconds }),
      average_speed: float(meters / Math.max(1, seconds), 2),
      max_speed: summary["max_speed"] ?? 0,
      lap_index: i + 1,
      split: i + 1,
      start_index: start!,
      end_index: end!,
      total_elevation_gain: float(Math.max(0, climb)),
      device_watts: summary["device_watts"] ?? false,
      ...(!profile.outline.manual && bodyOf(profile, { from, meters })),
      ...(summary["type"] === "Run" && { pace_zone: 1 + (i % 5) }),
      ...(world.news && { sim_surface: "gravel" }),
    }
  })
}

/** Returns no photo, or one with addresses by size, as in the album of the device. */
const photosOf = ({ outline }: Profile, summary: JsonObject): JsonObject => {
  const count = numberOf(summary["total_photo_count"])
  if (!(count > 0)) return { primary: null, count: 0 }
  const unique_id = `00000000-0000-4000-8000-${String(outline.id).padStart(12, "0")}`
  const url = (size: number) => `https://example.invalid/photos/${unique_id}-${size}.jpg`
  return {
    primary: {
      unique_id,
      type: 1,
      media_type: 1,
      source: 1,
      urls: { "100": url(100), "600": url(600) },
    },
    use_primary_photo: false,
    count,
  }
}

const gearIn = (summary: JsonObject, athlete: number): JsonObject => {
  const found = gearFor(athlete).find(({ id }) => id === summary["gear_id"])
  return found === undefined ? {} : {
    gear: {
      id: found.id,
      primary: false,
      name: found.name,
      resource_state: 2,
      retired: found.to < 1,
    },
  }
}

/** Returns the description of an activity, of two lines, or null. */
export const descriptionOf = ({ seed }: Outline): string | null =>
  new Random(seed, 82).chance(0.2) ? 'Felt good, "mostly".\nLegs: tired; sky: 🌤️' : null

/**
 * Response to `GET /activities/{id}`, with hidden efforts if `everyEffort`; undefined if there is no
 * such activity.
 */
export const detailOf = (world: World, id: string, everyEffort = true): JsonObject | undefined => {
  const summary = world.summary(id)
  const profile = world.profileFor(id)
  if (summary === undefined || profile === undefined) return undefined
  const { cells, distance, ground, outline, time, track } = profile
  const running = outline.sport.type === "Run" && !outline.manual && distance[cells]! > 0
  const calories = (time[cells]! / 60) * (outline.sport.heart - 55) * 0.13
  return {
    ...summary,
    resource_state: 3,
    map: {
      ...summary["map"] as JsonObject,
      polyline: track && !outline.manual ? polylineOf(track, ground, outline.seed, 2000) : "",
      resource_state: 3,
    },
    description: descriptionOf(outline),
    calories: float(calories),
    ...gearIn(summary, world.athleteId),
    hide_from_home: false,
    perceived_exertion: null,
    prefer_perceived_exertion: null,
    segment_efforts: effortsOf(world, profile, summary)
      .filter(({ hidden }) => everyEffort || hidden !== true),
    ...(running && {
      splits_metric: courseParts(profile, 1000).map(split(profile)),
      splits_standard: courseParts(profile, 1609.344).map(split(profile)),
      best_efforts: fastestStretches(world, profile, summary),
    }),
    laps: lapsOf(world, id),
    photos: photosOf(profile, summary),
    stats_visibility: [
      { type: "heart_rate", visibility: "everyone" },
      { type: "pace", visibility: "everyone" },
    ],
    embed_token: `synthetic${outline.seed.toString(16)}`,
    similar_activities: null,
    available_zones: profile.heart ? ["heartrate"] : [],
    private_note: "",
    ...(world.news && { sim_forecast: { sky: ["clear"], humidity: float(0.61, 2) } }),
  }
}
