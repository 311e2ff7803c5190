/** Samples of an activity as its device recorded them, and as each file format can carry them. */
import { streamTypes } from "../../../schemas/StreamSet.ts"
import type { World } from "../world/World.ts"

/** Values of one stream; null where the device had none. */
type SampleValues = ReadonlyArray<number | null>

/** Streams that a file can carry, all of the same length. */
export interface DeviceSamples {
  /** Seconds since the start. */
  readonly time: ReadonlyArray<number>
  /** Degrees. */
  readonly latlng?: ReadonlyArray<readonly [lat: number, lng: number] | null>
  readonly altitude?: SampleValues
  readonly distance?: SampleValues
  readonly velocity_smooth?: SampleValues
  readonly heartrate?: SampleValues
  readonly cadence?: SampleValues
  readonly watts?: SampleValues
  readonly temp?: SampleValues
}

/** Streams that are numbers. */
const numericStreams = [
  "altitude",
  "distance",
  "velocity_smooth",
  "heartrate",
  "cadence",
  "watts",
  "temp",
] as const
type NumericStream = typeof numericStreams[number]

const all = new Set<string>(streamTypes)

/** Returns the streams for which the function returns values. */
const streamsFrom = (
  valuesOf: (type: NumericStream) => SampleValues | undefined,
): Partial<Record<NumericStream, SampleValues>> => {
  const found: Partial<Record<NumericStream, SampleValues>> = {}
  for (const type of numericStreams) {
    const values = valuesOf(type)
    if (values !== undefined) found[type] = values
  }
  return found
}

/** Returns the samples of an activity before any crop; undefined if it has none. */
export const deviceSamples = (world: World, id: number): DeviceSamples | undefined => {
  const bytes = world.streams(id, all, true, true)
  if (bytes === undefined) return undefined
  const streams: {
    readonly [Type in keyof DeviceSamples]: { readonly data: NonNullable<DeviceSamples[Type]> }
  } = JSON.parse(new TextDecoder().decode(bytes))
  const { latlng, time } = streams
  return {
    time: time.data,
    ...(latlng && { latlng: latlng.data }),
    ...streamsFrom((type) => streams[type]?.data),
  }
}

/** Returns samples with each value changed by the function for its stream; undefined drops it. */
export const mapSamples = (
  samples: DeviceSamples,
  functions: Partial<Readonly<Record<NumericStream, ((value: number) => number) | undefined>>>,
): DeviceSamples => {
  const changed = streamsFrom((type) => {
    const change = functions[type]
    const mapped = change && samples[type]?.map((value) => value === null ? null : change(value))
    // A stream without any value is no stream.
    return mapped?.some((value) => value !== null) ? mapped : undefined
  })
  const { latlng, time } = samples
  return { time, ...(latlng && { latlng }), ...changed }
}

/** One sample of nine lacks the value of a stream, another one for each stream. */
const gaps: Readonly<Record<NumericStream, number>> = {
  altitude: 1,
  distance: 2,
  velocity_smooth: 3,
  heartrate: 4,
  cadence: 5,
  watts: 6,
  temp: 7,
}

/**
 * Returns the samples of a device that had no position at first and lost a sensor now and then.
 * `located`: true to keep all positions, because GPX has no point without one.
 */
export const withGaps = (samples: DeviceSamples, located: boolean): DeviceSamples => {
  const { latlng, time } = samples
  const unlocated = located ? 0 : Math.floor(time.length / 10)
  return {
    time,
    ...(latlng && { latlng: latlng.map((at, i) => i < unlocated ? null : at) }),
    ...streamsFrom((type) => samples[type]?.map((value, i) => i % 9 === gaps[type] ? null : value)),
  }
}

/** Returns the samples at these indexes. */
export const pickSamples = (
  samples: DeviceSamples,
  indexes: ReadonlyArray<number>,
): DeviceSamples => {
  const { latlng, time } = samples
  return {
    time: indexes.map((i) => time[i]!),
    ...(latlng && { latlng: indexes.map((i) => latlng[i]!) }),
    ...streamsFrom((type) => {
      const values = samples[type]
      return values && indexes.map((i) => values[i]!)
    }),
  }
}

/** Returns the samples of several recordings in one, each `offsets` seconds after its start. */
export const joinSamples = (
  recordings: ReadonlyArray<DeviceSamples>,
  offsets: ReadonlyArray<number>,
): DeviceSamples => {
  const none = ({ time }: DeviceSamples) => time.map(() => null)
  return {
    time: recordings.flatMap(({ time }, i) => time.map((at) => at + offsets[i]!)),
    ...(recordings.some(({ latlng }) => latlng) && {
      latlng: recordings.flatMap((one) => one.latlng ?? none(one)),
    }),
    ...streamsFrom((type) =>
      recordings.some((one) => one[type])
        ? recordings.flatMap((one) => one[type] ?? none(one))
        : undefined
    ),
  }
}
