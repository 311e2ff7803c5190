/** Samples of an activity: the points of its file that are within its time, one per second. */
import { countNote, type Recording } from "./Recording.ts"

/** Time of the activity in the export's row. */
export interface ActivityWindow {
  /** Milliseconds since 1970, UTC; undefined if the row's date cannot be read: the file's first time counts. */
  readonly start: number | undefined
  /** Elapsed time in seconds; undefined if unknown: the file is not cut. */
  readonly elapsed: number | undefined
}

export interface SampleRows {
  /** Whole seconds since the start, one per sample, ascending. */
  readonly seconds: Int32Array
  /** Indexes of the points of all samples, in the order of time. */
  readonly points: Int32Array
  /** Index in `points` of each sample's first point, and the length of `points` at the end. */
  readonly firsts: Int32Array
  /** Reason why there are no samples, although the file has points. */
  readonly absence: ReadonlyArray<string>
  readonly notes: ReadonlyArray<string>
}

/** Seconds that a sample can be before the start or after the end: rows have whole seconds. */
const tolerance = 2

/** Seconds of samples outside of the activity that need no note. */
const unremarkable = 30

/** Seconds after which times are implausible if the elapsed time is unknown: 30 days. */
const longestUnknown = 2_592_000

/** Maximum number of seconds that a row can claim, so that all fit into 32 bits. */
const longestElapsed = 1_000_000_000

const day = 86_400_000

/** Returns the first time of a recording, in milliseconds since 1970 or since the device's start. */
export const firstTimeOf = ({ times }: Recording): number | undefined => {
  for (const time of times) if (!Number.isNaN(time)) return time
  return undefined
}

const ascending = (points: Int32Array, times: Float64Array): boolean => {
  for (let i = 1; i < points.length; i++) {
    if (times[points[i]!]! < times[points[i - 1]!]!) return false
  }
  return true
}

/** Returns the points with a time that can belong to the activity, in the order of time; `origin` is its start. */
const plausible = (times: Float64Array, origin: number, length: number) => {
  const points = new Int32Array(times.length)
  let count = 0
  let timeless = 0
  let far = 0
  for (let i = 0; i < times.length; i++) {
    const time = times[i]! - origin
    if (Number.isNaN(time)) timeless++
    else if (time < -day || time > length + day) far++
    else points[count++] = i
  }
  const kept = points.subarray(0, count)
  if (!ascending(kept, times)) kept.sort((a, b) => times[a]! - times[b]! || a - b)
  return { points: kept, timeless, far }
}

const croppedNote = (
  before: number,
  after: number,
  sessions: number | undefined,
): ReadonlyArray<string> => {
  const outside = Math.max(0, before) + Math.max(0, after)
  if (outside <= unremarkable) return []
  const cause = sessions === undefined ? "" : `; the file has ${sessions} sessions`
  return [`cropped: ${outside} s of the file are outside of the activity${cause}`]
}

/** Groups points by second: `seconds` has one per point, ascending. */
const grouped = (seconds: Int32Array, points: Int32Array) => {
  const distinct = new Int32Array(seconds.length)
  const firsts = new Int32Array(seconds.length + 1)
  let count = 0
  for (let i = 0; i < seconds.length; i++) {
    if (i > 0 && seconds[i] === seconds[i - 1]) continue
    distinct[count] = seconds[i]!
    firsts[count++] = i
  }
  firsts[count] = points.length
  return { seconds: distinct.subarray(0, count), points, firsts: firsts.subarray(0, count + 1) }
}

/**
 * Returns the samples of an activity. Points without a time, and those more than a day off, are dropped and
 * counted. Times that go back are sorted. The window begins 2 s before the start and ends 2 s after the end:
 * a negative time is kept, because changing it to 0 would be wrong. Gaps are not filled.
 */
export const sampleRowsOf = (
  recording: Recording,
  { elapsed, start }: ActivityWindow,
): SampleRows => {
  const { deviceTime, sessions, times } = recording
  const first = firstTimeOf(recording) ?? 0
  const origin = deviceTime === true ? first : start ?? Math.floor(first / 1000) * 1000
  const last = Math.min(elapsed ?? longestUnknown, longestElapsed)
  const { far, points, timeless } = plausible(times, origin, last * 1000)
  const seconds = new Int32Array(points.length)
  for (let i = 0; i < points.length; i++) {
    seconds[i] = Math.floor((times[points[i]!]! - origin) / 1000)
  }
  let from = 0
  let to = seconds.length
  while (from < to && seconds[from]! < -tolerance) from++
  while (to > from && seconds[to - 1]! > last + tolerance) to--
  const before = to > 0 && from > 0 ? -tolerance - seconds[0]! : 0
  const after = to < seconds.length ? seconds[seconds.length - 1]! - (last + tolerance) : 0
  return {
    ...grouped(seconds.subarray(from, to), points.subarray(from, to)),
    absence: from < to || times.length === 0
      ? []
      : timeless === times.length
      ? ["no point has a time"]
      : ["no point is within the time of the activity"],
    notes: [
      ...countNote("points without a time, ignored", timeless),
      ...countNote("points more than a day off the activity, ignored", far),
      ...from === to ? [] : croppedNote(before, after, sessions),
    ],
  }
}
