/** The simulated athlete: profile, gear, zones, and Strava's responses about them. */
import type { Json } from "../../../schemas/json/Json.ts"
import type { Outline } from "./calendar.ts"
import { float, type JsonObject } from "../responses/json.ts"

interface Gear {
  readonly id: string
  readonly kind: "bike" | "shoe"
  readonly name: string
  readonly brand: string
  readonly model: string
  /** Sport types that it is used for. */
  readonly sports: ReadonlyArray<string>
  /** In use between these parts of the athlete's years. */
  readonly from: number
  readonly to: number
  readonly kilograms?: number
}

export const athleteGear: ReadonlyArray<Gear> = [
  {
    id: "b7190031",
    kind: "bike",
    name: "Rennrad",
    brand: "Velomondo",
    model: "Via 3",
    sports: ["Ride", "VirtualRide"],
    from: 0,
    to: 1,
    kilograms: 8.1,
  },
  {
    id: "b9420177",
    kind: "bike",
    name: 'Gravel "Mud" 40',
    brand: "Schotter & Co",
    model: "Mud 40",
    sports: ["GravelRide", "Ride"],
    from: 0.3,
    to: 1,
    kilograms: 9.6,
  },
  shoe("g8812040", "Wolke 2", 0, 0.25),
  shoe("g10490213", "Wolke 3", 0.2, 0.5),
  shoe("g14022977", "Wolke 4, blue", 0.45, 0.75),
  shoe("g18270505", "Wolke 5", 0.7, 1),
  { ...shoe("g12380161", "Pfad 1", 0.1, 1), sports: ["TrailRun", "Hike"] },
]

function shoe(id: string, model: string, from: number, to: number): Gear {
  return { id, kind: "shoe", name: model, brand: "Sohle", model, sports: ["Run"], from, to }
}

/** Default ID of the athlete. */
export const usualAthlete = 4_100_001

/** Returns the gear of an athlete: the same for every athlete, but with different IDs, as at Strava. */
export const gearFor = (athlete: number): ReadonlyArray<Gear> =>
  athlete === usualAthlete
    ? athleteGear
    : athleteGear.map((one) => ({ ...one, id: `${one.id}${athlete}` }))

/** Returns the gear used, or null; `part` is the part of the athlete's years before the activity. */
export const gearOf = (
  { seed, sport }: Outline,
  part: number,
  athlete: number,
): Gear | null => {
  if (sport.gear === null || seed % 13 === 0) return null
  const fits = gearFor(athlete).filter((one) =>
    one.sports.includes(sport.sport_type) && part >= one.from && part <= one.to
  )
  return fits[(seed >>> 8) % Math.max(1, fits.length)] ?? null
}

/** The fields by which other responses identify the athlete. */
export const metaAthlete = (id: number): JsonObject => ({ id, resource_state: 1 })

/**
 * The athlete with `resource_state` 2, as in responses to a code and to a token without
 * `profile:read_all`.
 */
export const summaryAthlete = (id: number, created: string, updated: string): JsonObject => ({
  id,
  username: "mara_synthetic",
  resource_state: 2,
  firstname: "Mara",
  lastname: "Muster 🏃",
  bio: "I do not exist.",
  city: "Nirgendwo",
  state: "Bayern",
  country: "",
  sex: "F",
  premium: true,
  summit: true,
  created_at: created,
  updated_at: updated,
  badge_type_id: 1,
  weight: float(61.4),
  profile_medium: "https://example.invalid/athlete/medium.jpg",
  profile: "https://example.invalid/athlete/large.jpg",
  friend: null,
  follower: null,
})

/** The athlete with `resource_state` 3; `meters` are those of each gear, `name` is its current name. */
export const detailedAthlete = (
  summary: JsonObject,
  meters: ReadonlyMap<string, number>,
): JsonObject => {
  const owned = (kind: Gear["kind"]): Json =>
    gearFor(Number(summary["id"])).filter((one) => one.kind === kind).map((one, i) =>
      summaryGear(one, meters, i === 0)
    )
  return {
    ...summary,
    resource_state: 3,
    blocked: false,
    can_follow: true,
    follower_count: 42,
    friend_count: 37,
    mutual_friend_count: 0,
    athlete_type: 1,
    date_preference: "%d/%m/%Y",
    measurement_preference: "meters",
    clubs: [{
      id: 900_001,
      resource_state: 2,
      name: "Verein der Unauffindbaren",
      profile_medium: "https://example.invalid/club/medium.png",
      profile: "https://example.invalid/club/large.png",
      cover_photo: null,
      cover_photo_small: null,
      activity_types: ["Run", "Ride"],
      activity_types_icon: "sports_run_normal",
      dimensions: ["distance", "num_activities"],
      sport_type: "running",
      localized_sport_type: "Laufen",
      city: "Nirgendwo",
      state: "",
      country: "",
      private: false,
      member_count: 12,
      featured: false,
      verified: false,
      url: "unauffindbar",
      membership: "member",
      admin: false,
      owner: false,
    }],
    postable_clubs_count: 1,
    ftp: 245,
    bikes: owned("bike"),
    shoes: owned("shoe"),
  }
}

const summaryGear = (
  { id, name, to }: Gear,
  meters: ReadonlyMap<string, number>,
  primary: boolean,
): JsonObject => {
  const distance = Math.round(meters.get(id) ?? 0)
  return {
    id,
    primary,
    name,
    nickname: "",
    resource_state: 2,
    retired: to < 1,
    distance,
    converted_distance: float(distance / 1000, 1),
  }
}

/** Response to `GET /gear/{id}`; undefined if there is no such gear. */
export const detailedGear = (
  id: string,
  meters: ReadonlyMap<string, number>,
  { athleteId, news }: { readonly athleteId: number; readonly news: boolean },
): JsonObject | undefined => {
  const found = gearFor(athleteId).find((one) => one.id === id)
  if (found === undefined) return undefined
  return {
    ...summaryGear(found, meters, false),
    resource_state: 3,
    brand_name: found.brand,
    model_name: found.model,
    description: found.kind === "bike" ? 'Wheels: 28", tubeless' : null,
    notification_distance: 0,
    ...(found.kind === "bike" ? { frame_type: 3, weight: float(found.kilograms ?? 9, 1) } : {}),
    ...(news && { sim_wear: { tread: float(0.7), checks: [1, 2] } }),
  }
}

/** Response to `GET /athlete/zones`; with `news`, it has an undocumented kind of zones. */
export const athleteZones = (news = false): JsonObject => ({
  heart_rate: {
    custom_zones: false,
    zones: [[0, 118], [118, 142], [142, 157], [157, 171], [171, -1]]
      .map(([min, max]) => ({ min: min!, max: max! })),
  },
  power: {
    zones: [[0, 134], [135, 183], [184, 220], [221, 257], [258, 293], [294, 367], [368, -1]]
      .map(([min, max]) => ({ min: min!, max: max! })),
  },
  ...(news && {
    pace: {
      zones: [[0, 2.31], [2.31, 2.75], [2.75, -1]]
        .map(([min, max]) => ({ min: float(min!, 2), max: float(max!, 2), sim_name: "Z" })),
    },
  }),
})
