/** The heart rate of an activity as seconds per rate, the time in zones, and Edwards' load. */
import type { Numbers } from "../landed/Samples.ts"

/** Seconds at each heart rate, in whole beats per minute. */
type Beats = ReadonlyArray<readonly [bpm: number, seconds: number]>

/**
 * Seconds: a longer gap between samples is not counted, because the heart rate in it is unknown; as
 * in the view v_hr_zones.
 */
const longestGap = 30

/** Returns the seconds at each heart rate. A sample counts for the time since the sample before it. */
export const beatsOf = (time: Numbers, heartrate: Numbers): Beats => {
  const seconds = new Map<number, number>()
  for (let i = 1; i < Math.min(time.length, heartrate.length); i++) {
    const bpm = Math.floor(heartrate[i] ?? 0)
    const gap = (time[i] ?? NaN) - (time[i - 1] ?? NaN)
    if (bpm > 0 && gap > 0 && gap <= longestGap) seconds.set(bpm, (seconds.get(bpm) ?? 0) + gap)
  }
  return [...seconds].sort(([a], [b]) => a - b)
}

/**
 * Returns the zone (from 1) of a heart rate: the last whose lower bound is reached; 0 below the
 * first.
 */
export const zoneOf = (bpm: number, lower: ReadonlyArray<number>): number => {
  let zone = 0
  while (zone < lower.length && bpm >= lower[zone]!) zone++
  return zone
}

/** Seconds in each zone, given the lower bounds of the zones. */
export const secondsInZones = (
  beats: Beats,
  lower: ReadonlyArray<number>,
): ReadonlyArray<number> => {
  const seconds = lower.map(() => 0)
  for (const [bpm, time] of beats) {
    const zone = zoneOf(bpm, lower)
    if (zone > 0) seconds[zone - 1]! += time
  }
  return seconds
}

/** Edwards' TRIMP: minutes in each zone times the number of the zone. */
export const trimp = (secondsInZones: ReadonlyArray<number>): number =>
  secondsInZones.reduce((sum, seconds, i) => sum + seconds / 60 * (i + 1), 0)

/** Returns the TRIMP of an activity with only a mean heart rate. */
export const trimpOfMean = (bpm: number, seconds: number, lower: ReadonlyArray<number>): number =>
  seconds / 60 * zoneOf(bpm, lower)
