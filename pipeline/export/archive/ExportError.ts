/** Reasons for which an export cannot be imported at all. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../../base/exit.ts"
import { causeWords } from "./EntryError.ts"

const codes = {
  missing: exitCodes.usage,
  disk: exitCodes.disk,
  format: exitCodes.data,
  damaged: exitCodes.data,
  athlete: exitCodes.data,
} as const

/** Fix for a file that is not an export. */
export const useExport =
  "Use the file export_….zip that Strava sends, or the folder that it unpacks to"

/** Fix for an export that is damaged. */
export const downloadAgain =
  "Download the export again with the link in Strava's e-mail, then run the same command again"

/** Fix for an error of the system. */
export const fixCause = "Fix the cause, then run the same command again"

/**
 * `missing`: there is nothing at the path; `format`: it is not an export; `athlete`: it is the export
 * of another athlete.
 */
export class ExportError extends Schema.TaggedError<ExportError>()("ExportError", {
  path: Schema.String,
  reason: Schema.Literals(["missing", "disk", "format", "damaged", "athlete"]),
  /** Cause, as a clause that begins in lower case. */
  detail: Schema.String,
  /** Instruction that fixes the cause. */
  fix: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot import ${this.path}: ${this.detail}. Nothing was imported. ${this.fix}`
  }
  override get [errorExitCode]() {
    return codes[this.reason]
  }
}

/** Returns the error for a call to the system that failed for `path`. */
export const exportDiskError = (path: string) => (cause: unknown): ExportError =>
  new ExportError({
    path,
    reason: "disk",
    detail: causeWords(cause),
    fix: fixCause,
    cause,
  })
