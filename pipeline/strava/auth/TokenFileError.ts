/** Error for tokens that cannot be stored or read, with the fix. */
import { Schema, Struct } from "effect"
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

const signInAgain = "move the file away and sign in again: deno task auth"

/** Problems of an encrypted file. */
const words: Readonly<Record<Exclude<Reason, "disk" | "damaged">, string>> = {
  newer:
    `they were encrypted by a newer Paceline. Nothing was changed. Use that version, or ${signInAgain}`,
  "no key": "they are encrypted, and PACELINE_TOKEN_KEY is not set. Nothing was changed. Set " +
    `PACELINE_TOKEN_KEY. If the key is lost, or you no longer want encryption, ${signInAgain}`,
  "another key":
    "they were encrypted with a different key. Nothing was changed. Set PACELINE_TOKEN_KEY to that " +
    "key, or set that key as PACELINE_TOKEN_KEY_OLD next to the new one. If the key is lost, set a new " +
    `STRAVA_REFRESH_TOKEN or STRAVA_AUTHORIZATION_CODE, or ${signInAgain}`,
  changed:
    "the file was modified by another program. Nothing was changed. Restore a copy of it, or " +
    signInAgain,
}

export class TokenFileError extends Schema.TaggedError<TokenFileError>()("TokenFileError", {
  path: Schema.String,
  reason: Schema.Literals(Struct.keys(codes)),
  detail: Schema.String,
}) {
  override get message() {
    const { detail, path, reason } = this
    switch (reason) {
      case "disk":
        return `Cannot store the tokens in ${path}: ${detail}. ` +
          "If Strava then refuses the refresh token, sign in again: deno task auth"
      case "damaged":
        return `Cannot read the tokens in ${path}: ${detail}. Delete the file and run again with ` +
          "STRAVA_REFRESH_TOKEN or STRAVA_AUTHORIZATION_CODE set"
      default:
        return `Cannot decrypt the tokens in ${path}: ${words[reason]}`
    }
  }
  override get [errorExitCode]() {
    return codes[this.reason]
  }
}

/** True if a pair is stored that this program cannot decrypt, so that it must not be overwritten. */
export const isForeignToken = ({ reason }: TokenFileError): boolean =>
  reason !== "disk" && reason !== "damaged"

/**
 * True if a credential of the environment can replace the stored pair, provided that Strava accepts it:
 * Strava refuses those that a stored pair has replaced.
 */
export const isReplaceable = ({ reason }: TokenFileError): boolean =>
  reason === "another key" || reason === "changed" || reason === "damaged"
