/** Reads GPX and TCX files in one pass. */
import {
  emptyRecording,
  type FileColumn,
  indexOfColumn,
  type Recording,
} from "../recording/Recording.ts"
import { parseXml, type XmlAttributes } from "./parseXml.ts"
import { mostPoints, Points, tooManyPoints } from "./Points.ts"

/** An element of a point with a value. */
interface ValueElement {
  /** Index of the column; -1 for the time. */
  readonly column: number
  /** Local name that the parent must have; undefined for elements at any depth in the point. */
  readonly parent?: string
}

const value = (column: FileColumn, parent?: string): ValueElement => ({
  column: indexOfColumn(column),
  ...parent === undefined ? {} : { parent },
})

interface XmlFormat {
  readonly format: "gpx" | "tcx"
  /** Local name of the element of a point. */
  readonly point: string
  /** Elements by local name: devices write extensions with various prefixes and versions. */
  readonly values: ReadonlyMap<string, ValueElement>
}

const gpx: XmlFormat = {
  format: "gpx",
  point: "trkpt",
  values: new Map([
    ["time", { column: -1, parent: "trkpt" }],
    ["ele", value("altitude", "trkpt")],
    ["speed", value("velocity_smooth")],
    ["hr", value("heartrate")],
    ["heartrate", value("heartrate")],
    ["cad", value("cadence")],
    ["cadence", value("cadence")],
    ["power", value("watts")],
    ["PowerInWatts", value("watts")],
    ["watts", value("watts")],
    ["atemp", value("temp")],
    ["temp", value("temp")],
  ]),
}

/** Fields of a lap have the same names as those of a point, so only elements in a point count. */
const tcx: XmlFormat = {
  format: "tcx",
  point: "Trackpoint",
  values: new Map([
    ["Time", { column: -1, parent: "Trackpoint" }],
    ["LatitudeDegrees", value("lat", "Position")],
    ["LongitudeDegrees", value("lng", "Position")],
    ["AltitudeMeters", value("altitude", "Trackpoint")],
    ["DistanceMeters", value("distance", "Trackpoint")],
    ["Value", value("heartrate", "HeartRateBpm")],
    ["Cadence", value("cadence", "Trackpoint")],
    ["RunCadence", value("cadence")],
    ["Speed", value("velocity_smooth")],
    ["Watts", value("watts")],
  ]),
}

const formats = new Map([["gpx", gpx], ["TrainingCenterDatabase", tcx]])

/** Maximum number of characters of the name of a device or a sport. */
const longestName = 100

const printable = (text: string | undefined): string | undefined => {
  const name = text?.replace(/\p{Cc}/gu, " ").trim().slice(0, longestName)
  return name === "" ? undefined : name
}

const lat = indexOfColumn("lat")
const lng = indexOfColumn("lng")

/** State of a pass over a file. */
class XmlReader {
  readonly points = new Points()
  root: string | undefined
  kind: XmlFormat | undefined
  device: string | undefined
  sport: string | undefined
  activities = 0
  #isInPoint = false

  readonly isDone = (): boolean =>
    (this.root !== undefined && this.kind === undefined) || this.points.count >= mostPoints

  readonly open = (name: string, attributes: XmlAttributes): void => {
    if (this.kind === undefined) {
      if (this.root === undefined) this.#begin(name, attributes)
      return
    }
    if (name === this.kind.point) {
      if (this.#isInPoint) this.points.discard()
      this.#isInPoint = true
      if (this.kind !== gpx) return
      this.points.set(lat, attributes["lat"] ?? "")
      this.points.set(lng, attributes["lon"] ?? "")
    } else if (name === "Activity" && this.kind === tcx) {
      this.activities++
      this.sport ??= printable(attributes["Sport"])
    }
  }

  readonly close = (name: string, text: string, parent: string): void => {
    if (this.#isInPoint) this.#closeInPoint(name, text, parent)
    else if (this.kind === gpx && name === "type" && parent === "trk") {
      this.sport ??= printable(text)
    } else if (this.kind === tcx && name === "Name" && parent === "Creator") {
      this.device ??= printable(text)
    }
  }

  #begin(name: string, attributes: XmlAttributes): void {
    this.root = name
    this.kind = formats.get(name)
    if (this.kind === gpx) this.device = printable(attributes["creator"])
  }

  #closeInPoint(name: string, text: string, parent: string): void {
    if (name === this.kind?.point) {
      this.#isInPoint = false
      if (this.points.count < mostPoints) this.points.push()
      return
    }
    const found = this.kind?.values.get(name)
    if (found === undefined || (found.parent !== undefined && found.parent !== parent)) return
    if (found.column < 0) this.points.setTime(text)
    else this.points.set(found.column, text)
  }
}

/**
 * Returns the points of a GPX or TCX file, all tracks and segments one after another; routes and waypoints
 * are ignored. Numbers keep the digits of the file. Of a damaged file, the points before the damage, and
 * those after it that can still be recognized, are returned with a note.
 */
export const readXml = (bytes: Uint8Array): Recording => {
  const reader = new XmlReader()
  const end = parseXml(bytes, reader)
  const { activities, device, kind, points, root, sport } = reader
  if (kind === undefined) {
    const name = printable(root)?.replace(/[^\w.-]/g, "?")
    return emptyRecording("unknown", [
      ...name === undefined ? [] : [`unknown format: XML with the root element ${name}`],
      ...end.notes,
    ])
  }
  const { notes, ...recording } = points.recording()
  const damage = end.damage ?? notes.find((note) => note === tooManyPoints)
  return {
    format: kind.format,
    ...recording,
    ...activities > 1 ? { sessions: activities } : {},
    ...device === undefined ? {} : { device },
    ...sport === undefined ? {} : { sport },
    ...damage === undefined ? {} : { damage },
    notes: [...end.notes, ...points.count === 0 ? ["no track points"] : [], ...notes],
  }
}
