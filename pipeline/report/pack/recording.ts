/** The recording of an activity in at most 300 steps, and its track without the ends. */
import type { Numbers, Samples } from "../../landed/Samples.ts"
import { speedOf } from "../../metrics/speed.ts"
import { metersBetween, type Position, withoutEnds } from "../../metrics/track.ts"
import type { SiteRecording } from "../model/ActivityBlock.ts"
import { endsOf, lastValues, meanValues } from "./steps.ts"

/** Most steps of a recording; a screen is hardly wider. */
export const mostSteps = 300

/** Meters between two points of a track: nearer ones are noise, which would use up what is cut off. */
const leastStep = 15

/** Part of a recorded track that can be shown. */
interface ShownTrack {
  /** Index of the first and of the last sample. */
  readonly from: number
  readonly to: number
  /** Positions in it, at least 15 m apart. */
  readonly positions: ReadonlyArray<Position>
}

/** Returns the track without its ends; undefined if it is too short or there is none. */
export const shownTrack = (id: string, { lat = [], lng = [] }: Samples): ShownTrack | undefined => {
  const kept: Array<Position> = []
  const indexes: Array<number> = []
  for (let i = 0; i < lat.length; i++) {
    const [x, y] = [lng[i], lat[i]]
    if (typeof x !== "number" || typeof y !== "number") continue
    const before = kept.at(-1)
    const position: Position = [x, y]
    if (before !== undefined && metersBetween(before, position) < leastStep) continue
    kept.push(position)
    indexes.push(i)
  }
  const positions = withoutEnds(id, kept)
  if (positions.length < 2) return undefined
  const first = kept.indexOf(positions[0]!)
  return { from: indexes[first]!, to: indexes[first + positions.length - 1]!, positions }
}

const trackSteps = (
  { lat = [], lng = [] }: Samples,
  { from, to }: ShownTrack,
  ends: ReadonlyArray<number>,
): SiteRecording["track"] => {
  const inside = (end: number) => end >= from && end <= to
  const first = ends.findIndex(inside)
  const shown = ends.filter(inside)
  if (shown.length < 2) return undefined
  // Samples before the part that can be shown must not fill gaps at its start.
  const part = (values: Numbers) =>
    lastValues(values.slice(from), shown.map((end) => end - from)) ?? []
  const [lats, lngs] = [part(lat), part(lng)]
  return { from: first, positions: lats.map((y, i): Position => [lngs[i]!, y]) }
}

/** Returns the recording; undefined without times. */
export const siteRecording = (
  samples: Samples,
  track: ShownTrack | undefined,
): SiteRecording | undefined => {
  const { altitude, cadence, distance, heartrate, temp, time = [], watts } = samples
  const ends = endsOf(time.length, Math.min(mostSteps, time.length))
  const times = lastValues(time, ends)
  if (times === undefined) return undefined
  const mean = (values: Numbers | undefined) => values && meanValues(values, ends)
  const columns = {
    distance: distance && lastValues(distance, ends),
    altitude: mean(altitude),
    speed: mean(speedOf(samples)),
    beats: mean(heartrate),
    watts: mean(watts),
    cadence: mean(cadence),
    temp: temp && lastValues(temp, ends),
    track: track && trackSteps(samples, track, ends),
  }
  return { time: times, ...withoutUndefined(columns) }
}

type Defined<A> = { readonly [K in keyof A]?: Exclude<A[K], undefined> }

/** Returns the members that are known. */
const withoutUndefined = <A extends object>(members: A): Defined<A> =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<
    A
  >
