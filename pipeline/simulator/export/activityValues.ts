/** Values of an activity as `activities.csv` has them: raw numbers are 32-bit floats. */
import { Predicate } from "effect"
import { descriptionOf } from "../responses/details.ts"
import { type JsonObject, numberOf } from "../responses/json.ts"
import { gearFor } from "../world/athlete.ts"
import { largest, meanOf, type Profile, smallest } from "../world/Profile.ts"

/** Activity in an export, before it is written in a language. */
export interface ActivityValues {
  readonly id: number
  readonly name: string
  readonly sportType: string
  readonly description: string
  readonly privateNote: string
  /** Start in milliseconds since 1970. */
  readonly start: number
  readonly elapsed: number
  readonly moving: number
  readonly swim: boolean
  readonly commute: boolean
  readonly gearName: string
  readonly gearId: string | undefined
  /** True if the export has a file of the activity: of rows without one, none seen was an upload. */
  readonly uploaded: boolean
  readonly photos: ReadonlyArray<string>
  /** Raw numbers by the English name of their column. */
  readonly numbers: ReadonlyMap<string, number>
}

/** Facts of an activity that only its export has. */
interface ExportedFacts {
  /** Summary of the API with the changes of the export. */
  readonly summary: JsonObject
  /** Start in milliseconds since 1970. */
  readonly start: number
  /** True if the export has a file of the activity. */
  readonly uploaded: boolean
}

/** Returns the exact number if the API shows it rounded to `decimals`, else the API's; never -0. */
const precise = (shown: number, exact: number | undefined, decimals: number): number =>
  exact !== undefined && Math.abs(exact - shown) <= 0.5 * 10 ** -decimals + 1e-9
    ? Math.fround(exact) + 0
    : Math.fround(shown) + 0

const meanIn = (profile: Profile, column: Float64Array | undefined): number | undefined =>
  column && meanOf(profile, column)

/** Returns the numbers that the API has too. */
const sharedNumbers = (profile: Profile, summary: JsonObject): Array<[string, number]> => {
  const { altitude, cadence, cells, distance, heart, speed, watts } = profile
  const number = (column: string, field: string, decimals = 0, exact?: number) => {
    const shown = numberOf(summary[field])
    return Number.isNaN(shown)
      ? []
      : [[column, precise(shown, exact, decimals)] as [string, number]]
  }
  const meters = numberOf(summary["distance"])
  return [
    ...number("Distance", "distance", 1, distance[cells]),
    ...number("Max Speed", "max_speed", 3, largest(speed)),
    ...number("Average Speed", "average_speed", 3, meters / numberOf(summary["moving_time"])),
    ...number("Elevation Gain", "total_elevation_gain"),
    ...number("Elevation Low", "elev_low", 1, altitude && smallest(altitude)),
    ...number("Elevation High", "elev_high", 1, altitude && largest(altitude)),
    ...number("Average Cadence", "average_cadence", 1, meanIn(profile, cadence)),
    ...number("Max Heart Rate", "max_heartrate"),
    ...number("Average Heart Rate", "average_heartrate", 1, meanIn(profile, heart)),
    ...number("Max Watts", "max_watts"),
    ...number("Average Watts", "average_watts", 1, meanIn(profile, watts)),
    ...number("Average Temperature", "average_temp"),
    ...number("Relative Effort", "suffer_score"),
    ...number("Weighted Average Power", "weighted_average_watts"),
  ]
}

