/** A failure to restore the data directory from its branch, or to save it there. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"

const codes = {
  unreachable: exitCodes.unavailable,
  refused: exitCodes.unavailable,
  disk: exitCodes.disk,
  busy: exitCodes.again,
  credentials: exitCodes.credentials,
  configuration: exitCodes.configuration,
} as const

type Reason = keyof typeof codes

export class KeepError extends Schema.TaggedError<KeepError>()("KeepError", {
  reason: Schema.Literals(Object.keys(codes) as ReadonlyArray<Reason>),
  /** Sentences for the user: the cause, what is kept, and the fix. */
  detail: Schema.String,
}) {
  override get message() {
    return this.detail
  }
  override get [errorExitCode]() {
    return codes[this.reason]
  }
}
