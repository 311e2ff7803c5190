/** Efforts of an activity: on segments, and the fastest over usual distances. Their IDs exceed 2^53. */
import type { Json } from "../../../schemas/json/Json.ts"
import { bodyOf, courseHeight, courseParts, secondsAt } from "../world/course.ts"
import { digits, float, type JsonObject } from "./json.ts"
import type { Profile } from "../world/Profile.ts"
import { degreesOf } from "../world/places.ts"
import { hash, Random } from "../world/random.ts"
import { followTrack } from "../world/Track.ts"
import type { World } from "../world/World.ts"

/** An ID that efforts of several activities share, as has been seen at Strava. It exceeds 2^53. */
const repeatedId = 3_265_366_675_164_236_880n

const effortId = (profile: Profile, i: number) =>
  digits(3_265_000_000_000_000_000n + BigInt(profile.outline.id) * 8_191n + BigInt(i))

interface Stretch {
  readonly name: string
  readonly from: number
  readonly meters: number
  readonly seconds: number
}

/** Returns the fields that laps and efforts share. */
export const stretchFields = (
  world: World,
  { outline }: Profile,
  summary: JsonObject,
  { meters, name, seconds }: Omit<Stretch, "from">,
): JsonObject => ({
  resource_state: 2,
  name,
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
  distance: float(meters),
})

/** Returns the fields of both kinds of efforts. The caller adds the ID. */
const effort = (
  world: World,
  profile: Profile,
  summary: JsonObject,
  { from, meters, name, seconds }: Stretch,
): JsonObject => {
  const { cells, distance, outline, recording } = profile
  const rank = hash(outline.seed, Math.round(from), 83) % 12
  const index = (at: number) =>
    Math.max(0, Math.round((at / Math.max(1, distance[cells]!)) * (recording.samples - 1)))
  return {
    ...stretchFields(world, profile, summary, { name, meters, seconds }),
    start_index: index(from),
    end_index: index(from + meters),
    ...bodyOf(profile, { from, meters }),
    pr_rank: rank >= 1 && rank <= 3 ? rank : null,
    achievements: rank >= 1 && rank <= 3 ? [{ type_id: 3, type: "pr", rank, effort_count: 5 }] : [],
    ...(world.news && { sim_wind: [float(1.5), null] }),
  }
}

/**
 * Returns efforts over parts of the course. In some activities the first one occurs twice, with the
 * same ID.
 */
export const effortsOf = (
  world: World,
  profile: Profile,
  summary: JsonObject,
): ReadonlyArray<JsonObject> => {
  const { ground, outline, track } = profile
  if (track === undefined || outline.manual) return []
  const random = new Random(outline.seed, 81)
  const repeated = outline.seed % 4 === 0
  const at = followTrack(track)
  const point = (distance: number): Json => {
    const { x, y } = at(distance)
    return degreesOf(ground, x, y).map((degrees) => float(degrees, 6))
  }
  const all = courseParts(profile, Math.max(900, track.length / 5)).slice(0, -1).map((part, i) => {
    const meters = part.meters * random.between(0.5, 0.9)
    const seconds = Math.round(part.seconds * (meters / part.meters))
    const name = `Stretch ${i + 1}`
    const heights = [courseHeight(profile, part.from), courseHeight(profile, part.from + meters)]
    return {
      id: repeated && i === 0 ? digits(repeatedId) : effortId(profile, i),
      ...effort(world, profile, summary, { from: part.from, meters, name, seconds }),
      device_watts: summary["device_watts"] ?? false,
      kom_rank: hash(outline.seed, i, 84) % 20 === 0 ? 9 : null,
      hidden: i % 4 === 3,
      segment: {
        id: 9_000_000 + Math.round(part.from),
        resource_state: 2,
        name: `Stretch ${i + 1}`,
        activity_type: outline.sport.type,
        distance: float(meters),
        average_grade: float((part.climb / part.meters) * 100),
        maximum_grade: float((part.climb / part.meters) * 240),
        elevation_high: float(Math.max(...heights)),
        elevation_low: float(Math.min(...heights)),
        start_latlng: point(part.from),
        end_latlng: point(part.from + meters),
        elevation_profile: null,
        climb_category: part.climb > 80 ? 1 : 0,
        city: i % 3 === 0 ? "Nirgendwo" : null,
        state: i % 3 === 0 ? "Bayern" : null,
        country: i % 3 === 0 ? "Deutschland" : null,
        private: false,
        hazardous: false,
        starred: false,
      },
    }
  })
  return repeated ? [...all, ...all.slice(0, 1)] : all
}

const distances: ReadonlyArray<readonly [name: string, meters: number]> = [
  ["400m", 400],
  ["1/2 mile", 805],
  ["1K", 1000],
  ["1 mile", 1609],
  ["2 mile", 3219],
  ["5K", 5000],
  ["10K", 10_000],
  ["15K", 15_000],
  ["10 mile", 16_090],
  ["Half-Marathon", 21_097],
]

/** Returns the fastest effort over each usual distance that the run is long enough for. */
export const fastestStretches = (world: World, profile: Profile, summary: JsonObject): Json =>
  distances.filter(([, meters]) => meters <= profile.distance[profile.cells]!)
    .map(([name, meters], i) => {
      const last = profile.distance[profile.cells]! - meters
      const tries = [0, 0.2, 0.4, 0.6, 0.8, 1].map((part) => {
        const from = last * part
        const seconds = Math.max(
          1,
          Math.round(secondsAt(profile, from + meters) - secondsAt(profile, from)),
        )
        return { from, meters, name, seconds }
      })
      const fastest = tries.reduce((best, next) => next.seconds < best.seconds ? next : best)
      return {
        id: effortId(profile, 100 + i),
        ...effort(world, profile, summary, fastest),
        distance: Math.round(meters),
      }
    })