/** Returns the numbers that only the export has. */
const exportedNumbers = (
  profile: Profile,
  { start, summary, uploaded }: ExportedFacts,
): Array<[string, number]> => {
  const { cadence, cells, distance, outline, temp, time } = profile
  const { manual, seed, sport } = outline
  const moving = numberOf(summary["moving_time"])
  const float = (value: number): number => Math.fround(value)
  const epoch = Math.floor(start / 1000)
  const outdoor = !manual && sport.course !== "hall" && sport.course !== "treadmill" &&
    sport.course !== "pool" && sport.course !== "virtual" && seed % 3 !== 0
  return [
    ["Athlete Weight", float(61.4)],
    ["Calories", float((time[cells]! / 60) * (sport.heart - 55) * 0.13)],
    ["Flagged", 0],
    ["From Upload", uploaded ? 1 : 0],
    ...(seed % 9 === 0 ? [["Perceived Exertion", 1 + seed % 10]] as Array<[string, number]> : []),
    ...(manual ? [] : [
      ["Grade Adjusted Distance", float(distance[cells]! * 1.01)],
      ["Average Elapsed Speed", float(distance[cells]! / Math.max(1, moving))],
      ["Training Load", Math.round(moving / 60)],
      ["Intensity", 40 + seed % 60],
    ] as Array<[string, number]>),
    ...(cadence && sport.body === "foot" && !manual
      ? [["Total Steps", Math.round(meanOf(profile, cadence) * moving / 30)]] as Array<
        [string, number]
      >
      : []),
    ...(outdoor
      ? [
        // 32 bits do not hold every second.
        ["Weather Observation Time", float(epoch - epoch % 3600)],
        ["Weather Condition", 1 + seed % 4],
        ["Weather Temperature", float(temp ?? 14.3)],
        ["Apparent Temperature", float((temp ?? 14.3) - 1.2)],
        ["Dewpoint", float(6.7)],
        ["Humidity", float(0.4 + (seed % 50) / 100)],
        ["Weather Pressure", float(1008.5 + seed % 20)],
        ["Wind Speed", float(1 + (seed % 70) / 10)],
        ["Wind Gust", float(2 + (seed % 110) / 10)],
        ["Wind Bearing", seed % 360],
        ["Precipitation Intensity", 0],
        ["Sunrise Time", float(epoch - 18_000)],
        ["Sunset Time", float(epoch + 18_000)],
        ["Moon Phase", float((seed % 100) / 100)],
        ["Precipitation Probability", 0],
        ["Cloud Cover", float((seed % 90) / 100)],
        ["UV Index", seed % 9],
      ] as Array<[string, number]>
      : []),
    ...(sport.course === "pool" ? [["Pool Length", 25]] as Array<[string, number]> : []),
    ...(seed % 10 === 0 ? [["Competition", 1]] as Array<[string, number]> : []),
  ]
}

const textOf = (value: unknown): string => Predicate.isString(value) ? value : ""

/** Returns the values of an activity. */
export const activityValues = (
  profile: Profile,
  facts: ExportedFacts,
  athlete: number,
): ActivityValues => {
  const { outline } = profile
  const { id, seed, sport } = outline
  const { start, summary, uploaded } = facts
  const gear = gearFor(athlete).find((one) => one.id === summary["gear_id"])
  const numbers = new Map([
    ...sharedNumbers(profile, summary),
    ...exportedNumbers(profile, facts),
  ])
  if (gear?.kilograms !== undefined) numbers.set("Bike Weight", Math.fround(gear.kilograms))
  const photos = Math.min(3, numberOf(summary["total_photo_count"]) || 0)
  return {
    id,
    name: textOf(summary["name"]),
    sportType: textOf(summary["sport_type"]),
    description: textOf(summary["description"] ?? descriptionOf(outline)),
    privateNote: textOf(
      summary["private_note"] ?? (seed % 17 === 0 ? 'Note to self:\r\n"slower", next time' : ""),
    ),
    start,
    elapsed: numberOf(summary["elapsed_time"]),
    moving: numberOf(summary["moving_time"]),
    swim: sport.body === "swim",
    commute: summary["commute"] === true,
    gearName: gear?.name ?? "",
    gearId: gear?.id,
    uploaded,
    photos: Array.from(
      { length: photos },
      (_, i) => `media/00000000-0000-4000-${8000 + i}-${String(id).padStart(12, "0")}.jpg`,
    ),
    numbers,
  }
}
