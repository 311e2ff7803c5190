/** An error of `show`, with the words that it accepts instead. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"

export class ShowError extends Schema.TaggedError<ShowError>()("ShowError", {
  /** `usage`: the request is invalid; `nothing`: the data is not stored. */
  reason: Schema.Literals(["usage", "nothing"]),
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot show that: ${this.detail}`
  }
  override get [errorExitCode]() {
    return this.reason === "usage" ? exitCodes.usage : exitCodes.data
  }
}
