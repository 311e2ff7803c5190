/** Encodes an activity as GPX: a recording of Strava's app, or the upload of another program. */
import { type DeviceSamples, mapSamples } from "../DeviceSamples.ts"
import { element, escapeXml, unbrokenRanges, type XmlActivity, xmlTimes } from "./XmlActivity.ts"

export interface GpxQuirks {
  /** True for an upload with another prefix, version 2 of the extensions, and fractions of seconds. */
  readonly upload?: boolean
  /** True if the file begins with ten blanks. */
  readonly indented?: boolean
  /** Encoding of the bytes; UTF-8 by default. */
  readonly encoding?: "utf-16le" | "iso-8859-1"
}

/** Returns the samples that GPX can carry: no distance and no speed. */
export const gpxSamples = (samples: DeviceSamples): DeviceSamples => {
  const same = (value: number) => value
  return mapSamples(samples, {
    altitude: same,
    heartrate: same,
    cadence: Math.round,
    watts: same,
    temp: same,
  })
}

/** Sports of Strava's app are numbers. */
const appTypes: Readonly<Record<string, number>> = { Ride: 1, Hike: 4, Run: 9, Walk: 10, Swim: 16 }

const extensions = (prefix: string, samples: DeviceSamples, i: number): string => {
  const inner = element(`${prefix}:atemp`, samples.temp?.[i]) +
    element(`${prefix}:hr`, samples.heartrate?.[i]) +
    element(`${prefix}:cad`, samples.cadence?.[i])
  const power = element("power", samples.watts?.[i])
  const name = `${prefix}:TrackPointExtension`
  return inner === "" && power === ""
    ? ""
    : `    <extensions>${power}${inner && `<${name}>${inner}</${name}>`}</extensions>\n`
}

const encode = (text: string, encoding: GpxQuirks["encoding"]): Uint8Array<ArrayBuffer> => {
  if (encoding === undefined) return new TextEncoder().encode(text)
  const wide = encoding === "utf-16le"
  const bytes = new Uint8Array(wide ? text.length * 2 + 2 : text.length)
  if (wide) bytes.set([0xff, 0xfe])
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (wide) bytes.set([code & 0xff, code >> 8], 2 * i + 2)
    else bytes[i] = code < 256 ? code : 0x3f
  }
  return bytes
}

const encodingNames = { "utf-16le": "UTF-16", "iso-8859-1": "ISO-8859-1" } as const

/** Returns the bytes of a GPX file. All samples must have a position, or they are left out. */
export const encodeGpx = (
  activity: XmlActivity,
  { encoding, indented, upload }: GpxQuirks = {},
): Uint8Array<ArrayBuffer> => {
  const samples = gpxSamples(activity.samples)
  const { altitude, latlng = [], time } = samples
  const times = xmlTimes(activity.start, upload ? ".000" : "")
  const prefix = upload ? "ns3" : "gpxtpx"
  const creator = upload ? activity.device : "StravaGPX Android"
  const type = upload
    ? activity.sportType.toLowerCase()
    : appTypes[activity.sportType] ?? activity.sportType
  const point = (i: number): string => {
    const at = latlng[i]
    return at === null || at === undefined ? "" : [
      `   <trkpt lat="${at[0].toFixed(7)}" lon="${at[1].toFixed(7)}">\n`,
      altitude?.[i] === undefined || altitude[i] === null ? "" : `    <ele>${altitude[i]}</ele>\n`,
      `    <time>${times(time[i]!)}</time>\n${extensions(prefix, samples, i)}   </trkpt>\n`,
    ].join("")
  }
  const segments = unbrokenRanges(time, 15).map(([from, to]) => {
    const points: Array<string> = []
    for (let i = from; i < to; i++) points.push(point(i))
    return `  <trkseg>\n${points.join("")}  </trkseg>\n`
  })
  const named = encoding === undefined ? "UTF-8" : encodingNames[encoding]
  const text = `${indented ? " ".repeat(10) : ""}<?xml version="1.0" encoding="${named}"?>\n` +
    `<gpx creator="${escapeXml(creator)}" version="1.1"` +
    ` xmlns="http://www.topografix.com/GPX/1/1" xmlns:${prefix}=` +
    `"http://www.garmin.com/xmlschemas/TrackPointExtension/v${upload ? 2 : 1}">\n` +
    ` <metadata>\n  <time>${times(-3600)}</time>\n </metadata>\n <trk>\n` +
    `  <name>${escapeXml(activity.name)}</name>\n  <type>${escapeXml(String(type))}</type>\n` +
    `${segments.join("")} </trk>\n</gpx>\n`
  return encode(text, encoding)
}
