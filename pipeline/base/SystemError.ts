/** An error that the operating system reports and that no other error class of ours describes. */
import { Schema } from "effect"
import { systemCauseOf } from "../../sinks/systemError.ts"
import { errorExitCode, exitCodes } from "./exit.ts"

export class SystemError extends Schema.TaggedError<SystemError>()("SystemError", {
  /** Action that failed, such as "read data/state.db". */
  attempted: Schema.String,
  detail: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {
  override get message() {
    return `Cannot ${this.attempted}: ${this.detail}. Everything stored before is kept. ` +
      "Fix the cause, then run the same command again"
  }
  override readonly [errorExitCode] = exitCodes.disk
}

/** Returns the error for what the system reported while something was attempted. */
export const systemError = (attempted: string) => (cause: unknown): SystemError =>
  new SystemError({
    attempted,
    detail: systemCauseOf(cause) ?? (cause instanceof Error ? cause.message : String(cause)),
    cause,
  })
