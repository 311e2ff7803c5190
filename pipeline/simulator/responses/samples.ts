/**
 * Samples of an activity, as the bytes of Strava's response. They are generated for each request and
 * never stored.
 */
import { streamTypes } from "../../../schemas/StreamSet.ts"
import { ByteWriter } from "./ByteWriter.ts"
import { degreesOf } from "../world/places.ts"
import type { Profile } from "../world/Profile.ts"
import { Random } from "../world/random.ts"
import { followTrack, wobble } from "../world/Track.ts"

type Column = (typeof streamTypes)[number]

/** Returns the stream types of this activity. */
const typesOf = (
  { altitude, cadence, heart, outline, speed, temp, track, watts }: Profile,
) =>
  new Set<string>([
    "time",
    "moving",
    ...(outline.sport.distance > 0 && speed.length > 0 ? ["distance", "velocity_smooth"] : []),
    ...(track ? ["latlng"] : []),
    ...(altitude ? ["altitude", "grade_smooth"] : []),
    ...(heart ? ["heartrate"] : []),
    ...(cadence ? ["cadence"] : []),
    ...(watts ? ["watts"] : []),
    ...(temp === undefined ? [] : ["temp"]),
  ])

interface Clock {
  readonly time: Int32Array
  /** Moving seconds at each sample. */
  readonly moved: Float64Array
  readonly standing: Uint8Array
}

/** Returns the times of all samples. */
const clockOf = ({ outline, recording: { pauses, samples, smart, step } }: Profile): Clock => {
  const random = new Random(outline.seed, 51)
  const time = new Int32Array(samples)
  const moved = new Float64Array(samples)
  const standing = new Uint8Array(samples)
  const moving = samples - pauses.reduce((sum, pause) => sum + pause.samples, 0)
  let at = 0
  let waited = 0
  let next = 0
  for (let i = 0; i < moving; i++) {
    const inner = smart && i > 0 && i < moving - 1
    const tau = i * step + (inner ? random.int(0, step - 1) : 0)
    time[at] = tau + waited
    moved[at++] = tau
    while (next < pauses.length && i < moving - 1 && pauses[next]!.at * (moving - 1) < i + 1) {
      const pause = pauses[next++]!
      for (let k = 1; k <= pause.samples; k++) {
        time[at] = tau + waited + Math.ceil((k / (pause.samples + 1)) * pause.seconds)
        moved[at] = tau
        standing[at++] = 1
      }
      waited += pause.seconds
    }
  }
  return { time, moved, standing }
}

/**
 * Returns the position of each sample in the profile: a row and the fraction of the way to the next.
 */
const rowsOf = ({ cells, time }: Profile, moved: Float64Array): Float64Array => {
  const rows = new Float64Array(moved.length)
  let row = 1
  for (let i = 0; i < moved.length; i++) {
    while (row < cells && time[row]! < moved[i]!) row++
    const span = time[row]! - time[row - 1]!
    rows[i] = row - 1 +
      (span > 0 ? Math.min(1, Math.max(0, (moved[i]! - time[row - 1]!) / span)) : 0)
  }
  return rows
}

const lerp = (column: Float64Array, row: number): number => {
  const low = row | 0
  return low + 1 < column.length
    ? column[low]! + (column[low + 1]! - column[low]!) * (row - low)
    : column[low]!
}

