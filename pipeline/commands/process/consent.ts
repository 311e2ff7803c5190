/** Confirmation before data is deleted. */
import { Effect, Schema, Terminal } from "effect"
import { errorExitCode, exitCodes, signalCodes } from "../../base/exit.ts"
import { complain, endWith } from "../../base/runMain.ts"

/** Nothing was deleted: not confirmed, not a data directory, or its rows are unknown. */
export class NotPurged extends Schema.TaggedError<NotPurged>()("NotPurged", {
  why: Schema.String,
  remedy: Schema.String,
}) {
  override get message() {
    return `${this.why}. Nothing was deleted. ${this.remedy}`
  }
  override readonly [errorExitCode] = exitCodes.usage
}

const isTerminal = () => Deno.stdin.isTerminal() && Deno.stderr.isTerminal()

/**
 * Succeeds if `yes`, or if the user confirms at the terminal. Any other answer ends the program like Ctrl-C.
 * `command` is the one to run with `--yes`.
 */
export const consent = Effect.fnUntraced(function* (yes: boolean, command: string) {
  if (yes) return
  if (!isTerminal()) {
    return yield* new NotPurged({
      why: "Cannot ask for confirmation without a terminal",
      remedy: `To delete without asking: ${command} --yes`,
    })
  }
  yield* complain("\nDelete all of this? Type yes and press Enter:")
  const terminal = yield* Terminal.Terminal
  const answer = yield* Effect.orElseSucceed(terminal.readLine, () => "")
  if (answer.trim().toLowerCase() === "yes") return
  return yield* endWith(signalCodes.SIGINT, "Nothing was deleted, because the answer was not yes")
})

/** Returns the error for rows in another database than the configured one. */
export const otherDatabase = (used: string, configured: string | undefined) =>
  new NotPurged({
    why: `The data was written to ${used}, but DATABASE_URL ` +
      (configured === undefined ? "is not set" : `names ${configured}`),
    remedy: "Set DATABASE_URL to delete those rows too, or keep them: --leave-database",
  })
