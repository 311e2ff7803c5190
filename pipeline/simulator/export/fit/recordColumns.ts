/** Fields of FIT records: how each is defined and written. */
import type { DeviceSamples } from "../DeviceSamples.ts"
import { type FitQuirks, lacksDistance, semicircles } from "./FitQuirks.ts"
import type { FitField, FitWriter } from "./FitWriter.ts"

/** Fields of one stream, and the function that writes the values of a record. */
interface RecordColumn {
  readonly fields: ReadonlyArray<FitField>
  readonly write: (to: FitWriter, i: number) => void
}

const scaled = (
  values: ReadonlyArray<number | null> | undefined,
  fields: ReadonlyArray<FitField>,
  scale: number,
  offset = 0,
): ReadonlyArray<RecordColumn> =>
  values === undefined ? [] : [{
    fields,
    write: (to, i) => {
      const value = values[i]!
      const written = value === null ? undefined : Math.round((value + offset) * scale)
      for (const [, type] of fields) to.value(type, written)
    },
  }]

/** Positions of a whole half circle. */
const position = ({ latlng }: DeviceSamples): ReadonlyArray<RecordColumn> =>
  latlng === undefined ? [] : [{
    fields: [[0, "sint32"], [1, "sint32"]],
    write: (to, i) => {
      const at = latlng[i]
      to.value("sint32", at ? semicircles(at[0]) : undefined)
      to.value("sint32", at ? semicircles(at[1]) : undefined)
    },
  }]

const cadence = ({ cadence: values }: DeviceSamples): ReadonlyArray<RecordColumn> =>
  values === undefined ? [] : [{
    fields: [[4, "uint8"], [53, "uint8"]],
    write: (to, i) => {
      const value = values[i] ?? undefined
      const whole = value === undefined ? undefined : Math.floor(value)
      to.value("uint8", whole)
      to.value("uint8", value === undefined ? undefined : Math.round((value - whole!) * 128))
    },
  }]

const distanceAndSpeed = (
  { distance, velocity_smooth }: DeviceSamples,
  { compressedDistance, enhancedOnly }: FitQuirks,
): ReadonlyArray<RecordColumn> => {
  if (!compressedDistance) {
    const enhanced: FitField = [73, "uint32"]
    return [
      ...scaled(distance, [[5, "uint32"]], 100),
      ...scaled(velocity_smooth, enhancedOnly ? [enhanced] : [[6, "uint16"], enhanced], 1000),
    ]
  }
  return distance === undefined ? [] : [{
    fields: [[8, "byte", 3]],
    write: (to, i) => {
      const [meters, speed] = [distance[i], velocity_smooth?.[i]]
      const none = meters === null || lacksDistance(i)
      const low = none ? 0xfff : Math.round((speed ?? 0) * 100) & 0xfff
      const high = none ? 0xfff : Math.round(meters! * 16) & 0xfff
      to.byte(low & 0xff)
      to.byte((low >> 8) | ((high & 0xf) << 4))
      to.byte(high >> 4)
    },
  }]
}

/** Returns the columns of a file's records, without the time. */
export const recordColumns = (
  samples: DeviceSamples,
  quirks: FitQuirks,
): ReadonlyArray<RecordColumn> => {
  const enhanced: FitField = [78, "uint32"]
  return [
    ...position(samples),
    ...scaled(
      samples.altitude,
      quirks.enhancedOnly ? [enhanced] : [[2, "uint16"], enhanced],
      5,
      500,
    ),
    ...distanceAndSpeed(samples, quirks),
    ...(quirks.heartRateMessages ? [] : scaled(samples.heartrate, [[3, "uint8"]], 1)),
    ...cadence(samples),
    ...scaled(samples.watts, [[7, "uint16"]], 1),
    ...scaled(samples.temp, [[13, "sint8"]], 1),
    // A field that no documentation names.
    { fields: [[135, "uint8"]], write: (to, i) => to.value("uint8", i % 100) },
  ]
}
