/** Sports of the simulated athlete: frequency, distance, pace, and Strava's names. */

/** Kind of an activity's course. */
export type Course =
  | "streets"
  | "trails"
  | "roads"
  | "virtual"
  | "slope"
  | "loipe"
  | "water"
  | "treadmill"
  | "pool"
  | "hall"

export interface Sport {
  readonly sport_type: string
  /** Older, coarser sport type. */
  readonly type: string
  readonly course: Course
  /** Kind of motion, which decides how the speed depends on effort and grade. */
  readonly body: "foot" | "bike" | "ski" | "swim" | "still"
  /** Relative frequency at home, in the snow, and on a journey. */
  readonly share: readonly [home: number, snow: number, journey: number]
  /** Seasonality: 1 is evenly distributed, 0 is never in winter, -1 is never in summer. */
  readonly summer: number
  /** Usual meters, and the factor by which they vary. 0 if the sport is measured by time only. */
  readonly distance: number
  readonly spread: number
  /** Meters per second on the flat; for a `still` sport, the usual duration in seconds. */
  readonly pace: number
  readonly gear: "bike" | "shoe" | null
  /** Heart rate at the usual effort. */
  readonly heart: number
  /** Steps (one leg), revolutions or strokes per minute; 0 if not counted. */
  readonly cadence: number
  readonly kudos: number
}

const sport = (
  sport_type: string,
  type: string,
  course: Course,
  body: Sport["body"],
  share: Sport["share"],
  summer: number,
  [distance, spread, pace]: readonly [number, number, number],
  gear: Sport["gear"],
  heart: number,
  cadence: number,
  kudos: number,
): Sport => ({
  sport_type,
  type,
  course,
  body,
  share,
  summer,
  distance,
  spread,
  pace,
  gear,
  heart,
  cadence,
  kudos,
})

export const sports: ReadonlyArray<Sport> = [
  sport("Run", "Run", "streets", "foot", [30, 2, 26], 1, [8600, 0.5, 2.95], "shoe", 149, 84, 6),
  sport("TrailRun", "Run", "trails", "foot", [5, 0, 12], 1, [11800, 0.4, 2.5], "shoe", 152, 82, 9),
  sport("Ride", "Ride", "roads", "bike", [19, 0, 16], 0.2, [44000, 0.6, 7.6], "bike", 138, 84, 11),
  sport(
    "GravelRide",
    "Ride",
    "roads",
    "bike",
    [5, 0, 4],
    0.4,
    [38000, 0.4, 6.6],
    "bike",
    141,
    80,
    12,
  ),
  sport(
    "VirtualRide",
    "VirtualRide",
    "virtual",
    "bike",
    [7, 0, 0],
    -0.8,
    [25000, 0.3, 8.4],
    "bike",
    143,
    86,
    4,
  ),
  sport(
    "Ride",
    "Ride",
    "treadmill",
    "bike",
    [4, 0, 0],
    -0.9,
    [22000, 0.3, 8.1],
    "bike",
    140,
    87,
    3,
  ),
  sport("Run", "Run", "treadmill", "foot", [2, 1, 0], -0.6, [6200, 0.3, 2.9], "shoe", 147, 85, 2),
  sport("Swim", "Swim", "pool", "swim", [8, 0, 1], 0.9, [1900, 0.3, 0.84], null, 128, 27, 3),
  sport("Swim", "Swim", "water", "swim", [2, 0, 9], 0, [1500, 0.4, 0.78], null, 133, 29, 8),
  sport("Hike", "Hike", "trails", "foot", [4, 4, 16], 0.5, [11500, 0.5, 1.15], "shoe", 106, 54, 7),
  sport("Walk", "Walk", "streets", "foot", [7, 6, 12], 1, [4300, 0.5, 1.38], null, 92, 55, 1),
  sport(
    "WeightTraining",
    "WeightTraining",
    "hall",
    "still",
    [9, 1, 1],
    1,
    [0, 0.3, 2900],
    null,
    108,
    0,
    2,
  ),
  sport("Yoga", "Yoga", "hall", "still", [4, 1, 3], 1, [0, 0.3, 2400], null, 82, 0, 1),
  // Not listed in Strava's own document of April 2026.
  sport("Padel", "Workout", "hall", "still", [3, 0, 1], 0.8, [0, 0.25, 4700], null, 126, 0, 4),
  sport("AlpineSki", "AlpineSki", "slope", "ski", [0, 22, 0], 1, [26000, 0.4, 6], null, 104, 0, 10),
  sport(
    "NordicSki",
    "NordicSki",
    "loipe",
    "foot",
    [0.4, 9, 0],
    -1,
    [13500, 0.4, 3.7],
    null,
    150,
    50,
    8,
  ),
]

/** True for sports whose activities have a track on the map. */
export const hasTrack = ({ course }: Sport): boolean =>
  course !== "treadmill" && course !== "pool" && course !== "hall"

export const isIndoor = ({ course }: Sport): boolean =>
  course === "treadmill" || course === "virtual"

/** Returns the frequency of a sport in a month (0 is January), relative to its annual share. */
export const seasonOf = ({ summer }: Sport, month: number): number => {
  const warm = (1 - Math.cos(((month + 0.5) / 12) * 2 * Math.PI)) / 2
  return summer >= 0 ? summer + (1 - summer) * warm : 1 + summer * warm * 1.2
}
