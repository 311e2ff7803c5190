/** Crops the end of an activity: the profile and the recording of the remaining part. */
import type { Profile } from "./Profile.ts"
import type { SimulatedRecording } from "./Recording.ts"
import { movingSeconds } from "./Recording.ts"
import type { Track } from "./Track.ts"

const cropRecording = (
  { pauses, samples, ...rest }: SimulatedRecording,
  part: number,
): SimulatedRecording => {
  const left = pauses.filter(({ at }) => at < part)
  const standing = (of: SimulatedRecording["pauses"]) =>
    of.reduce((sum, pause) => sum + pause.samples, 0)
  const moving = Math.max(1, Math.floor((samples - standing(pauses)) * part))
  return {
    ...rest,
    samples: samples === 0 ? 0 : moving + standing(left),
    pauses: left.map((pause) => ({ ...pause, at: pause.at / part })),
  }
}

const cropTrack = ({ along, x, y }: Track, length: number): Track => {
  const count = Math.max(2, along.findIndex((meters) => meters >= length) + 1)
  return { x: x.slice(0, count), y: y.slice(0, count), along: along.slice(0, count), length }
}

/** Returns the first `part` (more than 0, at most 1) of the activity. */
export const cropProfile = (profile: Profile, part: number): Profile => {
  const cells = Math.max(1, Math.floor(profile.cells * part))
  const upTo = <A extends Float64Array | undefined>(column: A): A =>
    column?.slice(0, cells + 1) as A
  const distance = upTo(profile.distance)
  const recording = cropRecording(profile.recording, part)
  const time = upTo(profile.time)
  const stretch = movingSeconds(recording) / (time[cells] || 1)
  return {
    ...profile,
    cells,
    distance,
    time: time.map((at) => at * stretch),
    track: profile.track && cropTrack(profile.track, distance[cells]!),
    altitude: upTo(profile.altitude),
    speed: upTo(profile.speed),
    watts: upTo(profile.watts),
    heart: upTo(profile.heart),
    cadence: upTo(profile.cadence),
    recording,
  }
}
