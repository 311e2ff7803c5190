/** Asking whether something is to be deleted, where there is somebody to ask. */
import { Effect, Schema, Terminal } from "effect"
import { errorExitCode, exitCodes, signalCodes } from "../../base/exit.ts"
import { complain, endWith } from "../../base/runMain.ts"

/** Nobody was asked, or the folder is not ours, or it cannot be told what is to go. */
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
 * Go on if `yes`, or if whoever sits at the terminal says so; `command` is how to be asked nothing. Who
 * says no ends the program, as by Ctrl-C.
 */
export const consent = Effect.fnUntraced(function* (yes: boolean, command: string) {
  if (yes) return
  if (!isTerminal()) {
    return yield* new NotPurged({
      why: "There is no terminal to ask at whether that is to be deleted",
      remedy: `To delete it without a question: ${command} --yes`,
    })
  }
  yield* complain("\nDelete all of it? Type yes, and Enter:")
  const terminal = yield* Terminal.Terminal
  const answer = yield* Effect.orElseSucceed(terminal.readLine, () => "")
  if (answer.trim().toLowerCase() === "yes") return
  return yield* endWith(signalCodes.SIGINT, "Nothing was deleted: the answer was not yes")
})

/** The rows are in another database than the one that is configured. */
export const otherDatabase = (used: string, configured: string | undefined) =>
  new NotPurged({
    why: `What was fetched was written to ${used}, and DATABASE_URL ` +
      (configured === undefined ? "is not set" : `names ${configured}`),
    remedy: "Set it, so that the rows there go too; or, where that is not to be: --leave-database",
  })
