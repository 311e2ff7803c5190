/** An imported activity as JSON in the shape of Strava's list, with the digits of the table. */
import { activityFields } from "../../../schemas/Activity.ts"
import type { FileFacts } from "../recording/FileFacts.ts"
import { secondsText } from "./dates/readDate.ts"
import type { ExportRow } from "./ExportRow.ts"
import { booleanOf, exactInteger, exactNumber, idDigits } from "./numbers.ts"
import { sportOfFile, sportOfName, typeOfSport } from "./sports.ts"

type Cells = ExportRow["cells"]

const json = (value: string | boolean | undefined): string | undefined =>
  value === undefined ? undefined : JSON.stringify(value)

/** Returns the first of the named cells that can be read. */
const first = <A>(cells: Cells, read: (cell: string | undefined) => A | undefined, names: string) =>
  names.split("|").map((name) => read(cells.get(name))).find((value) => value !== undefined)

/**
 * Returns the sport: by the table's name in any known language, else by the activity's file, else
 * the name itself. Undefined if the row has none.
 */
const sportOf = ({ cells }: ExportRow, facts: FileFacts | undefined): string | undefined => {
  const name = cells.get("Activity Type")
  return (name === undefined ? undefined : sportOfName(name)) ?? sportOfFile(facts?.sport) ?? name
}

/** Returns the id of the row's bike or shoes as the API has it, `b` or `g` and digits. */
export const gearId = ({ cells }: ExportRow): string | undefined => {
  const [bike, shoes] = [idDigits(cells.get("Bike")), idDigits(cells.get("Gear"))]
  if (bike !== undefined) return `b${bike}`
  return shoes === undefined ? undefined : `g${shoes}`
}

/** Returns the id of the upload, which is the name of compressed files only. */
const uploadId = ({ file }: ExportRow): string | undefined =>
  idDigits(/^activities\/(\d+)\.\w+\.gz$/.exec(file ?? "")?.[1])

/** Returns true if the flag is 1 or 2, false if it is 0. */
const flagged = (cells: Cells): boolean | undefined => {
  const flag = exactInteger(cells.get("Flagged"))
  return flag === undefined ? undefined : flag !== "0"
}

/** Members that depend on the start: null if it, or the zone, is unknown. */
const startMembers = (start: number | undefined, facts: FileFacts | undefined) => {
  const offset = facts?.utcOffset
  return {
    start_date: start === undefined ? "null" : json(secondsText(start)),
    start_date_local: start === undefined || offset === undefined
      ? "null"
      : json(secondsText(start + offset * 1000)),
    timezone: json(facts?.timezone) ?? "null",
    // The API sends a float.
    utc_offset: offset === undefined ? "null" : offset.toFixed(1),
  }
}

const latlng = (position: readonly [string, string] | undefined) =>
  position === undefined ? "null" : `[${position[0]},${position[1]}]`

/**
 * Returns the activity of a row as JSON: fields in Strava's order, only those that the export has,
 * then `"source":"export"`. An unreadable start is replaced by the first time of the file.
 *
 * @param facts facts of the activity's file; undefined if it has none that can be read
 * @param athlete digits of the athlete's id
 */
export const activityText = (
  row: ExportRow,
  facts: FileFacts | undefined,
  athlete: string,
): string => {
  const { cells, distance, id } = row
  const number = (names: string) => first(cells, exactNumber, names)
  const integer = (names: string) => first(cells, exactInteger, names)
  const sport = sportOf(row, facts)
  const upload = uploadId(row)
  const heartrate = number("Average Heart Rate")
  const watts = number("Average Watts")
  const hasWatts = watts !== undefined || facts?.deviceWatts === true
  const isManual = !cells.has("Filename") && booleanOf(cells.get("From Upload")) !== true
  const members: Readonly<Record<string, string | undefined>> = {
    id,
    athlete: `{"id":${athlete}}`,
    name: JSON.stringify(cells.get("Activity Name") ?? ""),
    distance,
    moving_time: integer("Moving Time"),
    elapsed_time: integer("Elapsed Time (2)|Elapsed Time"),
    total_elevation_gain: number("Elevation Gain"),
    type: json(sport === undefined ? undefined : typeOfSport(sport)),
    sport_type: json(sport),
    device_name: json(facts?.device),
    ...startMembers(row.start ?? facts?.firstTime, facts),
    commute: json(first(cells, booleanOf, "Commute (2)|Commute")),
    manual: json(isManual),
    flagged: json(flagged(cells)),
    gear_id: json(gearId(row)) ?? "null",
    start_latlng: latlng(facts?.startLatlng),
    end_latlng: latlng(facts?.endLatlng),
    average_speed: number("Average Speed"),
    max_speed: number("Max Speed"),
    average_cadence: number("Average Cadence"),
    average_temp: number("Average Temperature"),
    average_watts: watts,
    max_watts: integer("Max Watts"),
    weighted_average_watts: integer("Weighted Average Power"),
    device_watts: hasWatts ? json(facts?.deviceWatts === true) : undefined,
    has_heartrate: json(facts?.hasHeartrate === true || heartrate !== undefined),
    average_heartrate: heartrate,
    max_heartrate: number("Max Heart Rate (2)|Max Heart Rate"),
    elev_high: number("Elevation High"),
    elev_low: number("Elevation Low"),
    upload_id: upload,
    upload_id_str: json(upload),
    suffer_score: number("Relative Effort (2)|Relative Effort"),
  }
  const sent = activityFields.flatMap((field) =>
    Object.hasOwn(members, field) && members[field] !== undefined
      ? [`"${field}":${members[field]}`]
      : []
  )
  return `{${sent.join(",")},"source":"export"}`
}
