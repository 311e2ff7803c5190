/** The file of an activity in an export: its name, its bytes, and the samples that it carries. */
import { gzipSync } from "node:zlib"
import type { Outline } from "../world/calendar.ts"
import { hash } from "../world/random.ts"
import { type DeviceSamples, pickSamples, withGaps } from "./DeviceSamples.ts"
import type { ExportOptions, FileFormat } from "./ExportOptions.ts"
import { encodeFit, type FitSession } from "./fit/encodeFit.ts"
import { type FitQuirks, fitSamples, usualQuirks } from "./fit/FitQuirks.ts"
import { encodeGpx, type GpxQuirks, gpxSamples } from "./xml/encodeGpx.ts"
import { encodeTcx, tcxSamples } from "./xml/encodeTcx.ts"

/** Facts of an activity that its file needs. */
export interface RecordedActivity {
  readonly outline: Outline
  /** Start in milliseconds since 1970. */
  readonly start: number
  /** Local time minus UTC, in seconds. */
  readonly utcOffset: number
  readonly sportType: string
  readonly uploadId: number
  readonly samples: DeviceSamples
  /** Serial number of the activity, for its name on the device. */
  readonly index: number
}

export interface ActivityFile {
  /** As in the cell `Filename`. */
  readonly name: string
  readonly format: FileFormat
  /** True if Strava's app recorded the activity, so that the name has the ID of the activity. */
  readonly recorded: boolean
  readonly quirks: FitQuirks
  /** Samples as the file carries them; with several sessions, those of the activity only. */
  readonly samples: DeviceSamples
  /** True if the row of an earlier activity names the same file. */
  readonly isRepeated?: boolean
  readonly bytes: () => Uint8Array<ArrayBuffer>
}

/** Kinds of files: format, ending of the name, true if the name has the activity's ID, and weight. */
const kinds = [
  ["fit", ".fit.gz", false, 62],
  ["gpx", ".gpx", true, 14],
  ["tcx", ".tcx.gz", false, 11],
  ["gpx", ".gpx.gz", false, 5],
  ["fit", ".bin.gz", false, 2],
  ["gpx", ".bin.gz", false, 1],
  ["tcx", ".tcx", true, 2],
  ["fit", ".fit", true, 3],
] as const

const kindOf = ({ outline, samples }: RecordedActivity, formats: ExportOptions["formats"]) => {
  // GPX has no points without a position.
  const possible = kinds.filter(([format]) =>
    (formats?.includes(format) ?? true) && (format !== "gpx" || samples.latlng !== undefined)
  )
  const fitting = possible.length > 0 ? possible : kinds.filter(([format]) => format === "fit")
  const total = fitting.reduce((sum, [, , , weight]) => sum + weight, 0)
  let left = hash(outline.seed, 91) % total
  return fitting.find(([, , , weight]) => (left -= weight) < 0) ?? kinds[0]
}

/** Numbers of sports in FIT: the sport, and the kind of it. */
const fitSports: Readonly<Record<string, readonly [number, number]>> = {
  Run: [1, 0],
  TrailRun: [1, 3],
  Ride: [2, 7],
  GravelRide: [2, 46],
  VirtualRide: [2, 58],
  Swim: [5, 17],
  Hike: [17, 0],
  Walk: [11, 0],
  WeightTraining: [10, 20],
  Yoga: [10, 43],
  AlpineSki: [13, 0],
  NordicSki: [12, 0],
}

/** Sessions before and after the activity in the same file: seconds from its start, or from its end. */
const around = { before: [-1900, -400], after: [400, 900] } as const

/** Returns the samples with those of a session before and of one after the activity. */
const withNeighbors = (samples: DeviceSamples): DeviceSamples => {
  const { length } = samples.time
  const end = samples.time.at(-1) ?? 0
  const before = Array.from({ length: Math.min(60, length) }, (_, i) => i)
  const indexes = [...before, ...samples.time.keys(), ...before]
  const all = pickSamples(samples, indexes)
  return {
    ...all,
    time: all.time.map((at, i) =>
      i < before.length
        ? around.before[0] + i * 20
        : i < before.length + length
        ? at
        : end + around.after[0] + (i - before.length - length) * 5
    ),
  }
}

/** Returns the session of an activity that starts `from` seconds after its file. */
export const ownSession = (
  { samples, sportType }: RecordedActivity,
  from: number,
): FitSession => ({
  sport: fitSports[sportType] ?? [0, 0],
  from,
  to: from + (samples.time.at(-1) ?? 0),
})

const sessionsOf = (activity: RecordedActivity, several: boolean): ReadonlyArray<FitSession> => {
  const own = ownSession(activity, 0)
  const end = own.to
  if (!several) return [own]
  const { after: [from, to], before } = around
  return [
    { sport: [5, 18], from: before[0], to: before[1] },
    own,
    { sport: [1, 0], from: end + from, to: end + to },
  ]
}

/** Quirks that this activity cannot have: gaps are too long for 12 bits of distance, or no heart. */
const possibleQuirks = (quirks: FitQuirks, { distance, heartrate }: DeviceSamples): FitQuirks => {
  const wide = distance?.some((meters, i) => i > 0 && (meters ?? 0) - (distance[i - 1] ?? 0) > 120)
  return {
    ...quirks,
    ...((wide ?? true) && { compressedDistance: false }),
    ...(heartrate === undefined && { heartRateMessages: false }),
  }
}

const gpxQuirks = (seed: number, upload: boolean): GpxQuirks => ({
  ...(upload && { upload }),
  ...(upload && seed % 5 === 2 && { indented: true }),
  ...(upload && seed % 5 === 0 && { encoding: "utf-16le" }),
  ...(upload && seed % 5 === 1 && { encoding: "iso-8859-1" }),
})

/** Returns the file of an activity. The same activity always has the same file. */
export const activityFile = (
  activity: RecordedActivity,
  { fit, formats }: ExportOptions,
): ActivityFile => {
  const { index, outline, sportType, start, uploadId, utcOffset } = activity
  const [format, ending, recorded] = kindOf(activity, formats)
  const swim = outline.sport.body === "swim"
  const quirks = possibleQuirks(fit ?? usualQuirks(outline.seed, swim), activity.samples)
  const hasGaps = format === "fit" ? quirks.gaps === true : outline.seed % 4 === 0
  const samples = hasGaps ? withGaps(activity.samples, format === "gpx") : activity.samples
  const name = `Device name ${index}`
  const product = 100 + outline.seed % 7
  const xml = { start, name, sportType, device: `Simulated Watch ${product}`, samples }
  const encode = (): Uint8Array<ArrayBuffer> => {
    switch (format) {
      case "gpx":
        return encodeGpx(xml, gpxQuirks(outline.seed, !recorded))
      case "tcx":
        return encodeTcx(xml)
      case "fit":
        return encodeFit({
          start,
          utcOffset,
          product,
          name,
          sessions: sessionsOf(activity, quirks.sessions === true),
          samples: quirks.sessions ? withNeighbors(samples) : samples,
        }, quirks)
    }
  }
  return {
    name: `activities/${recorded ? outline.id : uploadId}${ending}`,
    format,
    recorded,
    quirks: format === "fit" ? quirks : {},
    samples: format === "fit"
      ? fitSamples(samples, quirks)
      : format === "gpx"
      ? gpxSamples(samples)
      : tcxSamples(samples),
    bytes: () => {
      const bytes = encode()
      return ending.endsWith(".gz") ? new Uint8Array(gzipSync(bytes, { level: 1 })) : bytes
    },
  }
}
