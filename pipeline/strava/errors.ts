/** Everything that can go wrong between us and Strava, each with its sentence and its exit code. */
import { Schema } from "effect"
import { errorExitCode, exitCodes } from "../base/exit.ts"
import { isoTime } from "../base/isoTime.ts"

/** Requests that every other one depends on, as messages name them. */
export const athleteRequest = "read the athlete"
export const tokenRequest = "get an access token"

/** Request for a page of the list, as messages name it. */
export const listRequest = "list activities"

/** No answer, or none but server errors, after every retry. Another time may do better. */
export class Unreachable extends Schema.TaggedError<Unreachable>()("Unreachable", {
  request: Schema.String,
  detail: Schema.String,
  /** True if Strava sent a response, so that other requests might succeed. */
  answered: Schema.Boolean,
}) {
  override get message() {
    return `Cannot ${this.request}: ${this.detail}. Everything fetched so far is kept. ` +
      `Run the same command again later; it goes on where it stopped`
  }
  override readonly [errorExitCode] = exitCodes.unavailable
}

/** An answer that says it is good and cannot be read, also when asked again. */
export class UnreadableResponse extends Schema.TaggedError<UnreadableResponse>()("Unreadable", {
  request: Schema.String,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot ${this.request}: the answer cannot be read (${this.detail}). Nothing of it was kept; ` +
      `everything before it was. Run the same command again later`
  }
  override readonly [errorExitCode] = exitCodes.data
}

/** Strava does not do what was asked, and says so; asking again would not help. */
export class Refused extends Schema.TaggedError<Refused>()("Refused", {
  request: Schema.String,
  status: Schema.Finite,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot ${this.request}: Strava answered ${this.status} (${this.detail}). ` +
      `Everything fetched so far is kept`
  }
  override readonly [errorExitCode] = exitCodes.unavailable
}

/** The owner's subscription or the application's permission has lapsed: every call is refused. */
export class ApplicationInactive
  extends Schema.TaggedError<ApplicationInactive>()("ApplicationInactive", {}) {
  override get message() {
    return "Strava has switched this API application off (403, Application Status Inactive). Since " +
      "June 2026 its owner needs a paid Strava subscription: renew it, or see " +
      "https://www.strava.com/settings/api. Everything fetched so far is kept"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** The token is good, but the athlete has not granted what this request needs. */
export class ScopeMissing extends Schema.TaggedError<ScopeMissing>()("ScopeMissing", {
  request: Schema.String,
  /** Strava's own word for it, such as `activity:read_permission`. */
  scope: Schema.String,
}) {
  override get message() {
    return `Cannot ${this.request}: the token lacks a permission (${this.scope}). A token copied from the ` +
      "settings page can only read the profile. Sign in again and leave every box ticked: " +
      "deno task auth --force. Everything fetched so far is kept"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/**
 * Reason that Strava withholds a response from this athlete or this token, in a few words; undefined for
 * other errors. A retry does not help, and other responses are not affected.
 */
export const withheld = (
  error: { readonly _tag: string; readonly status?: number; readonly scope?: string },
): string | undefined =>
  error._tag === "ScopeMissing"
    ? `the token lacks a permission (${error.scope ?? "unknown"})`
    : error._tag === "Refused" && error.status === 402
    ? "Strava gives it to subscribers only (402)"
    : undefined

/** Strava no longer takes the refresh token. */
export class RefreshTokenRefused
  extends Schema.TaggedError<RefreshTokenRefused>()("RefreshTokenRefused", {
    detail: Schema.String,
  }) {
  override get message() {
    return `Strava refused the refresh token (${this.detail}). Most likely another program used it, or ` +
      "access was withdrawn at https://www.strava.com/settings/apps. Sign in again: deno task auth (where " +
      "there is no browser, with a new STRAVA_AUTHORIZATION_CODE or STRAVA_REFRESH_TOKEN). " +
      "Everything fetched so far is kept"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** The authorization code is used up, expired or wrong. */
export class AuthorizationCodeRefused
  extends Schema.TaggedError<AuthorizationCodeRefused>()("AuthorizationCodeRefused", {
    detail: Schema.String,
  }) {
  override get message() {
    return `Strava refused the authorization code (${this.detail}). A code works once, and only for some ` +
      "minutes. Sign in again (where there is no browser, with a new code in STRAVA_AUTHORIZATION_CODE), " +
      "and run: deno task auth"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** Strava does not know this client id and secret. */
export class ClientRefused extends Schema.TaggedError<ClientRefused>()("ClientRefused", {
  detail: Schema.String,
}) {
  override get message() {
    return `Strava refused the application (${this.detail}). Compare STRAVA_CLIENT_ID and ` +
      "STRAVA_CLIENT_SECRET with https://www.strava.com/settings/api"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** A fresh token is refused as well: access was withdrawn. */
export class Unauthorized extends Schema.TaggedError<Unauthorized>()("Unauthorized", {
  request: Schema.String,
  detail: Schema.String,
}) {
  override get message() {
    return `Cannot ${this.request}: Strava refuses the access token, also a fresh one (${this.detail}). ` +
      "Access was probably withdrawn. Sign in again: deno task auth --force. " +
      "Everything fetched so far is kept"
  }
  override readonly [errorExitCode] = exitCodes.credentials
}

/** The run stopped because nothing more may be asked before `until`. Nothing was lost. */
export class LimitReached extends Schema.TaggedError<LimitReached>()("LimitReached", {
  /** Milliseconds since 1970, by our own clock. */
  until: Schema.Finite,
  why: Schema.String,
}) {
  override get message() {
    return `${this.why}. Everything fetched so far is kept. ` +
      `Run the same command again from ${isoTime(this.until)} on; ` +
      `it goes on where it stopped`
  }
  override readonly [errorExitCode] = exitCodes.again
}

export class DeadlineReached extends Schema.TaggedError<DeadlineReached>()("DeadlineReached", {}) {
  override get message() {
    return "The deadline of this run is reached. Everything fetched so far is kept. " +
      "Run the same command again; it goes on where it stopped"
  }
  override readonly [errorExitCode] = exitCodes.again
}

/** Something the program needs to know was not said. */
export class NotConfigured extends Schema.TaggedError<NotConfigured>()("NotConfigured", {
  missing: Schema.String,
  remedy: Schema.String,
}) {
  override get message() {
    return `${this.missing}. ${this.remedy}`
  }
  override readonly [errorExitCode] = exitCodes.configuration
}

export type CredentialError =
  | RefreshTokenRefused
  | AuthorizationCodeRefused
  | ClientRefused
  | ApplicationInactive
  | NotConfigured
