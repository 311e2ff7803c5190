/** Failure to read stored data. */
import { Schema } from "effect"
import type { SinkReadError } from "../../sinks/SinkReader.ts"
import { errorExitCode, exitCodes } from "../base/exit.ts"

const codes = {
  nothing: exitCodes.data,
  disk: exitCodes.disk,
  busy: exitCodes.again,
  configuration: exitCodes.configuration,
  unreachable: exitCodes.unavailable,
} as const

/** `nothing`: there is no stored data; `busy`: a run has the embedded database open. */
export class StoredDataError extends Schema.TaggedError<StoredDataError>()("StoredDataError", {
  reason: Schema.Literals(["nothing", "disk", "busy", "configuration", "unreachable"]),
  /** Cause and fix, without secrets. */
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot read the stored data: ${this.detail}`
  }
  override get [errorExitCode]() {
    return codes[this.reason]
  }
}

/** Returns the error of a sink that cannot be read. */
export const storedDataError = (cause: SinkReadError): StoredDataError =>
  new StoredDataError({ reason: cause.reason, detail: cause.detail, cause })
