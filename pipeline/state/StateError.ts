/** What can go wrong with the state file, and the exit code of each. */
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

const ofSinkFirst = (path: string, detail: string) =>
  `The state file ${path} was lost or is older than the last run, and what the sinks hold must be ` +
  `taken in first: ${detail}. Nothing was asked of Strava. Mend that and run again, or leave that ` +
  `sink out: --sink`

const sentences = {
  busy: (path: string, detail: string) =>
    `Another run is using ${path} (${detail}). Nothing was changed. ` +
    `Wait for it, or stop it, and run again`,
  disk: (path: string, detail: string) =>
    `Cannot use the state file ${path}: ${detail}. All committed data is safe. ` +
    `Fix the cause, then run the same command again to continue`,
  damaged: (path: string, detail: string) =>
    `The state file ${path} is damaged: ${detail}. It was left as it is, and so were the files and ` +
    `tables. The next deno task pipeline goes on from the copy of the last run, ${path}.prev, and from ` +
    `what the sinks hold; where there is neither, it says what mends it`,
  newer: (path: string, detail: string) =>
    `The state file ${path} was written by a newer Paceline (${detail}). It was left as it is. ` +
    `Upgrade Paceline and run again`,
  network: (path: string, detail: string) =>
    `The state file cannot be kept in ${path}: ${detail}. Neither its lock nor its log can be trusted ` +
    `there, and two runs could spoil it. Nothing was changed. Give a folder on a local disk: ` +
    `--data FOLDER`,
  lost: (path: string, detail: string) => `The state file ${path} ${detail}`,
  sink: ofSinkFirst,
  writing: ofSinkFirst,
  purging: (path: string) =>
    `Everything in ${path} was being deleted (deno task purge), and that is not finished. Nothing was ` +
    `changed, and nothing asked of Strava. Finish it with the same command: deno task purge, with ` +
    `--data if that folder was named`,
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
    return sentences[this.reason](this.path, this.detail)
  }
  override get [errorExitCode]() {
    return codes[this.reason]
  }
}

/** Returns what happened, in words for the user. */
const detailOf = (cause: unknown) =>
  systemCauseOf(cause) ?? (cause instanceof Error ? cause.message : String(cause))

/** The folder or the file cannot be used. */
export const stateDiskError = (path: string) => (cause: unknown): StateError =>
  new StateError({ path, reason: "disk", detail: detailOf(cause), cause })

/** SQLite's own words for a file that is none of its own or broken, and for a full or failing disk. */
const damage = /malformed|not a database|corrupt/i
const diskTrouble =
  /disk|full|I\/O|readonly|read-only|unable to open|os error|permission|denied|NotCapable/i

/** The error for what `node:sqlite` or the file system threw. */
export const stateErrorFrom = (path: string) => (cause: unknown): StateError => {
  if (cause instanceof StateError) return cause
  const detail = detailOf(cause)
  const isDisk = systemCodeOf(cause) !== undefined ||
    !damage.test(detail) && diskTrouble.test(detail)
  const reason = isDisk ? "disk" : "damaged"
  return new StateError({ path, reason, detail, cause })
}

/** A sink cannot be looked at, and the state file needs what it holds. */
export const fromSinkError = (path: string) => (error: SinkError | StateError) =>
  error instanceof StateError ? error : new StateError({
    path,
    reason: error.reason === "busy" ? "writing" : "sink",
    detail: error.message,
    cause: error,
  })
