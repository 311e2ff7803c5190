/** How a device wrote an activity down: at which steps, with which pauses. */
import type { Random } from "./random.ts"
import type { Sport } from "./sports.ts"

/** How the device wrote: every `step` seconds, `samples` in all, with pauses. */
export interface Recording {
  readonly step: number
  readonly samples: number
  /** Whether the device chose its moments: steps then vary. */
  readonly smart: boolean
  readonly pauses: ReadonlyArray<Pause>
}

interface Pause {
  /** The part of the moving time that is over. */
  readonly at: number
  readonly seconds: number
  /** How many samples were written while standing; 0 where the device paused too. */
  readonly samples: number
}

/** Whole seconds between samples if there have to be `samples`. */
export const sampleStep = (seconds: number, samples: number): number =>
  Math.max(1, Math.round(seconds / Math.max(1, samples - 1)))

/** How an activity of about so many moving seconds was written; `fixed` is a number of samples. */
export const recordingOf = (
  random: Random,
  sport: Sport,
  seconds: number,
  fixed?: number,
): Recording => {
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

/** Seconds in motion that a recording spans. */
export const movingSeconds = ({ pauses, samples, step }: Recording): number =>
  Math.max(0, samples - 1 - pauses.reduce((sum, pause) => sum + pause.samples, 0)) * step