/** Returns a writer for each stream type of one response. Columns are computed only if requested. */
const writerOf = (profile: Profile, out: ByteWriter) => {
  const { altitude, cadence, distance, ground, heart, outline, speed, temp, track, watts } = profile
  const { seed } = outline
  const { moved, standing, time } = clockOf(profile)
  const rows = rowsOf(profile, moved)
  const samples = time.length
  const random = new Random(seed, 52)
  // A strap that lost contact, or a thermometer without a reading: nulls within the data.
  const dropout = seed % 61 === 0
    ? (["heartrate", "cadence", "temp", "watts"] as const)[seed % 4]
    : undefined
  const [lost, found] = [
    Math.floor(samples * 0.4),
    Math.floor(samples * 0.4) + Math.min(25, samples >> 2),
  ]
  const floatCadence = seed % 9 === 0

  const each = (type: Column, width: number, write: (i: number) => void) => {
    out.reserve(samples * width + 200)
    out.ascii("[")
    for (let i = 0; i < samples; i++) {
      if (i > 0) out.comma()
      if (type === dropout && i >= lost && i < found) out.ascii("null")
      else write(i)
    }
    out.ascii("]")
  }

  const columns: Record<Column, () => void> = {
    time: () => each("time", 8, (i) => out.int(time[i]!)),
    moving: () => each("moving", 6, (i) => out.ascii(standing[i] ? "false" : "true")),
    distance: () =>
      each("distance", 10, (i) => out.fixed(Math.round(lerp(distance, rows[i]!) * 10), 10)),
    velocity_smooth: () =>
      each("velocity_smooth", 8, (i) =>
        out.fixed(
          standing[i] || i === 0
            ? 0
            : Math.round(lerp(speed, rows[i]!) * (975 + 50 * random.next())),
          1000,
        )),
    latlng: () => {
      const at = followTrack(track!)
      each("latlng", 26, (i) => {
        const meters = lerp(distance, rows[i]!)
        const { x, y } = at(meters)
        const error = wobble(seed, meters)
        const [lat, lng] = degreesOf(ground, x + error, y - error)
        out.ascii("[")
        out.fixed(Math.round(lat * 1e6), 1_000_000)
        out.comma()
        out.fixed(Math.round(lng * 1e6), 1_000_000)
        out.ascii("]")
      })
    },
    altitude: () =>
      each("altitude", 9, (i) => out.fixed(Math.round(lerp(altitude!, rows[i]!) * 10), 10)),
    grade_smooth: () => {
      const meters = distance[1]!
      each("grade_smooth", 7, (i) => {
        const row = rows[i]!
        const rise = (lerp(altitude!, Math.min(row + 0.5, profile.cells)) -
          lerp(altitude!, Math.max(row - 0.5, 0))) / meters
        out.fixed(standing[i] ? 0 : Math.round(Math.min(50, Math.max(-50, rise * 100)) * 10), 10)
      })
    },
    heartrate: () =>
      each(
        "heartrate",
        5,
        (i) => out.int(Math.round(lerp(heart!, rows[i]!) + random.next() - 0.5)),
      ),
    cadence: () =>
      each("cadence", 7, (i) => {
        const value = standing[i] ? 0 : lerp(cadence!, rows[i]!) * (0.97 + 0.06 * random.next())
        if (floatCadence) out.fixed(Math.round(value * 2) * 5, 10)
        else out.int(Math.round(value))
      }),
    watts: () =>
      each(
        "watts",
        6,
        (i) =>
          out.int(
            standing[i] ? 0 : Math.round(lerp(watts!, rows[i]!) * (0.85 + 0.3 * random.next())),
          ),
      ),
    temp: () =>
      each(
        "temp",
        5,
        (i) => out.int(Math.round(temp! - 1.5 * Math.exp(-moved[i]! / 500) + moved[i]! / 9000)),
      ),
  }
  return { columns, samples }
}

/**
 * Returns the body of `GET /activities/{id}/streams`: an object by type or, if not `keyed`, a list.
 * Types that the activity lacks are left out; `distance` is included even if it was not requested.
 */
export const streamsBody = (
  profile: Profile,
  keys: ReadonlySet<string>,
  keyed: boolean,
): Uint8Array<ArrayBuffer> => {
  const types = typesOf(profile)
  const included = streamTypes.filter((type) =>
    types.has(type) && (keys.has(type) || type === "distance")
  )
  const out = new ByteWriter(profile.recording.samples * included.length * 8 + 4096)
  const { columns, samples } = writerOf(profile, out)
  const tail = `,"series_type":"${types.has("distance") ? "distance" : "time"}",` +
    `"original_size":${samples},"resolution":"high"}`
  out.ascii(keyed ? "{" : "[")
  included.forEach((type, i) => {
    out.reserve(400)
    out.ascii(`${i > 0 ? "," : ""}${keyed ? `"${type}":{"data":` : `{"type":"${type}","data":`}`)
    columns[type]()
    out.ascii(tail)
  })
  out.reserve(2)
  out.ascii(keyed ? "}" : "]")
  return out.finish()
}
