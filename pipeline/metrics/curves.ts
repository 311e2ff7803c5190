/** The best mean power for a duration, and the least time for a distance, within one activity. */
import type { Numbers } from "../landed/Samples.ts"

/** Durations in seconds. */
export const durations: ReadonlyArray<number> = [
  5,
  10,
  20,
  30,
  60,
  120,
  300,
  600,
  1_200,
  1_800,
  3_600,
  7_200,
  10_800,
  18_000,
]

/** Distances in meters: from 400 m to the marathon. */
export const distances: ReadonlyArray<number> = [
  400,
  1_000,
  1_609.344,
  3_000,
  5_000,
  10_000,
  15_000,
  21_097.5,
  42_195,
]

/** Seconds: a longer gap is a pause with 0 watts. */
const longestGap = 30

/** Returns the pairs with both values known, while the first never decreases. */
const pairs = (first: Numbers, second: Numbers) => {
  const a: Array<number> = []
  const b: Array<number> = []
  for (let i = 0; i < Math.min(first.length, second.length); i++) {
    const x = first[i]
    const y = second[i]
    if (x === null || x === undefined || y === null || y === undefined) continue
    if (a.length > 0 && x <= a.at(-1)!) continue
    a.push(x)
    b.push(y)
  }
  return [a, b] as const
}

/** Interpolates at `x` between points with increasing `xs`, searched from index `from`. */
const between = (xs: ReadonlyArray<number>, ys: ReadonlyArray<number>, i: number, x: number) => {
  const x0 = xs[i] ?? 0
  const x1 = xs[i + 1] ?? 0
  const y0 = ys[i] ?? 0
  const y1 = ys[i + 1] ?? 0
  return x1 === x0 ? y1 : y0 + (y1 - y0) * (x - x0) / (x1 - x0)
}

/**
 * Returns the best mean power in watts for each duration; null if the activity is shorter. A sample
 * counts for the time since the sample before it; a gap of over 30 seconds counts as 0 watts.
 */
export const bestMeans = (
  time: Numbers,
  watts: Numbers,
  wanted: ReadonlyArray<number> = durations,
): ReadonlyArray<number | null> => {
  const [seconds, power] = pairs(time, watts)
  // Joules up to each moment. Power is constant between two moments, so the sum is a straight line.
  const moments = [seconds[0] ?? 0]
  const joules = [0]
  for (let i = 1; i < seconds.length; i++) {
    const gap = seconds[i]! - seconds[i - 1]!
    moments.push(seconds[i]!)
    joules.push(joules.at(-1)! + (gap <= longestGap ? Math.max(0, power[i]!) * gap : 0))
  }
  return wanted.map((duration) => best(moments, joules, duration))
}

/** With pieces of constant power, the best window begins or ends at the border of a piece. */
const best = (
  moments: ReadonlyArray<number>,
  joules: ReadonlyArray<number>,
  duration: number,
): number | null => {
  const first = moments[0]!
  const last = moments.at(-1)!
  if (last - first < duration) return null
  let most = 0
  // Windows that begin at a moment: their end only moves forward.
  for (let i = 0, j = 0; moments[i]! + duration <= last; i++) {
    while (moments[j + 1]! < moments[i]! + duration) j++
    most = Math.max(most, between(moments, joules, j, moments[i]! + duration) - joules[i]!)
  }
  // Windows that end at a moment.
  for (let i = moments.length - 1, j = moments.length - 2; moments[i]! - duration >= first; i--) {
    while (moments[j]! > moments[i]! - duration) j--
    most = Math.max(most, joules[i]! - between(moments, joules, j, moments[i]! - duration))
  }
  return most / duration
}

/** Meters per second that no runner reaches; a faster step is a jump of the GPS. */
const fastestStep = 12

/**
 * Meters and seconds of the fastest runs that the press reported by 2025, ratified as a world record
 * or not. A faster result is taken for an error of the GPS.
 */
const fastestRuns: ReadonlyArray<readonly [meters: number, seconds: number]> = [
  [400, 43.03],
  [1_000, 131.96],
  [1_609.344, 223.13],
  [3_000, 437.55],
  [5_000, 755.36],
  [10_000, 1_571],
  [15_000, 2_387],
  [21_097.5, 3_402],
  [42_195, 7_180],
]

/** Returns the seconds below which a run is implausible: at the speed of the next shorter record. */
const fastest = (distance: number): number => {
  const [meters, seconds] = fastestRuns.findLast(([meters]) => meters <= distance) ??
    [fastestStep, 1]
  return distance / meters * seconds
}

interface Stretch {
  readonly seconds: Array<number>
  /** Meters from the start of the activity; they never decrease. */
  readonly covered: Array<number>
}

/**
 * Returns the samples between jumps of the GPS, forward or back. Standing still is time without
 * distance: its last moment begins a window and its first moment ends one, so both are kept.
 */
const stretchesOf = (time: Numbers, meters: Numbers): ReadonlyArray<Stretch> => {
  const stretches: Array<Stretch> = []
  for (let i = 0; i < Math.min(time.length, meters.length); i++) {
    const t = time[i]
    const d = meters[i]
    if (t === null || t === undefined || d === null || d === undefined) continue
    const last = stretches.at(-1)
    const step = t - (last?.seconds.at(-1) ?? -Infinity)
    if (step <= 0) continue
    const gain = d - (last?.covered.at(-1) ?? d)
    if (last === undefined || Math.abs(gain) > fastestStep * step) {
      stretches.push({ seconds: [t], covered: [d] })
    } else if (gain >= 0) {
      last.seconds.push(t)
      last.covered.push(d)
    }
  }
  return stretches
}

/**
 * Returns the least seconds in which a runner covered each distance; null if the activity is
 * shorter. A jump of the GPS is never part of a window, and no result beats a world record.
 */
export const leastTimes = (
  time: Numbers,
  meters: Numbers,
  wanted: ReadonlyArray<number> = distances,
): ReadonlyArray<number | null> => {
  const stretches = stretchesOf(time, meters)
  return wanted.map((distance) => {
    const found = stretches.flatMap(({ covered, seconds }) =>
      least(seconds, covered, distance) ?? []
    ).filter((time) => time >= fastest(distance))
    return found.length === 0 ? null : Math.min(...found)
  })
}

const least = (
  seconds: ReadonlyArray<number>,
  covered: ReadonlyArray<number>,
  distance: number,
): number | null => {
  let found: number | null = null
  const keep = (time: number) => {
    if (time > 0 && (found === null || time < found)) found = time
  }
  const n = seconds.length
  const last = covered.at(-1) ?? 0
  const first = covered[0] ?? 0
  for (let i = 0, j = 0; i < n && covered[i]! + distance <= last; i++) {
    while (covered[j + 1]! < covered[i]! + distance) j++
    keep(between(covered, seconds, j, covered[i]! + distance) - seconds[i]!)
  }
  for (let i = n - 1, j = n - 2; i > 0 && covered[i]! - distance >= first; i--) {
    while (j > 0 && covered[j]! > covered[i]! - distance) j--
    keep(seconds[i]! - between(covered, seconds, j, covered[i]! - distance))
  }
  return found
}
