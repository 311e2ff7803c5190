/** Irregularities of real FIT files, and the samples that a file with them carries. */
import { type DeviceSamples, mapSamples, pickSamples } from "../DeviceSamples.ts"

export interface FitQuirks {
  /** True if values have their highest byte first. */
  readonly bigEndian?: boolean
  /** True if the header has 12 bytes and no checksum of its own. */
  readonly shortHeader?: boolean
  /** True if the recording is split into two files, one after the other. */
  readonly chained?: boolean
  /** True if most records have their time in the header of the message. */
  readonly compressedTimes?: boolean
  /** True if speed and distance are 12 bits each, in field 8 (1/100 m/s, 1/16 m). */
  readonly compressedDistance?: boolean
  /** True if altitude and speed are in the enhanced fields only. */
  readonly enhancedOnly?: boolean
  readonly developerFields?: boolean
  /** True if the file has the sessions before and after the activity too. */
  readonly sessions?: boolean
  /** True if times count from when the device was switched on. */
  readonly deviceTime?: boolean
  /** True if heart rates are in messages of their own (132), as of swims. */
  readonly heartRateMessages?: boolean
  /** True if some seconds have two records, the later one without a heart rate. */
  readonly repeatedSeconds?: boolean
  /** True if some records are in the wrong order. */
  readonly unsorted?: boolean
  /** True if some records lack a value, and the first ones a position. */
  readonly gaps?: boolean
  /** True if the file has records only: no session, no lap, no activity. */
  readonly recordsOnly?: boolean
  /** Part of the bytes, from the start, that is left. */
  readonly truncated?: number
  readonly badChecksum?: boolean
}

const roundTo = (scale: number) => (value: number): number => Math.round(value * scale) / scale

/** Returns degrees as 2^31ths of a half circle. */
export const semicircles = (degrees: number): number => Math.round(degrees * (2 ** 31 / 180))

/** Every 50th record lacks the compressed field. */
export const lacksDistance = (i: number): boolean => i % 50 === 3

const withoutDistance = (samples: DeviceSamples): DeviceSamples => {
  const { distance, velocity_smooth } = samples
  return {
    ...samples,
    ...(distance && { distance: distance.map((value, i) => lacksDistance(i) ? null : value) }),
    ...(velocity_smooth && {
      velocity_smooth: velocity_smooth.map((value, i) => lacksDistance(i) ? null : value),
    }),
  }
}

/**
 * Returns the samples rounded as the fields of a FIT file are. Positions are rounded to seven decimals,
 * which semicircles keep, and 16ths of a meter to two.
 */
export const fitSamples = (samples: DeviceSamples, quirks: FitQuirks): DeviceSamples => {
  const small = quirks.compressedDistance === true
  const rounded = mapSamples(samples, {
    altitude: (meters) => (Math.round((meters + 500) * 5) - 2500) * 2 / 10,
    distance: small ? (meters) => Math.round(Math.round(meters * 16) * 6.25) / 100 : roundTo(100),
    velocity_smooth: roundTo(small ? 100 : 1000),
    heartrate: roundTo(1),
    cadence: roundTo(128),
    watts: roundTo(1),
    temp: roundTo(1),
  })
  return small ? withoutDistance(rounded) : rounded
}

/** Returns the records of a file with these quirks, in its order; some repeat or are out of order. */
export const fitRecords = (samples: DeviceSamples, quirks: FitQuirks): DeviceSamples => {
  const indexes: Array<number> = []
  const repeats = new Set<number>()
  for (let i = 0; i < samples.time.length; i++) {
    indexes.push(i)
    if (quirks.repeatedSeconds && i % 40 === 7) {
      repeats.add(indexes.length)
      indexes.push(i)
    }
  }
  if (quirks.unsorted) {
    for (let i = 11; i + 1 < indexes.length; i += 60) {
      if (indexes[i] === indexes[i + 1]) continue
      ;[indexes[i], indexes[i + 1]] = [indexes[i + 1]!, indexes[i]!]
    }
  }
  const picked = pickSamples(samples, indexes)
  const { heartrate } = picked
  return heartrate === undefined || repeats.size === 0 ? picked : {
    ...picked,
    heartrate: heartrate.map((value, i) =>
      repeats.has(i) && indexes[i] === indexes[i - 1] ? null : value
    ),
  }
}

/**
 * Quirks of an activity by its seed, in about the shares of real files. `swim` files can have heart
 * rates in messages of their own.
 */
export const usualQuirks = (seed: number, swim: boolean): FitQuirks => {
  const turn = (seed >>> 5) % 24
  const enhancedOnly = seed % 3 === 0
  const shortHeader = seed % 7 === 0
  const always = {
    ...(enhancedOnly && { enhancedOnly }),
    ...(shortHeader && { shortHeader }),
    ...(swim && { heartRateMessages: true }),
  }
  switch (turn) {
    case 1:
      return { ...always, chained: true }
    case 2:
      return { ...always, bigEndian: true }
    case 3:
      return { ...always, compressedTimes: true }
    case 4:
      return { ...always, compressedDistance: true, compressedTimes: true }
    case 5:
    case 6:
    case 7:
      return { ...always, developerFields: true }
    case 8:
      return { ...always, sessions: true }
    case 9:
      return { ...always, deviceTime: true }
    case 10:
    case 11:
      return { ...always, repeatedSeconds: true }
    case 12:
      return { ...always, unsorted: true }
    case 13:
      return { ...always, recordsOnly: true }
    case 14:
    case 15:
    case 16:
      return { ...always, gaps: true }
    default:
      return always
  }
}
