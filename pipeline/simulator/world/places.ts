/**
 * Location of the simulated athlete on a day: at home, in the snow, or on a journey in another time
 * zone.
 */
import { hash, unit } from "./random.ts"

export interface WorldPlace {
  readonly lat: number
  readonly lng: number
  readonly zone: string
  /** Meters above sea level, and the range by which the land rises and falls around it. */
  readonly altitude: number
  readonly relief: number
  /** Degrees Celsius: the annual mean, and the difference of summer from it. */
  readonly warmth: readonly [mean: number, swing: number]
  readonly kind: "home" | "snow" | "journey" | "virtual"
  /** Seed of the roads, different for each place. */
  readonly seed: number
}

const place = (
  seed: number,
  kind: WorldPlace["kind"],
  lat: number,
  lng: number,
  zone: string,
  altitude: number,
  relief: number,
  warmth: WorldPlace["warmth"],
): WorldPlace => ({ seed, kind, lat, lng, zone, altitude, relief, warmth })

const home = place(1, "home", 49.3462, 10.1527, "Europe/Berlin", 420, 62, [10, 10])
const snow = place(2, "snow", 47.2114, 10.8953, "Europe/Vienna", 1420, 120, [3, 9])
/** A virtual road: in the ocean, with the time zone of home. */
export const virtual = place(3, "virtual", -22.4631, -12.0417, "Europe/Berlin", 190, 170, [20, 0])

const journeys = [
  place(4, "journey", 28.2917, -16.6206, "Atlantic/Canary", 380, 130, [20, 4]),
  place(5, "journey", 44.3022, -85.4103, "US/Michigan", 310, 28, [8, 13]),
  place(6, "journey", 38.6741, -8.9125, "Europe/Lisbon", 70, 45, [17, 6]),
  place(7, "journey", 43.9021, -74.4036, "EST5EDT", 520, 110, [7, 13]),
  place(8, "journey", 18.1538, -77.3114, "Jamaica", 250, 120, [27, 2]),
  place(9, "journey", -33.9517, 18.9022, "Africa/Johannesburg", 190, 90, [17, -5]),
  place(10, "journey", 27.9025, 84.9136, "Asia/Kathmandu", 1280, 150, [18, 7]),
  place(11, "journey", 22.4109, -80.0212, "Cuba", 140, 60, [25, 3]),
  place(12, "journey", 4.6127, -74.1508, "Etc/GMT+5", 2580, 80, [14, 0]),
] as const

const dayMillis = 86_400_000

/** Returns the place on the day of `at`; deterministic per `seed` and year. */
export const placeOn = (seed: number, at: number): WorldPlace => {
  const year = new Date(at).getUTCFullYear()
  const dayOfYear = Math.floor((at - Date.UTC(year, 0, 1)) / dayMillis)
  const within = (first: number, length: number) => dayOfYear >= first && dayOfYear < first + length
  if (within(38 + (hash(seed, year, 1) % 20), 9)) return snow
  const turn = hash(seed, 7) + year * 2
  if (within(170 + (hash(seed, year, 2) % 35), 15)) return journeys[turn % journeys.length]!
  if (within(270 + (hash(seed, year, 3) % 25), 10)) return journeys[(turn + 1) % journeys.length]!
  return home
}

const smooth = (t: number) => t * t * (3 - 2 * t)

/** Value noise from -1 to 1 over a lattice of 1. */
const noise = (seed: number, x: number, y: number): number => {
  const i = Math.floor(x)
  const j = Math.floor(y)
  const u = smooth(x - i)
  const v = smooth(y - j)
  const low = unit(seed, i, j) * (1 - u) + unit(seed, i + 1, j) * u
  const high = unit(seed, i, j + 1) * (1 - u) + unit(seed, i + 1, j + 1) * u
  return 2 * (low * (1 - v) + high * v) - 1
}

/**
 * Returns meters above sea level, `x` meters east and `y` north of the center; a `piste` rises
 * northwards.
 */
export const groundHeight = (
  { altitude, relief, seed }: WorldPlace,
  x: number,
  y: number,
  piste: boolean,
): number =>
  piste
    ? altitude + y * 0.21 + 25 * noise(seed, x / 900, y / 900) +
      4 * noise(seed + 50, x / 220, y / 220)
    : Math.max(
      0.4,
      altitude + relief * noise(seed, x / 5200, y / 5200) +
        relief * 0.28 * noise(seed + 50, x / 1500, y / 1500) +
        relief * 0.025 * noise(seed + 90, x / 330, y / 330),
    )

const metersPerDegree = 111_320

/** Returns the degrees of a point `x` meters east and `y` north of the place's center. */
export const degreesOf = (place: WorldPlace, x: number, y: number): readonly [number, number] => [
  place.lat + y / metersPerDegree,
  place.lng + x / (metersPerDegree * Math.cos((place.lat * Math.PI) / 180)),
]

/** Returns degrees Celsius on a day at an hour, in the shade. */
export const temperatureOn = ({ warmth: [mean, swing] }: WorldPlace, at: number): number => {
  const turn = ((at / dayMillis - 200) / 365.25) * 2 * Math.PI
  const hour = (at / 3_600_000) % 24
  return mean + swing * Math.cos(turn) + 4 * Math.cos(((hour - 15) / 24) * 2 * Math.PI)
}
