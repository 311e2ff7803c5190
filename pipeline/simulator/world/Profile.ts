/**
 * One activity as a table along its course: height, grade, effort, speed and heart rate. The summary
 * uses its totals and the streams are read from it, so the two agree.
 */
import type { Outline } from "./calendar.ts"
import { temperatureOn, virtual, type WorldPlace } from "./places.ts"
import { Random } from "./random.ts"
import { movingSeconds, recordingOf, sampleStep, type SimulatedRecording } from "./Recording.ts"
import { hasTrack, type Sport } from "./sports.ts"
import { heightsOf, type Track, trackOf } from "./Track.ts"

export interface Profile {
  readonly outline: Outline
  /** Location of the track. For a virtual ride this is not the athlete's location. */
  readonly ground: WorldPlace
  readonly track: Track | undefined
  readonly cells: number
  /** Meters and moving seconds at each row. Both start at 0 and never decrease. */
  readonly distance: Float64Array
  readonly time: Float64Array
  readonly altitude: Float64Array | undefined
  readonly speed: Float64Array
  readonly watts: Float64Array | undefined
  readonly heart: Float64Array | undefined
  readonly cadence: Float64Array | undefined
  /** Degrees Celsius at the start; undefined if the device has no thermometer. */
  readonly temp: number | undefined
  readonly workout: Workout
  readonly recording: SimulatedRecording
}

type Workout = "easy" | "long" | "tempo" | "intervals" | "race"

/**
 * True if a power meter recorded the activity; trainers count as one. For other rides, Strava estimates
 * the power.
 */
export const hasPowerMeter = ({ seed, sport }: Outline): boolean =>
  sport.course === "virtual" || sport.course === "treadmill" || seed % 5 < 3

const pickWorkout = (random: Random, { body }: Sport): Workout =>
  body === "foot" || body === "bike"
    ? (["easy", "long", "tempo", "intervals", "race"] as const)[
      random.weighted([55, 12, 14, 16, 3])
    ]!
    : "easy"

/** Effort after the part `done` of the activity; 1 is the usual effort. */
const effortAt = (workout: Workout, done: number, repeats: number, wave: number): number => {
  const drift = 0.05 * Math.sin(done * 9 + wave) + 0.03 * Math.sin(done * 31 + 2 * wave)
  switch (workout) {
    case "easy":
      return 0.98 + drift
    case "long":
      return 1.01 - 0.1 * done + drift
    case "tempo":
      return (done > 0.22 && done < 0.8 ? 1.14 : 0.93) + drift / 2
    case "race":
      return 1.14 + (done > 0.93 ? 0.1 : 0) + drift / 2
    case "intervals": {
      if (done < 0.2 || done > 0.85) return 0.92 + drift
      return ((done - 0.2) / 0.65 * repeats) % 1 < 0.58 ? 1.24 : 0.78
    }
  }
}

/** Speed at which `watts` move rider and bicycle (84 kg, hoods) up `grade`. */
const rollingSpeed = (watts: number, grade: number, from: number): number => {
  let v = from
  for (let i = 0; i < 5; i++) {
    const pull = 84 * 9.81 * (grade + 0.006)
    v -= (pull * v + 0.21 * v ** 3 - watts * 0.97) / Math.max(8, pull + 0.63 * v * v)
    v = Math.min(17.5, Math.max(1.6, v))
  }
  return v
}

const ftp = 245

/** Returns the usual duration in seconds, before the course is known. */
const usualDuration = (
  random: Random,
  { distance, pace, spread }: Sport,
  workout: Workout,
): number => {
  const length = Math.exp(spread * random.normal() * 0.62) *
    (workout === "long" ? 1.6 : workout === "race" ? 1.25 : 1)
  return distance === 0 ? pace * length : (distance * length) / pace
}

/** Columns of the table while it is computed, one cell after the other. */
interface Columns {
  readonly cells: number
  readonly distance: Float64Array
  readonly time: Float64Array
  readonly speed: Float64Array
  readonly watts: Float64Array | undefined
  readonly cadence: Float64Array | undefined
  /** Effort relative to the usual one. The heart rate follows it. */
  readonly strain: Float64Array
}

const columnsOf = (cells: number, sport: Sport): Columns => {
  const column = () => new Float64Array(cells + 1)
  return {
    cells,
    distance: column(),
    time: column(),
    speed: column(),
    watts: sport.body === "bike" ? column() : undefined,
    cadence: sport.cadence > 0 ? column() : undefined,
    strain: column(),
  }
}

/**
 * Fills one cell by the sport's kind of motion. Returns the speed there; `v` is the speed before it.
 */
const fillCell = (
  { cadence, cells, strain, watts }: Columns,
  { pace, sport }: { readonly pace: number; readonly sport: Sport },
  { effort, fitness, grade, i, v }: Readonly<
    Record<"effort" | "fitness" | "grade" | "i" | "v", number>
  >,
): number => {
  if (watts !== undefined) {
    const push = Math.min(1.75, Math.max(0, 1 + 9 * grade))
    watts[i] = ftp * 0.72 * fitness * effort * (grade < -0.045 ? 0 : push)
    strain[i] = watts[i]! / (ftp * 0.72)
    cadence![i] = watts[i] === 0 ? 0 : sport.cadence + 4 * (effort - 1) - 180 * Math.max(0, grade)
    return v + 0.7 * (rollingSpeed(watts[i]!, grade, Math.max(3, v)) * pace / 8 - v)
  }
  if (sport.course === "slope") {
    strain[i] = grade > 0.02 ? 0.55 : 1.25
    return grade > 0.02 ? 4.4 : pace * (1.5 + 2.2 * Math.min(0.4, -grade)) * (0.9 + 0.2 * effort)
  }
  if (sport.body === "still") {
    strain[i] = (i * 7 / cells) % 1 < 0.45 ? 1.2 * effort : 0.72 * effort
    return 0
  }
  const g = Math.min(0.35, Math.max(-0.35, grade))
  const cost = 1 + 3 * g + 14 * g * g
  const speed = Math.max(0.25, (pace * effort) / Math.max(0.85, cost))
  strain[i] = (speed / pace) * Math.max(0.8, cost)
  if (cadence) cadence[i] = sport.cadence * (0.93 + 0.07 * Math.min(1.4, speed / pace))
  return speed
}

