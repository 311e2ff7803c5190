/** Cells of an activity in `activities.csv`. */
import type { ActivityFile } from "./ActivityFile.ts"
import type { ActivityValues } from "./activityValues.ts"
import { type ColumnCount, columnNames } from "./columns.ts"
import { activityTypeIn, datesIn, distancesIn, type ExportLanguage, isoDate } from "./languages.ts"

/** Formats of dates and distances in one version of the export. */
interface CellFormats {
  readonly language: ExportLanguage
  readonly date: (at: number) => string
  readonly distance: (meters: number, swim: boolean) => string
}

/** Returns the formats of a language; the version before July 2019 had ISO dates and meters. */
export const cellFormats = (language: ExportLanguage, columns: ColumnCount): CellFormats =>
  columns === "2019"
    ? { language: "en", date: isoDate, distance: (meters) => rawText(meters) }
    : { language, date: datesIn(language), distance: distancesIn(language) }

/** Formats a raw number: `1428.0`, `3322.949951171875`. */
const rawText = (value: number): string => Number.isInteger(value) ? `${value}.0` : String(value)

/** Returns the second cell of a doubled name, which is empty for some activities. */
const second = (text: string, isEmpty: boolean): string => isEmpty ? "" : text

/**
 * Returns every cell that is not empty by the English name of its column, the second one of a doubled
 * name as `Distance (2)`.
 */
export const activityCells = (
  values: ActivityValues,
  file: ActivityFile | undefined,
  filename: string,
  formats: CellFormats,
): ReadonlyMap<string, string> => {
  const { elapsed, gearId, id, moving, numbers } = values
  const turn = id % 100
  const cells = new Map<string, string>()
  for (const [name, value] of numbers) {
    if (columnNames.includes(name)) cells.set(name, rawText(value))
  }
  const meters = numbers.get("Distance") ?? 0
  const heart = numbers.get("Max Heart Rate")
  const effort = numbers.get("Relative Effort")
  const gear = gearId === undefined ? "" : rawText(Number(gearId.slice(1)))
  const texts: Readonly<Record<string, string>> = {
    "Activity ID": String(id),
    "Activity Date": formats.date(values.start),
    "Activity Name": values.name,
    "Activity Type": activityTypeIn(formats.language, values.sportType),
    "Activity Description": values.description,
    "Elapsed Time": String(elapsed),
    "Distance": formats.distance(meters, values.swim),
    "Commute": String(values.commute),
    "Activity Private Note": values.privateNote,
    "Activity Gear": values.gearName,
    "Filename": filename,
    "Elapsed Time (2)": second(rawText(elapsed), turn === 7),
    "Moving Time": rawText(moving),
    "Distance (2)": rawText(meters),
    "Max Heart Rate (2)": heart === undefined ? "" : second(rawText(heart), turn % 3 === 0),
    "Relative Effort": effort === undefined ? "" : String(effort),
    "Relative Effort (2)": effort === undefined ? "" : rawText(effort),
    "Commute (2)": second(values.commute ? "1.0" : "0.0", turn === 8 || turn === 9),
    "Bike": gearId?.startsWith("b") ? gear : "",
    "Gear": gearId?.startsWith("g") ? gear : "",
    "Media": values.photos.join("|"),
    // Seen for recordings of Strava's own app.
    ...(file?.recorded && { "Athlete Weight": "" }),
    ...(file?.recorded && gearId?.startsWith("b") && { "Bike Weight": "20.0" }),
  }
  for (const [name, text] of Object.entries(texts)) {
    if (text === "") cells.delete(name)
    else cells.set(name, text)
  }
  return cells
}
