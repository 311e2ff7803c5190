/** Points of an activity file, as the readers of each format return them. */

/** Values of one column, one per point. */
export type Column =
  /** Numbers times 10^decimals, rounded to integers; NaN where the file has no value. */
  | { readonly kind: "scaled"; readonly decimals: number; readonly values: Float64Array }
  /** Numbers as the file writes them, each a valid JSON number; undefined where it has no value. */
  | { readonly kind: "text"; readonly values: ReadonlyArray<string | undefined> }

/** Columns that a file can have; `lat` and `lng` are in degrees, the others in Strava's units. */
export const fileColumns = [
  "lat",
  "lng",
  "altitude",
  "distance",
  "velocity_smooth",
  "heartrate",
  "cadence",
  "watts",
  "temp",
] as const
export type FileColumn = typeof fileColumns[number]

/** Returns the position of a column in `fileColumns`. */
export const indexOfColumn = (column: FileColumn): number => fileColumns.indexOf(column)

/** Session of a FIT file: a triathlon has one per sport. Times are in milliseconds, as those of points. */
export interface FileSession {
  readonly start: number
  readonly end: number
  readonly sport?: string
}

/** Points of an activity file, in its order; not yet cut to the window of a row. */
export interface Recording {
  readonly format: "fit" | "gpx" | "tcx" | "unknown"
  /** Times in milliseconds since 1970, UTC; NaN where a point has none. */
  readonly times: Float64Array
  readonly columns: Partial<Readonly<Record<FileColumn, Column>>>
  /** True if FIT times count from when the device was switched on. */
  readonly deviceTime?: boolean
  /** Number of sessions or activities in the file, if there are several. */
  readonly sessions?: number
  /** Local time minus UTC in seconds, if the file says so (FIT activity message). */
  readonly utcOffset?: number
  /** Device as the file names it: `manufacturer product` numbers of FIT, creator of GPX and TCX. */
  readonly device?: string
  /** Sport as the file names it: of the first track, or of the FIT session with the most points. */
  readonly sport?: string
  /** Sessions of a FIT file in its order, at most 50, if there are several. */
  readonly sessionList?: ReadonlyArray<FileSession>
  /** Note that says why points can be missing or wrong: the file is cut, damaged or too large. */
  readonly damage?: string
  /** Problems, for the user: damage, values that were dropped. Empty if the file is intact. */
  readonly notes: ReadonlyArray<string>
}

/** Returns a recording without points, for a file in which nothing is readable. */
export const emptyRecording = (
  format: Recording["format"],
  notes: ReadonlyArray<string>,
): Recording => ({ format, times: new Float64Array(0), columns: {}, notes })

/** Returns a note with the number of such things; no note if there are none. */
export const countNote = (things: string, count: number): ReadonlyArray<string> =>
  count === 0 ? [] : [`${things}: ${count}`]
