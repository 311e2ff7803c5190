/** Failure of a sign-in. Tokens stored before it are unchanged. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../../base/exit.ts"

const kept = "Nothing was changed"

const sentences = {
  denied: (detail: string, again: string) =>
    `Access was denied at Strava (${detail}). ${kept}. Try again: ${again}`,
  late: (detail: string, again: string) =>
    `No sign-in was completed within ${detail}. ${kept}. Try again: ${again} (if the browser is on ` +
    `another machine: ${again} --no-browser)`,
  noActivities: (detail: string, again: string) =>
    `The activities permission was not granted: ${detail}. ${kept}. Try again and leave every box ` +
    `ticked: ${again}`,
  noCode: (_: string, again: string) =>
    `No code was entered. ${kept}. Run ${again} in a terminal and paste the code there. Or set ` +
    `STRAVA_AUTHORIZATION_CODE to the code and run: ${again}`,
  notACode: (detail: string) =>
    `This address does not belong to the current sign-in: ${detail}. ${kept}`,
  noWay: (detail: string, again: string) =>
    "Cannot sign in: no browser can be opened, and there is no terminal to paste a code into. " +
    `${kept}. Run ${again} in a terminal. Or open the address below in any browser, approve, copy the ` +
    "value between code= and the next & in the resulting address, set STRAVA_AUTHORIZATION_CODE to " +
    `it, and run ${again} within a few minutes: ${detail}`,
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
