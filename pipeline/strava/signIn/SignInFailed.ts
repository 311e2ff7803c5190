/** Failure of a sign-in. Tokens stored before it are unchanged. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../../base/exit.ts"

const kept = "Nothing was changed"

const sentences = {
  denied: (detail: string, again: string) =>
    `The access was not given at Strava (${detail}). ${kept}. To try again: ${again}`,
  late: (detail: string, again: string) =>
    `Nobody has come back from Strava within ${detail}. ${kept}. To try again: ${again}, or ` +
    `${again} --no-browser where the browser is on another machine`,
  noActivities: (detail: string, again: string) =>
    `Without the box for activities, ${detail}. ${kept}. To try again, with every box ticked: ${again}`,
  noCode: (_: string, again: string) =>
    `No code was given. ${kept}. Run it in a terminal and paste the code there, or set ` +
    `STRAVA_AUTHORIZATION_CODE to it and run: ${again}`,
  notACode: (detail: string) => `What was given is no answer to this sign-in: ${detail}. ${kept}`,
  noWay: (detail: string, again: string) =>
    "There is no browser here that can be opened, and no terminal to paste a code into. " +
    `${kept}. Run ${again} in a terminal; or open the address below in any browser, approve, copy what ` +
    "stands between code= and the next & in the address that it ends on, set " +
    `STRAVA_AUTHORIZATION_CODE to that and run ${again} within some minutes: ${detail}`,
} as const

export class SignInFailed extends Schema.TaggedError<SignInFailed>()("SignInFailed", {
  reason: Schema.Literals(["denied", "late", "noActivities", "noCode", "notACode", "noWay"]),
  detail: Schema.String,
  /** Command that starts the sign-in again. */
  again: Schema.String,
}) {
  override get message() {
    return sentences[this.reason](this.detail, this.again)
  }
  override get [errorExitCode]() {
    return this.reason === "noCode" || this.reason === "notACode" || this.reason === "noWay"
      ? exitCodes.configuration
      : exitCodes.credentials
  }
}
