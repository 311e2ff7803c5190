/** One activity in detail: what its summary says and what only `GET /activities/{id}` knows. */
import type { Json } from "../../schemas/Json.ts"
import { gear } from "./athlete.ts"
import { digits, float, type JsonObject, numberOf } from "./json.ts"
import { meanOf, type Profile } from "./Profile.ts"
import { Random } from "./random.ts"
import { polylineOf } from "./Track.ts"
import type { World } from "./World.ts"

/** Moving seconds at which `metres` are done. */
const secondsAt = ({ cells, distance, time }: Profile, metres: number): number => {
  const total = distance[cells]!
  const row = total === 0 ? 0 : Math.min(cells, (metres / total) * cells)
  const low = Math.floor(row)
  return time[low]! + ((time[Math.min(cells, low + 1)] ?? 0) - time[low]!) * (row - low)
}

const heightAt = ({ altitude, cells, distance }: Profile, metres: number): number =>
  altitude?.[Math.min(cells, Math.round((metres / distance[cells]!) * cells))] ?? 0

interface Part {
  readonly metres: number
  readonly seconds: number
  readonly climb: number
  readonly from: number
}

/** The course in parts of `length` metres; the last may be shorter. */
const partsOf = (profile: Profile, length: number): ReadonlyArray<Part> => {
  const total = profile.distance[profile.cells]!
  return Array.from({ length: Math.ceil(total / length) }, (_, i) => {
    const [from, to] = [i * length, Math.min(total, (i + 1) * length)]
    return {
      from,
      metres: to - from,
      seconds: Math.max(1, Math.round(secondsAt(profile, to) - secondsAt(profile, from))),
      climb: heightAt(profile, to) - heightAt(profile, from),
    }
  })
}

const split = (profile: Profile) => ({ climb, metres, seconds }: Part, i: number): JsonObject => ({
  distance: float(metres),
  elapsed_time: seconds,
  elevation_difference: float(climb),
  moving_time: seconds,
  split: i + 1,
  average_speed: float(metres / seconds, 2),
  average_grade_adjusted_speed: float(metres / seconds, 2),
  ...(profile.heart && { average_heartrate: float(meanOf(profile, profile.heart), 6) }),
  pace_zone: 1 + (Math.round(metres / seconds) % 5),
})

/** `GET /activities/{id}/laps`: one for every five kilometres, or one in all. */
export const lapsOf = (world: World, id: string): Json => {
  const profile = world.profileFor(id)
  const summary = world.summary(id)
  if (profile === undefined || summary === undefined) return []
  const parts = profile.distance[profile.cells]! > 0 && !profile.outline.manual
    ? partsOf(profile, 5000)
    : [{
      from: 0,
      metres: numberOf(summary["distance"]),
      seconds: numberOf(summary["moving_time"]),
      climb: 0,
    }]
  const last = Math.max(0, profile.recording.samples - 1)
  const total = Math.max(1, parts.reduce((sum, { seconds }) => sum + seconds, 0))
  let passed = 0
  return parts.map(({ climb, metres, seconds }, i) => {
    const [start, end] = [passed, passed + seconds].map((at) => Math.round((at / total) * last))
    passed += seconds
    return {
      id: profile.outline.id * 3 + i,
      resource_state: 2,
      name: `Lap ${i + 1}`,
      activity: {
        id: profile.outline.id,
        visibility: summary["visibility"] ?? "everyone",
        resource_state: 1,
      },
      athlete: { id: world.athleteId, resource_state: 1 },
      elapsed_time: seconds,
      moving_time: seconds,
      start_date: summary["start_date"] ?? null,
      start_date_local: summary["start_date_local"] ?? null,
      distance: float(metres),
      average_speed: float(metres / Math.max(1, seconds), 2),
      max_speed: summary["max_speed"] ?? 0,
      lap_index: i + 1,
      split: i + 1,
      start_index: start!,
      end_index: end!,
      total_elevation_gain: float(Math.max(0, climb)),
    }
  })
}

/** Efforts over stretches of the course; their ids are beyond 2^53, as Strava's are. */
const effortsOf = (world: World, profile: Profile, summary: JsonObject): Json => {
  const { outline, recording, track } = profile
  if (track === undefined || outline.manual) return []
  const random = new Random(outline.seed, 81)
  return partsOf(profile, Math.max(900, track.length / 5)).slice(0, -1).map((part, i) => {
    const metres = part.metres * random.between(0.5, 0.9)
    const seconds = Math.round(part.seconds * (metres / part.metres))
    const index = (at: number) =>
      Math.round((at / Math.max(1, track.length)) * (recording.samples - 1))
    return {
      id: digits(3_265_000_000_000_000_000n + BigInt(outline.id) * 8_191n + BigInt(i)),
      resource_state: 2,
      name: `Stretch ${i + 1}`,
      activity: {
        id: outline.id,
        visibility: summary["visibility"] ?? "everyone",
        resource_state: 1,
      },
      athlete: { id: world.athleteId, resource_state: 1 },
      elapsed_time: seconds,
      moving_time: seconds,
      start_date: summary["start_date"] ?? null,
      start_date_local: summary["start_date_local"] ?? null,
      distance: float(metres),
      start_index: index(part.from),
      end_index: index(part.from + metres),
      device_watts: summary["device_watts"] ?? false,
      pr_rank: null,
      kom_rank: null,
      achievements: [],
      hidden: false,
      segment: {
        id: 9_000_000 + Math.round(part.from),
        resource_state: 2,
        name: `Stretch ${i + 1}`,
        activity_type: outline.sport.type,
        distance: float(metres),
        average_grade: float((part.climb / part.metres) * 100),
        city: null,
        state: null,
        country: null,
        private: false,
        hazardous: false,
        starred: false,
      },
    }
  })
}

const gearIn = (summary: JsonObject): Json => {
  const found = gear.find(({ id }) => id === summary["gear_id"])
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

/** `GET /activities/{id}`; undefined where there is none. */
export const detailOf = (world: World, id: string): JsonObject | undefined => {
  const summary = world.summary(id)
  const profile = world.profileFor(id)
  if (summary === undefined || profile === undefined) return undefined
  const { cells, distance, ground, outline, time, track } = profile
  const random = new Random(outline.seed, 82)
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
    description: random.chance(0.2) ? 'Felt good, "mostly".\nLegs: tired; sky: 🌤️' : null,
    calories: float(calories),
    ...gearIn(summary) as JsonObject,
    hide_from_home: false,
    perceived_exertion: null,
    prefer_perceived_exertion: null,
    segment_efforts: effortsOf(world, profile, summary),
    ...(running && {
      splits_metric: partsOf(profile, 1000).map(split(profile)),
      splits_standard: partsOf(profile, 1609.344).map(split(profile)),
      best_efforts: [],
    }),
    laps: lapsOf(world, id),
    photos: { primary: null, count: 0 },
    stats_visibility: [
      { type: "heart_rate", visibility: "everyone" },
      { type: "pace", visibility: "everyone" },
    ],
    embed_token: `synthetic${outline.seed.toString(16)}`,
    similar_activities: null,
    available_zones: profile.heart ? ["heartrate"] : [],
    private_note: "",
  }
}
