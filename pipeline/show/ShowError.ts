/** A question that `show` cannot answer, with the words that can be asked instead. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"

export class ShowError extends Schema.TaggedError<ShowError>()("ShowError", {
  /** `usage`: it was asked for in a wrong way; `nothing`: what was asked for has not landed. */
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
