/** Why a sign-in came to nothing. What was stored before it is as it was. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../exit.ts"

const kept = "Nothing was changed"

const sentences = {
  denied: (detail: string) =>
    `The access was not given at Strava (${detail}). ${kept}. To try again: deno task auth`,
  late: (detail: string) =>
    `Nobody has come back from Strava within ${detail}. ${kept}. To try again: deno task auth, or ` +
    "deno task auth --no-browser where the browser is on another machine",
  noActivities: (detail: string) =>
    `Without the box for activities, ${detail}. ${kept}. To try again, with every box ticked: ` +
    "deno task auth",
  noCode: () =>
    `No code was given. ${kept}. Run it in a terminal and paste the code there, or set ` +
    "STRAVA_AUTHORIZATION_CODE to it and run: deno task auth",
  notACode: (detail: string) => `What was given is no answer to this sign-in: ${detail}. ${kept}`,
  noWay: (detail: string) =>
    "There is no browser here that can be opened, and no terminal to paste a code into. " +
    `${kept}. Run deno task auth in a terminal; or open the address below in any browser, approve, copy what ` +
    "stands between code= and the next & in the address that it ends on, set " +
    "STRAVA_AUTHORIZATION_CODE to that and run deno task auth within some minutes: " + detail,
} as const

export class SignInFailed extends Schema.TaggedError<SignInFailed>()("SignInFailed", {
  reason: Schema.Literals(["denied", "late", "noActivities", "noCode", "notACode", "noWay"]),
  detail: Schema.String,
}) {
  override get message() {
    return sentences[this.reason](this.detail)
  }
  override get [errorExitCode]() {
    return this.reason === "noCode" || this.reason === "notACode" || this.reason === "noWay"
      ? exitCodes.configuration
      : exitCodes.credentials
  }
}
