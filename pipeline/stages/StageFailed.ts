/** The code of a stage that a script adds has failed. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"

export class StageFailed extends Schema.TaggedError<StageFailed>()("StageFailed", {
  stage: Schema.String,
  /** Cause, for the user. */
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot complete the stage "${this.stage}" of this script: ${this.detail}. Everything ` +
      "fetched so far is kept. Correct the script, then run it again"
  }
  override readonly [errorExitCode] = exitCodes.data
}
