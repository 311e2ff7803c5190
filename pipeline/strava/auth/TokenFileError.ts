/** Error for tokens that cannot be stored or read, with the fix. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../../base/exit.ts"

const codes = {
  disk: exitCodes.disk,
  damaged: exitCodes.data,
  newer: exitCodes.configuration,
  "no key": exitCodes.configuration,
  "another key": exitCodes.credentials,
  changed: exitCodes.credentials,
} as const

type Reason = keyof typeof codes

const again = "move the file away and sign in again: deno task auth. Nothing was changed"

/** Problems of an encrypted file. */
const words: Readonly<Record<Exclude<Reason, "disk" | "damaged">, string>> = {
  newer: `a newer Paceline encrypted them. Use that one, or ${again}`,
  "no key":
    "they are encrypted, and PACELINE_TOKEN_KEY is not set. Set it to the key that encrypted them. " +
    `If that key is lost, or you no longer want encryption, ${again}`,
  "another key":
    "they were encrypted with another key than PACELINE_TOKEN_KEY. Set that one, or set it as " +
    "PACELINE_TOKEN_KEY_OLD next to the new one. If it is lost, set a new STRAVA_REFRESH_TOKEN or " +
    `STRAVA_AUTHORIZATION_CODE, or ${again}`,
  changed: "another program has changed the file. Restore a copy of it from before that, or " +
    again,
}

export class TokenFileError extends Schema.TaggedError<TokenFileError>()("TokenFileError", {
  path: Schema.String,
  reason: Schema.Literals(Object.keys(codes) as ReadonlyArray<Reason>),
  detail: Schema.String,
}) {
  override get message() {
    const { detail, path, reason } = this
    switch (reason) {
      case "disk":
        return `Cannot store the tokens in ${path}: ${detail}. ` +
          "If Strava then refuses the refresh token, sign in again: deno task auth"
      case "damaged":
        return `The token file ${path} cannot be read: ${detail}. Delete it and run again with ` +
          "STRAVA_REFRESH_TOKEN or STRAVA_AUTHORIZATION_CODE set"
      default:
        return `Cannot open the tokens in ${path}: ${words[reason]}`
    }
  }
  override get [errorExitCode]() {
    return codes[this.reason]
  }
}

/** True if a pair is stored that this program may not open, so that nothing is written over it. */
export const isForeignToken = ({ reason }: TokenFileError): boolean =>
  reason !== "disk" && reason !== "damaged"

/**
 * True if a credential of the environment replaces the stored pair, provided that Strava accepts it: Strava
 * refuses those that a stored pair has replaced.
 */
export const isReplaceable = ({ reason }: TokenFileError): boolean =>
  reason === "another key" || reason === "changed" || reason === "damaged"
