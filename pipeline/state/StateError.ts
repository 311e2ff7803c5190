/** Errors of the state file, with the message and the exit code of each. */
import { Schema } from "effect"
import type { SinkError } from "../../sinks/Sink.ts"
import { systemCauseOf, systemCodeOf } from "../../sinks/systemError.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"

const codes = {
  busy: exitCodes.again,
  disk: exitCodes.disk,
  damaged: exitCodes.data,
  newer: exitCodes.configuration,
  network: exitCodes.configuration,
  lost: exitCodes.data,
  sink: exitCodes.unavailable,
  writing: exitCodes.again,
  purging: exitCodes.data,
} as const

const sinkNeeded = (path: string, detail: string) =>
  `The state file ${path} was lost or is older than the last run, so the sinks must be read first. ` +
  `That failed: ${detail}. No request was sent to Strava. Fix the sink and run again, or leave it ` +
  `out with --sink`

const messages = {
  busy: (path: string, detail: string) =>
    `Another run is using ${path} (${detail}). Nothing was changed. ` +
    `Wait until it ends, or stop it; then run again`,
  disk: (path: string, detail: string) =>
    `Cannot use the state file ${path}: ${detail}. All committed data is safe. ` +
    `Fix the cause, then run the same command again to continue`,
  damaged: (path: string, detail: string) =>
    `The state file ${path} is damaged: ${detail}. Nothing was changed. To recover from the backup of ` +
    `the last run (${path}.prev) and from the sinks, run: deno task pipeline. If neither exists, it ` +
    `says what to do`,
  newer: (path: string, detail: string) =>
    `The state file ${path} was written by a newer Paceline (${detail}). Nothing was changed. ` +
    `Upgrade Paceline and run again`,
  network: (path: string, detail: string) =>
    `The data directory ${path} cannot be used: ${detail}. File locks and SQLite's write-ahead log are ` +
    `not reliable there, so two runs could damage the state file. Nothing was changed. Use a local ` +
    `disk: --data DIR`,
  lost: (path: string, detail: string) => `The state file ${path} ${detail}`,
  sink: sinkNeeded,
  writing: sinkNeeded,
  purging: (path: string) =>
    `A purge of ${path} is not finished. Nothing was changed, and no request was sent to Strava. ` +
    `Finish it: deno task purge --data ${path}`,
} as const

export class StateError extends Schema.TaggedError<StateError>()("StateError", {
  path: Schema.String,
  reason: Schema.Literals([
    "busy",
    "disk",
    "damaged",
    "newer",
    "network",
    "lost",
    "sink",
    "writing",
    "purging",
  ]),
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return messages[this.reason](this.path, this.detail)
  }
  override get [errorExitCode]() {
    return codes[this.reason]
  }
}

/** Returns the cause as text for the user. */
const detailOf = (cause: unknown) =>
  systemCauseOf(cause) ?? (cause instanceof Error ? cause.message : String(cause))

/** Returns the error of a directory or file that cannot be used. */
export const stateDiskError = (path: string) => (cause: unknown): StateError =>
  new StateError({ path, reason: "disk", detail: detailOf(cause), cause })

/** Texts of SQLite for a file that is damaged or not a database, and for a full or failing disk. */
const damage = /malformed|not a database|corrupt/i
const diskFailure =
  /disk|full|I\/O|readonly|read-only|unable to open|os error|permission|denied|NotCapable/i

/** Returns the error for an exception of `node:sqlite`, of the file system or of a row that cannot be decoded. */
export const stateErrorFrom = (path: string) => (cause: unknown): StateError => {
  if (cause instanceof StateError) return cause
  const detail = detailOf(cause)
  if (Schema.isSchemaError(cause)) {
    return new StateError({
      path,
      reason: "damaged",
      detail: `unexpected value: ${detail.replaceAll(/\s+/g, " ")}`,
      cause,
    })
  }
  const isDisk = systemCodeOf(cause) !== undefined ||
    !damage.test(detail) && diskFailure.test(detail)
  const reason = isDisk ? "disk" : "damaged"
  return new StateError({ path, reason, detail, cause })
}

/** Returns the error of a sink that must be read to recover the state file. */
export const fromSinkError = (path: string) => (error: SinkError | StateError) =>
  error instanceof StateError ? error : new StateError({
    path,
    reason: error.reason === "busy" ? "writing" : "sink",
    detail: error.message,
    cause: error,
  })
