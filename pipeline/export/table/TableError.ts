/** A table of the export that cannot be read at all. */
import { Schema } from "effect"

/** Fix for a table that is not as Strava writes it. */
export const importAsSent = "Import the archive as Strava sent it, or request it again"

export class TableError extends Schema.TaggedError<TableError>()("TableError", {
  /** Name in the export: `activities.csv`. */
  file: Schema.String,
  /** Cause, as a clause that begins in lower case. */
  detail: Schema.String,
  /** Instruction that fixes the cause. */
  fix: Schema.String,
}) {
  override get message() {
    return `Cannot read ${this.file}: ${this.detail}. ${this.fix}`
  }
}
