/** One activity of activities.csv. */

export interface ExportRow {
  /** Number of the line in the file where the row begins. */
  readonly line: number
  /** Digits of the activity's id. */
  readonly id: string
  /**
   * Cells that are not empty, as text by English column name (unknown columns by their own header);
   * the second column of a doubled name as `Distance (2)`.
   */
  readonly cells: ReadonlyMap<string, string>
  /** Start in milliseconds since 1970, UTC; undefined if the date cannot be read. */
  readonly start: number | undefined
  /** Both readings of a date whose order of day and month is not clear. */
  readonly dates?: AmbiguousDate
  /** Distance in meters as a JSON number, with the digits of the table. */
  readonly distance: string | undefined
  /** Name of the activity's file; undefined if it has none or the name is not safe. */
  readonly file: string | undefined
  readonly problems: ReadonlyArray<string>
}

/** Times in milliseconds since 1970. */
export interface AmbiguousDate {
  readonly dayFirst: number
  readonly monthFirst: number
}
