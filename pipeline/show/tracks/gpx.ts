/**
 * Writes an activity as GPX 1.1 with Garmin's TrackPointExtension v2 and PowerExtension v1. These, unlike
 * the plain `<power>` of Strava's own files, are valid: GPX allows no elements of its own namespace in `<extensions>`.
 */
import { formatTime } from "../../../schemas/time.ts"
import type { Activity } from "../../landed/Activity.ts"
import type { ActivityTrack, SampleRange } from "./ActivityTrack.ts"

/** Characters that XML 1.0 cannot represent, not even as references. */
// deno-lint-ignore no-control-regex
const invalid = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g

const references: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
}

/** Returns text for an element or attribute; characters that XML cannot represent become U+FFFD. */
const xmlText = (text: string): string =>
  text.toWellFormed().replaceAll(invalid, "\ufffd")
    .replaceAll(/[&<>"]/g, (character) => references[character] ?? character)

const element = (name: string, value: string | undefined): string =>
  value === undefined ? "" : `<${name}>${value}</${name}>`

/** Returns a whole number for a type that has no fractions; undefined outside of its range. */
const whole = (text: string | undefined, least: number, most: number): string | undefined => {
  if (text === undefined) return undefined
  const value = Math.round(Number(text))
  return value >= least && value <= most ? String(value) : undefined
}

/** Milliseconds since 1970 between which years have four digits, as XML needs them. */
const [firstTime, endOfTimes] = [Date.UTC(1_000, 0), Date.UTC(10_000, 0)]

/** Returns a time; undefined outside of the years 1000 to 9999, which only a broken clock records. */
const timeAt = (at: number): string | undefined =>
  at >= firstTime && at < endOfTimes ? formatTime(at).replace(".000Z", "Z") : undefined

/** Longitude 180 is valid only as -180. */
const longitude = (text: string | undefined): string | undefined =>
  Number(text) === 180 ? "-180" : text

const pointOf = ({ lat, lng, samples }: ActivityTrack, start: number | null, i: number): string => {
  const seconds = samples.time?.[i]
  const time = start === null || seconds === undefined
    ? undefined
    : timeAt(Math.round(start + Number(seconds) * 1_000))
  // In the order of the schema.
  const values = element("gpxtpx:atemp", samples.temp?.[i]) +
    element("gpxtpx:hr", whole(samples.heartrate?.[i], 1, 255)) +
    element("gpxtpx:cad", whole(samples.cadence?.[i], 0, 254)) +
    element("gpxtpx:speed", samples.velocity_smooth?.[i])
  const extensions = element("gpxtpx:TrackPointExtension", values === "" ? undefined : values) +
    element("gpxpx:PowerInWatts", whole(samples.watts?.[i], 0, 65_535))
  return `<trkpt lat="${lat[i]}" lon="${longitude(lng[i])}">` +
    element("ele", samples.altitude?.[i]) + element("time", time) +
    element("extensions", extensions === "" ? undefined : extensions) + "</trkpt>\n"
}

const head = `<?xml version="1.0" encoding="UTF-8"?>
<gpx version="1.1" creator="Paceline" xmlns="http://www.topografix.com/GPX/1/1" ` +
  `xmlns:gpxtpx="http://www.garmin.com/xmlschemas/TrackPointExtension/v2" ` +
  `xmlns:gpxpx="http://www.garmin.com/xmlschemas/PowerExtension/v1" ` +
  `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="` +
  `http://www.topografix.com/GPX/1/1 http://www.topografix.com/GPX/1/1/gpx.xsd ` +
  `http://www.garmin.com/xmlschemas/TrackPointExtension/v2 ` +
  `http://www.garmin.com/xmlschemas/TrackPointExtensionv2.xsd ` +
  `http://www.garmin.com/xmlschemas/PowerExtension/v1 ` +
  `http://www.garmin.com/xmlschemas/PowerExtensionv1.xsd">
`

/** Returns the address of an activity at Strava. */
export const activityUrl = (id: string): string => `https://www.strava.com/activities/${id}`

/** Returns the bytes of a GPX file: a segment for each part of the track, a line for each point. */
export const activityGpx = (activity: Activity, track: ActivityTrack): Uint8Array<ArrayBuffer> => {
  const { id, start } = activity
  const text = (value: string | null) => value === null ? undefined : xmlText(value)
  const name = element("name", text(activity.name))
  const link = `<link href="${activityUrl(id)}"><text>View on Strava</text></link>`
  const segment = ([from, to]: SampleRange): string => {
    const points: Array<string> = []
    for (let i = from; i < to; i++) points.push(pointOf(track, start, i))
    return `<trkseg>\n${points.join("")}</trkseg>\n`
  }
  return new TextEncoder().encode(
    `${head}<metadata>${name}${link}${
      element("time", start === null ? undefined : timeAt(start))
    }</metadata>\n<trk>\n${name}${element("src", text(activity.device_name))}${link}${
      element("type", text(activity.sport_type ?? activity.type))
    }\n${track.parts.map(segment).join("")}</trk>\n</gpx>\n`,
  )
}
