/** Columns of `activities.csv` by version of the export, as found in files that people published. */

/** English names in order. The first of a doubled name is for people, the second a raw number. */
export const allColumns: ReadonlyArray<string> = [
  "Activity ID|Activity Date|Activity Name|Activity Type|Activity Description|Elapsed Time",
  "Distance|Max Heart Rate|Relative Effort|Commute|Activity Private Note|Activity Gear|Filename",
  "Athlete Weight|Bike Weight|Elapsed Time|Moving Time|Distance|Max Speed|Average Speed",
  "Elevation Gain|Elevation Loss|Elevation Low|Elevation High|Max Grade|Average Grade",
  "Average Positive Grade|Average Negative Grade|Max Cadence|Average Cadence|Max Heart Rate",
  "Average Heart Rate|Max Watts|Average Watts|Calories|Max Temperature|Average Temperature",
  "Relative Effort|Total Work|Number of Runs|Uphill Time|Downhill Time|Other Time",
  "Perceived Exertion|Type|Start Time|Weighted Average Power|Power Count",
  "Prefer Perceived Exertion|Perceived Relative Effort|Commute|Total Weight Lifted|From Upload",
  "Grade Adjusted Distance|Weather Observation Time|Weather Condition|Weather Temperature",
  "Apparent Temperature|Dewpoint|Humidity|Weather Pressure|Wind Speed|Wind Gust|Wind Bearing",
  "Precipitation Intensity|Sunrise Time|Sunset Time|Moon Phase|Bike|Gear",
  "Precipitation Probability|Precipitation Type|Cloud Cover|Weather Visibility|UV Index",
  "Weather Ozone|Jump Count|Total Grit|Average Flow|Flagged|Average Elapsed Speed|Dirt Distance",
  "Newly Explored Distance|Newly Explored Dirt Distance|Activity Count|Total Steps|Carbon Saved",
  "Pool Length|Training Load|Intensity|Average Grade Adjusted Pace|Timer Time|Total Cycles",
  "Recovery|With Pet|Competition|Long Run|For a Cause|With Kid|Downhill Distance|Total Sets",
  "Total Reps|Media",
].flatMap((line) => line.split("|"))

const media = allColumns.length - 1

/** Names of all columns, the second one of a doubled name as `Distance (2)`. */
export const columnNames: ReadonlyArray<string> = allColumns.map((name, i) =>
  allColumns.indexOf(name) < i ? `${name} (2)` : name
)

/**
 * Number of columns: 10 in 2019, 77 with HTML in some headers in 2022, then ever more; 104 is 103 and
 * an invented one before the last. `2019` is the version before July 2019: other names, meters and ISO
 * dates.
 */
export type ColumnCount = 10 | 77 | 86 | 87 | 92 | 94 | 99 | 101 | 103 | 104 | "2019"

/** Name of the column that no version has. */
export const inventedColumn = "Invented Score"

/** Columns of the oldest versions, as indexes. */
const oldest = [0, 1, 2, 3, 4, 5, 6, 9, 11, 12]

/** Returns the indexes in `allColumns` of a version's columns; -1 is the invented one. */
export const columnsOfVersion = (count: ColumnCount): ReadonlyArray<number> => {
  const first = (length: number) => Array.from({ length }, (_, i) => i)
  switch (count) {
    case "2019":
    case 10:
      return oldest
    case 77:
      return first(79).filter((i) => i !== 7 && i !== 10)
    case 86:
      return first(86)
    case 104:
      return [...first(media), -1, media]
    default:
      return [...first(count - 1), media]
  }
}

/** Names of the columns before July 2019, in the order of `oldest`. */
export const oldestNames: ReadonlyArray<string> =
  "id date name type description elapsed_time distance commute gear filename".split(" ")

const untranslated = "translation missing: en-US.lib.export.portability_exporter.activities"

/** Returns the header of a column for which Strava lacked a translation until 2023. */
export const untranslatedHeader = (name: string): string | undefined => {
  switch (name) {
    case "Jump Count":
    case "Total Grit": {
      const key = name.toLowerCase().replace(" ", "_")
      return `<span class="translation_missing" title="${untranslated}.horton_values.${key}">` +
        `${name}</span>`
    }
    case "Average Flow":
      return `${untranslated}.horton_values.avg_flow`
    default:
      return undefined
  }
}