/** Stretches the table to the recording, whose length is a whole number of steps. */
const stretchTime = ({ cells, speed, time }: Columns, seconds: number): void => {
  const factor = seconds / (time[cells]! || 1)
  for (let i = 0; i <= cells; i++) {
    time[i]! *= factor
    if (factor > 0) speed[i]! /= factor
  }
}

/** Returns the heart rate in each cell. It follows the strain with a delay. */
const heartOf = (
  { cells, strain, time }: Columns,
  random: Random,
  sport: Sport,
  fitness: number,
): Float64Array => {
  const rate = new Float64Array(cells + 1)
  const usualRate = sport.heart * (1.02 - 0.02 * fitness) + 3 * random.normal()
  rate[0] = Math.min(usualRate, 92 + 6 * random.normal())
  for (let i = 1; i <= cells; i++) {
    const goal = Math.min(
      186,
      62 + (usualRate - 62) * (0.35 + 0.65 * strain[i]!) + time[i]! / 1500,
    )
    const lag = 1 - Math.exp(-(time[i]! - time[i - 1]!) / 38)
    rate[i] = rate[i - 1]! + (goal - rate[i - 1]!) * lag
  }
  return rate
}

/** Fitness at the time of the activity. It grows over the years and varies from day to day. */
const fitnessAt = (random: Random, start: number): number =>
  0.94 +
  0.1 * Math.min(1, Math.max(0, (start - Date.UTC(2020, 0, 1)) / 2e11)) +
  0.05 * random.normal()

/**
 * Returns the table of an activity; manual activities have one too. `samples` fixes the number of
 * samples.
 */
export const profileOf = (outline: Outline, samples?: number): Profile => {
  const { place, seed, sport } = outline
  const random = new Random(seed, 41)
  const ground = sport.course === "virtual" ? virtual : place
  const workout = pickWorkout(random, sport)
  const wanted = usualDuration(random, sport, workout)
  const aim = samples === undefined
    ? wanted
    : sampleStep(wanted, samples) * Math.max(1, samples - 1)
  const fitness = fitnessAt(random, outline.start)
  const pace = sport.pace * fitness
  const still = sport.distance === 0
  const track = hasTrack(sport) && !still
    ? trackOf(ground, sport.course, seed, Math.max(60, aim * pace * 0.97))
    : undefined
  const meters = still ? 0 : track?.length ?? Math.max(25, Math.round((aim * pace) / 25) * 25)
  const cells = Math.max(24, Math.min(450, Math.round(still ? aim / 12 : meters / 25)))
  const altitude = track === undefined || sport.course === "water"
    ? undefined
    : heightsOf(track, ground, sport.course, cells)
  const heartless = random.chance(sport.body === "swim" ? 0.5 : 0.08)
  const columns = columnsOf(cells, sport)
  const { cadence, distance, speed, time, watts } = columns
  const repeats = random.int(4, 9)
  const wave = random.between(0, 6)
  let v = pace
  for (let i = 0; i <= cells; i++) {
    const from = Math.max(0, i - 1)
    const to = Math.min(cells, i + 1)
    const grade = altitude === undefined || meters === 0
      ? 0
      : (altitude[to]! - altitude[from]!) / (((to - from) * meters) / cells)
    const effort = effortAt(workout, i / cells, repeats, wave) + 0.03 * random.normal()
    v = fillCell(columns, { pace, sport }, { effort, fitness, grade, i, v })
    speed[i] = v
    distance[i] = (meters * i) / cells
    if (i > 0) time[i] = time[i - 1]! + (still ? 1 : meters / cells / ((speed[i - 1]! + v) / 2))
  }
  const recording = recordingOf(random, sport, still ? aim : time[cells]!, samples)
  stretchTime(columns, movingSeconds(recording))
  return {
    outline,
    ground,
    track,
    cells,
    distance,
    time,
    altitude,
    speed,
    watts,
    heart: heartless ? undefined : heartOf(columns, random, sport, fitness),
    cadence,
    temp: sport.body === "bike" || random.chance(0.4)
      ? sport.course === "treadmill" || sport.course === "virtual"
        ? 21
        : temperatureOn(place, outline.start) + 2
      : undefined,
    workout,
    recording,
  }
}

export const largest = (column: Float64Array): number =>
  column.reduce((max, v) => Math.max(max, v), -1e9)
export const smallest = (column: Float64Array): number =>
  column.reduce((min, v) => Math.min(min, v), 1e9)

/** Returns the mean of a column over time. */
export const meanOf = ({ cells, time }: Profile, column: Float64Array, power = 1): number => {
  let sum = 0
  for (let i = 1; i <= cells; i++) {
    sum += ((column[i - 1]! + column[i]!) / 2) ** power * (time[i]! - time[i - 1]!)
  }
  const total = time[cells]!
  return total === 0 ? 0 : (sum / total) ** (1 / power)
}

/** Returns the meters climbed. */
export const gainOf = (altitude: Float64Array): number => {
  let gain = 0
  for (let i = 1; i < altitude.length; i++) gain += Math.max(0, altitude[i]! - altitude[i - 1]!)
  return gain
}
