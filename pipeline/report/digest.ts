/** What the panels need of an activity's samples, small enough to be had for ten thousand of them. */
import type { SampleNames, Samples } from "../landed/Samples.ts"
import { bestMeans, leastTimes } from "../metrics/curves.ts"
import { type Beats, beatsOf } from "../metrics/heartRate.ts"

export interface Digest {
  readonly beats: Beats
  /** The best mean watts of each of `durations`; empty without a power meter. */
  readonly power: ReadonlyArray<number | null>
  /** The least seconds for each of `distances`; empty of what is no run. */
  readonly pace: ReadonlyArray<number | null>
}

/** What is looked for in the samples of an activity. */
export type DigestKind = "run" | "power" | "beats"

/** The lists that a kind of digest is made of. */
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
