/** Encodes an activity as a FIT file. */
import type { DeviceSamples } from "../DeviceSamples.ts"
import { pickSamples } from "../DeviceSamples.ts"
import type { FitQuirks } from "./FitQuirks.ts"
import { fitRecords } from "./FitQuirks.ts"
import { fitEpoch, FitWriter } from "./FitWriter.ts"
import { writeHeartRates } from "./heartRates.ts"
import { recordColumns } from "./recordColumns.ts"

/** A session of a recording: a sport between two times in seconds since the activity's start. */
export interface FitSession {
  /** Number of the sport, and of the kind of it, in the protocol. */
  readonly sport: readonly [sport: number, kind: number]
  readonly from: number
  readonly to: number
}

interface FitActivity {
  /** Start in milliseconds since 1970. */
  readonly start: number
  /** Local time minus UTC, in seconds. */
  readonly utcOffset: number
  readonly sessions: ReadonlyArray<FitSession>
  /** Number of the product. */
  readonly product: number
  /** Name on the device, which is not the name at Strava. */
  readonly name: string
  readonly samples: DeviceSamples
}

const record = 20

/** A writer with the function that turns seconds since the activity's start into a file's time. */
interface FitFile {
  readonly out: FitWriter
  readonly activity: FitActivity
  readonly quirks: FitQuirks
  readonly timeOf: (seconds: number) => number
}

const writeFileId = ({ activity, out, timeOf }: FitFile, first: number): void => {
  out.message(0, 0, [
    [0, "enum", 4],
    [1, "uint16", 255],
    [2, "uint16", activity.product],
    [3, "uint32z", 100_000 + activity.product],
    [4, "uint32", timeOf(first)],
  ])
  out.message(0, 23, [[253, "uint32", timeOf(first)], [0, "uint8", 0], [2, "uint16", 255]])
  out.message(0, 26, [[4, "enum", activity.sessions[0]?.sport[0]], [
    8,
    "string",
    activity.name,
    24,
  ]])
}

const writeDeveloperFields = (out: FitWriter): void => {
  out.message(0, 207, [[3, "uint8", 0]])
  out.message(0, 206, [
    [0, "uint8", 0],
    [1, "uint8", 0],
    [2, "uint8", 0x84],
    [3, "string", "Sim Stiffness", 16],
    [8, "string", "kN/m", 8],
  ])
}

/** Seconds without a record after which the timer was stopped. */
const pause = 15

/** Writes the records, and stops and starts of the timer at gaps. */
const writeRecords = ({ activity, out, quirks, timeOf }: FitFile, samples: DeviceSamples): void => {
  const columns = recordColumns(samples, quirks)
  const fields = columns.flatMap((column) => column.fields)
  const developer = quirks.developerFields ? [[0, 2]] as const : []
  out.define(0, record, [[253, "uint32"], ...fields], developer)
  if (quirks.compressedTimes) out.define(1, record, fields, developer)
  out.define(2, 21, [[253, "uint32"], [0, "enum"], [1, "enum"]])
  const event = (time: number, type: number) => {
    out.data(2)
    out.value("uint32", time)
    out.value("enum", 0)
    out.value("enum", type)
  }
  const { time } = samples
  let before = timeOf(time[0] ?? 0)
  event(before, 0)
  for (let i = 0; i < time.length; i++) {
    const now = timeOf(time[i]!)
    if (now - before > pause && activity.product % 2 === 0) {
      event(before, 4)
      event(now, 0)
    }
    if (quirks.compressedTimes && i > 0 && now >= before && now - before < 32) {
      out.compressed(1, now)
    } else {
      out.data(0)
      out.value("uint32", now)
    }
    before = now
    for (const { write } of columns) write(out, i)
    if (quirks.developerFields) out.value("uint16", i % 1000)
  }
  event(before, 4)
}

/** Index of the last sample at or before `seconds`. */
const lastAt = ({ time }: DeviceSamples, seconds: number): number =>
  Math.max(0, time.findLastIndex((at) => at <= seconds))

