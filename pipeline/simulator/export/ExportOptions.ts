/** Options of a simulated export. */
import type { ColumnCount } from "./columns.ts"
import type { FitQuirks } from "./fit/FitQuirks.ts"
import type { ExportLanguage } from "./languages.ts"

/** Format of an activity file, by its content. */
export type FileFormat = "fit" | "gpx" | "tcx"

/** Damage to an export; each one applies to another activity, the newest ones with a file first. */
export type ExportDamage =
  /** The cell `Filename` is `#error#`. */
  | "error"
  /** The export lacks the file. */
  | "missing"
  | "empty"
  /** The file has bytes of no format. */
  | "unreadable"
  /** A FIT file ends early. */
  | "truncated"
  /** The cell `Filename` leads out of the folder. */
  | "hostile"
  /** The entry is a symbolic link to a file of the system. */
  | "link"
  /** The file is 300 MB of zeros, compressed. */
  | "bomb"
  /** A byte of the entry's data differs from the one that its checksum is of. */
  | "flipped"

export interface ExportOptions {
  /** Language of the column names, dates and types; English by default. */
  readonly language?: ExportLanguage
  /** Number of columns; 103 by default. */
  readonly columns?: ColumnCount
  /** True if Excel saved `activities.csv`. */
  readonly excel?: boolean
  /** Name of a folder that all entries are in; `__MACOSX` is then next to it. */
  readonly folder?: string
  readonly damage?: ReadonlyArray<ExportDamage>
  /** Time of all entries in milliseconds since 1970; by default, the end of the newest activity's day. */
  readonly exportedAt?: number
  /** Time before which the activities of the export began; all by default. In milliseconds since 1970. */
  readonly until?: number
  /** Athlete of `profile.csv`; the world's by default. */
  readonly athleteId?: number
  /** Formats of the activity files; all by default. */
  readonly formats?: ReadonlyArray<FileFormat>
  /** Quirks of all FIT files; by default, usual ones by activity. */
  readonly fit?: FitQuirks
  /** Groups of IDs whose activities, by their start, are the sessions of one FIT file each. */
  readonly multisport?: ReadonlyArray<ReadonlyArray<number>>
  /** IDs of bikes and shoes without a name, which no table of gear can be joined with. */
  readonly unnamedGear?: ReadonlyArray<string>
  /** Changes of summaries that only the export has, by activity ID. */
  readonly edits?: ReadonlyMap<number, Readonly<Record<string, string | number | boolean>>>
}
