/** Everything that the report needs of an activity's streams and details, from the complete recording. */
import type { Samples } from "../../landed/Samples.ts"
import { bestMeans, distances, durations, leastTimes } from "../../metrics/curves.ts"
import { beatsOf, secondsInZones } from "../../metrics/heartRate.ts"
import type { Group } from "../../metrics/sports.ts"
import type { Position } from "../../metrics/track.ts"
import { metersPer } from "../../metrics/units.ts"
import type { BlockContents, EffortResult } from "../model/blockText.ts"
import { type SiteStream, siteStreams } from "../model/SiteActivity.ts"
import { siteLaps, siteSegments } from "./laps.ts"
import { shownTrack, siteRecording } from "./recording.ts"
import { splitsOf } from "./splits.ts"
import { simplified } from "./simplified.ts"

/** Meters of a run and seconds of a ride whose best results are shown. */
export const runDistances = [400, 1_000, 1_609.344, 5_000, 10_000, 21_097.5, 42_195] as const
export const rideDurations = [5, 60, 300, 1_200, 3_600] as const

export interface RecordingFacts {
  readonly samples: number
  readonly streams: ReadonlyArray<SiteStream>
  /** Seconds in each heart rate zone; empty without heart rate or zones. */
  readonly zoneSeconds: ReadonlyArray<number>
  /** Best results for the distances or times of records. */
  readonly efforts: ReadonlyArray<EffortResult>
  /** Best results for all distances or times of a curve. */
  readonly curve: ReadonlyArray<EffortResult>
  /** Track for the overview, if it is needed. */
  readonly track: ReadonlyArray<Position>
  readonly block: BlockContents
}

/** Facts of the activity that the streams alone do not say. */
export interface RecordingKind {
  readonly id: string
  readonly group: Group
  /** True if power is measured. */
  readonly power: boolean
  /** True if the activity has no polyline, so that its track comes from the streams. */
  readonly needsTrack: boolean
}

const rounded = (
  keys: ReadonlyArray<number>,
  values: ReadonlyArray<number | null>,
): ReadonlyArray<EffortResult> =>
  keys.flatMap((key, i) => {
    const value = Math.round(values[i] ?? 0)
    return value > 0 ? [[key, value]] : []
  })

const curveOf = (
  { group, power }: RecordingKind,
  { distance, time = [], watts }: Samples,
): ReadonlyArray<EffortResult> =>
  group === "run"
    ? distance === undefined ? [] : rounded(distances, leastTimes(time, distance))
    : power && watts !== undefined
    ? rounded(durations, bestMeans(time, watts))
    : []

const isStored = (samples: Samples, stream: SiteStream): boolean =>
  (samples[stream === "latlng" ? "lat" : stream] ?? []).some((value) => value !== null)

/** Returns the facts of an activity with samples, with details, or with both. */
export const recordingFacts = (
  kind: RecordingKind,
  samples: Samples,
  details: Readonly<Record<string, unknown>> | undefined,
  zones: ReadonlyArray<number>,
): RecordingFacts => {
  const { heartrate, time = [] } = samples
  const track = shownTrack(kind.id, samples)
  const curve = curveOf(kind, samples)
  const keys: ReadonlyArray<number> = kind.group === "run" ? runDistances : rideDurations
  const efforts = curve.filter(([key]) => keys.includes(key))
  return {
    ...{ efforts, curve },
    samples: time.length,
    streams: siteStreams.filter((stream) => isStored(samples, stream)),
    zoneSeconds: heartrate === undefined || zones.length === 0
      ? []
      : secondsInZones(beatsOf(time, heartrate), zones).map(Math.round),
    track: kind.needsTrack && track !== undefined ? simplified(track.positions) : [],
    block: {
      recording: siteRecording(samples, track),
      splits: {
        metric: splitsOf(samples, metersPer.km),
        imperial: splitsOf(samples, metersPer.mi),
      },
      laps: details && siteLaps(details),
      segments: details && siteSegments(details),
      efforts,
    },
  }
}