/** Writes laps, sessions and the activity. Their totals must not be read as those of a record. */
const writeTotals = ({ activity, out, quirks, timeOf }: FitFile, samples: DeviceSamples): void => {
  const total = (from: number, to: number): number | undefined => {
    const { distance } = samples
    if (distance === undefined) return undefined
    const meters = (distance[lastAt(samples, to)] ?? 0) - (distance[lastAt(samples, from)] ?? 0)
    return Math.round(meters * 100)
  }
  const last = samples.time.at(-1) ?? 0
  const within = activity.sessions.filter(({ from }) => from <= last)
  for (const [i, { from, sport: [sport, kind], to }] of within.entries()) {
    const half = Math.round((from + to) / 2)
    for (const [k, [start, end]] of ([[from, half], [half, to]] as const).entries()) {
      out.message(3, 19, [
        [253, "uint32", timeOf(end)],
        [254, "uint16", 2 * i + k],
        [2, "uint32", timeOf(start)],
        [7, "uint32", (end - start) * 1000],
        [8, "uint32", (end - start) * 1000],
        [9, "uint32", total(start, end)],
        [15, "uint8", 250],
        [17, "uint8", 251],
      ])
    }
    out.message(3, 18, [
      [253, "uint32", timeOf(to)],
      [254, "uint16", i],
      [2, "uint32", timeOf(from)],
      [5, "enum", sport],
      [6, "enum", kind],
      [7, "uint32", (to - from) * 1000],
      [8, "uint32", (to - from) * 1000],
      [9, "uint32", total(from, to)],
    ])
  }
  const end = timeOf(last)
  out.message(3, 34, [
    [253, "uint32", end],
    [0, "uint32", last * 1000],
    [1, "uint16", within.length],
    [2, "enum", within.length > 1 ? 1 : 0],
    [3, "enum", 26],
    [4, "enum", 1],
    [5, "uint32", quirks.deviceTime ? undefined : end + activity.utcOffset],
  ])
}

const writeFile = (file: FitFile, samples: DeviceSamples): void => {
  const { out, quirks } = file
  out.begin(quirks.shortHeader ? 12 : 14)
  writeFileId(file, samples.time[0] ?? 0)
  if (quirks.developerFields) writeDeveloperFields(out)
  writeRecords(file, samples)
  if (quirks.heartRateMessages) writeHeartRates(out, samples, file.timeOf)
  // A message that no documentation names.
  out.message(3, 0xff42, [[253, "uint32", file.timeOf(0)], [7, "sint16", -5], [9, "byte", 3]])
  if (!quirks.recordsOnly) writeTotals(file, samples)
  out.end()
}

/** Returns the samples before and after a time in the middle. */
const halves = (samples: DeviceSamples): ReadonlyArray<DeviceSamples> => {
  const { length } = samples.time
  const half = length >> 1
  const range = (from: number, to: number) =>
    pickSamples(samples, Array.from({ length: to - from }, (_, i) => from + i))
  return [range(0, half), range(half, length)]
}

/** Returns the bytes of a FIT file with these quirks. */
export const encodeFit = (activity: FitActivity, quirks: FitQuirks): Uint8Array<ArrayBuffer> => {
  const out = new FitWriter(!quirks.bigEndian, activity.samples.time.length * 48 + 2048)
  const seconds = Math.floor(activity.start / 1000) - fitEpoch
  const file: FitFile = {
    out,
    activity,
    quirks,
    timeOf: quirks.deviceTime ? (at) => 90_000 + at : (at) => seconds + at,
  }
  const records = fitRecords(activity.samples, quirks)
  for (const part of quirks.chained ? halves(records) : [records]) writeFile(file, part)
  const bytes = out.finish()
  if (quirks.badChecksum) bytes[bytes.length - 1]! ^= 0x5a
  return quirks.truncated === undefined
    ? bytes
    : bytes.slice(0, Math.floor(bytes.length * quirks.truncated))
}
