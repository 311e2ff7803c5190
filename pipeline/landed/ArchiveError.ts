/** What can go wrong with reading what has landed. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"

const codes = {
  nothing: exitCodes.data,
  disk: exitCodes.disk,
  busy: exitCodes.again,
  configuration: exitCodes.configuration,
  unreachable: exitCodes.unavailable,
} as const

/** `nothing`: nothing has landed there; `busy`: a run has the embedded database open. */
export class ArchiveError extends Schema.TaggedError<ArchiveError>()("ArchiveError", {
  reason: Schema.Literals(["nothing", "disk", "busy", "configuration", "unreachable"]),
  /** What happened and what mends it, without secrets. */
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot read what has landed: ${this.detail}`
  }
  override get [errorExitCode]() {
    return codes[this.reason]
  }
}
