/**
 * Columns of the table `export`: cells of activities.csv for which the list of activities has no
 * field. A name is the English header in lower case, except for the description and the note.
 */

/** Column of the table, read from one column of activities.csv. */
interface ExportColumn {
  readonly name: string
  readonly type: "boolean" | "integer" | "number" | "text"
  /** Meaning and unit. */
  readonly comment: string
  /** English header in activities.csv. */
  readonly header: string
}

type Entry = readonly [header: string, type: ExportColumn["type"], comment: string, name?: string]

// Strava documents no units. Those named here agree with the values of published exports.
const entries: ReadonlyArray<Entry> = [
  ["Activity Description", "text", "description", "description"],
  ["Activity Private Note", "text", "note that only the athlete sees", "private_note"],
  ["Activity Gear", "text", "name of the bike or the shoes"],
  ["Athlete Weight", "number", "weight of the athlete, kg"],
  ["Bike Weight", "number", "weight of the bike, kg"],
  ["Elevation Loss", "number", "elevation loss, meters"],
  ["Max Grade", "number", "maximum grade, percent"],
  ["Average Grade", "number", "average grade, percent"],
  ["Average Positive Grade", "number", "average grade uphill, percent"],
  ["Average Negative Grade", "number", "average grade downhill, percent"],
  ["Max Cadence", "number", "maximum cadence; for runs, steps of one foot per minute"],
  ["Calories", "number", "energy, kcal"],
  ["Max Temperature", "number", "maximum temperature of the device, °C"],
  ["Total Work", "number", "total work, as exported"],
  ["Number of Runs", "integer", "number of ski runs"],
  ["Uphill Time", "number", "time uphill, seconds"],
  ["Downhill Time", "number", "time downhill, seconds"],
  ["Other Time", "number", "time neither uphill nor downhill, seconds"],
  ["Perceived Exertion", "number", "perceived exertion, 1 to 10"],
  ["Type", "number", "number of the workout type, as exported"],
  ["Start Time", "number", "start time, as exported"],
  ["Power Count", "integer", "number of power values"],
  [
    "Prefer Perceived Exertion",
    "boolean",
    "true if perceived exertion replaces heart rate in the relative effort",
  ],
  ["Perceived Relative Effort", "number", "relative effort from the perceived exertion"],
  ["Total Weight Lifted", "number", "total weight lifted, kg"],
  ["From Upload", "boolean", "true if the activity was uploaded as a file"],
  ["Grade Adjusted Distance", "number", "grade adjusted distance, meters"],
  [
    "Weather Observation Time",
    "number",
    "time of the weather, seconds since 1970, rounded by Strava to 128 s",
  ],
  ["Weather Condition", "number", "number of the weather condition, as exported"],
  ["Weather Temperature", "number", "air temperature, °C"],
  ["Apparent Temperature", "number", "apparent temperature, °C"],
  ["Dewpoint", "number", "dew point, °C"],
  ["Humidity", "number", "relative humidity, 0 to 1"],
  ["Weather Pressure", "number", "air pressure, hPa"],
  ["Wind Speed", "number", "wind speed, m/s"],
  ["Wind Gust", "number", "speed of gusts, m/s"],
  ["Wind Bearing", "number", "direction the wind comes from, degrees"],
  ["Precipitation Intensity", "number", "intensity of precipitation, as exported"],
  ["Sunrise Time", "number", "sunrise, seconds since 1970, rounded by Strava to 128 s"],
  ["Sunset Time", "number", "sunset, seconds since 1970, rounded by Strava to 128 s"],
  ["Moon Phase", "number", "phase of the moon, 0 to 1; 0.5 is the full moon"],
  ["Precipitation Probability", "number", "probability of precipitation, 0 to 1"],
  ["Precipitation Type", "number", "number of the type of precipitation, as exported"],
  ["Cloud Cover", "number", "cloud cover, 0 to 1"],
  ["Weather Visibility", "number", "visibility, meters"],
  ["UV Index", "number", "UV index"],
  ["Weather Ozone", "number", "ozone, as exported"],
  ["Jump Count", "integer", "number of jumps"],
  ["Total Grit", "number", "grit, a measure of difficulty"],
  ["Average Flow", "number", "average flow, a measure of smoothness"],
  ["Flagged", "integer", "flag as exported: 0, 1 or 2"],
  ["Average Elapsed Speed", "number", "average speed of the elapsed time, m/s"],
  ["Dirt Distance", "number", "distance on dirt, meters"],
  ["Newly Explored Distance", "number", "distance on new ways, meters"],
  ["Newly Explored Dirt Distance", "number", "distance on new ways on dirt, meters"],
  ["Activity Count", "integer", "number of activities"],
  ["Total Steps", "integer", "number of steps"],
  ["Carbon Saved", "number", "carbon saved by commuting, as exported"],
  ["Pool Length", "number", "length of the pool, meters"],
  ["Training Load", "number", "training load"],
  ["Intensity", "number", "intensity, percent"],
  ["Average Grade Adjusted Pace", "number", "average grade adjusted speed, m/s"],
  ["Timer Time", "number", "time of the device's timer, seconds"],
  ["Total Cycles", "integer", "number of cycles: strokes or strides"],
  ["Recovery", "boolean", "true if tagged as recovery"],
  ["With Pet", "boolean", "true if tagged as with a pet"],
  ["Competition", "boolean", "true if tagged as a competition"],
  ["Long Run", "boolean", "true if tagged as a long run"],
  ["For a Cause", "boolean", "true if tagged as for a cause"],
  ["With Kid", "boolean", "true if tagged as with a kid"],
  ["Downhill Distance", "number", "distance downhill, meters"],
  ["Total Sets", "integer", "number of sets"],
  ["Total Reps", "integer", "number of repetitions"],
  ["Media", "text", "file names of photos and videos in the export, separated by a vertical bar"],
]

/** Columns in the order of activities.csv. */
export const exportColumns: ReadonlyArray<ExportColumn> = entries.map((
  [header, type, comment, name = header.toLowerCase().replaceAll(" ", "_")],
) => ({ name, type, comment, header }))
