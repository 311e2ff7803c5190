/** Writes an activity as a GeoJSON feature (RFC 7946), on one line. */
import { membersOf } from "../../../schemas/json/Json.ts"
import { activityUrl } from "./gpx.ts"
import type { ActivityTrack, SampleRange } from "./ActivityTrack.ts"

/** Fields of the activity that are properties of its feature, as they are stored. */
const featureFields = [
  "name",
  "sport_type",
  "start_date",
  "start_date_local",
  "distance",
  "moving_time",
  "elapsed_time",
  "total_elevation_gain",
  "average_speed",
  "max_speed",
  "average_heartrate",
  "max_heartrate",
  "average_watts",
  "average_cadence",
  "average_temp",
  "commute",
  "private",
  "gear_id",
  "device_name",
] as const

/** Returns the latitude at which a step crosses the antimeridian, with seven decimals. */
const crossingLatitude = (lng: number, lat: number, nextLng: number, nextLat: number): string => {
  const width = 360 - Math.abs(nextLng - lng)
  const share = width === 0 ? 0 : (180 - Math.abs(lng)) / width
  return String(Number((lat + share * (nextLat - lat)).toFixed(7)))
}

/** Returns the lines of a part: several if it crosses the antimeridian, where RFC 7946 cuts it. */
const linesOf = (
  { lat, lng, samples }: ActivityTrack,
  [from, to]: SampleRange,
  withAltitude: boolean,
): ReadonlyArray<string> => {
  const altitude = (i: number) => withAltitude ? `,${samples.altitude?.[i]}` : ""
  const lines: Array<Array<string>> = [[]]
  for (let i = from; i < to; i++) {
    const [x, y] = [Number(lng[i]), Number(lat[i])]
    const [before, latBefore] = i === from ? [x, y] : [Number(lng[i - 1]), Number(lat[i - 1])]
    if (Math.abs(x - before) > 180) {
      const at = `${crossingLatitude(before, latBefore, x, y)}${altitude(i - 1)}`
      lines.at(-1)?.push(`[${before > 0 ? 180 : -180},${at}]`)
      lines.push([`[${before > 0 ? -180 : 180},${at}]`])
    }
    lines.at(-1)?.push(`[${lng[i]},${lat[i]}${altitude(i)}]`)
  }
  // A line needs two positions, so a lone one is its own end.
  return lines.map((line) => `[${(line.length === 1 ? [...line, ...line] : line).join()}]`)
}

/**
 * Returns the feature of an activity: `text` is its response. Positions have an altitude if each sample of the track
 * has one.
 */
export const featureOf = (id: string, text: string, track: ActivityTrack): string => {
  const withAltitude = track.parts.every(([from, to]) => {
    for (let i = from; i < to; i++) if (track.samples.altitude?.[i] === undefined) return false
    return true
  })
  const lines = track.parts.flatMap((part) => linesOf(track, part, withAltitude))
  const [only] = lines
  const members = membersOf(text)
  const properties = featureFields.map((field) => `"${field}":${members.get(field) ?? "null"}`)
  return `{"type":"Feature","id":${id},"geometry":${
    lines.length === 1
      ? `{"type":"LineString","coordinates":${only}}`
      : `{"type":"MultiLineString","coordinates":[${lines.join()}]}`
  },"properties":{"id":${id},${properties.join()},"url":"${activityUrl(id)}"}}`
}
