/** Recording of an activity by a device: time steps and pauses. */
import type { Random } from "./random.ts"
import type { Sport } from "./sports.ts"

/** `samples` samples, one every `step` seconds, with pauses. */
export interface SimulatedRecording {
  readonly step: number
  readonly samples: number
  /** True if the device chose the times of its samples, so that steps vary. */
  readonly smart: boolean
  readonly pauses: ReadonlyArray<Pause>
}

interface Pause {
  /** Part of the moving time before the pause, from 0 to 1. */
  readonly at: number
  readonly seconds: number
  /** Number of samples recorded while standing; 0 if the device paused too. */
  readonly samples: number
}

/** Returns the whole seconds between samples for a fixed number of samples. */
export const sampleStep = (seconds: number, samples: number): number =>
  Math.max(1, Math.round(seconds / Math.max(1, samples - 1)))

/**
 * Returns the recording of an activity of about `seconds` moving seconds; `fixed` is a number of
 * samples.
 */
export const recordingOf = (
  random: Random,
  sport: Sport,
  seconds: number,
  fixed?: number,
): SimulatedRecording => {
  const count = fixed !== undefined && fixed < 60
    ? 0
    : sport.body === "still" || sport.course === "treadmill"
    ? 0
    : random.int(0, sport.body === "bike" ? 5 : 3)
  const wanted = Array.from({ length: count }, () => ({
    at: random.between(0.05, 0.95),
    seconds: Math.round(Math.exp(random.between(2.8, 6))),
    recorded: random.chance(0.35),
  })).sort((a, b) => a.at - b.at)
  const step = fixed === undefined
    ? Math.max(1, Math.ceil(seconds / 3600))
    : sampleStep(seconds, fixed)
  const pauses = wanted.map(({ at, recorded, seconds }): Pause => ({
    at,
    seconds: recorded ? Math.min(90, seconds) : seconds,
    samples: recorded ? Math.floor(Math.min(90, seconds) / (step + 1)) : 0,
  }))
  const standing = pauses.reduce((sum, pause) => sum + pause.samples, 0)
  const smart = fixed === undefined && random.chance(0.3)
  const coarse = smart ? Math.max(step, random.int(3, 5)) : step
  return {
    step: coarse,
    samples: fixed ?? Math.floor(seconds / coarse) + 1 + standing,
    smart: smart && coarse > 1,
    pauses,
  }
}

/** Returns the moving seconds that a recording spans. */
export const movingSeconds = ({ pauses, samples, step }: SimulatedRecording): number =>
  Math.max(0, samples - 1 - pauses.reduce((sum, pause) => sum + pause.samples, 0)) * step
