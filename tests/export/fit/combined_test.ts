/** Reads FIT files of the simulated athlete with any combination of irregularities. */
import { Schema } from "effect"
import assert from "node:assert/strict"
import { decodeFit } from "../../../pipeline/export/fit/decodeFit.ts"
import type { Recording } from "../../../pipeline/export/recording/Recording.ts"
import {
  type DeviceSamples,
  deviceSamples,
} from "../../../pipeline/simulator/export/DeviceSamples.ts"
import { encodeFit } from "../../../pipeline/simulator/export/fit/encodeFit.ts"
import {
  type FitQuirks,
  fitRecords,
  fitSamples,
} from "../../../pipeline/simulator/export/fit/FitQuirks.ts"
import { World } from "../../../pipeline/simulator/world/World.ts"
import { rounds, test } from "../../testing.ts"
import { columnValues } from "./FitBytes.ts"

const world = World.make({ activities: 40, samples: 90 })

const start = Date.UTC(2024, 5, 1, 6, 30)

const activities = Array.from(world.ids, (id) => deviceSamples(world, id))
  .filter((samples) => samples !== undefined)

const Combination = Schema.Struct({
  activity: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: activities.length - 1 })),
  quirks: Schema.Struct({
    bigEndian: Schema.Boolean,
    shortHeader: Schema.Boolean,
    chained: Schema.Boolean,
    compressedTimes: Schema.Boolean,
    compressedDistance: Schema.Boolean,
    enhancedOnly: Schema.Boolean,
    developerFields: Schema.Boolean,
    deviceTime: Schema.Boolean,
    heartRateMessages: Schema.Boolean,
    repeatedSeconds: Schema.Boolean,
    unsorted: Schema.Boolean,
    recordsOnly: Schema.Boolean,
  }),
})

/** Returns the quirks without those that lose values: 12 bits need steps forward, and short ones. */
const lossless = (quirks: FitQuirks, { distance, heartrate }: DeviceSamples): FitQuirks => {
  const isSmooth =
    distance?.every((meters, i) => i === 0 || (meters ?? 0) - (distance[i - 1] ?? 0) < 120) ?? false
  const heartRateMessages = quirks.heartRateMessages === true && heartrate !== undefined
  const compressedDistance = quirks.compressedDistance === true && isSmooth && !heartRateMessages
  const inOrder = heartRateMessages || compressedDistance
  return {
    ...quirks,
    heartRateMessages,
    compressedDistance,
    chained: quirks.chained === true && !compressedDistance,
    repeatedSeconds: quirks.repeatedSeconds === true && !inOrder,
    unsorted: quirks.unsorted === true && !inOrder,
  }
}

const encoded = (samples: DeviceSamples, quirks: FitQuirks): Uint8Array<ArrayBuffer> =>
  encodeFit({
    start,
    utcOffset: 7_200,
    product: 103,
    name: "Device name 1",
    sessions: [{ sport: [2, 7], from: 0, to: samples.time.at(-1) ?? 0 }],
    samples,
  }, quirks)

const same = (recording: Recording, samples: DeviceSamples): void => {
  const { latlng, time, ...numbers } = samples
  const columns = {
    ...(latlng && { lat: latlng.map((at) => at?.[0] ?? null) }),
    ...(latlng && { lng: latlng.map((at) => at?.[1] ?? null) }),
    ...numbers,
  }
  const zero = recording.deviceTime ? recording.times[0]! - time[0]! * 1000 : start
  assert.deepEqual(Array.from(recording.times), time.map((at) => zero + at * 1000))
  assert.deepEqual(Object.keys(recording.columns).toSorted(), Object.keys(columns).toSorted())
  for (const [name, values] of Object.entries(columns)) {
    assert.deepEqual(columnValues(recording, name as keyof typeof columns), values, name)
  }
}

test.prop(
  "a simulated file has its samples, whatever its irregularities",
  Combination,
  ({ activity, quirks }) => {
    const samples = activities[activity]!
    const possible = lossless(quirks, samples)
    const recording = decodeFit(encoded(samples, possible))
    const { deviceTime, recordsOnly } = possible
    assert.deepEqual(recording.notes, [])
    assert.equal(recording.device, "255 103")
    assert.equal(recording.sport, recordsOnly ? undefined : "cycling")
    assert.equal(recording.utcOffset, recordsOnly || deviceTime ? undefined : 7_200)
    same(recording, fitSamples(fitRecords(samples, possible), possible))
    return true
  },
  { runs: rounds(200, 5_000) },
)

test.prop(
  "a truncated simulated file has a beginning of its samples",
  Schema.Struct({
    ...Combination.fields,
    truncated: Schema.Finite.check(Schema.isBetween({ minimum: 0.02, maximum: 0.995 })),
  }),
  ({ activity, quirks, truncated }) => {
    const samples = activities[activity]!
    // A chain can end between two of its files, and then nothing is missing.
    const possible = { ...lossless(quirks, samples), chained: false }
    const whole = decodeFit(encoded(samples, possible))
    const { notes, times } = decodeFit(encoded(samples, { ...possible, truncated }))
    assert.ok(times.length <= whole.times.length)
    assert.deepEqual(times, whole.times.slice(0, times.length))
    assert.ok(notes.length > 0)
    return true
  },
  { runs: rounds(200, 5_000) },
)
