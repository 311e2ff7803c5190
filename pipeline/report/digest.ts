/** Values of an activity's samples that the panels need, small enough for ten thousand activities. */
import type { SampleNames, Samples } from "../landed/Samples.ts"
import { bestMeans, leastTimes } from "../metrics/curves.ts"
import { type Beats, beatsOf } from "../metrics/heartRate.ts"

export interface Digest {
  readonly beats: Beats
  /** Best mean power in watts for each of `durations`; empty without a power meter. */
  readonly power: ReadonlyArray<number | null>
  /** Least seconds for each of `distances`; empty unless the activity is a run. */
  readonly pace: ReadonlyArray<number | null>
}

/** Kind of value that is computed from an activity's samples. */
export type DigestKind = "run" | "power" | "beats"

/** Streams that each kind of digest needs. */
export const wantedFor: Readonly<Record<DigestKind, SampleNames>> = {
  run: new Set(["time", "distance", "heartrate"]),
  power: new Set(["time", "watts", "heartrate"]),
  beats: new Set(["time", "heartrate"]),
}

const none: ReadonlyArray<never> = []

export const reportDigest = (kind: DigestKind, samples: Samples): Digest => {
  const { distance, heartrate, time = none, watts } = samples
  return {
    beats: heartrate === undefined ? none : beatsOf(time, heartrate),
    power: kind === "power" && watts !== undefined ? bestMeans(time, watts) : none,
    pace: kind === "run" && distance !== undefined ? leastTimes(time, distance) : none,
  }
}
